"""Words that people wrote: which fields hold them, by their type; not codes, keys or choices among a few."""

from collections.abc import Collection, Iterator
from functools import cache
from typing import get_args, get_type_hints

from domain.values import Text, Value, walk


@cache
def prose_of(cls: type[Value]) -> tuple[str, ...]:
    """The fields of a class that hold words, by their type: `Text`, alone, in a list or left out."""
    hints = get_type_hints(cls, include_extras=True)
    return tuple(name for name in cls.model_fields if _is_text(hints[name]))


def texts(told: object, but: Collection[tuple[type[Value], str]] = ()) -> Iterator[tuple[str, str]]:
    """Every text in a value, with its JSON Pointer; those of the fields in `but` are left out."""
    for pointer, value in walk(told):
        if isinstance(value, Value):
            for name in prose_of(type(value)):
                if (type(value), name) not in but:
                    yield from _each(f"{pointer}/{name}", getattr(value, name))


def _each(pointer: str, found: str | tuple[str, ...] | None) -> Iterator[tuple[str, str]]:
    if isinstance(found, tuple):
        yield from ((f"{pointer}/{index}", text) for index, text in enumerate(found))
    elif found is not None:
        yield pointer, found


def _is_text(hint: object) -> bool:
    """Whether it is `Text` or holds it, whatever else the field says of it."""
    marks = get_args(Text)
    return get_args(hint)[: len(marks)] == marks or any(map(_is_text, get_args(hint)))
