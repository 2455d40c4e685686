"""Exports: take out a dossier, or the whole record."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Query as Parameters
from fastapi.responses import StreamingResponse
from pydantic import Field

from domain.errors import Invalid
from service.api.asking import Clocks, DossierId, Query
from service.api.authorising import auditor, reader
from service.api.calling import RecordOf, TransparencyOf, ViewsOf
from service.api.openapi import READING, answers
from service.api.strict import StrictRoute
from service.formats.registry import FORMATS, Wish, ledger_lines
from service.formats.tables import TABLES
from service.formats.telling import Telling, tell
from service.formats.whole import Ledger
from service.problems import FORBIDDEN, UNKNOWN_DOSSIER
from service.record import Record
from service.travelling.leaving import lines_of

router = APIRouter(prefix="/v1", tags=["exports"], route_class=StrictRoute)


class Lines(StreamingResponse):
    """JSON values, one a line."""

    media_type = "application/x-ndjson"


FormatName = StrEnum("FormatName", {name: name for name in FORMATS})  # type: ignore[misc]
TableName = StrEnum("TableName", {name: name for name in TABLES})  # type: ignore[misc]


class ExportQuery(Clocks):
    """Which dossier is taken out, and how."""

    format: FormatName = Field(
        FormatName("jsonl"),
        description=" ".join(f"`{name}`: {one.says}" for name, one in FORMATS.items()),
        examples=["csv"],
    )
    table: TableName | None = Field(
        None,
        description="Of a format that is one table, which; `developments` if left out.",
        examples=["sources"],
    )
    licence: str | None = Field(
        None,
        max_length=300,
        pattern=r"^https?://[!-~]+$",
        description="Of a release, the address of the licence that it is under.",
        examples=["https://creativecommons.org/licenses/by/4.0/"],
    )
    ledger: bool = Field(
        default=False,
        description="In its place, what the format cannot hold: a line for each field of a development.",
        examples=[True],
    )

    def wish(self) -> Wish:
        """What is wished; raise `Invalid` where the format has no such choice, or cannot be written here."""
        chosen = FORMATS[self.format]
        chosen.require(self.format)
        if self.licence is not None and self.format != "ro-crate":
            raise Invalid("licence", "only a release is under a licence: ask for ro-crate")
        if self.table is not None and not chosen.takes_table:
            raise Invalid(
                "table", f"the format {self.format.value} is not one table: leave it out, or ask for csv"
            )
        return Wish(TABLES[self.table or "developments"], self.licence)


@router.get(
    "/dossiers/{dossier}/export",
    dependencies=[Depends(reader)],
    response_class=Lines,
    responses=answers(*READING, UNKNOWN_DOSSIER),
)
def export_dossier(
    dossier: DossierId,
    views: ViewsOf,
    log: TransparencyOf,
    query: Annotated[ExportQuery, Parameters()],
) -> StreamingResponse:
    """Take out a dossier: as NDJSON, or in a format of your choice.

    As NDJSON it is a line for itself, then one for each development, retracted ones too.
    `development` and `corroborations` are as they stand, bodies that can be recorded again. `said` is all
    that was recorded of it, in order: each `body` can be sent `to` its address again. Sent in the order of
    `position` over all lines, with the ids of developments replaced by those that they get there, they give
    every development with its whole history; but a rectification is proposed only while one can still object.

    Texts that are marked `personal` are marked in each body too; erased ones read `[erased …]`. An erasure
    itself has no address, and its `to` is null. Where texts in `corroborations` are marked,
    `corroborations_personal` has the marks of each.

    What another format cannot hold is told by `ledger=true`: for each development and field the value, and
    why. The last line counts them.
    """
    wish, chosen = query.wish(), FORMATS[query.format]
    telling, ledger = tell(views, log, dossier, query.asked()), Ledger()
    content = chosen.write(telling, ledger, wish)
    if query.ledger:
        return Lines(_ledger(query.format, content, telling, ledger))
    name = f"{dossier}.{chosen.ending}" if query.table is None else f"{dossier}.{query.table}.{chosen.ending}"
    disposition = (
        {} if chosen.ending == "jsonl" else {"Content-Disposition": f'attachment; filename="{name}"'}
    )
    return StreamingResponse(iter(content), media_type=chosen.media_type, headers=disposition)


def _ledger(name: str, content: Iterable[bytes], telling: Telling, ledger: Ledger) -> Iterator[bytes]:
    for _ in content:
        pass  # What is lost is known once all is written.
    yield from ledger_lines(name, telling, ledger)


@router.get(
    "/record",
    tags=["administration"],
    dependencies=[Depends(auditor)],
    response_class=Lines,
    responses=answers(*READING, FORBIDDEN),
)
def export_record(record: RecordOf, _: Annotated[Query, Parameters()]) -> Lines:
    """Take out the whole record as NDJSON: every event as it is stored, with its proof in the log.

    It takes a token of somebody who audits all dossiers: sealed texts and who sent which request are in it.
    `depositary import --record` takes it in elsewhere: the same ids, positions, moments and leaves. The form
    is that of `depositary_record` 1. Each line is chained to the one before it, and checkpoints stand after
    the events that they cover. Texts that are marked personal stay sealed, and their keys are kept back; who
    has the record's own file can have them exported too.
    """
    return Lines(_lines(record))


def _lines(record: Record) -> Iterator[bytes]:
    assert record.store.projection is not None
    return lines_of(record.store.reads.fetch, record.store.projection.mapper)
