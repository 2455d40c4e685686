"""Administration: who may do what, tokens and roles, and the record of all that was done about them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path
from fastapi import Query as QueryParameters
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.access import (
    Access,
    Grant,
    RequestsRefused,
    Role,
    RoleGranted,
    RoleWithdrawn,
    TokenIssued,
    TokenRevoked,
)
from domain.values import Slug, Text, Value
from projections.pages import LIMIT
from service.api.asking import PageSize, Position, Query
from service.api.authorising import AdministrationOf, AdministratorOf, IdentifiedOf, administrator, auditor
from service.api.openapi import ADMINISTERING, READING_ACTS, answers
from service.api.strict import StrictRoute
from service.problems import CONFLICT
from service.store.acts import Recorded, kept_as

router = APIRouter(prefix="/v1", tags=["administration"], route_class=StrictRoute)


class Principal(BaseModel):
    """Somebody whom the record knows, with what that allows."""

    principal: str
    roles: tuple[Grant, ...]
    only: tuple[Grant, ...] = ()
    """What the token that was sent is narrowed to; empty where it is not."""


class TokenOnRecord(BaseModel):
    """A token that is good: its name, and whose it is. Only whoever it was shown to has the token itself."""

    id: str
    principal: str
    only: tuple[Grant, ...]
    expires_at: datetime | None


class AccessOnRecord(BaseModel):
    """Who has which roles, and which tokens are good."""

    principals: tuple[Principal, ...]
    tokens: tuple[TokenOnRecord, ...]


class ActOnRecord(BaseModel):
    """One administrative act, with its place among all of them."""

    position: int
    recorded_at: datetime
    name: str
    act: RoleGranted | RoleWithdrawn | TokenIssued | TokenRevoked | RequestsRefused
    kept_as: str
    """Its place and the hash that binds it to all acts before it: who keeps this elsewhere, and hands it to
    `depositary verify --act`, learns whether any of them was altered or is missing."""


class ActsOnRecord(BaseModel):
    """Administrative acts, in the order in which they were done."""

    acts: tuple[ActOnRecord, ...]
    next: int | None
    """The position to go on after; null at the end."""


class IssueToken(Value):
    """For whom a token is to be made, and what it allows."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"principal": "ada", "roles": [{"role": "recorder", "dossier": "lake"}]}]
        }
    )

    principal: Text
    roles: Annotated[tuple[Grant, ...], Field(max_length=100)] = ()
    """Roles that the principal gets, besides those that it has."""
    only: Annotated[tuple[Grant, ...], Field(max_length=100)] = ()
    """What the token is narrowed to, of all that its principal may do; it is not, where this is empty."""
    expires_at: AwareDatetime | None = None


class IssuedToken(BaseModel):
    """A token. It is shown this once."""

    id: str
    token: str


class RevokeToken(Value):
    """Why a token is revoked."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The laptop was lost."}]})

    reason: Text | None = None


class Granting(Value):
    """A role of a principal, and why it is granted or withdrawn."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"principal": "ada", "role": "editor", "dossier": "lake"}]}
    )

    principal: Text
    role: Role
    dossier: Slug | None = None
    """Null is all of them."""
    reason: Text | None = None

    @property
    def grant(self) -> Grant:
        """The role."""
        return Grant(role=self.role, dossier=self.dossier)


class AfterPosition(Query):
    """A page of acts."""

    after: Position = Field(0, description="Those after this position.", examples=[0])
    limit: PageSize = Field(LIMIT, description="The most acts on a page.", examples=[2])


@router.get("/me", responses=answers(*READING_ACTS))
def read_me(authority: IdentifiedOf, _: Annotated[Query, QueryParameters()]) -> Principal:
    """Who the token that is sent says one is, and what that allows."""
    return _principal(authority.principal, authority.grants, authority.only)


@router.get("/administration/access", dependencies=[Depends(administrator)], responses=answers(*READING_ACTS))
def read_access(administration: AdministrationOf, _: Annotated[Query, QueryParameters()]) -> AccessOnRecord:
    """Who has which roles, and which tokens are good."""
    administration.refresh()  # Whoever opened the record itself sent no token for which it was asked.
    return on_record(administration.access)


@router.get("/administration/acts", dependencies=[Depends(auditor)], responses=answers(*READING_ACTS))
def list_acts(
    administration: AdministrationOf, query: Annotated[AfterPosition, QueryParameters()]
) -> ActsOnRecord:
    """What administrators did, and whom the service refused: all of it, in order."""
    acts = administration.read(query.after, query.limit + 1)
    shown = [_act(one) for one in acts[: query.limit]]
    return ActsOnRecord(acts=tuple(shown), next=shown[-1].position if len(acts) > query.limit else None)


@router.post("/administration/tokens", status_code=201, responses=answers(*ADMINISTERING, status=201))
def issue_token(
    administration: AdministrationOf,
    authority: AdministratorOf,
    body: Annotated[IssueToken, Body()],
    _: Annotated[Query, QueryParameters()],
) -> IssuedToken:
    """Make a token for a principal. It is shown once, and known by its digest alone."""
    issued = administration.issue(
        body.principal, authority.principal, roles=body.roles, only=body.only, expires_at=body.expires_at
    )
    return IssuedToken(id=issued.id, token=issued.token)


@router.post("/administration/tokens/{token}/revocations", responses=answers(*ADMINISTERING, CONFLICT))
def revoke_token(
    token: Annotated[str, Path(description="The name of the token.", examples=["0123456789ab"])],
    administration: AdministrationOf,
    authority: AdministratorOf,
    body: Annotated[RevokeToken, Body()],
    _: Annotated[Query, QueryParameters()],
) -> AccessOnRecord:
    """Make a token good for nothing, at once, in all processes."""
    administration.revoke(token, authority.principal, body.reason)
    return on_record(administration.access)


@router.post("/administration/grants", responses=answers(*ADMINISTERING))
def grant_role(
    administration: AdministrationOf,
    authority: AdministratorOf,
    body: Annotated[Granting, Body()],
    _: Annotated[Query, QueryParameters()],
) -> Principal:
    """Give a principal a role, in one dossier or in all."""
    administration.grant(body.principal, body.grant, authority.principal, body.reason)
    return _principal(body.principal, administration.access.grants_of(body.principal))


@router.post("/administration/withdrawals", responses=answers(*ADMINISTERING, CONFLICT))
def withdraw_role(
    administration: AdministrationOf,
    authority: AdministratorOf,
    body: Annotated[Granting, Body()],
    _: Annotated[Query, QueryParameters()],
) -> Principal:
    """Take a role from a principal."""
    administration.withdraw(body.principal, body.grant, authority.principal, body.reason)
    return _principal(body.principal, administration.access.grants_of(body.principal))


def on_record(access: Access) -> AccessOnRecord:
    """What all acts have come to, by name."""
    return AccessOnRecord(
        principals=tuple(
            _principal(name, grants) for name, grants in sorted(access.grants.items()) if grants
        ),
        tokens=tuple(
            TokenOnRecord(id=one.token, principal=one.principal, only=one.only, expires_at=one.expires_at)
            for one in sorted(access.tokens.values(), key=lambda one: (one.principal, one.token))
        ),
    )


def _principal(name: str, grants: Iterable[Grant], only: Iterable[Grant] = ()) -> Principal:
    return Principal(principal=name, roles=tuple(sorted(grants, key=str)), only=tuple(sorted(only, key=str)))


def _act(recorded: Recorded) -> ActOnRecord:
    return ActOnRecord(
        position=recorded.position,
        recorded_at=recorded.recorded_at,
        name=recorded.act.name,
        act=recorded.act,
        kept_as=kept_as(recorded.position, recorded.chain),
    )
