"""What a cell of a table says, by a rule: a text, a choice, a date, a count, a list."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Any

from pydantic import Field, model_validator

from domain.values import Value

NOTHING = object()
"""What an empty cell says."""

_COUNTS = (
    (r"(\d+)", "exact", ("value",)),
    (r"(\d+)\s*(?:-|to|\.\.)\s*(\d+)", "between", ("min", "max")),
    (r"(?:>=|at least)\s*(\d+)", "at_least", ("min",)),
    (r"(\d+)\s*\+", "at_least", ("min",)),
    (r"(?:<=|at most|up to)\s*(\d+)", "at_most", ("max",)),
    (r"unknown|\?", "unknown", ()),
    (r"not applicable|n/?a", "not_applicable", ()),
)
"""How counts are written, and what each is."""


class Unreadable(ValueError):
    """A cell does not say what its rule asks for; the words say what would be right."""


class Precision(Value):
    """How exact the dates of a column are, by another column: `day`, `week`, `month`, `year`."""

    column: str
    values: Mapping[str, str]


class Rule(Value):
    """How a cell is read. An empty one says nothing, unless there is a `default`."""

    column: str
    values: Mapping[str, Any] | None = None
    """What each text stands for; a text that is not among them is wrong, unless there is `other`."""
    other: Any = None
    date: tuple[str, ...] | None = Field(None, validation_alias="date")
    """The forms that dates are written in, as strptime has them; without, they are EDTF already."""
    precision: Precision | None = None
    split: str | None = None
    """What stands between the items of a list."""
    count: bool = False
    """A count of persons: `20`, `20-30`, `at least 20`, `20+`, `unknown`."""
    number: bool = False
    default: Any = None
    prefix: str = ""
    """What is put before the text."""

    @model_validator(mode="before")
    @classmethod
    def _in_full(cls, told: Any) -> Any:
        """One form of a date may stand without a list; texts in a map may be written as numbers."""
        if not isinstance(told, dict):
            return told
        forms = told.get("date")
        texts = told.get("values")
        more = {"date": (forms,)} if isinstance(forms, str) else {}
        named = {"values": {str(name): one for name, one in texts.items()}} if isinstance(texts, dict) else {}
        return {**told, **more, **named}


def said(rule: Rule, row: Mapping[str, str]) -> Any:
    """What a row says by a rule; raise `Unreadable`."""
    text = row[rule.column].strip()
    if not text:
        return NOTHING if rule.default is None else rule.default
    if rule.split is not None:
        return [_one(rule, part.strip(), row) for part in text.split(rule.split) if part.strip()]
    return _one(rule, text, row)


def _one(rule: Rule, text: str, row: Mapping[str, str]) -> Any:
    if rule.values is not None:
        return _chosen(rule, text)
    if rule.date is not None:
        return _as_precise(_day(rule.date, text), rule.precision, row)
    if rule.count:
        return _count(text)
    if rule.number:
        return _number(text)
    return rule.prefix + text


def _chosen(rule: Rule, text: str) -> Any:
    assert rule.values is not None
    if text in rule.values:
        return rule.values[text]
    if rule.other is not None:
        return rule.other
    near = get_close_matches(text, rule.values, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    known = ", ".join(map(repr, rule.values))
    raise Unreadable(f"{text!r} is none of the texts that the mapping knows; {hint}it knows {known}")


def _day(forms: tuple[str, ...], text: str) -> tuple[date, str]:
    """The day that a text names, and how exactly it does by its form."""
    for form in forms:
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        exact = "day" if re.search("%[djxDF]", form) else "month" if re.search("%[mbB]", form) else "year"
        return day, exact
    shown = ", ".join(f"{date(2021, 3, 9).strftime(form)!r}" for form in forms)
    raise Unreadable(f"{text!r} is not a date as the mapping has it, such as {shown}")


def _as_precise(found: tuple[date, str], precision: Precision | None, row: Mapping[str, str]) -> str:
    """A date in EDTF, no more exact than it is."""
    day, exact = found
    if precision is not None:
        told = row[precision.column].strip()
        if told not in precision.values:
            known = ", ".join(map(repr, precision.values))
            raise Unreadable(f"the precision {told!r} in {precision.column} is none of {known}")
        exact = precision.values[told]
    match exact:
        case "day":
            return day.isoformat()
        case "week":
            first = day - timedelta(days=day.weekday())
            return f"[{first}..{first + timedelta(days=6)}]"
        case "month":
            return f"{day:%Y-%m}"
        case "year":
            return f"{day:%Y}"
    raise Unreadable(f"{exact!r} is no precision: expected day, week, month or year")


def _count(text: str) -> dict[str, Any]:
    for form, kind, names in _COUNTS:
        if found := re.fullmatch(form, text.lower()):
            return {"type": kind, **dict(zip(names, map(int, found.groups()), strict=True))}
    raise Unreadable(f"{text!r} is no count: expected 20, 20-30, at least 20, at most 20, or unknown")


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Unreadable(f"{text!r} is not a whole number") from None
