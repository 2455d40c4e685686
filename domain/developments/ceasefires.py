"""Ceasefires: proposed, agreed, declared, violated, suspended, never implemented, lapsed, terminated."""

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from domain.developments.base import (
    Actors,
    Codes,
    Contradiction,
    Happening,
    Reference,
    Slugs,
    actor_name,
    in_order,
)
from domain.developments.contacts import CONTACTS, AtContact
from domain.developments.examples import SOME_CEASEFIRE, SOURCE
from domain.time import Edtf
from domain.values import Actor, Place, Text, Value

CEASEFIRES = ("ceasefire-proposed", "ceasefire-agreed", "ceasefire-declared")


class PartyTerm(Value):
    """A term in one party's own words, kept verbatim."""

    by: Actor
    term: Text


class CeasefireTerms(Happening):
    """What a ceasefire is to be: the terms in which it is proposed, agreed or declared."""

    ceasefire: UUID | None = None
    """The ceasefire on record that this one carries on: its proposal, or the agreement declared."""
    supersedes: UUID | None = None
    """An earlier ceasefire on record whose place this one takes; not one that it carries on."""
    ceasefire_class: Literal["cessation_of_hostilities", "preliminary", "definitive"] | None = None
    """The classes of the ETH/PRIO Civil Conflict Ceasefire Dataset."""
    form: Literal["written", "verbal"] | None = None
    scope: Slugs = ()
    """What it covers, where not all hostilities: `energy_infrastructure`, `maritime`."""
    area: Place | None = None
    start: Edtf | None = None
    """When it takes effect; it may lie in the future."""
    end: Edtf | None = None
    """When it ends by its own terms. Where these carry on others and set none, the end of those may hold."""
    open_ended: bool = False
    """Whether it is to hold without an end, so that an end which was set before holds no more."""
    party_terms: Annotated[tuple[PartyTerm, ...], Field(max_length=100)] = ()
    at: AtContact = None

    def references(self) -> Iterator[Reference]:
        """The ceasefire that it carries on, and the contact at which it was made."""
        if self.ceasefire:
            yield Reference("/ceasefire", self.ceasefire, CEASEFIRES)
        if self.supersedes:
            yield Reference("/supersedes", self.supersedes, CEASEFIRES)
        if self.at:
            yield Reference("/at", self.at, CONTACTS)

    def contradictions(self) -> Iterator[Contradiction]:
        """An end before the start, or of what is to have none; in the place of what it carries on."""
        yield from in_order(("/start", self.start), ("/end", self.end), "a ceasefire ends after it starts")
        if self.open_ended and self.end:
            yield Contradiction("/open_ended", "/end", "what is open-ended has no end: give one of the two")
        if self.supersedes and self.supersedes == self.ceasefire:
            message = (
                "it either carries an earlier ceasefire on or takes its place: name that in one of the two"
            )
            yield Contradiction("/supersedes", "/ceasefire", message)


class CeasefireProposed(CeasefireTerms):
    """Somebody proposed a ceasefire."""

    kind: Literal["ceasefire-proposed"]
    proposed_by: Actor
    addressees: Actors = ()
    codes = Codes(plover="AGREE", cameo="0356")
    example = {
        "kind": "ceasefire-proposed",
        "occurred": "2021-03-26",
        "proposed_by": "XC",
        "addressees": ["XA", "XB"],
        "scope": ["maritime"],
        "start": "2021-04-01",
        "end": "2021-04-30",
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Who proposed it."""
        return f"{actor_name(self.proposed_by)} proposed a ceasefire"


class CeasefireAgreed(CeasefireTerms):
    """The parties agreed on a ceasefire."""

    kind: Literal["ceasefire-agreed"]
    codes = Codes(plover="SUPPORT", cameo="057", acled="Agreement")
    example = {
        "kind": "ceasefire-agreed",
        "occurred": "2021-03-28",
        "parties": ["XA", "XB"],
        "ceasefire": SOME_CEASEFIRE,
        "ceasefire_class": "preliminary",
        "form": "written",
        "start": "2021-04-01",
        "party_terms": [{"by": "XB", "term": "while the harbour stays open"}],
        "sources": [SOURCE],
    }


class CeasefireDeclared(CeasefireTerms):
    """One side or several declared that they cease fire."""

    kind: Literal["ceasefire-declared"]
    declaration: Literal["unilateral", "bilateral", "multilateral"]
    declared_by: Annotated[tuple[Actor, ...], Field(min_length=1, max_length=50)]
    codes = Codes(plover="RETREAT", plover_mode="ceasefire", cameo="0871", acled="Agreement")
    example = {
        "kind": "ceasefire-declared",
        "occurred": "2021-04-01",
        "declaration": "unilateral",
        "declared_by": ["XA"],
        "start": "2021-04-01",
        "end": "2021-04-03",
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Who declared it."""
        return f"{', '.join(map(actor_name, self.declared_by))} declared a ceasefire"


class CeasefireEvent(Happening):
    """Something that happened to a ceasefire on record."""

    ceasefire: UUID

    def references(self) -> Iterator[Reference]:
        """The ceasefire: its proposal, agreement or declaration."""
        yield Reference("/ceasefire", self.ceasefire, CEASEFIRES)


class CeasefireViolationReported(CeasefireEvent):
    """A breach was alleged or confirmed. It does not end the ceasefire."""

    kind: Literal["ceasefire-violation-reported"]
    status: Literal["alleged", "confirmed"]
    accused: Actor | None = None
    content: Text | None = None
    codes = Codes(plover="ACCUSE", plover_mode="allege", cameo="1123")
    example = {
        "kind": "ceasefire-violation-reported",
        "occurred": "2021-04-02",
        "ceasefire": SOME_CEASEFIRE,
        "status": "alleged",
        "accused": "XB",
        "standing": "claimed",
        "sources": [SOURCE],
    }

    def dataset_codes(self) -> Codes:
        """A confirmed breach is an act of violence (CAMEO 196), an alleged one an accusation."""
        return Codes(plover="ASSAULT", cameo="196") if self.status == "confirmed" else self.codes


class CeasefireSuspended(CeasefireEvent):
    """A ceasefire was suspended, to be taken up again."""

    kind: Literal["ceasefire-suspended"]
    by: Actors = ()
    codes = Codes()
    example = {
        "kind": "ceasefire-suspended",
        "occurred": "2021-04-05",
        "ceasefire": SOME_CEASEFIRE,
        "by": ["XA"],
        "sources": [SOURCE],
    }


class CeasefireLapsed(CeasefireEvent):
    """A ceasefire ran out and was not renewed."""

    kind: Literal["ceasefire-lapsed"]
    example = {
        "kind": "ceasefire-lapsed",
        "occurred": "2021-05-01",
        "ceasefire": SOME_CEASEFIRE,
        "sources": [SOURCE],
    }


class CeasefireNotImplemented(CeasefireEvent):
    """A ceasefire that had been agreed or declared never took effect.

    It occurred on the day on which it was to take effect, or on which it was found not to be kept.
    """

    kind: Literal["ceasefire-not-implemented"]
    because: Text | None = None
    codes = Codes()
    example = {
        "kind": "ceasefire-not-implemented",
        "occurred": "2021-04-01",
        "ceasefire": SOME_CEASEFIRE,
        "because": "Neither side gave the order.",
        "sources": [SOURCE],
    }


class CeasefireTerminated(CeasefireEvent):
    """A ceasefire was ended by a side or by all."""

    kind: Literal["ceasefire-terminated"]
    by: Actors = ()
    because: Text | None = None
    codes = Codes(plover="REJECT", cameo="127")
    example = {
        "kind": "ceasefire-terminated",
        "occurred": "2021-04-20",
        "ceasefire": SOME_CEASEFIRE,
        "by": ["XB"],
        "sources": [SOURCE],
    }
