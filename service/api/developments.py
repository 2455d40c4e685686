"""Developments: record one, say something of one, read one and its history."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Response

from domain.developments import KINDS, Development
from projections.history import History
from projections.on_record import DevelopmentOnRecord
from service.answers import Recorded
from service.api.asking import DevelopmentId, DevelopmentQuery, DossierId
from service.api.authorising import reader
from service.api.calling import CallerOf, RecordOf, TransparencyOf, ViewsOf
from service.api.openapi import READING, SIGNING, TELLING, WRITING, answers
from service.api.strict import StrictRoute
from service.callers import Receipt
from service.problems import (
    UNKNOWN_DEVELOPMENT,
    UNKNOWN_DOSSIER,
    UNKNOWN_KIND,
    UNRESOLVED_REFERENCE,
    Kind,
)
from service.recording import record_soon

router = APIRouter(prefix="/v1", tags=["developments"], route_class=StrictRoute)
EXAMPLES = {name: {"summary": name, "value": kind.example} for name, kind in sorted(KINDS.items())}


def recording(*refusals: Kind) -> dict[int | str, dict[str, Any]]:
    """How an operation that records something of a development answers."""
    return answers(*refusals, status=201, headers=["ETag", "Location"])


@router.post(
    "/dossiers/{dossier}/developments",
    status_code=201,
    responses=recording(*WRITING, *TELLING, UNKNOWN_DOSSIER, UNKNOWN_KIND, UNRESOLVED_REFERENCE),
)
async def record_development(
    dossier: DossierId,
    body: Annotated[Development, Body(openapi_examples=EXAMPLES)],
    record: RecordOf,
    caller: CallerOf,
    response: Response,
) -> Recorded:
    """Record a development of any kind; its fields are those that GET /v1/kinds gives for it."""
    return recorded(await record_soon(record, dossier, body, caller), response)


@router.get(
    "/developments/{development}",
    dependencies=[Depends(reader)],
    responses=answers(*READING, *SIGNING, UNKNOWN_DEVELOPMENT, headers=["ETag"]),
)
def read_development(
    development: DevelopmentId,
    views: ViewsOf,
    log: TransparencyOf,
    query: Annotated[DevelopmentQuery, Query()],
    response: Response,
) -> DevelopmentOnRecord:
    """Read a development as known at a moment. `ETag` is its version, for If-Match."""
    answer = views.development(development, query.asked())
    response.headers["ETag"] = f'"{answer.version}"'
    return log.tied(answer, "development") if query.proof else answer


@router.get(
    "/developments/{development}/history",
    dependencies=[Depends(reader)],
    responses=answers(*READING, *SIGNING, UNKNOWN_DEVELOPMENT),
)
def read_history(
    development: DevelopmentId,
    views: ViewsOf,
    log: TransparencyOf,
    query: Annotated[DevelopmentQuery, Query()],
) -> History:
    """Read every version: who made it, when, why, from which source, and all that was said.

    `said` is what the event says, in the fields of its command; `differences` what it changed.
    """
    answer = views.history(development, query.asked())
    return log.tied(answer, "history") if query.proof else answer


def recorded(receipt: Receipt, response: Response) -> Recorded:
    """The answer to anything that has been recorded of a development."""
    response.headers["ETag"] = f'"{receipt.version}"'
    response.headers["Location"] = f"/v1/developments/{receipt.id}"
    return as_recorded(receipt)


def as_recorded(receipt: Receipt) -> Recorded:
    """A receipt of what has been recorded of a development, in the words of the API."""
    assert receipt.kind is not None
    return Recorded(
        id=receipt.id,
        kind=receipt.kind,
        event=receipt.event,
        version=receipt.version,
        position=receipt.position,
        recorded_at=receipt.recorded_at,
    )
