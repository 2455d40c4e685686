"""Every error as a problem document, and a page for each kind of problem."""

import logging
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any

from eventsourcing.persistence import PersistenceError
from fastapi import APIRouter, FastAPI, Path, Request, Response
from fastapi import Query as QueryParameters
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from domain.errors import InvalidValues, NotAllowed, Refusal
from service.access import refusals as access
from service.access.issuer import IssuerUnreachable
from service.access.rates import TooMany
from service.api.asking import Query
from service.api.observing import note_problem
from service.api.openapi import answers
from service.api.wording import tell_invalid
from service.logs import request_id
from service.moments import NotFreshEnough
from service.problems import (
    FAULT,
    INVALID,
    KINDS,
    MALFORMED,
    MEDIA_TYPE,
    METHOD,
    NOT_FOUND,
    Problem,
    Told,
    tell,
)
from service.store.group_commit import Closed
from service.transparency import NoSigningKey, Rewritten

NOTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
"""The statuses of refusals that are put on record."""

router = APIRouter(prefix="/problems", tags=["problems"])
log = logging.getLogger("depositary")


class ProblemKind(BaseModel):
    """A kind of problem and what it means."""

    type: str
    title: str
    status: int
    meaning: str


@router.get("", responses=answers(INVALID, FAULT))
def list_problems(_: Annotated[Query, QueryParameters()]) -> list[ProblemKind]:
    """List every kind of problem that this service reports."""
    return [_describe(slug) for slug in KINDS]


@router.get("/{slug}", responses=answers(NOT_FOUND, INVALID, FAULT))
def read_problem(
    slug: Annotated[str, Path(description="The last part of its `type`.", examples=["stale-version"])],
    _: Annotated[Query, QueryParameters()],
) -> ProblemKind:
    """Say what one kind of problem means."""
    if slug not in KINDS:
        raise Problem(NOT_FOUND, f"no problem is called {slug!r}; GET /problems lists them")
    return _describe(slug)


def _describe(slug: str) -> ProblemKind:
    kind = KINDS[slug]
    return ProblemKind(type=kind.type, title=kind.title, status=kind.status.value, meaning=kind.meaning)


def handle_problems(app: FastAPI, as_page: Callable[[Request, Told], Response | None]) -> None:
    """Have the application answer every error with a problem document, or as a page if one is given."""
    app.state.as_page = as_page
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(ClientDisconnect, _on_gone)
    for error in (
        Refusal,
        NotAllowed,
        Problem,
        NotFreshEnough,
        NoSigningKey,
        Rewritten,
        TooMany,
        IssuerUnreachable,
        PersistenceError,
        Closed,
    ):
        app.add_exception_handler(error, _on_error)
    app.add_exception_handler(Exception, _on_fault)


def _answer(request: Request, told: Told) -> Response:
    note_problem(request.scope, told)
    page: Response | None = request.app.state.as_page(request, told)
    return page or JSONResponse(told.body, told.status, told.headers, MEDIA_TYPE)


def tell_logged(request: Request, error: Exception) -> Told:
    """What is told of any error; one that is not the caller's is logged, and names its request."""
    if isinstance(error, InvalidValues):
        found: list[Any] = list(error.error.errors())
        return tell_invalid(found, error.values, error.pointer)
    answer = tell(error)
    if answer.status in NOTED:
        _note(request, answer)
    if isinstance(error, PersistenceError | Closed):
        log.error("the store failed %s %s: %s", request.method, request.url.path, error)
    elif answer.body["type"] == FAULT.type:
        log.error("fault in %s %s", request.method, request.url.path, exc_info=error)
    else:
        return answer
    return replace(answer, body={**answer.body, "request_id": request_id()})


def _note(request: Request, answer: Told) -> None:
    """Have a refusal put on record, by the address as the API describes it."""
    route = getattr(request.scope.get("route"), "path", "?")
    principal = getattr(request.state, "principal", None)
    slug = answer.body["type"].rpartition("/")[2]
    request.app.state.refusals.note(access.Refusal(principal, slug, request.method, route))


def _on_error(request: Request, error: Exception) -> Response:
    return _answer(request, tell_logged(request, error))


def _on_fault(request: Request, error: Exception) -> Response:
    """Answer outside of all that otherwise adds the request's id."""
    response = _on_error(request, error)
    response.headers["X-Request-ID"] = request_id() or ""
    return response


def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _answer(request, tell_invalid(error.errors(), error.body))


def _on_gone(request: Request, _: Exception) -> Response:
    """Nobody is there to be told; it is no fault of the service's."""
    log.info("the caller left in the middle of %s %s", request.method, request.url.path)
    return _answer(request, tell(Problem(MALFORMED, "the body ended before it was whole")))


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    match error.status_code:
        case 404:
            problem = Problem(NOT_FOUND, NOT_FOUND.meaning, headers=error.headers)
        case 405:
            problem = Problem(METHOD, METHOD.meaning, headers={"Allow": ", ".join(_allowed(request))})
        case status:
            body = {"type": "about:blank", "title": str(error.detail), "status": status}
            return _answer(request, Told(status, body, dict(error.headers or {})))
    return _answer(request, tell(problem))


def _allowed(request: Request) -> list[str]:
    """All the methods that the address takes; the framework names those of one route alone."""
    return [
        method
        for method in ("GET", "HEAD", "POST", "DELETE")
        if any(
            route.matches({**request.scope, "method": "GET" if method == "HEAD" else method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]
