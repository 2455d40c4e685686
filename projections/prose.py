"""Which fields of a value hold words that people wrote, not codes, keys or choices among a few."""

from functools import cache
from typing import get_args, get_type_hints

from domain.values import Text, Value


@cache
def prose_of(cls: type[Value]) -> tuple[str, ...]:
    """The fields of a class that hold words, by their type: `Text`, alone, in a list or left out."""
    hints = get_type_hints(cls, include_extras=True)
    return tuple(name for name in cls.model_fields if _is_text(hints[name]))


def _is_text(hint: object) -> bool:
    """Whether it is `Text` or holds it, whatever else the field says of it."""
    marks = get_args(Text)
    return get_args(hint)[: len(marks)] == marks or any(map(_is_text, get_args(hint)))
