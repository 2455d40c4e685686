"""Dossiers: open one, list them, read one, take one out whole."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from pydantic_core import to_jsonable_python

from domain.commands import Dossier
from domain.entry import Entry
from domain.events import DevelopmentRecorded, DossierOpened, Event, PersonalDataErased, Stamped
from domain.legibility import refuse_turned_text
from domain.values import Value
from projections.cut import Moment
from service.answers import DossierOnRecord, Dossiers, Opened
from service.api.asking import Clocks, DossierId
from service.api.calling import CallerOf, RecordOf, ViewsOf, require_reader
from service.api.openapi import READING, WRITING, answers
from service.api.sayings import ADDRESSES
from service.api.strict import StrictRoute
from service.problems import DOSSIER_TAKEN, UNKNOWN_DOSSIER
from service.views import Exported

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"], route_class=StrictRoute)


class Lines(StreamingResponse):
    """JSON values, one a line."""

    media_type = "application/x-ndjson"


@router.post(
    "",
    status_code=201,
    responses={
        **answers(*WRITING, DOSSIER_TAKEN, status=201, headers=["Location"]),
        200: {
            **answers(headers=["Location"])[200],
            "description": "It was open already, with this content.",
            "model": Opened,
        },
    },
)
def open_dossier(body: Dossier, record: RecordOf, caller: CallerOf, response: Response) -> Opened:
    """Open a dossier under an id of the caller's choice."""
    refuse_turned_text(body)
    receipt, is_new = record.open_dossier(body, caller)
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/v1/dossiers/{body.id}"
    return Opened(id=body.id, position=receipt.position, recorded_at=receipt.recorded_at)


@router.get("", dependencies=[Depends(require_reader)], responses=answers(*READING))
def list_dossiers(views: ViewsOf, query: Annotated[Clocks, Query()]) -> Dossiers:
    """List the dossiers."""
    moment, dossiers = views.dossiers(query.asked())
    return Dossiers(
        as_of=moment.as_of,
        known_at=moment.known_at,
        position=moment.position,
        dossiers=[_as_put_in(dossier) for dossier in dossiers],
    )


@router.get(
    "/{dossier}",
    dependencies=[Depends(require_reader)],
    responses=answers(*READING, UNKNOWN_DOSSIER),
)
def read_dossier(dossier: DossierId, views: ViewsOf, query: Annotated[Clocks, Query()]) -> DossierOnRecord:
    """Read a dossier: its title, its parties, its observers."""
    moment, opened = views.dossier(dossier, query.asked())
    return DossierOnRecord(
        as_of=moment.as_of,
        known_at=moment.known_at,
        position=moment.position,
        dossier=_as_put_in(opened),
    )


@router.get(
    "/{dossier}/export",
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
    return Lines(_lines(moment, opening, developments))


def _lines(moment: Moment, opening: Stamped, developments: Iterator[Exported]) -> Iterator[str]:
    yield _line(
        as_of=moment.as_of.isoformat(),
        known_at=_moment(moment.known_at),
        position=moment.position,
        dossier=_as_put_in(opening.event.as_command()),
        said=[_said(opening)],
    )
    for one in developments:
        entry = one.entry
        yield _line(
            id=str(entry.id),
            version=entry.version,
            standing=entry.standing,
            recorded_at=_moment(entry.recorded_at),
            codes=asdict(entry.development.dataset_codes()),
            development=_as_put_in(entry.development),
            corroborations=[_as_put_in(source) for source in entry.corroborations],
            said=[_said(stamped) for stamped in one.events],
            **_marked(entry),
        )


def _marked(entry: Entry) -> dict[str, Any]:
    """For each corroboration the marks to say it with again, where any has some."""
    places = [f"/corroborations/{index}/" for index in range(len(entry.corroborations))]
    marks = [
        ["/source/" + mark.removeprefix(p) for mark in entry.personal if mark.startswith(p)] for p in places
    ]
    return {"corroborations_personal": marks} if any(marks) else {}


def _said(stamped: Stamped) -> dict[str, Any]:
    """What was said in an event: by whom, when, and as what it can be sent again."""
    return {
        "position": stamped.position,
        "version": stamped.originator_version,
        "event": stamped.event.stored_name,
        "recorded_at": _moment(stamped.recorded_at),
        "recorded_by": stamped.event.recorded_by,
        "to": _address(stamped.event),
        "body": _as_put_in(stamped.event.as_command()),
    }


def _address(event: Event) -> str | None:
    match event:
        case DossierOpened():
            return router.prefix
        case DevelopmentRecorded(dossier=dossier):
            return f"{router.prefix}/{dossier}/developments"
        case PersonalDataErased():
            return None  # Who may write to the file erases, and nobody else.
    path = next(one.path for one in ADDRESSES if one.command is event.command)
    return f"/v1/developments/{event.originator_id}{path}"


def _as_put_in(value: Value) -> dict[str, Any]:
    return value.model_dump(mode="json", exclude_unset=True)


def _moment(moment: datetime | None) -> str | None:
    """A moment as every other answer spells it."""
    return to_jsonable_python(moment) if moment else None


def _line(**values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"
