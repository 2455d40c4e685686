"""Requests read strictly: what a lenient parser would guess at is refused, with the place."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterator
from inspect import isfunction
from math import isinf
from typing import Any, NoReturn, get_origin, get_type_hints

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from service.api.asking import Query
from service.problems import INVALID, MALFORMED, UNSUPPORTED, Problem

DEEPEST = 64
MOST_DIGITS = 1_000
"""No number that the record keeps is nearly as long."""
LONGEST_ON_THE_LOOP = 32_768
"""Bodies that are longer, in bytes, are read on another thread, so that nobody else waits for it."""


class StrictRoute(APIRoute):
    """A route whose body, if it takes one, is JSON in UTF-8, and nothing that only resembles it.

    Nor is one of two values picked of a parameter that takes one.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Look at the query, and read the body, before FastAPI does; it uses what has been read."""
        handle = super().get_route_handler()
        takes_one = frozenset(_parameters_that_take_one(self.dependant))
        takes_body = self.body_field is not None

        async def handle_strictly(request: Request) -> Response:
            _require_single(request, takes_one)
            if not takes_body:
                return await handle(request)
            require_type(request, "application/json")
            body = await request.body()
            short = len(body) <= LONGEST_ON_THE_LOOP
            value = parse(body) if short else await run_in_threadpool(parse, body)
            request._json = value  # noqa: SLF001 - where Request.json() keeps it
            return await handle(request)

        return handle_strictly


def _parameters_that_take_one(dependant: Dependant) -> Iterator[str]:
    for inner in dependant.dependencies:
        yield from _parameters_that_take_one(inner)
    for asked in get_type_hints(dependant.call).values() if isfunction(dependant.call) else ():
        if isinstance(asked, type) and issubclass(asked, Query):
            fields = asked.model_fields.items()
            yield from (
                field.alias or name for name, field in fields if get_origin(field.annotation) is not list
            )


def _require_single(request: Request, takes_one: Collection[str]) -> None:
    given = Counter(name for name, _ in request.query_params.multi_items())
    message = "it takes one value, and was given several: leave the one that is meant"
    errors = [
        {"parameter": name, "in": "query", "message": message}
        for name, times in given.items()
        if times > 1 and name in takes_one
    ]
    if errors:
        raise Problem(INVALID, f"{errors[0]['parameter']}: {message}", errors=errors)


def parse(body: bytes) -> Any:
    """The value that a body holds; raise `Problem` where it is not JSON of a bounded depth."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(MALFORMED, f"the body is not UTF-8: byte {error.start} cannot be read") from error
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_such_number,
            parse_float=_finite,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Problem(MALFORMED, f"the body is not JSON: {error.msg} at {where}") from error
    except RecursionError as error:
        raise Problem(MALFORMED, f"the body is nested deeper than {DEEPEST} levels") from error
    except ValueError as error:
        raise Problem(MALFORMED, f"the body holds a number that is too long: {error}") from error
    _check(value)
    return value


def require_type(request: Request, expected: str) -> None:
    """Raise `Problem` where the body is of another type, or in a coding."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != expected:
        sent = f"as {media_type!r}" if media_type else "without a type"
        detail = f"the body was sent {sent}; expected Content-Type: {expected}"
        raise Problem(UNSUPPORTED, detail, headers={"Accept": expected})
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        detail = f"the body was sent with Content-Encoding: {coding}; expected it as it is"
        raise Problem(UNSUPPORTED, detail, headers={"Accept-Encoding": "identity"})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Problem(
            MALFORMED, f"the name {twice[:80]!r} occurs twice in one object, so it is unclear which is meant"
        )
    return names


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"{digits[:40]}… has {len(digits)} digits, and at most {MOST_DIGITS} are read")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if isinf(value):
        raise ValueError(f"{digits[:40]} is larger than any that can be kept")
    return value


def _no_such_number(name: str) -> NoReturn:
    raise Problem(
        MALFORMED, f"{name} is not a number in JSON; where a count is not known, say so with its type"
    )


def _check(value: Any) -> None:
    """Refuse what is nested too deep, and text that no encoding of Unicode can carry."""
    level, values = 0, [value]
    while values:
        if level > DEEPEST:
            raise Problem(MALFORMED, f"the body is nested deeper than {DEEPEST} levels")
        for text in (text for one in values for text in _texts(one)):
            if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
                raise Problem(MALFORMED, f"the text {text[:80]!r} holds half of a surrogate pair")
        values = [inner for one in values for inner in _inside(one)]
        level += 1


def _texts(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return list(value)
    return []


def _inside(value: Any) -> list[Any]:
    match value:
        case dict():
            return list(value.values())
        case list():
            return value
    return []
