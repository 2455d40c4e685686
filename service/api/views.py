"""Views of a dossier: timeline, ceasefire, exchanges, agenda, changes."""

from dataclasses import asdict
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response

from projections.agenda import Agenda
from projections.ceasefire import CeasefireStatus
from projections.exchanges import Exchanges
from projections.history import Changes
from projections.registry import VIEWS
from projections.timeline import Timeline
from projections.view import View
from service.api.asking import (
    ChangesCursor,
    ChangesQuery,
    Cursor,
    DossierId,
    TimelineCursor,
    TimelineQuery,
    ViewQuery,
)
from service.api.calling import ViewsOf, require_reader
from service.api.openapi import READING, answers
from service.api.strict import StrictRoute
from service.moments import Asked
from service.problems import UNKNOWN_DOSSIER
from service.views import Page, Views

router = APIRouter(
    prefix="/v1/dossiers/{dossier}",
    tags=["views"],
    route_class=StrictRoute,
    dependencies=[Depends(require_reader)],
)


@router.get("/timeline", responses=answers(*READING, UNKNOWN_DOSSIER, headers=["Link"]))
def read_timeline(
    dossier: DossierId,
    views: ViewsOf,
    query: Annotated[TimelineQuery, Query()],
    request: Request,
    response: Response,
) -> Timeline:
    """What had happened, in the order of time, each certainly or possibly by the day."""
    asked, after = query.asked(), None
    if query.cursor is not None:
        cursor = TimelineCursor.read(query.cursor)
        asked, after = cursor.asked(), cursor.place()
    page = views.timeline(dossier, asked, query.sought(), query.limit, after)
    following = _link_next(request, response, _after_page(page))
    return page.timeline.model_copy(update={"next": following})


@router.get("/ceasefire", responses=answers(*READING, UNKNOWN_DOSSIER))
def read_ceasefire(
    dossier: DossierId, views: ViewsOf, query: Annotated[ViewQuery, Query()]
) -> CeasefireStatus:
    """Whether a ceasefire held, since when, its terms, and what each party put on record about it."""
    return _view("ceasefire", CeasefireStatus, views, dossier, query)


@router.get("/exchanges", responses=answers(*READING, UNKNOWN_DOSSIER))
def read_exchanges(dossier: DossierId, views: ViewsOf, query: Annotated[ViewQuery, Query()]) -> Exchanges:
    """Stages and persons that returned, as intervals, against what was promised."""
    return _view("exchanges", Exchanges, views, dossier, query)


@router.get("/agenda", responses=answers(*READING, UNKNOWN_DOSSIER))
def read_agenda(dossier: DossierId, views: ViewsOf, query: Annotated[ViewQuery, Query()]) -> Agenda:
    """How each issue stood, and which planned steps wait for what."""
    return _view("agenda", Agenda, views, dossier, query)


@router.get("/changes", responses=answers(*READING, UNKNOWN_DOSSIER, headers=["Link"]))
def read_changes(
    dossier: DossierId,
    views: ViewsOf,
    query: Annotated[ChangesQuery, Query()],
    request: Request,
    response: Response,
) -> Changes:
    """Every event that was recorded between two moments, with who and why."""
    query.require_order()
    views.moments.settle(Asked(min_position=query.min_position))
    known_to, after = query.known_to, None
    if query.cursor is not None:
        cursor = ChangesCursor.read(query.cursor)
        known_to, after = cursor.known_to, cursor.after
    changes, more = views.changes(dossier, query.known_from, known_to, query.limit, after)
    following = _link_next(request, response, _after_changes(changes, more))
    return changes.model_copy(update={"next": following})


Answer = TypeVar("Answer", bound=View)


def _view(name: str, answer: type[Answer], views: Views, dossier: str, query: ViewQuery) -> Answer:
    told = views.view(VIEWS[name], dossier, query.asked(), query.lens())
    assert isinstance(told, answer)
    return told


def _after_page(page: Page) -> TimelineCursor | None:
    if page.next is None:
        return None
    return TimelineCursor.model_validate({**asdict(page.moment), **asdict(page.next)})


def _after_changes(changes: Changes, after: int | None) -> ChangesCursor | None:
    if after is None:
        return None
    return ChangesCursor.model_validate({"known_to": changes.known_to, "after": after})


def _link_next(request: Request, response: Response, cursor: Cursor | None) -> str | None:
    """Link to the next page under all filters of this one; answer its cursor."""
    if cursor is None:
        return None
    url = request.url.include_query_params(cursor=str(cursor))
    response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return str(cursor)
