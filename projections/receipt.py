"""Receipts: what ties an answer to the log of the record, so that a stranger can check it offline."""

from uuid import UUID

from domain.entry import Entry
from domain.values import Value


class Committed(Value):
    """One stored event, as the log commits to it: the members of its canonical form."""

    position: int
    principal: str
    recorded_at: str
    state: str
    """The event as it is stored: its JSON text, byte for byte.

    Texts that are marked personal stand in it sealed, as `sealed:v1:…`, erased or not."""
    stream: str
    topic: str
    version: int


class Proven(Value):
    """One event, with what proves that it is in the log."""

    event: Committed
    salt: str
    """What the log's entry is keyed with, in Base64: the entry is the HMAC-SHA-256 of the canonical form."""
    proof: tuple[str, ...]
    """The inclusion proof (RFC 9162, section 2.1.3) to the checkpoint's root: hashes in Base64."""


class Receipt(Value):
    """A checkpoint of the log, and the events that an answer rests on, each proved to be under it.

    It proves that they were recorded so. It cannot prove that there are no others.
    """

    checkpoint: str
    """The checkpoint as a signed note (C2SP tlog-checkpoint)."""
    events: tuple[Proven, ...]
    view: str | None = None
    """The view that the answer is of."""
    standing: tuple[str, ...] = ()
    according_to: str | None = None


def rested_on(entry: Entry) -> frozenset[UUID]:
    """The developments that one names: what it rests on in anybody's telling, and what it is the same as.

    Whether any of them was retracted is part of what an answer says of the one, so they belong to its proof.
    """
    tellings = (entry.development, *(one.account for one in entry.disputes if one.account is not None))
    named = {reference.id for told in tellings for reference in told.references()}
    return frozenset({*named, *entry.same_as})
