"""What the service answers besides the views: what it has recorded, its dossiers, kinds and log."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class Recorded(BaseModel):
    """What was recorded of a development, where in the order of all events, and when."""

    id: UUID
    kind: str
    event: str
    """The event that was recorded: the kind itself, or what was said of the development."""
    version: int
    """The version of the development from now on; `ETag` has it too."""
    position: int
    recorded_at: datetime


class Opened(BaseModel):
    """A dossier that is on record."""

    id: str
    position: int
    recorded_at: datetime


class DossierOnRecord(BaseModel):
    """A dossier as known at one moment."""

    as_of: date
    known_at: datetime | None
    position: int
    dossier: dict[str, Any]


class Dossiers(BaseModel):
    """All dossiers known at one moment, by id."""

    as_of: date
    known_at: datetime | None
    position: int
    dossiers: list[dict[str, Any]]


class DatasetCodes(BaseModel):
    """Where the kind lies in the event datasets; null where that scheme has no code for it."""

    plover: str | None
    plover_mode: str | None
    cameo: str | None
    acled: str | None


class KindOfDevelopment(BaseModel):
    """One kind: enough to record a development of it."""

    kind: str
    description: str
    codes: DatasetCodes
    example: dict[str, Any]
    body: dict[str, Any]
    """The JSON Schema (2020-12) of the request's body."""


class Kinds(BaseModel):
    """Every kind, by name."""

    kinds: list[KindOfDevelopment]


class CheckpointOnRecord(BaseModel):
    """A signed checkpoint: what the log held, and who vouches for it."""

    origin: str
    """The name of the log, and of the key that signs it."""
    size: int
    """How many events it covers: those at positions 1 to this."""
    root: str
    """The root of the tree over them: SHA-256 (RFC 9162, section 2.1.1), in Base64."""
    note: str
    """The checkpoint as it is signed (C2SP tlog-checkpoint), with all signatures."""
    signed_by: tuple[str, ...]
    """The names under which it is signed: the log's, and those of witnesses."""
    signed_at: datetime
    verifier_key: str | None
    """The log's public key, as this service tells it: compare it with one that you have from elsewhere."""


class KeptCheckpoints(BaseModel):
    """Checkpoints that were signed, the smallest first."""

    checkpoints: tuple[CheckpointOnRecord, ...]
    next: int | None
    """The size to go on after; null at the end."""


class InclusionProof(BaseModel):
    """That an event is in the log of a size (RFC 9162, section 2.1.3)."""

    position: int
    index: int
    """The index of its leaf, from 0."""
    size: int
    root: str
    proof: tuple[str, ...]
    """Hashes in Base64, from the leaf's sibling up."""


class ConsistencyProof(BaseModel):
    """That the log of one size is the beginning of the log of another (RFC 9162, section 2.1.4)."""

    first: int
    second: int
    first_root: str
    second_root: str
    proof: tuple[str, ...]
    """Hashes in Base64."""
