"""Promises, and what becomes of each: kept, broken and why, or not there to be asked for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import httpx2

from service.conformance.desk import Desk
from service.log.errors import Unproven
from service.proving.receipts import DoesNotHold

Check = Callable[[Desk], None]


class Broken(Exception):
    """The service does not do what it promises; says how."""


class NotThere(Exception):
    """The service is set up without the part that the promise is about."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised, and how it is checked."""

    theme: str
    sentence: str
    check: Check


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a promise."""

    theme: str
    sentence: str
    result: Literal["kept", "broken", "not there"]
    why: str | None = None


PROMISES: list[Promise] = []
"""All that were imported; `service.conformance.suite` imports them all."""


def promise(sentence: str) -> Callable[[Check], Check]:
    """Have a function check that the service keeps a promise; its module is the theme."""

    def keep(check: Check) -> Check:
        PROMISES.append(Promise(check.__module__.rpartition(".")[2], sentence, check))
        return check

    return keep


def hold(it: object, otherwise: str) -> None:
    """Raise `Broken` unless it is so."""
    if not it:
        raise Broken(otherwise)


def same(found: object, expected: object, what: str) -> None:
    """Raise `Broken` unless what was found is what was expected."""
    if found != expected:
        raise Broken(f"{what}: expected {_short(expected)}, found {_short(found)}")


def outcomes(desk: Desk, promises: Sequence[Promise]) -> Iterator[Outcome]:
    """What becomes of each promise, one after the other; none stands in the way of the next."""
    for one in promises:
        yield _outcome(one, desk)


def _outcome(one: Promise, desk: Desk) -> Outcome:
    try:
        one.check(desk)
    except NotThere as error:
        return Outcome(one.theme, one.sentence, "not there", str(error))
    except (Broken, Unproven, DoesNotHold) as error:
        return Outcome(one.theme, one.sentence, "broken", str(error))
    except httpx2.HTTPError as error:
        return Outcome(one.theme, one.sentence, "broken", f"no answer: {error or type(error).__name__}")
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        why = f"the answer has another form: {type(error).__name__}: {error}"
        return Outcome(one.theme, one.sentence, "broken", why)
    return Outcome(one.theme, one.sentence, "kept")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:199] + "…"
