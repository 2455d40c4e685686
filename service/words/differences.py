"""Differences between two answers in words: in which place, what was said there before, and what is now."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from projections.returns import Persons, StageCount, Tally
from service.words import counts
from service.words.states import label, one_of

NOT_TOLD = ("rests_on", "answered_by", "since", "left_by", "possible", "rests_on_retracted")
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


def is_told(path: str) -> bool:
    """Whether a difference says something of its own."""
    return not any(part in NOT_TOLD for part in path.split("/"))


def place(path: str, names: Mapping[str, str]) -> str:
    """A place of an answer: `/ceasefires/…/status` is `ceasefires · The truce of April · status`."""
    parts = [_part(part, names) for part in path.split("/") if part]
    return " · ".join(part for part in parts if part)


def _part(part: str, names: Mapping[str, str]) -> str:
    told = [names.get(one) or ("" if _is_id(one) else label(one)) for one in part.split(",")]
    return " ".join(one for one in told if one)


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
            return names.get(told) or label(told)
        case [*several]:
            return _several(several, names)
        case dict():
            return _whole(told, names)
    return str(told)


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
    if isinstance(told.get("said"), list):
        return "; ".join(value(one, names) for one in told["said"])
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
    if certain == possible:
        return counts.persons(certain)
    return f"certainly {counts.persons(certain)}; with the possible stages {counts.persons(possible)}"


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
