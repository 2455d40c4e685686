"""Who calls, and under which conditions: tokens, Idempotency-Key, If-Match."""

import hashlib
import re
from typing import Annotated, Literal

from fastapi import Depends, Header, Request, Security
from fastapi import Query as QueryParameters
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field

from service.api.asking import Query
from service.problems import INVALID, NO_VERSION, UNAUTHORIZED, Problem
from service.record import Caller, Record
from service.settings import Settings
from service.tokens import Tokens
from service.views import Views

_BEARER = HTTPBearer(auto_error=False, description="A token that `depositary tokens issue` has made.")
_ETAG = re.compile(r'(W/)?"([^"]*)"')


class Confirmation(Query):
    """What a caller confirms that it means."""

    confirm: list[Literal["improbable-year"]] = Field(
        [], description="Confirm that a year such as 0025 is meant."
    )


def record_of(request: Request) -> Record:
    """The record that this service writes."""
    record: Record = request.app.state.record
    return record


def views_of(request: Request) -> Views:
    """The views that this service reads."""
    views: Views = request.app.state.views
    return views


def _principal(request: Request, credentials: HTTPAuthorizationCredentials | None) -> str:
    tokens: Tokens = request.app.state.tokens
    principal = tokens.principal(credentials.credentials) if credentials else None
    if principal is None:
        detail = "the token is not valid here" if credentials else "a token is required, and none was sent"
        challenge = 'Bearer error="invalid_token"' if credentials else "Bearer"
        raise Problem(UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})
    return principal


def require_reader(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]
) -> None:
    """Let everybody read, or only those with a token, as the settings have it."""
    settings: Settings = request.app.state.settings
    if not settings.open_reads:
        _principal(request, credentials)


async def caller(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    confirmation: Annotated[Confirmation, QueryParameters()],
    idempotency_key: Annotated[
        str | None,
        Header(
            pattern=r"^[\x21-\x7e]{1,255}$",
            description="A text of the caller's choice for this request. Repeated with it, the request is "
            "answered as the first time and recorded once, also after a crash.",
        ),
    ] = None,
) -> Caller:
    """Who writes, and what makes the request one of its kind; raise a `Problem` for nobody."""
    principal = _principal(request, credentials)
    parts = [request.method, request.url.path, request.headers.get("if-match", "")]
    fingerprint = hashlib.sha256("\n".join(parts).encode() + b"\n" + await request.body()).digest()
    return Caller(principal, idempotency_key, fingerprint, "improbable-year" in confirmation.confirm)


def seen_versions(
    if_match: Annotated[
        str | None, Header(description='The version that was seen: the ETag of its reading, such as "3".')
    ] = None,
) -> tuple[int, ...]:
    """The versions that If-Match names (RFC 9110, section 13.1.1); raise a `Problem` where it names none."""
    if if_match is None or if_match.strip() == "*":
        raise Problem(
            NO_VERSION, 'If-Match is required: name the version that was seen, such as If-Match: "1"'
        )
    tags = [tag.strip() for tag in if_match.split(",")]
    matches = [_ETAG.fullmatch(tag) for tag in tags]
    if not all(matches):
        raise Problem(INVALID, f'If-Match: {if_match} is not a list of entity tags, such as "1"')
    strong = [match[2] for match in matches if match and not match[1]]
    return tuple(int(tag) for tag in strong if tag.isascii() and tag.isdecimal() and len(tag) < 19)


RecordOf = Annotated[Record, Depends(record_of)]
ViewsOf = Annotated[Views, Depends(views_of)]
CallerOf = Annotated[Caller, Depends(caller)]
Seen = Annotated[tuple[int, ...], Depends(seen_versions)]
