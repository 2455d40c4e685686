"""Fields as options: `--occurred 2021-03-08 --parties XA --parties XB`, read by the schema."""

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from service.cli.terms import NOT_CARRIED_OUT, fail

Schema = Mapping[str, Any]


def read_fields(options: Sequence[str], schema: Schema, what: str) -> dict[str, Any]:
    """The body that options give: each names a field, a part of one (`--place.name`), or an item of a list.

    A text is taken as it is where the schema takes texts; anything else is JSON. Fail for a field that there
    is not.
    """
    body: dict[str, Any] = {}
    for name, text in _pairs(options):
        path = name.replace("-", "_").split(".")
        found = _find(schema, path, what)
        at = body
        for step in path[:-1]:
            at = at.setdefault(step, {})
        if "array" in (takes := {part.get("type") for part in found}):
            at.setdefault(path[-1], []).extend(_items(text, found, schema, takes))
        else:
            at[path[-1]] = _value(text, takes)
    return body


def branches(part: Schema, schema: Schema) -> Iterator[Schema]:
    """Every form that a value may have, with references looked up."""
    if "$ref" in part:
        part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    several = [*part.get("anyOf", ()), *part.get("oneOf", ())]
    for one in several:
        yield from branches(one, schema)
    if not several:
        yield part


def _pairs(options: Sequence[str]) -> Iterator[tuple[str, str]]:
    left = list(options)
    while left:
        name, is_joined, text = left.pop(0).partition("=")
        if not name.startswith("--"):
            raise fail(f"{name!r} belongs to no option: a field is given as --name VALUE", NOT_CARRIED_OUT)
        if not is_joined:
            if not left:
                raise fail(f"{name} has no value", NOT_CARRIED_OUT)
            text = left.pop(0)
        yield name.removeprefix("--"), text


def _find(schema: Schema, path: Sequence[str], what: str) -> list[Schema]:
    found = [schema]
    for step in path:
        fields = {name: part for one in found for name, part in one.get("properties", {}).items()}
        if step not in fields:
            near = get_close_matches(step, fields, n=1)
            hint = f"did you mean --{near[0]}?" if near else f"its fields: {', '.join(fields)}"
            raise fail(f"--{'.'.join(path)}: {what} has no field {step!r}; {hint}", NOT_CARRIED_OUT)
        found = list(branches(fields[step], schema))
    return found


def _items(text: str, found: Sequence[Schema], schema: Schema, takes: set[Any]) -> list[Any]:
    """One item, or a whole list of them as JSON."""
    if isinstance(whole := _json(text), list):
        return whole
    of = next(part for part in found if part.get("type") == "array").get("items", {})
    return [_value(text, {one.get("type") for one in branches(of, schema)} - takes)]


def _value(text: str, takes: set[Any]) -> Any:
    value = _json(text)
    is_structured = isinstance(value, dict | list)
    if "string" in takes and not (is_structured and takes & {"object", "array"}):
        return text
    return text if value is _NOT_JSON else value


_NOT_JSON = object()


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NOT_JSON
