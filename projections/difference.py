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
    moved: list[tuple[Cause, list[Difference]]] = []
    now = start
    for cause, answer in steps:
        if found := list(differences(now, answer)):
            moved.append((cause, found))
        now = answer
    return [Traced(one, tuple(_movers(one.path, moved))) for one in differences(start, now)]


def _movers(path: str, moved: Sequence[tuple[Cause, Sequence[Difference]]]) -> Iterator[Cause]:
    for cause, found in moved:
        if any(_moves(path, difference) for difference in found):
            yield cause


def _moves(path: str, difference: Difference) -> bool:
    """Whether a difference is one of what stands at a path: inside it, or around it and there too."""
    if _within(difference.path, path):
        return True
    if not _within(path, difference.path):
        return False
    steps = path[len(difference.path) + 1 :].split("/")
    return bool(_at(difference.before, steps) != _at(difference.after, steps))


def _within(path: str, outer: str) -> bool:
    return path == outer or path.startswith(outer + "/")


def _at(value: Json, steps: Sequence[str]) -> Json:
    """What stands at a path; the list itself where its items cannot be told apart."""
    for step in steps:
        match value:
            case dict():
                value = next((inner for name, inner in value.items() if _step(name) == step), None)
            case list():
                named = [item for item in value if _step(_about(item)) == step]
                if len(named) > 1:
                    return value
                value = named[0] if named else None
            case _:
                return None
    return value


def _in_fields(before: Mapping[str, Json], after: Mapping[str, Json], path: str) -> Iterator[Difference]:
    for name in dict.fromkeys([*before, *after]):
        if path or name not in OF_THE_ANSWER:
            yield from differences(before.get(name), after.get(name), f"{path}/{_step(name)}")


def _step(name: object) -> str:
    """A name as a step of a path (RFC 6901)."""
    return str(name).replace("~", "~0").replace("/", "~1")


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
