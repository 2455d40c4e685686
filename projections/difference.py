"""Differences between two answers, field by field, and what made each of them.

An answer is compared as the JSON that it is. Items of a list are matched by what they are about (their
id, side, party, issue …), not by their place, so that one more item is one difference.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Cause = TypeVar("Cause")
Json = Any

ABOUT = ("id", "side", "party", "issue", "agreement", "stipulation", "category", "sides", "dispute", "by")
"""What an item of a list is about, where it has these."""

OF_THE_ANSWER = frozenset({"as_of", "known_at", "position", "dossier"})
"""What an answer says of itself; it is what was asked, not what was answered."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs, by its path in the answer."""

    path: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Traced(Generic[Cause]):
    """A difference between the first and the last of several answers, and the causes that moved it."""

    difference: Difference
    causes: tuple[Cause, ...]


def differences(before: Json, after: Json, path: str = "") -> Iterator[Difference]:
    """Every field in which two answers differ, as deep as it can be told."""
    match before, after:
        case dict(), dict():
            yield from _in_fields(before, after, path)
        case list(), list() if (pairs := _matched(before, after)) is not None:
            yield from _in_fields(*pairs, path)
        case _ if before != after:
            yield Difference(path, before, after)


def trace(start: Json, steps: Iterable[tuple[Cause, Json]]) -> list[Traced[Cause]]:
    """The differences between the first answer and the last, each with the steps that moved it."""
    moved: list[tuple[Cause, set[str]]] = []
    now = start
    for cause, answer in steps:
        paths = {difference.path for difference in differences(now, answer)}
        if paths:
            moved.append((cause, paths))
        now = answer
    return [Traced(one, tuple(_movers(one.path, moved))) for one in differences(start, now)]


def _movers(path: str, moved: Sequence[tuple[Cause, set[str]]]) -> Iterator[Cause]:
    for cause, paths in moved:
        if any(_within(path, other) or _within(other, path) for other in paths):
            yield cause


def _within(path: str, outer: str) -> bool:
    return path == outer or path.startswith(outer + "/")


def _in_fields(before: Mapping[str, Json], after: Mapping[str, Json], path: str) -> Iterator[Difference]:
    for name in dict.fromkeys([*before, *after]):
        if path or name not in OF_THE_ANSWER:
            step = str(name).replace("~", "~0").replace("/", "~1")
            yield from differences(before.get(name), after.get(name), f"{path}/{step}")


def _matched(before: Sequence[Json], after: Sequence[Json]) -> tuple[dict[str, Json], dict[str, Json]] | None:
    """Both lists by what their items are about; `None` where that does not tell the items apart."""
    keyed = [{_about(item): item for item in items} for items in (before, after)]
    if None in keyed[0] or None in keyed[1] or [len(before), len(after)] != [len(one) for one in keyed]:
        return None
    first, second = ({str(key): item for key, item in one.items()} for one in keyed)
    return first, second


def _about(item: Json) -> str | None:
    if not isinstance(item, dict):
        return None
    values = [item[name] for name in ABOUT if item.get(name) is not None]
    flat = [part for value in values for part in (value if isinstance(value, list) else [value])]
    return ",".join(map(str, flat)) or None
