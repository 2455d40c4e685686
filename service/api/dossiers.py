"""Dossiers: open one, list them, read one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from domain.commands import Dossier
from domain.legibility import refuse_turned_text
from service.answers import DossierOnRecord, Dossiers, Opened
from service.api.asking import Clocks, DossierId
from service.api.authorising import reader
from service.api.calling import CallerOf, RecordOf, ViewsOf
from service.api.openapi import READING, WRITING, answers
from service.api.strict import StrictRoute
from service.formats.json_lines import as_put_in
from service.problems import DOSSIER_TAKEN, UNKNOWN_DOSSIER

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"], route_class=StrictRoute)


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


@router.get("", dependencies=[Depends(reader)], responses=answers(*READING))
def list_dossiers(views: ViewsOf, query: Annotated[Clocks, Query()]) -> Dossiers:
    """List the dossiers."""
    moment, dossiers = views.dossiers(query.asked())
    return Dossiers(
        as_of=moment.as_of,
        known_at=moment.known_at,
        position=moment.position,
        dossiers=[as_put_in(dossier) for dossier in dossiers],
    )


@router.get(
    "/{dossier}",
    dependencies=[Depends(reader)],
    responses=answers(*READING, UNKNOWN_DOSSIER),
)
def read_dossier(dossier: DossierId, views: ViewsOf, query: Annotated[Clocks, Query()]) -> DossierOnRecord:
    """Read a dossier: its title, its parties, its observers."""
    moment, opened = views.dossier(dossier, query.asked())
    return DossierOnRecord(
        as_of=moment.as_of,
        known_at=moment.known_at,
        position=moment.position,
        dossier=as_put_in(opened),
    )
