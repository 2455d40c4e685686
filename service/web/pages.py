"""The addresses of the pages: the list of dossiers, each dossier's pages, and their panels by themselves."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from markupsafe import Markup

from service.api.calling import ViewsOf
from service.api.strict import StrictRoute
from service.problems import NOT_FOUND, Problem
from service.web.access import require_visitor
from service.web.asking import PageQuery
from service.web.panels import FRONT, PAGES, PANELS
from service.web.reading import Reading, ReadingOf, asked_of
from service.web.rendering import html, part, rendered

router = APIRouter(include_in_schema=False, route_class=StrictRoute, dependencies=[Depends(require_visitor)])


@router.get("/")
def list_dossiers(views: ViewsOf, query: Annotated[PageQuery, Query()]) -> Response:
    """The dossiers."""
    moment, dossiers = views.dossiers(asked_of(views, query))
    return html("dossiers.html", moment=moment, dossiers=dossiers, query=query)


@router.get("/dossiers/{dossier}")
def read_front(reading: ReadingOf) -> Response:
    """The front of a dossier."""
    return _page(reading, "")


@router.get("/dossiers/{dossier}/{page}")
def read_page(page: str, reading: ReadingOf) -> Response:
    """Another page of a dossier."""
    if not page or page not in PAGES:
        raise Problem(NOT_FOUND, f"a dossier has no page {page!r}; it has {', '.join(filter(None, PAGES))}")
    return _page(reading, page)


@router.get("/dossiers/{dossier}/panels/{page}/{panel}")
def read_panel(page: str, panel: str, reading: ReadingOf) -> Response:
    """One panel of a page by itself, as a script asks for it when a clock is turned."""
    page = "" if page == FRONT else page
    if page not in PAGES or panel not in PANELS:
        raise Problem(NOT_FOUND, f"there is no panel {panel!r} on a page {page!r}")
    return part(_panel(reading, page, panel))


def _page(reading: Reading, page: str) -> Response:
    shown = {name: _panel(reading, page, name) for name in PAGES[page].panels}
    cite = _panel(reading, page, "cite")
    stands = _panel(reading, page, "stands")
    told: dict[str, Any] = {
        "page": page,
        "pages": PAGES,
        "front": FRONT,
        "panels": shown,
        "cite": cite,
        "stands": stands,
    }
    return html("dossier.html", reading=reading, **told)


def _panel(reading: Reading, page: str, name: str) -> Markup:
    return rendered(f"panels/{name}.html", reading=reading, page=page, **PANELS[name](reading))
