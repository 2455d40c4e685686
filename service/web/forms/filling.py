"""From what was typed to the body of a request, and from there back to the field that is wrong."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.api.strict import parse
from service.problems import MALFORMED, Problem
from service.web.forms.fields import MORE, MORE_FIELD, ROLE, SAID_BY, SOURCE_FIELDS, Field
from service.words.where import is_id

Typed = Mapping[str, str]
"""What a form sends, by the id of each field."""
Wrong = dict[str, list[str]]
"""What is wrong, by the id of the field; under the empty id, with the whole."""

_WHOLE = re.compile(r"-?\d{1,30}", re.ASCII)
_SOURCE_IDS = {one.name: one.id for one in SOURCE_FIELDS}
YES_NO = {"yes": True, "no": False}
NO_ID = (
    "this is not the id of a development: choose one that is offered, or give the id that stands in the "
    "address of its card"
)


@dataclass(slots=True)
class Filled:
    """A body as far as it can be read, and what could not be."""

    body: dict[str, Any] = field(default_factory=dict)
    wrong: Wrong = field(default_factory=dict)

    def take(self, one: Field, typed: str) -> None:
        """Take one field; what is left empty is not given."""
        if typed.strip():
            self._put(one, typed.strip())

    def change(self, one: Field, before: str, typed: str) -> None:
        """Take one field that says another thing than before; emptied, it is as if it was never given."""
        if typed == before:
            return
        if typed.strip():
            self._put(one, typed.strip())
        elif one.required:
            self.wrong[one.id] = ["it can be changed, and not be left empty"]
        else:
            self.body[one.name] = one.cleared

    def _put(self, one: Field, text: str) -> None:
        try:
            self.body[one.name] = value_of(one, text)
        except Problem as problem:
            self.wrong[one.id] = [str(problem).replace("the body", "it")]


def value_of(one: Field, text: str) -> Any:
    """What a text says in a field; raise `Problem` where it should be JSON and is not.

    A number or a choice that cannot be read stays the text that it is, for the schema to refuse in its words.
    """
    match one.how:
        case "yes_no":
            return YES_NO.get(text, text)
        case "number":
            return int(text) if _WHOLE.fullmatch(text) else text
        case "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "actor" if text[0] not in '{["':
            return text
        case "actors" if text[0] not in '{["':
            return [code for code in re.split(r"[\s,]+", text) if code]
        case "development" if not is_id(text):
            raise Problem(MALFORMED, NO_ID)
        case "under" if text[0] != "{":
            return dict(zip(("agreement", "stipulation"), text.split(), strict=False))
        case "actor" | "actors" | "under" | "json":
            return parse(text.encode("utf-8", "surrogatepass"))
    return text


def shown(one: Field, value: Any) -> str:
    """What a field shows of a value, so that `value_of` reads the same again."""
    match one.how, value:
        case _, None:
            return ""
        case "yes_no", bool():
            return "yes" if value else "no"
        case "lines", [*several]:
            return "\n".join(several)
        case "actors", [*several] if all(isinstance(code, str) for code in several):
            return ", ".join(several)
        case _, str() if one.how != "json":
            return as_typed(value)
        case "under", {"agreement": agreement, **rest}:
            return f"{agreement} {rest.get('stipulation') or ''}".strip()
        case "json" | "actor" | "actors", _ if value not in ([], {}):
            return json.dumps(value, ensure_ascii=False, indent=1)
    return "" if value in ([], {}) else str(value)


def as_typed(text: str) -> str:
    """A text with its line breaks as a form has them here."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def take_sources(filled: Filled, typed: Typed, *, required: bool) -> None:
    """Take the one source that has fields of its own, and the others."""
    first, more = Filled(), Filled()
    for one in SOURCE_FIELDS:
        first.take(one, typed.get(one.id, ""))
    if said_by := typed.get(SAID_BY, "").strip():
        link = Filled()
        link.take(Field(SAID_BY, "actor", "actor"), said_by)
        role = typed.get(ROLE, "").strip() or "speaker"
        first.body["chain"] = [{**link.body, "role": role}]
        first.wrong |= link.wrong
    more.take(MORE_FIELD, typed.get(MORE, ""))
    others = more.body.get(MORE_FIELD.name, [])
    if not isinstance(others, list):
        more.wrong[MORE], others = ["expected a list, in [ and ]"], []
    sources = [first.body, *others] if first.body or first.wrong or required else others
    if sources:
        filled.body["sources"] = sources
    filled.wrong |= first.wrong | more.wrong


def misfits(errors: Iterable[Mapping[str, Any]], *, amending: bool = False) -> Wrong:
    """The errors of a problem document, each with the field that it is about."""
    found: Wrong = {}
    for one in errors:
        where, inside = _place(str(one.get("pointer", "")), amending=amending)
        told = f"{inside}: {one['message']}" if inside else str(one["message"])
        found.setdefault(where, []).append(told)
    return found


def _place(pointer: str, *, amending: bool) -> tuple[str, str]:
    """The field that a JSON Pointer leads to, and the rest of the way inside it."""
    first, *rest = pointer.split("/")[1:] or [""]
    if amending and first == "changes":
        return (f"f-{rest[0]}", "/".join(rest[1:])) if rest else ("", "")
    match first, rest:
        case "sources", ["0", "chain", "0", "role", *_]:
            return ROLE, ""
        case "sources", ["0", "chain", *inside]:
            return SAID_BY, "/".join(inside[2:])
        case "sources", ["0", name, *inside] if name in _SOURCE_IDS:
            return _SOURCE_IDS[name], "/".join(inside)
        case "sources", [number, *inside] if number != "0":
            return MORE, "/".join(inside)
        case "sources", _:
            return _SOURCE_IDS["outlet"], ""
    if amending:
        return ("reason" if first == "reason" else ""), ""
    return (f"f-{first}" if first else ""), "/".join(rest)
