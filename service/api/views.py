"""Views of a dossier: its timeline, those of the registry, how they changed, and what was recorded."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from projections.diff import KnowledgeDiff, TimeDiff
from projections.explain import explain
from projections.history import Changes
from projections.pages import Items
from projections.registry import VIEWS
from projections.timeline import Timeline
from projections.view import View
from service.api.asking import (
    ChangesQuery,
    DiffQuery,
    DossierId,
    TimelineQuery,
    ViewQuery,
)
from service.api.authorising import reader
from service.api.calling import DiffsOf, PagesOf, TransparencyOf, ViewsOf
from service.api.cursors import ChangesCursor, Cursor, TimelineCursor
from service.api.memento import TIMEMAP, Links, TimeGate
from service.api.openapi import MEMENTO, READING, SIGNING, answers
from service.api.pages import FoldedQuery, ItemsQuery, linked, linked_items
from service.api.strict import StrictRoute
from service.moments import Asked
from service.paging import Question
from service.problems import UNKNOWN_DOSSIER
from service.views import Page

router = APIRouter(
    prefix="/v1/dossiers/{dossier}",
    tags=["views"],
    route_class=StrictRoute,
    dependencies=[Depends(reader)],
)


@router.get("/timeline", responses=answers(*READING, *SIGNING, UNKNOWN_DOSSIER, headers=MEMENTO))
def read_timeline(
    dossier: DossierId,
    views: ViewsOf,
    query: Annotated[TimelineQuery, Query()],
    log: TransparencyOf,
    gate: TimeGate,
    request: Request,
    response: Response,
) -> Timeline:
    """What had happened, in the order of time, each certainly or possibly by the day."""
    asked, after = gate.asked(query.asked(), partial(views.nearest, dossier)), None
    if query.cursor is not None:
        cursor = TimelineCursor.read(query.cursor)
        asked, after = cursor.asked(), cursor.place()
    page = views.timeline(dossier, asked, query.sought(), query.limit, after)
    following = _link_next(request, response, _after_page(page))
    gate.stamp(page.timeline.known_at, page.timeline.as_of)
    answer = page.timeline.model_copy(update={"next": following})
    return log.tied(answer, "timeline", query.lens()) if query.receipt else answer


def _endpoint(name: str) -> Callable[..., View]:
    def read(
        dossier: DossierId,
        pages: PagesOf,
        log: TransparencyOf,
        query: Annotated[FoldedQuery, Query()],
        gate: TimeGate,
    ) -> View:
        asked = gate.asked(query.asked(), partial(pages.views.nearest, dossier))
        question = Question(name, dossier, query.lens())
        answer = linked(pages.answer(question, asked, query.in_pages()), question, query.limit)
        gate.stamp(answer.known_at, answer.as_of)
        if query.explain:
            answer = answer.model_copy(update={"explanation": explain(answer)})
        return log.tied(answer, name, query.lens()) if query.receipt else answer

    return read


def _timemap_of_timeline(
    dossier: DossierId, views: ViewsOf, query: Annotated[TimelineQuery, Query()], gate: TimeGate
) -> Links:
    return Links(gate.timemap(views.moments_of(dossier, query.asked()), views.moments.now()))


def _timemap(
    dossier: DossierId, views: ViewsOf, query: Annotated[ViewQuery, Query()], gate: TimeGate
) -> Links:
    return Links(gate.timemap(views.moments_of(dossier, query.asked()), views.moments.now()))


for _name, _projection in VIEWS.items():
    router.add_api_route(
        f"/{_name}",
        _endpoint(_name),
        response_model=_projection.answer,
        name="read_" + _name.replace("/", "_"),
        description=_projection.question,
        responses=answers(*READING, *SIGNING, UNKNOWN_DOSSIER, headers=MEMENTO),
    )
for _name in ("timeline", *VIEWS):
    router.add_api_route(
        f"/{_name}/{TIMEMAP}",
        _timemap_of_timeline if _name == "timeline" else _timemap,
        response_class=Links,
        name="read_" + _name.replace("/", "_") + "_timemap",
        description=f"The moments at which the {_name} view can be asked for, as RFC 7089 has it.",
        responses=answers(*READING, UNKNOWN_DOSSIER),
    )


@router.get("/items", responses=answers(*READING, UNKNOWN_DOSSIER, headers=["Link"]))
def read_items(
    dossier: DossierId,
    pages: PagesOf,
    query: Annotated[ItemsQuery, Query()],
    response: Response,
) -> Items:
    """Further items of a list of which an answer shows only the first, as `left_out` there links to them."""
    question = Question(query.view.value, dossier, query.lens())
    found = pages.items(question, query.asked(), query.list, query.first, query.limit)
    answer = linked_items(found, question, query.limit)
    if answer.next is not None:
        response.headers["Link"] = f'<{answer.next}>; rel="next"'
    return answer


@router.get("/diff", responses=answers(*READING, UNKNOWN_DOSSIER))
def read_diff(
    dossier: DossierId, diffs: DiffsOf, query: Annotated[DiffQuery, Query()]
) -> KnowledgeDiff | TimeDiff:
    """How the answer of a view changed, field by field, and what changed it.

    Between two moments of knowledge, with the events that made each difference, their authors and reasons;
    or between two days at one moment, with the developments that did.
    """
    query.require_one_clock()
    diffs.moments.settle(Asked(min_position=query.min_position))
    question = Question(query.view.value, dossier, query.lens())
    if query.as_of_from is not None:
        asked = Asked(as_of=query.as_of_to, known_at=query.known_at)
        return diffs.by_time(question, asked, query.as_of_from)
    return diffs.by_knowledge(question, query.as_of, query.known_from, query.known_to)


@router.get(
    "/changes",
    responses=answers(*READING, UNKNOWN_DOSSIER, headers=["Link"]),
)
def read_changes(
    dossier: DossierId,
    views: ViewsOf,
    query: Annotated[ChangesQuery, Query()],
    request: Request,
    response: Response,
) -> Changes:
    """Every event that was recorded between two moments: who recorded it, why, and all that it says."""
    query.require_order()
    views.moments.settle(Asked(min_position=query.min_position))
    known_to, after = query.known_to, None
    if query.cursor is not None:
        cursor = ChangesCursor.read(query.cursor)
        known_to, after = cursor.known_to, cursor.after
    changes, more = views.changes(dossier, query.known_from, known_to, query.limit, after)
    following = _link_next(request, response, _after_changes(changes, more))
    return changes.model_copy(update={"next": following})


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
