"""Exports: take out a dossier, or the whole record."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from service.api.asking import Clocks, DossierId
from service.api.asking import Query as Parameters
from service.api.calling import RecordOf, ViewsOf, require_reader
from service.api.openapi import READING, answers
from service.api.strict import StrictRoute
from service.formats.json_lines import dossier_lines
from service.problems import UNKNOWN_DOSSIER
from service.record import Record
from service.travelling.leaving import lines_of

router = APIRouter(prefix="/v1", tags=["exports"], route_class=StrictRoute)


class Lines(StreamingResponse):
    """JSON values, one a line."""

    media_type = "application/x-ndjson"


@router.get(
    "/dossiers/{dossier}/export",
    dependencies=[Depends(require_reader)],
    response_class=Lines,
    responses=answers(*READING, UNKNOWN_DOSSIER),
)
def export_dossier(dossier: DossierId, views: ViewsOf, query: Annotated[Clocks, Query()]) -> Lines:
    """Take out a dossier as NDJSON: a line for itself, then one for each development, retracted ones too.

    `development` and `corroborations` are as they stand, bodies that can be recorded again. `said` is all
    that was recorded of it, in order: each `body` can be sent `to` its address again. Sent in the order of
    `position` over all lines, with the ids of developments replaced by those that they get there, they give
    every development with its whole history; but a rectification is proposed only while one can still object.

    Texts that are marked `personal` are marked in each body too; erased ones read `[erased …]`. An erasure
    itself has no address, and its `to` is null. Where texts in `corroborations` are marked,
    `corroborations_personal` has the marks of each.
    """
    moment, opening, developments = views.export(dossier, query.asked())
    return Lines(dossier_lines(moment, opening, developments))


@router.get(
    "/record",
    dependencies=[Depends(require_reader)],
    response_class=Lines,
    responses=answers(*READING),
)
def export_record(record: RecordOf, _: Annotated[Parameters, Query()]) -> Lines:
    """Take out the whole record as NDJSON: every event as it is stored, with its proof in the log.

    `depositary import --record` takes it in elsewhere: the same ids, positions, moments and leaves. The form
    is that of `depositary_record` 1. Each line is chained to the one before it, and checkpoints stand after
    the events that they cover. Texts that are marked personal stay sealed, and their keys are kept back; who
    has the record's own file can have them exported too.
    """
    return Lines(_lines(record))


def _lines(record: Record) -> Iterator[bytes]:
    assert record.store.projection is not None
    return lines_of(record.store.reads.fetch, record.store.projection.mapper)
