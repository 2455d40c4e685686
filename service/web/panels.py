"""The panels: each answers one question, has one template, and follows both clocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from service.web.reading import Reading

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Panel:
    """One question about a dossier: its heading, and what its template is told."""

    title: str
    read: Callable[[Reading], Told]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a dossier: what it is called, and its panels in order."""

    title: str
    panels: Sequence[str]


def _view(name: str) -> Callable[[Reading], Told]:
    return lambda reading: {"view": reading.view(name)}


PANELS = {
    "cite": Panel("Cite this", lambda reading: {}),
    "ceasefire": Panel("Ceasefire", _view("ceasefire")),
    "exchanges": Panel("Exchanges so far", _view("exchanges")),
}
"""By name; `templates/panels/<name>.html` shows it."""

FRONT = "front"
"""What the front is called where its panels are asked for by themselves."""
PAGES = {
    "": Page("Front", ("ceasefire", "exchanges")),
}
"""By the last part of the address."""
