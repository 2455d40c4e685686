"""Whatever a development says in one field, in words: a date, a count, somebody, a list of these."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from pydantic import TypeAdapter, ValidationError

from domain.quantity import Count
from service.words import counts, days
from service.words.sources import actor

COUNT: TypeAdapter[Count] = TypeAdapter(Count)


def told(value: Any, names: Mapping[str, str]) -> str:
    """One value as people read it; null is a field that is not given."""
    match value:
        case None:
            return "not given"
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return counts.number(value)
        case str():
            return names.get(value) or _day(value) or value
        case [*several]:
            return "; ".join(told(one, names) for one in several) or "none"
        case dict():
            return _object(value, names)
    return str(value)


def _day(text: str) -> str | None:
    """A date in words; what is more than one day also as it was written, which says more exactly how."""
    if not re.match(r"[\[{]?(\.\.)?/?\d{4}-\d\d", text, re.ASCII):
        return None
    try:
        told = days.written(text)
    except ValueError:
        return None
    return told.removeprefix("on ") if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else f"{told} ({text})"


def _object(value: dict[str, Any], names: Mapping[str, str]) -> str:
    if (count := _count(value, names)) is not None:
        return count
    if {"side", "count"} <= value.keys():
        return _persons(value, names)
    if value.get("type") in {"organisation", "person", "unnamed"}:
        return actor(value, names)
    if "outlet" in value:
        return _source(value, names)
    return ", ".join(f"{name.replace('_', ' ')}: {told(one, names)}" for name, one in value.items())


def _persons(value: dict[str, Any], names: Mapping[str, str]) -> str:
    """The persons of one side, and of which categories they were."""
    of = [
        f"{one['category'].replace('_', ' ')}: {told(one['count'], names)}"
        for one in value.get("by_category", ())
    ]
    counted = f"{told(value['side'], names)}: {told(value['count'], names)}"
    return f"{counted} ({', '.join(of)})" if of else counted


def changed(before: Any, after: Any, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """How a field changed, as runs of words that are `kept`, `gone` or `new`."""
    old, new = _words(before, names), _words(after, names)
    runs: list[tuple[str, str]] = []
    for change, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            runs.append(("kept", " ".join(old[first:last])))
            continue
        runs += [("gone", " ".join(old[first:last]))] if last > first else []
        runs += [("new", " ".join(new[start:end]))] if end > start else []
    return runs


def _words(value: Any, names: Mapping[str, str]) -> list[str]:
    """A value word by word; a date is one word."""
    words = told(value, names)
    return [words] if isinstance(value, str) and _day(value) else words.split(" ")


def _count(value: dict[str, Any], names: Mapping[str, str]) -> str | None:
    try:
        return counts.count(COUNT.validate_python(value), names)
    except ValidationError:
        return None


def _source(value: dict[str, Any], names: Mapping[str, str]) -> str:
    links = [actor(link["actor"], names) for link in value.get("chain", ())]
    title = f", “{value['title']}”" if value.get("title") else ""
    return " → ".join([*links, f"{value['outlet']}{title}"])
