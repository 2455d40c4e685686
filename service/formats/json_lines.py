"""A dossier as JSON Lines: all of it, and in a form in which it can be recorded again."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from domain.entry import Entry
from domain.events import DevelopmentRecorded, DossierOpened, Event, PersonalDataErased, Stamped
from domain.values import Value
from projections.cut import Moment
from service.api.sayings import ADDRESSES
from service.views import Exported

DOSSIERS = "/v1/dossiers"


def dossier_lines(moment: Moment, opening: Stamped, developments: Iterator[Exported]) -> Iterator[str]:
    """A line for the dossier itself, then one for each development."""
    yield _line(
        as_of=moment.as_of.isoformat(),
        known_at=_moment(moment.known_at),
        position=moment.position,
        dossier=as_put_in(opening.event.as_command()),
        said=[_said(opening)],
    )
    for one in developments:
        yield _line(**line_of(one))


def line_of(one: Exported) -> dict[str, Any]:
    """What the line of a development holds."""
    entry = one.entry
    return {
        "id": str(entry.id),
        "version": entry.version,
        "standing": entry.standing,
        "recorded_at": _moment(entry.recorded_at),
        "codes": asdict(entry.development.dataset_codes()),
        "development": as_put_in(entry.development),
        "corroborations": [as_put_in(source) for source in entry.corroborations],
        "said": [_said(stamped) for stamped in one.events],
        **_marked(entry),
    }


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
        "body": as_put_in(stamped.event.as_command()),
    }


def _address(event: Event) -> str | None:
    match event:
        case DossierOpened():
            return DOSSIERS
        case DevelopmentRecorded(dossier=dossier):
            return f"{DOSSIERS}/{dossier}/developments"
        case PersonalDataErased():
            return None  # Who may write to the file erases, and nobody else.
    path = next(one.path for one in ADDRESSES if one.command is event.command)
    return f"/v1/developments/{event.originator_id}{path}"


def as_put_in(value: Value) -> dict[str, Any]:
    """A value as it was put in."""
    return value.model_dump(mode="json", exclude_unset=True)


def _moment(moment: datetime | None) -> str | None:
    """A moment as every other answer spells it."""
    return to_jsonable_python(moment) if moment else None


def _line(**values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"
