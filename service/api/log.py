"""The log (RFC 9162; C2SP tlog-tiles): checkpoints, tiles, and proofs that nothing was rewritten."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, ConfigDict, Field

from domain.errors import Invalid
from projections.pages import LIMIT
from service.answers import CheckpointOnRecord, ConsistencyProof, InclusionProof, KeptCheckpoints
from service.api.asking import PageSize, Position, Query
from service.api.authorising import identified, reader
from service.api.calling import TransparencyOf
from service.api.openapi import READING, SIGNING, WRITING, answers
from service.api.strict import StrictRoute
from service.log.errors import Malformed, OutOfTree, Unproven
from service.log.keys import encode
from service.log.notes import Signature
from service.log.tiles import Bundle, Tile
from service.problems import NOT_COSIGNED, NOT_FOUND, Problem
from service.transparency import Signed

FOR_EVER = "public, max-age=31536000, immutable"
FRESH = "no-cache"

router = APIRouter(tags=["log"], route_class=StrictRoute, dependencies=[Depends(reader)])
SOME_SIZE = 3
SOME_COSIGNATURE = (
    "— witness.example/lake a3v4KwAAAABg3YUQc2VlIEMyU1AgdGxvZy1jb3NpZ25hdHVyZTogdGhlIHRpbWUsIHRoZW4gNjQgYnl0"
)


class Cosignatures(BaseModel):
    """What witnesses say of a checkpoint."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"size": SOME_SIZE, "signatures": [SOME_COSIGNATURE]}]},
    )

    size: Annotated[int, Field(strict=True, ge=0, le=2**62)]
    """The size of the checkpoint."""
    signatures: Annotated[list[Annotated[str, Field(max_length=1_000)]], Field(min_length=1, max_length=16)]
    """Lines as C2SP tlog-cosignature has them: `— <name> <base64>`."""


class OfSize(Query):
    """Which checkpoint is asked for."""

    size: Position | None = Field(None, description="The one that was signed of this size.")


class AfterSize(Query):
    """A page of checkpoints."""

    after: Position = Field(0, description="Those of a larger size than this.", examples=[0])
    limit: PageSize = Field(LIMIT, description="The most checkpoints on a page.", examples=[2])


class InclusionQuery(Query):
    """Of which event, in which log."""

    position: Annotated[int, Field(ge=1, le=2**62)] = Field(
        description="The position of the event, as its recording was answered with.", examples=[1]
    )
    size: Position | None = Field(
        None, description="The size of the log; that of the present if left out.", examples=[SOME_SIZE]
    )


class ConsistencyQuery(Query):
    """Of which two logs."""

    first: Position = Field(alias="from", description="The size of the one.", examples=[1])
    second: Position | None = Field(
        None,
        alias="to",
        description="The size of the other; that of the present if left out.",
        examples=[SOME_SIZE],
    )


class NoteResponse(Response):
    """A signed note."""

    media_type = "text/plain; charset=utf-8"


class TileResponse(Response):
    """A tile, or a bundle of entries."""

    media_type = "application/octet-stream"


@router.get("/checkpoint", response_class=NoteResponse, responses=answers(*READING, *SIGNING))
def read_signed_note(log: TransparencyOf, _: Annotated[Query, QueryParameters()]) -> NoteResponse:
    """The checkpoint of all that is recorded by now, as a signed note (C2SP tlog-checkpoint)."""
    note = log.checkpoint().kept.note.format()
    return NoteResponse(note, headers={"Cache-Control": FRESH})


@router.get("/tile/entries/{name:path}", response_class=TileResponse, responses=answers(*READING, NOT_FOUND))
def read_entries(
    name: Annotated[str, Path(description="The bundle: `000`, or `000.p/3`.", examples=["000.p/3"])],
    log: TransparencyOf,
    _: Annotated[Query, QueryParameters()],
) -> TileResponse:
    """A bundle of the log's entries: for each event the salted commitment to it (C2SP tlog-tiles)."""
    with _found():
        return _kept(log.bundle(Bundle.parse(f"tile/entries/{name}")))


@router.get("/tile/{level}/{name:path}", response_class=TileResponse, responses=answers(*READING, NOT_FOUND))
def read_tile(
    level: Annotated[str, Path(description="The level, from 0.", examples=["0"])],
    name: Annotated[str, Path(description="The tile: `000`, or `000.p/3`.", examples=["000.p/3"])],
    log: TransparencyOf,
    _: Annotated[Query, QueryParameters()],
) -> TileResponse:
    """A tile of the log's hashes (C2SP tlog-tiles)."""
    with _found():
        return _kept(log.tile(Tile.parse(f"tile/{level}/{name}")))


@router.get("/v1/log/checkpoint", responses=answers(*READING, *SIGNING, NOT_FOUND))
def read_checkpoint(
    log: TransparencyOf, query: Annotated[OfSize, QueryParameters()], response: Response
) -> CheckpointOnRecord:
    """The checkpoint of all that is recorded by now, or one that was signed before."""
    response.headers["Cache-Control"] = FRESH
    if query.size is None:
        return _shown(log.checkpoint(), log.verifier_key)
    kept = log.checkpoints.of(query.size)
    if kept is None:
        raise Problem(NOT_FOUND, f"no checkpoint of size {query.size} has been signed")
    return _shown(Signed.of(kept), log.verifier_key)


@router.get("/v1/log/checkpoints", responses=answers(*READING))
def list_checkpoints(log: TransparencyOf, query: Annotated[AfterSize, QueryParameters()]) -> KeptCheckpoints:
    """Every checkpoint that was signed, the smallest first."""
    kept = log.checkpoints.after(query.after, query.limit + 1)
    shown = [_shown(Signed.of(one), log.verifier_key) for one in kept[: query.limit]]
    return KeptCheckpoints(checkpoints=tuple(shown), next=shown[-1].size if len(kept) > query.limit else None)


@router.get("/v1/log/proofs/inclusion", responses=answers(*READING))
def prove_inclusion(
    log: TransparencyOf, query: Annotated[InclusionQuery, QueryParameters()]
) -> InclusionProof:
    """Prove that an event is in the log of a size."""
    size = log.size if query.size is None else query.size
    if query.position > size:
        raise Invalid("position", f"a log of {size} has no event at position {query.position}")
    _require(size, log.size, "size")
    return InclusionProof(
        position=query.position,
        index=query.position - 1,
        size=size,
        root=encode(log.root(size)),
        proof=tuple(map(encode, log.inclusion(query.position, size))),
    )


@router.get("/v1/log/proofs/consistency", responses=answers(*READING))
def prove_consistency(
    log: TransparencyOf, query: Annotated[ConsistencyQuery, QueryParameters()]
) -> ConsistencyProof:
    """Prove that the log of one size is the beginning of the log of another."""
    second = log.size if query.second is None else query.second
    _require(second, log.size, "to")
    if query.first > second:
        raise Invalid("from", f"a log of {query.first} is not the beginning of one of {second}")
    return ConsistencyProof(
        first=query.first,
        second=second,
        first_root=encode(log.root(query.first)),
        second_root=encode(log.root(second)),
        proof=tuple(map(encode, log.consistency(query.first, second))),
    )


@router.post(
    "/v1/log/cosignatures",
    dependencies=[Depends(identified)],
    responses=answers(*WRITING, NOT_FOUND, NOT_COSIGNED),
)
def add_cosignatures(
    log: TransparencyOf, body: Annotated[Cosignatures, Body()], _: Annotated[Query, QueryParameters()]
) -> CheckpointOnRecord:
    """Add what witnesses say of a checkpoint to it (C2SP tlog-cosignature).

    The service takes those of the witnesses whose keys its settings name.
    """
    try:
        signatures = [Signature.parse(line.rstrip("\n")) for line in body.signatures]
        return _shown(log.cosign(body.size, signatures), log.verifier_key)
    except OutOfTree as error:
        raise Problem(NOT_FOUND, str(error)) from error
    except Unproven as error:
        raise Problem(NOT_COSIGNED, str(error)) from error


def _shown(signed: Signed, verifier_key: str | None) -> CheckpointOnRecord:
    return CheckpointOnRecord(
        origin=signed.checkpoint.origin,
        size=signed.checkpoint.size,
        root=encode(signed.checkpoint.root),
        note=signed.kept.note.format().decode(),
        signed_by=tuple(one.name for one in signed.kept.note.signatures),
        signed_at=signed.kept.signed_at,
        verifier_key=verifier_key,
    )


def _require(size: int, last: int, parameter: str) -> None:
    if size > last:
        raise Invalid(parameter, f"the log has {last} events by now, not {size}")


@contextmanager
def _found() -> Iterator[None]:
    """Say of what names no tile, or one that is not there yet, that it is not found."""
    try:
        yield
    except (Malformed, OutOfTree) as error:
        raise Problem(NOT_FOUND, str(error)) from error


def _kept(content: bytes) -> TileResponse:
    return TileResponse(content, headers={"Cache-Control": FOR_EVER})
