"""What validation found, in words of JSON rather than of Python, each with its place in the request."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from domain.developments.examples import SOME_AGREEMENT
from domain.errors import WRONG_PART
from domain.values import FORMS
from service.api.calling import KEY
from service.problems import INVALID, UNKNOWN_KIND, Told, told

MOST_ERRORS = 100
"""So many places are named; whoever has more to correct asks again."""


def tell_invalid(found: Sequence[Mapping[str, Any]], body: Any, prefix: str = "") -> Told:
    """A problem for what validation found: each place as a JSON Pointer, and what is expected there."""
    found = [error for error in found[:MOST_ERRORS] if not _is_aftermath(error, found)]
    entries = [_entry(error, body, prefix) for error in found]
    unknown = next((error for error in found if _is_unknown_kind(error)), None)
    if unknown is not None:
        return told(UNKNOWN_KIND, entries[found.index(unknown)]["message"], errors=entries)
    summary = "; ".join(f"{_name(entry)}: {entry['message']}" for entry in entries[:3])
    return told(INVALID, summary, errors=entries)


def _is_aftermath(error: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a list is called too short only because what is wrong inside was not counted."""
    if error["type"] != "too_short":
        return False
    depth = len(error["loc"])
    return any(len(other["loc"]) > depth and other["loc"][:depth] == error["loc"] for other in found)


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry.get("pointer", entry.get("parameter"))) or "the body"


def _is_unknown_kind(error: Mapping[str, Any]) -> bool:
    return error["type"] == "union_tag_invalid" and tuple(error["loc"]) in {("body",), ()}


def _entry(error: Mapping[str, Any], body: Any, prefix: str) -> dict[str, Any]:
    place, *path = error["loc"] or ("body",)
    path = [*path, *_part(error)]
    message = _message(error)
    if place in {"query", "path", "header", "cookie"}:
        return {"parameter": ".".join(map(str, path)), "in": place, "message": message}
    if place != "body":
        path = [place, *path]
    pointer = _pointer(path, body, error["type"])
    if error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        pointer += "/" + _discriminator(error)
    return {"pointer": prefix + pointer, "message": message}


def _part(error: Mapping[str, Any]) -> Sequence[str | int]:
    """The way to the part of the value that a model says is the wrong one."""
    path: Sequence[str | int] = error["ctx"]["path"] if error["type"] == WRONG_PART else ()
    return path


def _discriminator(error: Mapping[str, Any]) -> str:
    return str(error["ctx"]["discriminator"]).strip("'")


def _pointer(path: Sequence[Any], body: Any, error_type: str) -> str:
    """The place in the body as it was sent; names of the union's branches are not part of it."""
    pointer, at = "", body
    for index, step in enumerate(path):
        if (isinstance(at, dict) and step in at) or (isinstance(at, list) and isinstance(step, int)):
            at = at[step]
        elif index < len(path) - 1 or error_type not in {"missing", WRONG_PART}:
            continue
        pointer += "/" + str(step).replace("~", "~0").replace("/", "~1")
    return pointer


_FORMS = {**FORMS, KEY: "1 to 255 visible characters of ASCII, without spaces, such as a random UUID"}
"""What each pattern asks for."""

_EXPECTED = {
    "uuid_": f"an id that the record has given, a UUID such as {SOME_AGREEMENT}",
    "int_": "a whole number",
    "bool_": "true or false",
    "string_type": "a text",
    "date_": "one day, such as 2025-06-14",
    "time_delta_": "a length of time as ISO 8601 has it, such as PT1H or P2DT30M",
    "dict_type": "an object",
    "model_": "an object",
    "tuple_type": "a list",
    "list_type": "a list",
}
"""What is expected, by how the type of an error begins."""

_WORDS = (
    ("Dictionary should", "the object should"),
    ("Tuple should", "the list should"),
    ("List should", "the list should"),
    ("String should", "it should"),
    ("Input should be", "expected"),
    (" after validation, not ", ", and has "),
)
"""What the validation library calls a thing, and what it is called in JSON."""


def _message(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "union_tag_invalid":
            return _unknown_tag(context)
        case "union_tag_not_found":
            return f"required, and missing: {_discriminator(error)} says what it is"
        case "missing":
            return "required, and missing"
        case "extra_forbidden":
            return "there is no such field or parameter here"
        case "value_error":
            return str(error["msg"]).removeprefix("Value error, ")
        case "string_pattern_mismatch":
            pattern = str(context["pattern"])
            return f"expected {_FORMS.get(pattern, f'a text of the form {pattern}')}"
        case "literal_error" | "enum":
            return "expected " + str(context["expected"]).replace("'", "")
        case "greater_than_equal":
            return f"expected {context['ge']} or more"
        case "less_than_equal":
            return f"expected {context['le']} or less"
    return _expected(error["type"]) or _in_words(str(error["msg"]))


def _expected(error_type: str) -> str | None:
    found = (what for begins, what in _EXPECTED.items() if error_type.startswith(begins))
    return next((f"expected {what}" for what in found), None)


def _in_words(message: str) -> str:
    for pythonic, plain in _WORDS:
        message = message.replace(pythonic, plain)
    return message


def _unknown_tag(context: Mapping[str, Any]) -> str:
    known = [tag.strip(" '") for tag in str(context["expected_tags"]).split(",")]
    tag = str(context["tag"])[:80]
    as_stored = "".join(f"-{c.lower()}" if c.isupper() else c for c in tag).strip("-").replace("_", "-")
    near = get_close_matches(as_stored, known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"{tag!r} is none of those that are known; {hint}expected one of {', '.join(known)}"
