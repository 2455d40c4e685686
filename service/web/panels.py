"""The panels: each answers one question, has one template, and follows both clocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from service.web import charts, front, since, timeline
from service.web.reading import Reading

Told = dict[str, Any]
Read = Callable[[Reading], Told]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a dossier: what it is called, and its panels in order."""

    title: str
    panels: Sequence[str]


def _view(name: str) -> Read:
    return lambda reading: {"view": reading.view(name)}


PANELS: dict[str, Read] = {
    "stands": lambda _: {},
    "cite": lambda _: {},
    "ceasefire": _view("ceasefire"),
    "onrecord": _view("ceasefire"),
    "ceasefires": _view("ceasefire"),
    "course": charts.course,
    "exchanges": _view("exchanges"),
    "promises": charts.promises,
    "series": charts.series,
    "next": front.next_steps,
    "ultimatums": front.ultimatums,
    "latest": front.latest,
    "timeline": timeline.read,
    "agreements": _view("agreements"),
    "positions": _view("positions"),
    "issues": _view("agenda"),
    "steps": _view("agenda"),
    "contacts": _view("contacts"),
    "disputes": _view("disputes"),
    "actors": _view("actors"),
    "changes": since.read,
}
"""What each panel reads, by its name; `templates/panels/<name>.html` shows it."""

COSTLY = {"course"}
"""Panels that take seconds in a large dossier: its front leaves them to be asked for."""
FRONT = "front"
"""What the front is called where its panels are asked for by themselves."""
PAGES = {
    "": Page("Front", ("ceasefire", "exchanges", "next", "ultimatums", "course", "latest")),
    "timeline": Page("Timeline", ("timeline",)),
    "ceasefire": Page("Ceasefire", ("ceasefire", "course", "onrecord", "ceasefires")),
    "exchanges": Page("Exchanges", ("exchanges", "series", "promises")),
    "agreements": Page("Agreements", ("agreements",)),
    "positions": Page("Positions", ("positions",)),
    "agenda": Page("Agenda", ("issues", "steps")),
    "contacts": Page("Contacts", ("contacts",)),
    "disputes": Page("Disputes", ("disputes",)),
    "actors": Page("Actors", ("actors",)),
    "changes": Page("What changed", ("changes",)),
}
"""By the last part of the address."""
