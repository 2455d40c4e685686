"""What the service refuses, as exceptions that carry its problem details (RFC 9457)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx2


@dataclass(frozen=True, slots=True)
class Wrong:
    """One place in a request that is wrong, and what is expected there."""

    place: str
    """A JSON Pointer into the body, or the name of a parameter."""
    message: str


class Refused(Exception):
    """The service answered with a problem; its words are for whoever sent the request."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or problem))
        self.problem = dict(problem)

    @property
    def type(self) -> str:
        """The kind of problem: an address of the service that explains it, such as /problems/conflict."""
        return str(self.problem.get("type", "about:blank"))

    @property
    def title(self) -> str:
        """The kind of problem in words."""
        return str(self.problem.get("title", ""))

    @property
    def status(self) -> int:
        """The status of the answer; 0 where there was none."""
        return int(self.problem.get("status", 0))

    @property
    def detail(self) -> str:
        """What was wrong this time, and what would be right."""
        return str(self)

    @property
    def errors(self) -> tuple[Wrong, ...]:
        """Every place that is wrong, where the service names any."""
        found = self.problem.get("errors", ())
        return tuple(Wrong(one.get("pointer", one.get("parameter", "")), one["message"]) for one in found)

    @property
    def pointer(self) -> str | None:
        """The first place that is wrong, where the service names one."""
        return self.errors[0].place if self.errors else None


class NotAuthorized(Refused):
    """No token was sent, or one that the service does not know."""


class NotFound(Refused):
    """No dossier, development or address of this name is there."""


class StaleVersion(Refused):
    """The development has changed since it was read."""

    @property
    def current_version(self) -> int:
        """Its version now."""
        return int(self.problem["current_version"])


class Unavailable(Refused):
    """The service, or what it stands on, cannot be reached for the moment; asked again, it may answer."""

    def __init__(self, problem: Mapping[str, Any], retry_after: float | None = None) -> None:
        super().__init__(problem)
        self.retry_after = retry_after
        """After how many seconds to ask again, where the service says so."""


class NotUnderstood(Refused):
    """What was answered is no answer of this service: something else is at the address."""

    def __init__(self) -> None:
        super().__init__({"detail": "what answers there is no Depositary, or one of another version"})


class Elsewhere(ValueError):
    """An address leads away from the service, where its token is not to go."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} leads elsewhere: give an address of the service, such as /v1/dossiers")


_BY_STATUS: dict[int, type[Refused]] = {
    HTTPStatus.UNAUTHORIZED: NotAuthorized,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.PRECONDITION_FAILED: StaleVersion,
}
FOR_THE_MOMENT = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
"""Where a service cannot be reached, or cannot answer for the moment."""


def refused(response: httpx2.Response) -> Refused:
    """The problem in an answer; a proxy that finds no service behind it answers something else."""
    problem = {"status": response.status_code, **_said(response)}
    if response.status_code in FOR_THE_MOMENT:
        return Unavailable(problem, _seconds(response.headers.get("Retry-After", "")))
    return _BY_STATUS.get(response.status_code, Refused)(problem)


def _said(response: httpx2.Response) -> dict[str, Any]:
    try:
        problem = response.json()
    except ValueError:
        problem = None
    if isinstance(problem, dict):
        return problem
    return {"title": f"{response.status_code} {response.reason_phrase}"}


def _seconds(retry_after: str) -> float | None:
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else None
