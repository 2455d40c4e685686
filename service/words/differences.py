"""Differences between two answers in words: in which place, what was said there before, and what is now."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from projections.diff import ChangedByKnowledge
from projections.history import Change
from projections.returns import Persons, StageCount, Tally
from service.words import counts, days, where
from service.words.states import LEVELS, ceasefire, label, one_of

NOT_TOLD = {"rests_on", "answered_by", "since", "left_by", "possible", "rests_on_retracted", "carried_out"}
"""Parts of an answer that follow from others, or only say on what they rest."""
SUMMARIES = (
    "content",
    "step",
    "headline",
    "title",
    "text",
    "status",
    "state",
    "outcome",
    "stance",
    "stipulation",
)
"""What stands for a whole part of an answer that is new or gone, the first that it has."""
MODELS = (Tally, Persons, StageCount)
CERTAINTIES = {"not": "no", "possible": "possibly", "certain": "certainly"}


LEAVES = {
    "at_least",
    "at_most",
    "certain",
    "certainty",
    "earliest",
    "latest",
    "possible",
    "stages",
    "unknown",
    "with_possible",
    "withheld",
}
"""Parts of one number, or of one day: what changed in them is told in one sentence."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that an answer says otherwise: which, how each part of it changed, and what made it so."""

    path: str
    parts: tuple[tuple[str, Any, Any], ...]
    made_by: tuple[Change, ...]


def moved(differences: Iterable[ChangedByKnowledge]) -> list[Moved]:
    """The differences that say something of their own, those of one number or one day together."""
    found: dict[str, list[tuple[str, ChangedByKnowledge]]] = {}
    for one in differences:
        if is_told(one.path) and not (one.path.endswith("/possible") and isinstance(one.after, list)):
            path, leaf = _owner(one.path)
            found.setdefault(path, []).append((leaf, one))
    return [_moved(path, several) for path, several in found.items()]


def is_told(path: str) -> bool:
    """Whether a difference says something of its own."""
    parts = path.split("/")
    return (
        NOT_TOLD.isdisjoint(parts[:-1])
        and (parts[-1] in LEAVES or parts[-1] not in NOT_TOLD)
        and (path != "/by_stipulation")
    )


def _owner(path: str) -> tuple[str, str]:
    """The number or the day that a leaf is a part of, and the part."""
    leaf: list[str] = []
    parts = path.split("/")
    while len(parts) > 2 and parts[-1] in LEAVES:
        leaf.insert(0, parts.pop())
    told = " ".join(label(one) for one in leaf)
    return "/".join(parts), where.PARTS.get(told, told)


def _moved(path: str, several: Sequence[tuple[str, ChangedByKnowledge]]) -> Moved:
    parts = {leaf: (one.before, one.after) for leaf, one in several}
    told = {leaf: _called(path, leaf, values) for leaf, values in parts.items() if not _is_said(leaf, parts)}
    made_by = dict.fromkeys(change for _, one in several for change in one.made_by)
    return Moved(path, tuple((leaf, *values) for leaf, values in told.items()), tuple(made_by))


def _is_said(leaf: str, parts: Mapping[str, tuple[Any, Any]]) -> bool:
    """Whether a part with the possible stages changed as that of the certain ones did."""
    return any(
        leaf == where.PARTS[f"with possible {name}"]
        and parts.get(where.PARTS[f"certain {name}"]) == parts[leaf]
        for name in ("at least", "at most", "stages", "unknown", "withheld")
    )


def _called(path: str, leaf: str, values: tuple[Any, Any]) -> tuple[Any, Any]:
    """No upper bound is one that is not known; a level is one of a scale."""
    before, after = values
    if leaf.endswith("at most"):
        before, after = ("unknown" if one is None else one for one in values)
    elif path.endswith("/level"):
        before, after = (LEVELS[one] if isinstance(one, int) else one for one in values)
    return before, after


def place(path: str, names: Mapping[str, str]) -> str:
    """What a place of an answer is called."""
    return where.place(path, names)


def value(told: Any, names: Mapping[str, str]) -> str:
    """What an answer says in one place."""
    match told:
        case None:
            return "nothing on record"
        case bool():
            return "yes" if told else "no"
        case int() | float():
            return counts.number(told)
        case str():
            return names.get(told) or _text(told)
        case [*several]:
            return _several(several, names)
        case dict():
            return _whole(told, names)
    return str(told)


def _text(told: str) -> str:
    if told in CERTAINTIES:
        return CERTAINTIES[told]
    try:
        return days.day(date.fromisoformat(told))
    except ValueError:
        return label(told) if re.fullmatch(r"[a-z_-]+", told) else told


def _several(several: Sequence[Any], names: Mapping[str, str]) -> str:
    if not several:
        return "none"
    if all(isinstance(one, str) for one in several):
        return one_of([names.get(one, one) for one in several])
    return "; ".join(value(one, names) for one in several)


def _whole(told: dict[str, Any], names: Mapping[str, str]) -> str:
    for model in MODELS:
        try:
            return _numbers(model.model_validate(told))
        except ValidationError:
            continue
    if "persons" in told and isinstance(told["persons"], dict):
        return _whole(told["persons"], names)
    if isinstance(told.get("accounts"), list):
        return counts.plural(len(told["accounts"]), "account")
    for several in ("said", "asked"):
        if told.get(several) and told.get("stance") in {None, "none"}:
            return "; ".join(value(one, names) for one in told[several])
    if "ceasefire_class" in told:
        return ceasefire(told["status"], told["possible"]).lower()
    found = next((told[name] for name in SUMMARIES if told.get(name)), None)
    return value(found, names) if found else "on record"


def _numbers(told: Tally | Persons | StageCount) -> str:
    match told:
        case Tally(certain=certain, with_possible=possible):
            return tally(certain, possible)
        case Persons():
            return counts.persons(told)
    return counts.stages(told)


def tally(certain: Persons, possible: Persons) -> str:
    """A sum over the certain stages and, where it is another, over the possible ones as well."""
    if certain == possible or _bounded(certain) == _bounded(possible) != (0, None):
        return counts.persons(possible)
    if certain.stages and all(
        _bounded(one) == (0, None) and one.unknown == one.stages for one in (certain, possible)
    ):
        only = f", {counts.number(possible.stages - certain.stages)} of them only possible"
        return counts.persons(possible).partition(", so")[0] + only
    return f"certainly {counts.persons(certain)}; with the possible stages {counts.persons(possible)}"


def _bounded(told: Persons) -> tuple[int, int | None]:
    return told.at_least, told.at_most
