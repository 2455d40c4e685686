"""Views of a dossier: timeline, ceasefire, exchanges, agenda, changes."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from projections.agenda import Agenda
from projections.ceasefire import CeasefireStatus
from projections.exchanges import Exchanges
from projections.history import Changes
from projections.timeline import Timeline
from service.api.asking import ChangesQuery, TimelineQuery, ViewQuery, from_cursor, place_from, to_cursor
from service.api.calling import ViewsOf, require_reader
from service.api.strict import StrictRoute
from service.moments import Asked
from service.views import Page

router = APIRouter(
    prefix="/v1/dossiers/{dossier}",
    tags=["views"],
    route_class=StrictRoute,
    dependencies=[Depends(require_reader)],
)


@router.get("/timeline")
def read_timeline(
    dossier: str,
    views: ViewsOf,
    query: Annotated[TimelineQuery, Query()],
    request: Request,
    response: Response,
) -> Timeline:
    """What had happened, in the order of time, each certainly or possibly by the day."""
    asked, after = query.asked(), None
    if query.cursor is not None:
        values = from_cursor(query.cursor, "as_of", "position", "earliest", "latest", "recorded")
        asked = Asked(as_of=date.fromisoformat(values["as_of"]), at_position=values["position"])
        after = place_from(values)
    page = views.timeline(dossier, asked, query.filters(), query.limit, after)
    cursor = _next_of(page)
    _link_next(request, response, cursor)
    return page.timeline.model_copy(update={"next": cursor})


@router.get("/ceasefire")
def read_ceasefire(dossier: str, views: ViewsOf, query: Annotated[ViewQuery, Query()]) -> CeasefireStatus:
    """Whether a ceasefire held, since when, its terms, and what each party put on record about it."""
    return views.ceasefire(dossier, query.asked(), query.standing)


@router.get("/exchanges")
def read_exchanges(dossier: str, views: ViewsOf, query: Annotated[ViewQuery, Query()]) -> Exchanges:
    """Stages and persons that returned, as intervals, against what was promised."""
    return views.exchanges(dossier, query.asked(), query.standing)


@router.get("/agenda")
def read_agenda(dossier: str, views: ViewsOf, query: Annotated[ViewQuery, Query()]) -> Agenda:
    """How each issue stood, and which planned steps wait for what."""
    return views.agenda(dossier, query.asked(), query.standing)


@router.get("/changes")
def read_changes(
    dossier: str,
    views: ViewsOf,
    query: Annotated[ChangesQuery, Query()],
    request: Request,
    response: Response,
) -> Changes:
    """Every event that was recorded between two moments, with who and why."""
    known_to, after = query.known_to, None
    if query.cursor is not None:
        values = from_cursor(query.cursor, "known_to", "after")
        known_to = datetime.fromisoformat(values["known_to"]) if values["known_to"] else None
        after = int(values["after"])
    changes, more = views.changes(dossier, query.known_from, known_to, query.limit, after)
    told = changes.known_to.isoformat() if changes.known_to else None
    cursor = to_cursor(known_to=told, after=more) if more is not None else None
    _link_next(request, response, cursor)
    return changes.model_copy(update={"next": cursor})


def _next_of(page: Page) -> str | None:
    if page.next is None:
        return None
    return to_cursor(
        as_of=page.moment.as_of.isoformat(),
        position=page.moment.position,
        earliest=page.next.earliest,
        latest=page.next.latest,
        recorded=page.next.recorded,
    )


def _link_next(request: Request, response: Response, cursor: str | None) -> None:
    if cursor is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(cursor=cursor)}>; rel="next"'
