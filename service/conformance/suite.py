"""The suite: every promise, theme by theme. A theme that is not imported here is not checked."""

from service.conformance import clocks, importing, proving, refusing, views, writing
from service.conformance.promises import PROMISES, Promise

THEMES = (writing, refusing, clocks, views, importing, proving)


def promises() -> list[Promise]:
    """All of them, in the order of the themes."""
    names = [theme.__name__.rpartition(".")[2] for theme in THEMES]
    return sorted(PROMISES, key=lambda one: names.index(one.theme))
