"""The addresses of a dossier's pages, and of their panels by themselves."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from markupsafe import Markup

from service.api.authorising import reader
from service.api.strict import StrictRoute
from service.problems import NOT_FOUND, Problem
from service.web.access import VisitorOf
from service.web.freshness import unless_kept
from service.web.panels import COSTLY, FRONT, PAGES, PANELS
from service.web.reading import Reading, ReadingOf
from service.web.rendering import html, part, rendered

router = APIRouter(
    prefix="/dossiers/{dossier}",
    include_in_schema=False,
    route_class=StrictRoute,
    dependencies=[Depends(reader)],
)


@router.get("")
def read_front(reading: ReadingOf, request: Request, who: VisitorOf) -> Response:
    """The front of a dossier."""
    return unless_kept(request, reading.views, who, lambda: _page(reading, ""))


@router.get("/{page}")
def read_page(page: str, reading: ReadingOf, request: Request, who: VisitorOf) -> Response:
    """Another page of a dossier."""
    if not page or page not in PAGES:
        raise Problem(NOT_FOUND, f"a dossier has no page {page!r}; it has {', '.join(filter(None, PAGES))}")
    return unless_kept(request, reading.views, who, lambda: _page(reading, page))


@router.get("/panels/{page}/{panel}")
def read_panel(page: str, panel: str, reading: ReadingOf, request: Request, who: VisitorOf) -> Response:
    """One panel of a page by itself, as a script asks for it when a clock is turned."""
    page = "" if page == FRONT else page
    if page not in PAGES or panel not in PANELS:
        raise Problem(NOT_FOUND, f"there is no panel {panel!r} on a page {page!r}")
    return unless_kept(request, reading.views, who, lambda: part(_shown(reading, page, panel)))


def _page(reading: Reading, page: str) -> Response:
    shown = {name: _shown(reading, page, name) for name in PAGES[page].panels}
    around = {name: _panel(reading, page, name) for name in ("stands", "cite")}
    told: dict[str, Any] = {"page": page, "pages": PAGES, "front": FRONT, "panels": shown, **around}
    return html("dossier.html", reading=reading, **told)


def _shown(reading: Reading, page: str, name: str) -> Markup:
    """A panel of a page; for one that would hold the front up, where it is found."""
    if not page and name in COSTLY and reading.is_large:
        return rendered("parts/later.html", reading=reading, name=name)
    return _panel(reading, page, name)


def _panel(reading: Reading, page: str, name: str) -> Markup:
    return rendered(f"panels/{name}.html", reading=reading, page=page, **PANELS[name](reading))
