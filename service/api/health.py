"""Whether the service lives, and whether it is ready: for whatever starts it, or sends requests to it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi import Query as QueryParameters
from pydantic import BaseModel

from service.api.asking import Query
from service.api.openapi import answers
from service.problems import FAULT, INVALID, NOT_READY, Problem
from service.readiness import Check, Readiness

router = APIRouter(prefix="/v1/health", tags=["health"])


class Live(BaseModel):
    """That the process answers."""

    status: Literal["live"] = "live"


class Ready(BaseModel):
    """That it can do its work."""

    status: Literal["ready"] = "ready"
    checks: list[Check]
    """What was looked at; `lacks` is null where nothing is the matter."""


@router.get("/live", responses=answers(INVALID, FAULT))
async def read_live(_: Annotated[Query, QueryParameters()]) -> Live:
    """Say that the process answers; nothing else is looked at. Where this fails, start it anew."""
    return Live()


@router.get("/ready", responses=answers(INVALID, NOT_READY, FAULT))
async def read_ready(request: Request, _: Annotated[Query, QueryParameters()]) -> Ready:
    """Say whether requests are to be sent here: the record answers, takes writes, and its log can be signed.

    It is answered within about a second, whatever hangs. Where it is 503, send requests to another process;
    this one comes back by itself, unless it was told to stop.
    """
    readiness: Readiness = request.app.state.readiness
    checks = await readiness.checks()
    if lacking := [one.lacks for one in checks if one.lacks]:
        told = [{"check": one.check, "lacks": one.lacks} for one in checks]
        raise Problem(NOT_READY, "; ".join(lacking), headers={"Retry-After": "1"}, checks=told)
    return Ready(checks=list(checks))
