"""Who calls, by the bearer token, and what that allows."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from domain.access import Authority, Right
from domain.errors import NotAllowed
from service.access.administration import Administration
from service.access.bearers import Judging
from service.access.rates import Rates
from service.logs import name_principal
from service.problems import UNAUTHORIZED, Problem
from service.settings import Settings

_BEARER = HTTPBearer(
    auto_error=False, description="A token that `depositary token issue` has made, or of the known issuer."
)
_CHALLENGE = 'Bearer realm="depositary"'

COOKIE = "depositary"
"""The cookie in which the pages keep a token."""
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]


async def reader(request: Request, credentials: Credentials) -> Authority | None:
    """Who reads; `None` where everybody may. Raise a `Problem` for nobody, where only some may.

    Of a page, which the API's document does not describe, the cookie that pages set does as well.
    """
    settings: Settings = request.app.state.settings
    if settings.open_reads:
        rates: Rates = request.app.state.rates
        rates.take(_address(request))
        return None
    is_page = not request.scope["route"].include_in_schema
    token = _sent(credentials) or (request.cookies.get(COOKIE) if is_page else None)
    return await _authority(request, token, fresh=True)


async def writer(request: Request, credentials: Credentials) -> Authority:
    """Who writes; raise a `Problem` for nobody.

    It is by what is known here, and looked at again under the lock under which it is recorded.
    """
    return await _authority(request, _sent(credentials), fresh=False)


async def identified(request: Request, credentials: Credentials) -> Authority:
    """Who asks, or does what the writers' lock does not look at; raise a `Problem` for nobody."""
    return await _authority(request, _sent(credentials), fresh=True)


async def administrator(request: Request, credentials: Credentials) -> Authority:
    """Who administers; raise `NotAllowed` where that is not theirs."""
    return await _with(Right.ADMINISTER, request, credentials)


async def auditor(request: Request, credentials: Credentials) -> Authority:
    """Who audits what administrators did."""
    return await _with(Right.AUDIT, request, credentials)


async def _with(right: Right, request: Request, credentials: Credentials) -> Authority:
    authority = await _authority(request, _sent(credentials), fresh=True)
    if not authority.may(right):
        raise NotAllowed(authority.principal, right, None)
    return authority


async def authority_of(request: Request, token: str, *, fresh: bool = True) -> Authority | None:
    """Whose token it is; `None` for nobody's.

    One not known here is judged anew, and so is any that is to be `fresh`. Whoever guesses is slowed down,
    and not those who have a good token and share the address: that of a proxy, for instance.
    """
    state, address = request.app.state, _address(request)
    bearers: Judging = state.bearers
    authority = bearers.known(token)
    if authority is None:
        state.guesses.require(address)
    if fresh or authority is None or bearers.is_due(token):
        authority = await run_in_threadpool(bearers.judge, token)
    if authority is None:
        state.guesses.take(address)
        return None
    request.state.principal = authority.principal
    name_principal(authority.principal)
    state.rates.take(authority.principal)
    return authority


async def _authority(request: Request, token: str | None, *, fresh: bool) -> Authority:
    authority = await authority_of(request, token, fresh=fresh) if token is not None else None
    if authority is None:
        detail = "a token is required, and none was sent" if token is None else "the token is not valid here"
        challenge = _CHALLENGE if token is None else f'{_CHALLENGE}, error="invalid_token"'
        raise Problem(UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})
    return authority


def _sent(credentials: HTTPAuthorizationCredentials | None) -> str | None:
    return credentials.credentials if credentials else None


def _address(request: Request) -> str:
    return f"address {request.client.host}" if request.client else "address unknown"


async def administration_of(request: Request) -> Administration:
    """What administrators do here."""
    administration: Administration = request.app.state.record.administration
    return administration


def known_by(request: Request) -> Any:
    """What the request's token allows by what is known by now: for `Caller.now`."""
    bearers: Judging = request.app.state.bearers
    token = token_of(request)
    return lambda: bearers.known(token)


def readable_to(request: Request, authority: Authority | None) -> Callable[[str], bool]:
    """Tells of a dossier whether somebody may read it; anybody may, where reading is open."""
    settings: Settings = request.app.state.settings
    return lambda dossier: (
        settings.open_reads or (authority is not None and authority.may(Right.READ, dossier))
    )


def token_of(request: Request) -> str:
    """The bearer token that was sent; nothing where none was."""
    return request.headers.get("authorization", "").partition(" ")[2].strip()


ReaderOf = Annotated[Authority | None, Depends(reader)]
WriterOf = Annotated[Authority, Depends(writer)]
IdentifiedOf = Annotated[Authority, Depends(identified)]
AdministratorOf = Annotated[Authority, Depends(administrator)]
AdministrationOf = Annotated[Administration, Depends(administration_of)]
