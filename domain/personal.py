"""Texts about persons: how a telling marks them, and how they read once they are erased.

A mark is a JSON Pointer (RFC 6901) to a text that people wrote. The store keeps marked texts sealed under a
key of the development's own; whoever destroys the key has erased them, and each reads as `[erased 1f0c9a27]`
from then on. The figures tell one erased text of a development from another, so that two that differed
still differ and one that was told twice is still the same; they say nothing of the words.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from domain.values import Source, Text, Unnamed, Value

_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])+)+")
_ERASED = re.compile(r"\[erased [0-9a-f]{8}\]")

TELLS_APART: frozenset[tuple[type[Value], str]] = frozenset({(Source, "outlet"), (Unnamed, "description")})
"""The texts by which origins and actors are told apart: erased, they would change what views count."""


def _pointer(text: str) -> str:
    if not _POINTER.fullmatch(text):
        raise ValueError("expected a JSON Pointer to a text (RFC 6901), such as /content or /sources/0/quote")
    return text


Mark = Annotated[
    str,
    Field(max_length=200),
    AfterValidator(_pointer),
    WithJsonSchema({"type": "string", "format": "json-pointer", "maxLength": 200, "examples": ["/content"]}),
]
Marks = Annotated[tuple[Mark, ...], Field(max_length=100)]


class Erasure(Value):
    """An erasure of the personal texts that had been told of a development until then."""

    number: int
    """The version of the development that it made."""
    reason: Text


def marker(figures: str) -> str:
    """How an erased text reads; the figures are eight hexadecimal ones."""
    return f"[erased {figures}]"


def is_erased(text: str) -> bool:
    """Whether a text reads as an erased one does."""
    return _ERASED.fullmatch(text) is not None


def plus_marks(marks: Marks, more: Marks) -> Marks:
    """Both, each of them once. A mark is never taken away."""
    return tuple(dict.fromkeys((*marks, *more)))
