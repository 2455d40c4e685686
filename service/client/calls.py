"""Requests before they are sent: each says what to send, and as what to read the answer.

They do no I/O, so that the client that waits and the one that is awaited send the same ones.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib import import_module
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx2

Answer = TypeVar("Answer")
Item = TypeVar("Item")
Page = TypeVar("Page")


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer]):
    """One request."""

    method: str
    path: str
    read: Callable[[httpx2.Response], Answer]
    """Makes of a response that is no refusal what the caller gets."""
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    """JSON."""
    key: str | None = None
    """The Idempotency-Key of a write; one is made where none is given."""
    seen: int | None = None
    """The version that something is said of."""
    takes_position: bool = False
    """Whether it can be asked to be as fresh as the caller's own last write."""


@dataclass(frozen=True, slots=True)
class Pages(Generic[Page, Item]):
    """An answer that comes in pages."""

    first: Call[Page]
    items: Callable[[Page], Iterable[Item]]
    cursor: str | None = "cursor"
    """The parameter that takes the `next` of the page before; `None` where that is the address itself."""

    def after(self, page: Page) -> Call[Page] | None:
        """The call of the next page; `None` after the last."""
        following = page.next  # type: ignore[attr-defined]
        if following is None:
            return None
        if self.cursor is None:
            return replace(self.first, query=parse_qs(urlsplit(following).query))
        return replace(self.first, query={**self.first.query, self.cursor: following})


@dataclass(frozen=True, slots=True)
class Lines(Generic[Item]):
    """An answer that comes line by line, and is not held whole."""

    method: str
    path: str
    read: Callable[[str], Item]
    query: Mapping[str, Any] = field(default_factory=dict)
    content: bytes | None = None
    """Lines to send: they are sent as they are, under the key."""
    key: str | None = None


def as_model(name: str) -> Callable[[httpx2.Response], Any]:
    """Read an answer as a model, such as `projections.history:History`.

    It is imported when the first one is read: many callers read one kind of answer, and all models together
    take longer to load than most answers to come.
    """

    def read(response: httpx2.Response) -> Any:
        module, _, model = name.partition(":")
        return getattr(import_module(module), model).model_validate_json(response.content)

    return read


def as_json(response: httpx2.Response) -> dict[str, Any]:
    """Read an answer as the JSON that it is."""
    answer: dict[str, Any] = response.json()
    return answer


def asked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as an address has them; what is `None` is left out."""
    return {name: _spelled(value) for name, value in given.items() if value is not None}


def _spelled(value: Any) -> Any:
    match value:
        case bool():
            return str(value).lower()
        case datetime() | date():
            return value.isoformat()
        case list() | tuple():
            return [_spelled(one) for one in value]
    return value
