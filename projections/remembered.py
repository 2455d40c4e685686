"""What was worked out of an entry once, for as long as somebody keeps the entry."""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import ref

from domain.entry import Entry

Told = TypeVar("Told")


class Remembered(Generic[Told]):
    """A function of an entry, which never changes; known by being the same object, not by being equal."""

    def __init__(self, tell: Callable[[Entry], Told]) -> None:
        self._tell = tell
        self._told: dict[int, tuple[ref[Entry], Told]] = {}

    def __call__(self, entry: Entry) -> Told:
        """What it tells of the entry."""
        place = id(entry)
        found = self._told.get(place)
        if found is not None and found[0]() is entry:
            return found[1]
        told = self._tell(entry)
        self._told[place] = ref(entry, lambda _: self._told.pop(place, None)), told
        return told
