"""Every error as a problem document, and a page for each kind of problem."""

import logging
from typing import Annotated, Any

from eventsourcing.persistence import PersistenceError
from fastapi import APIRouter, FastAPI, Path, Request
from fastapi import Query as QueryParameters
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from domain.errors import InvalidValues, Refusal
from service.api.asking import Query
from service.api.openapi import answers
from service.api.wording import tell_invalid
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


def handle_problems(app: FastAPI) -> None:
    """Have the application answer every error with a problem document."""
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(ClientDisconnect, _on_gone)
    for error in (Refusal, Problem, NotFreshEnough, NoSigningKey, Rewritten, PersistenceError, Closed):
        app.add_exception_handler(error, _on_error)
    app.add_exception_handler(Exception, _on_error)


def _answer(told: Told) -> JSONResponse:
    return JSONResponse(told.body, told.status, told.headers, MEDIA_TYPE)


def tell_logged(request: Request, error: Exception) -> Told:
    """What is told of any error; one that is not the caller's is logged."""
    if isinstance(error, InvalidValues):
        found: list[Any] = list(error.error.errors())
        return tell_invalid(found, error.values, error.pointer)
    answer = tell(error)
    if isinstance(error, PersistenceError | Closed):
        log.error("the store failed %s %s: %s", request.method, request.url.path, error)
    elif answer.body["type"] == FAULT.type:
        log.error("fault in %s %s", request.method, request.url.path, exc_info=error)
    return answer


def _on_error(request: Request, error: Exception) -> JSONResponse:
    return _answer(tell_logged(request, error))


def _on_invalid_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return _answer(tell_invalid(error.errors(), error.body))


def _on_gone(request: Request, _: Exception) -> JSONResponse:
    """Nobody is there to be told; it is no fault of the service's."""
    log.info("the caller left in the middle of %s %s", request.method, request.url.path)
    return _answer(tell(Problem(MALFORMED, "the body ended before it was whole")))


def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    match error.status_code:
        case 404:
            problem = Problem(NOT_FOUND, NOT_FOUND.meaning, headers=error.headers)
        case 405:
            problem = Problem(METHOD, METHOD.meaning, headers={"Allow": ", ".join(_allowed(request))})
        case status:
            body = {"type": "about:blank", "title": str(error.detail), "status": status}
            return JSONResponse(body, status, dict(error.headers or {}), MEDIA_TYPE)
    return _answer(tell(problem))


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
