"""Who calls, by the bearer token, and what that allows."""

from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from domain.access import Authority, Right
from domain.errors import NotAllowed
from service.access.administration import Administration
from service.access.bearers import Bearers
from service.access.rates import Rates
from service.problems import UNAUTHORIZED, Problem
from service.settings import Settings

_BEARER = HTTPBearer(
    auto_error=False, description="A token that `depositary tokens issue` has made, or of the known issuer."
)
_CHALLENGE = 'Bearer realm="depositary"'

Sent = HTTPAuthorizationCredentials | None
Credentials = Annotated[Sent, Security(_BEARER)]


async def reader(request: Request, credentials: Credentials) -> Authority | None:
    """Who reads; `None` where everybody may. Raise a `Problem` for nobody, where only some may."""
    settings: Settings = request.app.state.settings
    if settings.open_reads:
        rates: Rates = request.app.state.rates
        rates.take(_address(request))
        return None
    return await _authority(request, credentials, fresh=True)


async def writer(request: Request, credentials: Credentials) -> Authority:
    """Who writes; raise a `Problem` for nobody.

    It is by what is known here, and looked at again under the lock under which it is recorded.
    """
    return await _authority(request, credentials, fresh=False)


async def identified(request: Request, credentials: Credentials) -> Authority:
    """Who asks; raise a `Problem` for nobody."""
    return await _authority(request, credentials, fresh=True)


async def administrator(request: Request, credentials: Credentials) -> Authority:
    """Who administers; raise `NotAllowed` where that is not theirs."""
    return await _with(Right.ADMINISTER, request, credentials)


async def auditor(request: Request, credentials: Credentials) -> Authority:
    """Who audits what administrators did."""
    return await _with(Right.AUDIT, request, credentials)


async def _with(right: Right, request: Request, credentials: Sent) -> Authority:
    authority = await _authority(request, credentials, fresh=True)
    if not authority.may(right):
        raise NotAllowed(authority.principal, right, None)
    return authority


async def _authority(request: Request, credentials: Sent, *, fresh: bool) -> Authority:
    """Whose token it is; one that is not known here is judged anew, and any is that is to be `fresh`."""
    state = request.app.state
    bearers: Bearers = state.bearers
    authority = None
    if credentials is not None:
        # Whoever guesses is slowed down before anything is looked up.
        state.guesses.require(_address(request))
        authority = None if fresh else bearers.known(credentials.credentials)
        authority = authority or await run_in_threadpool(bearers.judge, credentials.credentials)
    if authority is None:
        raise _unauthorized(request, credentials)
    request.state.principal = authority.principal
    state.rates.take(authority.principal)
    return authority


def _unauthorized(request: Request, credentials: Sent) -> Problem:
    if credentials is not None:
        request.app.state.guesses.take(_address(request))
    detail = "the token is not valid here" if credentials else "a token is required, and none was sent"
    challenge = f'{_CHALLENGE}, error="invalid_token"' if credentials else _CHALLENGE
    return Problem(UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})


def _address(request: Request) -> str:
    return f"address {request.client.host}" if request.client else "address unknown"


async def administration_of(request: Request) -> Administration:
    """What administrators do here."""
    administration: Administration = request.app.state.record.administration
    return administration


def known_by(request: Request) -> Any:
    """What the request's token allows by what is known by now: for `Caller.now`."""
    bearers: Bearers = request.app.state.bearers
    token = request.headers.get("authorization", "").partition(" ")[2].strip()
    return lambda: bearers.known(token)


ReaderOf = Annotated[Authority | None, Depends(reader)]
WriterOf = Annotated[Authority, Depends(writer)]
AdministratorOf = Annotated[Authority, Depends(administrator)]
AdministrationOf = Annotated[Administration, Depends(administration_of)]
