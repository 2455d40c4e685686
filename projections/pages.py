"""Answers in pages: of a long list the first items, with how many there are in all.

Of the lists of an answer itself so many items are shown as the limit says; of the lists within a listed item
a tenth of that. Only lists of objects are cut: what is listed by name, such as what is `possible`, is whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, JsonValue

from domain.errors import Invalid
from domain.values import Slug, Value
from projections.short import size_of, within
from projections.view import LeftOut, View

Answer = TypeVar("Answer", bound=View)

SMALL = 250
"""An answer about a dossier of no more developments by the day is whole, where nobody asks for pages."""
LIMIT = 100
"""The most items of a list, where nobody says how many."""
WHOLE = frozenset({"left_out", "explanation", "receipt"})


class Items(Value):
    """A further page of one list of an answer: the same items, in the same order, as the whole answer has."""

    dossier: Slug
    view: str
    as_of: date
    known_at: datetime | None
    position: int
    list: str
    """The place of the list in the answer, as a JSON Pointer."""
    first: int
    """The place in the list of the first item here; the first of all has 0."""
    of: int
    """How many items the whole list has."""
    items: tuple[dict[str, JsonValue], ...]
    left_out: tuple[LeftOut, ...] = ()
    """Lists within these items of which only the first items are shown."""
    next: str | None = None
    """The address of the next page of the list."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """What is shown of a part of an answer, and what is left out of it."""

    shown: Any
    left_out: tuple[LeftOut, ...] = ()


def page(answer: Answer, limit: int) -> Answer:
    """The answer with each of its lists cut to the limit."""
    cut = _part(answer, "", limit, limit)
    return cut.shown.model_copy(update={"left_out": cut.left_out}) if cut.left_out else answer


def items(answer: View, view: str, path: str, first: int, limit: int) -> Items:
    """So many items of one list of an answer; raise `Invalid` where it has no such list."""
    listed = _list_at(answer, path)
    cut = [
        _part(item, f"{path}/{place}", within(limit), limit)
        for place, item in enumerate(listed[first : first + limit], first)
    ]
    return Items(
        dossier=answer.dossier,
        view=view,
        as_of=answer.as_of,
        known_at=answer.known_at,
        position=answer.position,
        list=path,
        first=first,
        of=len(listed),
        items=tuple(one.shown.model_dump(mode="json") for one in cut),
        left_out=tuple(left for one in cut for left in one.left_out),
    )


def _part(part: BaseModel, path: str, most: int, limit: int) -> _Cut:
    """A part of an answer, with no more than so many items in each of its lists."""
    fields = {name: _field(value, f"{path}/{name}", most, limit) for name, value in _cuttable(part)}
    left_out = tuple(left for cut in fields.values() for left in cut.left_out)
    if not left_out:
        return _Cut(part)
    return _Cut(part.model_copy(update={name: cut.shown for name, cut in fields.items()}), left_out)


def _cuttable(part: BaseModel) -> Iterator[tuple[str, Any]]:
    for name in _fields(type(part)):
        value = getattr(part, name)
        if isinstance(value, BaseModel) or _is_list(value):
            yield name, value


@cache
def _fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields that may hold a list of objects, or an object that has one."""
    return tuple(
        name
        for name, field in model.model_fields.items()
        if name not in WHOLE and any(_is_model(one) for one in _types(field.annotation))
    )


def _types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for one in get_args(annotation):
        yield from _types(one)


def _is_model(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, BaseModel)


def _is_list(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


def _field(value: Any, path: str, most: int, limit: int) -> _Cut:
    if isinstance(value, BaseModel):
        return _part(value, path, most, limit)
    cut = [_part(item, f"{path}/{place}", within(limit), limit) for place, item in enumerate(value[:most])]
    own = (LeftOut(path=path, shown=most, of=size_of(value)),) if size_of(value) > most else ()
    return _Cut(tuple(one.shown for one in cut), (*own, *(left for one in cut for left in one.left_out)))


def _list_at(answer: View, path: str) -> tuple[BaseModel, ...]:
    found: Any = answer
    for step in path.split("/")[1:]:
        found = _step(found, step)
    if path and (_is_list(found) or found == ()):
        listed: tuple[BaseModel, ...] = found
        return listed
    raise Invalid("list", f"{path!r} is no list of objects in this answer: follow `next` of `left_out`")


def _step(part: Any, step: str) -> Any:
    if isinstance(part, BaseModel) and step in type(part).model_fields and step not in WHOLE:
        return getattr(part, step)
    if _is_list(part) and step.isascii() and step.isdecimal() and int(step) < len(part):
        return part[int(step)]
    return None
