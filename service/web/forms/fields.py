"""The fields of a form: those of a kind, as its JSON Schema has them, and those of one source."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from uuid import UUID

from domain.developments import KINDS
from domain.developments.examples import SOME_AGREEMENT, SOURCE
from domain.values import Source

How = Literal[
    "text", "line", "date", "choice", "yes_no", "number", "lines", "actor", "actors",
    "development", "under", "json",
]  # fmt: skip
"""How a field is typed: `lines` holds one item a line, `development` the id of another one, `under` an
agreement with one of its stipulations, `json` whatever has parts of its own."""

STATE = "^[A-Z]{2}([A-Z]{2})?$"
HINTS: Mapping[How, str] = {
    "date": "A date in EDTF: 2021-04-01; 2021-04~ for about April; 2021-04-01/2021-04-03 for days that it "
    "lasted; [2021-04-01..2021-04-03] for one day among these.",
    "lines": "One a line.",
    "actor": "A state by its code, such as XA; anybody else as JSON.",
    "actors": "States by their codes, such as XA, XB; where anybody else is among them, a list as JSON.",
    "json": "As JSON, or empty.",
}
ASIDE = ("dating", "standing", "characterised_as", "personal")
"""What few need: it is offered after the rest."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it is typed."""

    id: str
    name: str
    how: How
    required: bool = False
    about: str = ""
    choices: Sequence[str] = ()
    cleared: Any = None
    """What it says where it is left empty."""
    example: str = ""
    names: Sequence[str] | None = None
    """The kinds of the developments that can be named in it; `None` where it names none."""

    @property
    def hint(self) -> str:
        """What it is for, and how it is written."""
        return " ".join(filter(None, (self.about, HINTS.get(self.how, ""))))


@cache
def fields_of(kind: str) -> tuple[Field, ...]:
    """The fields of a kind but its sources, those first that it cannot do without."""
    schema = KINDS[kind].model_json_schema()
    found = [
        _field(kind, name, schema) for name in schema["properties"] if name not in {"kind", "sources", *ASIDE}
    ]
    return (*sorted(found, key=lambda one: not one.required), *(_field(kind, one, schema) for one in ASIDE))


@cache
def sources_of(kind: str) -> Field:
    """All sources of a kind as one field, for those that are on record."""
    return _field(kind, "sources", KINDS[kind].model_json_schema())


def _field(kind: str, name: str, schema: Mapping[str, Any]) -> Field:
    told = _resolved(schema["properties"][name], schema.get("$defs", {}))
    how = _how(told)
    required = name in schema["required"]
    choices = tuple(told.get("enum", ()))
    about = "" if how == "date" and name != "occurred" else str(told.get("description", ""))
    example = _example(kind, name) if how in {"json", "actor", "actors"} else ""
    about = "When it happened." if name == "occurred" else about.replace("`", "")
    cleared, named = told.get("default"), _named(kind, name, how, told)
    return Field(f"f-{name}", name, how, required, about, choices, cleared, example, named)


def _named(kind: str, name: str, how: How, told: Mapping[str, Any]) -> Sequence[str] | None:
    """The kinds that a field can name, as the kind itself asks for them; none listed is any kind."""
    if "uuid" not in json.dumps(told):
        return None
    some = KINDS[kind].model_validate(KINDS[kind].example)
    if how == "development":
        some = some.model_copy(update={name: UUID(SOME_AGREEMENT)})
    return next((one.kinds for one in some.references() if one.pointer.split("/")[1] == name), ())


def _resolved(told: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """What a field holds where it is given, whatever stands around that in the schema."""
    branches = [one for one in told.get("anyOf", ()) if one.get("type") != "null"]
    inner = branches[0] if len(branches) == 1 else told
    if reference := inner.get("$ref"):
        inner = parts[reference.rpartition("/")[2]]
    return {**inner, **{key: told[key] for key in ("description", "default") if key in told}}


def _how(told: Mapping[str, Any]) -> How:
    match told:
        case {"enum": _}:
            return "choice"
        case {"oneOf": branches} if _is_actor(branches):
            return "actor"
        case {"type": "array", "items": {"oneOf": branches}} if _is_actor(branches):
            return "actors"
        case {"type": "array", "items": {"type": "string", "pattern": _} | {"type": "string", "format": _}}:
            return "lines"
        case {"properties": {"agreement": _, "stipulation": _, **others}} if not others:
            return "under"
        case {"type": "string"}:
            return _how_of_text(told)
        case {"type": "boolean"}:
            return "yes_no"
        case {"type": "integer" | "number"}:
            return "number"
    return "json"


def _how_of_text(told: Mapping[str, Any]) -> How:
    if told.get("format") == "edtf":
        return "date"
    if told.get("format") == "uuid":
        return "development"
    return "line" if "format" in told or "pattern" in told else "text"


def _is_actor(branches: Sequence[Mapping[str, Any]]) -> bool:
    return any(one.get("pattern") == STATE for one in branches)


def _example(kind: str, name: str) -> str:
    """What stands there in the example of the kind, or of another kind that has such a field."""
    if name == "sources":
        return json.dumps([SOURCE], ensure_ascii=False, indent=1)
    kinds = (KINDS[kind], *KINDS.values())
    found = next((one.example[name] for one in kinds if name in one.example), None)
    return "" if found is None else json.dumps(found, ensure_ascii=False)


SAID_BY = "s-said_by"
ROLE = "s-role"
MORE = "s-more"
_ROLES = ("speaker", "witness", "document", "reporter", "agency", "outlet")
_OUTLET = Field("s-outlet", "outlet", "line", about="Who published it.")
SOURCE_FIELDS = (
    _OUTLET,
    Field("s-title", "title", "line"),
    Field("s-published", "published", "date", about="When it was published."),
    Field("s-locator", "locator", "line", about="Where to find it: an address, a page, an archive number."),
    Field("s-language", "language", "line", about="The language of the document, such as en or uk."),
    Field("s-quote", "quote", "text", about="The words that it rests on, verbatim."),
)
"""What one source says of itself."""
CHAIN_FIELDS = (
    Field(
        SAID_BY,
        "who said it",
        "actor",
        about="Who said it first; empty where the outlet speaks for itself.",
        example=json.dumps(SOURCE["chain"][0]["actor"]),  # type: ignore[index]
    ),
    Field(ROLE, "how they know it", "choice", choices=_ROLES, about="Empty is speaker."),
)
MORE_FIELD = Field(
    MORE,
    "other sources",
    "json",
    about="A list of sources, or one that has more links in its chain than the first.",
    example=json.dumps([SOURCE], ensure_ascii=False),
)
assert {one.name for one in SOURCE_FIELDS} <= Source.model_fields.keys()
