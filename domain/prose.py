"""Words that people wrote: which fields hold them, by their type; not codes, keys or choices among a few."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import get_args, get_type_hints

from domain.values import Text, Value, walk

Field = tuple[type[Value], str]
"""A field of a class."""


@cache
def prose_of(cls: type[Value]) -> tuple[str, ...]:
    """The fields of a class that hold words, by their type: `Text`, alone, in a list or left out."""
    hints = get_type_hints(cls, include_extras=True)
    return tuple(name for name in cls.model_fields if _is_text(hints[name]))


def texts(told: object, but: Collection[Field] = ()) -> Iterator[tuple[str, str]]:
    """Every text in a value, with its JSON Pointer; those of the fields in `but` are left out."""
    for pointer, value in walk(told):
        if isinstance(value, Value):
            for name in prose_of(type(value)):
                if (type(value), name) not in but:
                    yield from _each(f"{pointer}/{name}", getattr(value, name))


def text_at(told: object, pointer: str, but: Collection[Field] = ()) -> str | None:
    """The text that a JSON Pointer leads to; `None` where it leads nowhere, or to what is no text.

    Nor to a text of the fields in `but`.
    """
    owner, name = told, ""
    for step in pointer[1:].split("/"):
        if isinstance(told, tuple) and step.isdecimal() and int(step) < len(told):
            told = told[int(step)]
        elif isinstance(told, Value) and step in type(told).model_fields:
            owner, name, told = told, step, getattr(told, step)
        else:
            return None
    if not (isinstance(told, str) and isinstance(owner, Value)) or (type(owner), name) in but:
        return None
    return str(told) if name in prose_of(type(owner)) else None


def texts_at(told: object, pointers: Iterable[str]) -> dict[str, str]:
    """The texts that JSON Pointers lead to, by their pointers; none for one that leads to none."""
    found = {pointer: text_at(told, pointer) for pointer in pointers}
    return {pointer: text for pointer, text in found.items() if text is not None}


def _each(pointer: str, found: str | tuple[str, ...] | None) -> Iterator[tuple[str, str]]:
    if isinstance(found, tuple):
        yield from ((f"{pointer}/{index}", text) for index, text in enumerate(found))
    elif found is not None:
        yield pointer, found


def _is_text(hint: object) -> bool:
    """Whether it is `Text` or holds it, whatever else the field says of it."""
    marks = get_args(Text)
    return get_args(hint)[: len(marks)] == marks or any(map(_is_text, get_args(hint)))
