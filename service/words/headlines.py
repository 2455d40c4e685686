"""What happened in one line, with names in place of codes."""

from collections.abc import Mapping
from typing import Any

from domain.developments.base import Happening
from domain.values import State, Unnamed, actor_key


def headline(told: Happening, names: Mapping[str, str]) -> str:
    """The line for a development: the recorder's own words as they are, or one that names who it names."""
    if told.summary:
        return told.headline()
    called = {name: _called(value, names) for name, value in told}
    return told.model_copy(update=called).headline()


def _called(value: Any, names: Mapping[str, str]) -> Any:
    """A state under its name, for a line of text alone; whatever else as it is."""
    match value:
        case State():
            name = names.get(actor_key(value))
            return Unnamed(type="unnamed", description=name) if name else value
        case tuple():
            return tuple(_called(one, names) for one in value)
    return value
