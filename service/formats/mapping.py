"""Tables of others as developments: which column is which field, by a mapping that is written in YAML.

A mapping has the form of the developments that it makes:

    csv: {delimiter: ";"}                                    # how the file is written, if not plainly
    skip: {column: status, is: [draft]}                      # rows that are left out
    common:                                                  # what every row tells
      occurred: {column: date, date: "%d/%m/%Y"}
      parties: [{column: actor_1, values: {Arvenia: XA}}, {column: actor_2, values: {Belmark: XB}}]
      sources: [{outlet: {column: source}}]
    cases:                                                   # what the rows of a sort tell besides
      - when: {column: type, is: [Talks]}
        tell: {kind: round-held}
      - tell: {kind: other-development, label: {column: type}}

An object with `column` is a rule (`service.formats.cells.Rule`); what else stands there is told as it stands.
Where a cell is empty the field is left out, and so is an object of which no cell tells anything.
"""

from collections.abc import Iterator
from collections.abc import Mapping as Row
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from service.formats.cells import NOTHING, Rule, Unreadable, said


class UnreadableMapping(ValueError):
    """The mapping is not one, or does not fit the table."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class When(_Part):
    """Rows in which a column has one of these texts."""

    column: str
    texts: tuple[str, ...] = Field(alias="is")

    def holds(self, row: Row[str, str]) -> bool:
        """Whether a row is one of them."""
        return row[self.column].strip() in self.texts


class Case(_Part):
    """What the rows of a sort tell."""

    when: When | None = None
    tell: dict[str, Any]


class Form(_Part):
    """How the file is written."""

    delimiter: str = Field(",", min_length=1, max_length=1)
    encoding: str = "utf-8-sig"
    guarded: bool = False
    """Whether an apostrophe stands before cells that a spreadsheet would take for a formula."""

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str) -> str:
        try:
            "".encode(encoding)
        except LookupError:
            raise ValueError("expected an encoding of texts, such as utf-8, utf-16 or cp1252") from None
        return encoding


class Mapping(_Part):
    """A mapping as it is written."""

    csv: Form = Form()
    skip: When | None = None
    common: dict[str, Any] = {}
    cases: tuple[Case, ...] = Field(min_length=1)


@dataclass(slots=True)
class Mapped:
    """What a row comes to: a development, or what is wrong with it."""

    development: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    """From which column each field came, by its JSON Pointer."""
    wrong: list[str] = field(default_factory=list)
    skipped: bool = False

    def column_of(self, pointer: str) -> str | None:
        """The column that a field came from, or something in it, or what holds it."""
        while pointer:
            if pointer in self.columns:
                return self.columns[pointer]
            inside = (one for name, one in self.columns.items() if name.startswith(pointer + "/"))
            if (one := next(inside, None)) is not None:
                return one
            pointer = pointer.rpartition("/")[0]
        return None


def read_mapping(file: Path) -> Mapping:
    """The mapping in a file; raise `UnreadableMapping`."""
    try:
        told = yaml.safe_load(file.read_text("utf-8"))
        mapping = Mapping.model_validate(told)
        for _ in _rules([mapping.common, *(case.tell for case in mapping.cases)]):
            pass
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnreadableMapping(f"{file} is not YAML: {error}") from error
    except RecursionError as error:
        raise UnreadableMapping(f"{file} is no mapping: it is nested too deep to be read") from error
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        words = "; ".join(
            f"{'/'.join(map(str, one['loc'])) or 'it'}: {one['msg'].removeprefix('Value error, ')}"
            for one in found
        )
        raise UnreadableMapping(f"{file} is no mapping: {words}") from error
    return mapping


def require_columns(mapping: Mapping, header: list[str]) -> None:
    """Raise `UnreadableMapping` for a column that the table has not, or has twice."""
    if not header:
        raise UnreadableMapping("the table is empty: its first row should name its columns")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise UnreadableMapping(f"the table has two columns {twice[0]!r}, so it is unclear which is meant")
    for name in dict.fromkeys(_columns(mapping)):
        if name not in header:
            near = get_close_matches(name, header, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            has = ", ".join(map(repr, header))
            raise UnreadableMapping(
                f"the mapping reads a column {name!r}, and the table has {has}{hint}{_split_by(header)}"
            )


def _split_by(header: list[str]) -> str:
    """What to say of a table whose only column looks like several."""
    others = [one for one in ";\t|" if len(header) == 1 and one in header[0]]
    return (
        f"; if {others[0]!r} stands between them, say `csv: {{delimiter: {others[0]!r}}}`" if others else ""
    )


def mapped(mapping: Mapping, row: Row[str, str]) -> Mapped:
    """What a row comes to."""
    if mapping.skip is not None and mapping.skip.holds(row):
        return Mapped(skipped=True)
    case = next((one for one in mapping.cases if one.when is None or one.when.holds(row)), None)
    if case is None:
        names = sorted({one.when.column for one in mapping.cases if one.when})
        texts = ", ".join(f"{name} {row[name]!r}" for name in names)
        return Mapped(wrong=[f"no case of the mapping is for {texts}; add one, or one without `when`"])
    made = Mapped()
    told = _told({**mapping.common, **case.tell}, row, "", made)
    made.development = told if isinstance(told, dict) else {}
    return made


def _told(template: Any, row: Row[str, str], pointer: str, made: Mapped) -> Any:
    """A template with what the row says in it, or `NOTHING`."""
    match template:
        case {"column": _}:
            return _ruled(Rule.model_validate(template), row, pointer, made)
        case dict():
            told = {name: _told(inner, row, f"{pointer}/{name}", made) for name, inner in template.items()}
            given = {name: one for name, one in told.items() if one is not NOTHING}
            rules = [template[name] for name in told if _has_rule(template[name])]
            silent = rules and all(told[name] is NOTHING for name in told if _has_rule(template[name]))
            return NOTHING if pointer and silent else given
        case list():
            return _items(template, row, pointer, made)
    return template


def _items(template: list[Any], row: Row[str, str], pointer: str, made: Mapped) -> Any:
    """A list: an item that says nothing is left out, and one that is a list gives its own items."""
    items: list[Any] = []
    for inner in template:
        one = _told(inner, row, f"{pointer}/{len(items)}", made)
        several = isinstance(inner, dict) and inner.get("split") is not None
        items += one if several and one is not NOTHING else [] if one is NOTHING else [one]
    return items or NOTHING


def _ruled(rule: Rule, row: Row[str, str], pointer: str, made: Mapped) -> Any:
    made.columns[pointer] = rule.column
    try:
        return said(rule, row)
    except Unreadable as error:
        made.wrong.append(f"column {rule.column}: {error}")
        return NOTHING


def _has_rule(template: Any) -> bool:
    return next(_rules(template), None) is not None


def _rules(template: Any) -> Iterator[Rule]:
    match template:
        case {"column": _}:
            yield Rule.model_validate(template)
        case dict():
            for inner in template.values():
                yield from _rules(inner)
        case list():
            for inner in template:
                yield from _rules(inner)


def _columns(mapping: Mapping) -> Iterator[str]:
    for rule in _rules([mapping.common, *(case.tell for case in mapping.cases)]):
        yield rule.column
        if rule.precision is not None:
            yield rule.precision.column
    for when in (mapping.skip, *(case.when for case in mapping.cases)):
        if when is not None:
            yield when.column
