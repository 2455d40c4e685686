"""Developments: record one, say something of one, read one and its history."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Response
from pydantic import BaseModel, ValidationError

from domain.commands import Amend, Corroborate, Dispute, Reinstate, Resolve, Retract
from domain.developments import KINDS, Development
from domain.errors import UnresolvedReference
from projections.history import History
from projections.on_record import DevelopmentOnRecord, on_record
from service.api.asking import Clocks, DevelopmentId, DossierId, Knowledge
from service.api.calling import CallerOf, RecordOf, Seen, ViewsOf, require_reader
from service.api.openapi import READING, SAYING, TELLING, WRITING, answers
from service.api.problems import InvalidChange
from service.api.strict import StrictRoute
from service.problems import (
    NOTHING_CHANGED,
    UNKNOWN_DEVELOPMENT,
    UNKNOWN_DOSSIER,
    UNKNOWN_KIND,
    UNRESOLVED_REFERENCE,
    Kind,
)
from service.record import Receipt

router = APIRouter(prefix="/v1", tags=["developments"], route_class=StrictRoute)
EXAMPLES = {name: {"summary": name, "value": kind.example} for name, kind in sorted(KINDS.items())}


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


def _recording(*refusals: Kind) -> dict[int | str, dict[str, Any]]:
    return answers(*refusals, status=201, headers=["ETag", "Location"])


@router.post(
    "/dossiers/{dossier}/developments",
    status_code=201,
    responses=_recording(*WRITING, *TELLING, UNKNOWN_DOSSIER, UNKNOWN_KIND, UNRESOLVED_REFERENCE),
)
def record_development(
    dossier: DossierId,
    body: Annotated[Development, Body(openapi_examples=EXAMPLES)],
    record: RecordOf,
    caller: CallerOf,
    response: Response,
) -> Recorded:
    """Record a development of any kind; its fields are those that GET /v1/kinds gives for it."""
    return _recorded(record.record(dossier, body, caller), response)


@router.post(
    "/developments/{development}/amendments",
    status_code=201,
    responses=_recording(*SAYING, NOTHING_CHANGED, UNRESOLVED_REFERENCE),
)
def amend(
    development: DevelopmentId,
    body: Amend,
    seen: Seen,
    record: RecordOf,
    caller: CallerOf,
    response: Response,
) -> Recorded:
    """Correct fields. What was known before stays known as it was."""
    receipt = _with_values(body.changes, "/changes", lambda: record.amend(development, body, seen, caller))
    return _recorded(receipt, response)


@router.post(
    "/developments/{development}/corroborations",
    status_code=201,
    responses=_recording(*SAYING, NOTHING_CHANGED),
)
def corroborate(
    development: DevelopmentId,
    body: Corroborate,
    seen: Seen,
    record: RecordOf,
    caller: CallerOf,
    response: Response,
) -> Recorded:
    """Add a source that reports the same."""
    return _recorded(record.corroborate(development, body, seen, caller), response)


@router.post(
    "/developments/{development}/disputes",
    status_code=201,
    responses=_recording(*SAYING, NOTHING_CHANGED, UNRESOLVED_REFERENCE),
)
def dispute(
    development: DevelopmentId,
    body: Dispute,
    seen: Seen,
    record: RecordOf,
    caller: CallerOf,
    response: Response,
) -> Recorded:
    """Put a party's contradiction on record. The dispute's number is the `version` in the answer."""
    receipt = _with_values(body.says, "/says", lambda: record.dispute(development, body, seen, caller))
    return _recorded(receipt, response)


@router.post("/developments/{development}/resolutions", status_code=201, responses=_recording(*SAYING))
def resolve(
    development: DevelopmentId,
    body: Resolve,
    seen: Seen,
    record: RecordOf,
    caller: CallerOf,
    response: Response,
) -> Recorded:
    """Close a dispute."""
    return _recorded(record.resolve(development, body, seen, caller), response)


@router.post("/developments/{development}/retractions", status_code=201, responses=_recording(*SAYING))
def retract(
    development: DevelopmentId,
    body: Retract,
    seen: Seen,
    record: RecordOf,
    caller: CallerOf,
    response: Response,
) -> Recorded:
    """Take a development back. It stays in the history, and what rests on it says so."""
    return _recorded(record.retract(development, body, seen, caller), response)


@router.post("/developments/{development}/reinstatements", status_code=201, responses=_recording(*SAYING))
def reinstate(
    development: DevelopmentId,
    body: Reinstate,
    seen: Seen,
    record: RecordOf,
    caller: CallerOf,
    response: Response,
) -> Recorded:
    """Put a retracted development back on record."""
    return _recorded(record.reinstate(development, body, seen, caller), response)


@router.get(
    "/developments/{development}",
    dependencies=[Depends(require_reader)],
    responses=answers(*READING, UNKNOWN_DEVELOPMENT, headers=["ETag"]),
)
def read_development(
    development: DevelopmentId, views: ViewsOf, query: Annotated[Clocks, Query()], response: Response
) -> DevelopmentOnRecord:
    """Read a development as known at a moment. `ETag` is its version, for If-Match."""
    moment, entry, retracted = views.development(development, query.asked())
    response.headers["ETag"] = f'"{entry.version}"'
    return on_record(entry, moment.as_of, moment.known_at, moment.position, retracted)


@router.get(
    "/developments/{development}/history",
    dependencies=[Depends(require_reader)],
    responses=answers(*READING, UNKNOWN_DEVELOPMENT),
)
def read_history(development: DevelopmentId, views: ViewsOf, query: Annotated[Knowledge, Query()]) -> History:
    """Read every version: who made it, when, why, from which source, and field by field what changed."""
    return views.history(development, query.asked())


Answer = TypeVar("Answer")


def _with_values(values: Mapping[str, Any], pointer: str, act: Callable[[], Answer]) -> Answer:
    """Act on values that only the kind's own schema can judge, and point at the one that is wrong."""
    try:
        return act()
    except ValidationError as error:
        raise InvalidChange(error, values, pointer) from error
    except UnresolvedReference as error:
        raise UnresolvedReference(pointer + error.pointer, str(error)) from error


def _recorded(receipt: Receipt, response: Response) -> Recorded:
    response.headers["ETag"] = f'"{receipt.version}"'
    response.headers["Location"] = f"/v1/developments/{receipt.id}"
    assert receipt.kind is not None
    return Recorded(
        id=receipt.id,
        kind=receipt.kind,
        event=receipt.event,
        version=receipt.version,
        position=receipt.position,
        recorded_at=receipt.recorded_at,
    )
