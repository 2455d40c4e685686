"""All that is held of one development, and what of it a format has taken: the rest is lost, and is named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from domain.values import Value
from service.formats.json_lines import line_of
from service.views import Exported

DERIVED = {"codes", "corroborations_personal"}
"""What a line of the export says besides, which follows from the rest of it."""


@dataclass(slots=True)
class Loss:
    """A field of a development that a format could not hold."""

    development: str
    field: str
    """Where it stands in the development's line of the export, as a JSON Pointer."""
    value: Any
    why: str


class Whole:
    """A development as it stands, with all that was said of it: the members of its line in the export."""

    def __init__(self, exported: Exported) -> None:
        self.entry = exported.entry
        self.events = exported.events
        self._taken: set[str] = set()

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.entry.id)

    @cached_property
    def told(self) -> dict[str, Any]:
        """Every member, as JSON has it."""
        line = line_of(Exported(self.entry, self.events))
        same = {"same_as": [str(one) for one in self.entry.same_as]} if self.entry.same_as else {}
        return {name: value for name, value in {**line, **same}.items() if name not in DERIVED}

    @property
    def development(self) -> dict[str, Any]:
        """The development itself, as it was put in."""
        told: dict[str, Any] = self.told["development"]
        return told

    def take(self, *pointers: str) -> None:
        """Note what a format holds, each with all that is inside it."""
        self._taken.update(pointers)

    def lost(self, why: str) -> Iterator[Loss]:
        """What was not taken: whole branches where nothing of them was."""
        for pointer, value in self._untaken(self.told, ""):
            yield Loss(self.id, pointer, value, why)

    def _untaken(self, value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
        if pointer in self._taken or value is None or value in ([], {}):
            return
        if pointer and not any(one.startswith(pointer + "/") for one in self._taken):
            yield pointer, value
            return
        for step, inner in _inside(value):
            yield from self._untaken(inner, f"{pointer}/{step}")


@dataclass(slots=True)
class Ledger:
    """What an export lost, as it is written."""

    losses: list[Loss] = field(default_factory=list)

    def close(self, whole: Whole, why: str) -> None:
        """Note what is left of a development that was written."""
        self.losses.extend(whole.lost(why))


def _inside(value: Any) -> Iterable[tuple[str, Any]]:
    match value:
        case dict():
            return [(name.replace("~", "~0").replace("/", "~1"), inner) for name, inner in value.items()]
        case list():
            return [(str(index), inner) for index, inner in enumerate(value)]
    return []


class LossRow(Value):
    """A loss as a row of a table."""

    development: str
    field: str
    value: Any
    why: str
