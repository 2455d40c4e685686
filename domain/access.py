"""Who may do what: roles, what administrators do about them, and what comes of that.

An administrative act is kept for ever, like an event of a development, in an order of its own. The rules of
evolution are the same: a name is never reused, a field never changes its type, a new field has a default.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domain.values import Slug, Text, Value

Role = Literal["reader", "recorder", "editor", "auditor", "admin"]


class Right(StrEnum):
    """What somebody may do in a dossier, or in all of them."""

    READ = "read"
    RECORD = "record"
    """Record, corroborate, dispute."""
    EDIT = "edit"
    """Open the dossier; amend, retract, resolve, rectify, and judge what is one happening."""
    AUDIT = "audit"
    """Read what administrators did, and whom the service refused."""
    ADMINISTER = "administer"
    """Grant and withdraw roles, issue and revoke tokens."""


RIGHTS: Mapping[Role, frozenset[Right]] = {
    "reader": frozenset({Right.READ}),
    "recorder": frozenset({Right.READ, Right.RECORD}),
    "editor": frozenset({Right.READ, Right.RECORD, Right.EDIT}),
    "auditor": frozenset({Right.READ, Right.AUDIT}),
    "admin": frozenset(Right),
}
"""What each role allows."""


class Grant(Value):
    """A role in one dossier, or in all."""

    role: Role
    dossier: Slug | None = None
    """Null is all of them, those that are opened later too."""

    def covers(self, right: Right, dossier: str | None) -> bool:
        """Whether it allows something in a dossier; with none, in all of them."""
        return self.dossier in {None, dossier} and right in RIGHTS[self.role]

    def __str__(self) -> str:
        """In words."""
        return f"{self.role} of {self.dossier or 'all dossiers'}"


@dataclass(frozen=True, slots=True)
class Authority:
    """Who somebody is, and what that allows."""

    principal: str
    grants: frozenset[Grant]
    only: frozenset[Grant] = frozenset()
    """What the credential is narrowed to; empty where it is not."""

    def may(self, right: Right, dossier: str | None = None) -> bool:
        """Whether it allows something in a dossier; with none, in all of them."""
        asked = (self.grants, self.only) if self.only else (self.grants,)
        return all(any(grant.covers(right, dossier) for grant in some) for some in asked)

    @property
    def dossiers(self) -> frozenset[str]:
        """The dossiers that it names."""
        return frozenset(grant.dossier for grant in (*self.grants, *self.only) if grant.dossier is not None)


class Act(Value):
    """Something that was done about access, by somebody."""

    name: ClassVar[str]

    by: Text
    """The principal that did it; `depositary` where the service itself did."""
    reason: Text | None = None


class RoleGranted(Act):
    """A principal got a role."""

    name = "role-granted"
    principal: Text
    grant: Grant


class RoleWithdrawn(Act):
    """A principal lost a role."""

    name = "role-withdrawn"
    principal: Text
    grant: Grant


class TokenIssued(Act):
    """A token was made. Only its digest is known; whoever it was shown to has it."""

    name = "token-issued"
    token: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    """The name of the token, by which it can be revoked."""
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of the token, in hexadecimal."""
    principal: Text
    only: tuple[Grant, ...] = ()
    """What it is narrowed to, of all that its principal may do."""
    expires_at: datetime | None = None


class TokenRevoked(Act):
    """A token is good for nothing any more."""

    name = "token-revoked"
    token: str


class RequestsRefused(Act):
    """Somebody was refused; the same again within a moment is counted, not told again."""

    name = "requests-refused"
    principal: Text | None
    """Null where nobody was known by the credential, or none was sent."""
    problem: str
    """The kind of problem that it was told, such as `unauthorized`."""
    method: str
    route: str
    """The address as the API describes it, such as `/v1/dossiers/{dossier}/developments`."""
    times: Annotated[int, Field(ge=1)]
    first_at: datetime
    last_at: datetime


ACTS: Mapping[str, type[Act]] = {
    act.name: act for act in (RoleGranted, RoleWithdrawn, TokenIssued, TokenRevoked, RequestsRefused)
}
"""The class of every stored name."""


@dataclass(frozen=True, slots=True)
class Access:
    """What all administrative acts so far have come to."""

    grants: Mapping[str, frozenset[Grant]] = field(default_factory=dict)
    """By principal."""
    tokens: Mapping[str, TokenIssued] = field(default_factory=dict)
    """By digest, those that are not revoked."""

    def after(self, acts: Iterable[Act]) -> "Access":
        """What it comes to with these."""
        access = self
        for act in acts:
            access = access._after(act)
        return access

    def _after(self, act: Act) -> "Access":
        match act:
            case RoleGranted(principal=principal, grant=grant):
                return self._with(principal, self.grants_of(principal) | {grant})
            case RoleWithdrawn(principal=principal, grant=grant):
                return self._with(principal, self.grants_of(principal) - {grant})
            case TokenIssued():
                return replace(self, tokens={**self.tokens, act.digest: act})
            case TokenRevoked(token=token):
                kept = {digest: one for digest, one in self.tokens.items() if one.token != token}
                return replace(self, tokens=kept)
        return self

    def _with(self, principal: str, grants: frozenset[Grant]) -> "Access":
        return replace(self, grants={**self.grants, principal: grants})

    def grants_of(self, principal: str) -> frozenset[Grant]:
        """The roles of a principal."""
        return self.grants.get(principal, frozenset())

    def of_token(self, digest: str, now: datetime) -> Authority | None:
        """What a token allows; `None` where it is unknown, revoked or expired."""
        token = self.tokens.get(digest)
        if token is None or (token.expires_at is not None and token.expires_at <= now):
            return None
        return Authority(token.principal, self.grants_of(token.principal), frozenset(token.only))

    def of_principal(self, principal: str, also: Iterable[Grant] = ()) -> Authority:
        """What a principal may do that was made known otherwise, and has these roles by that."""
        return Authority(principal, self.grants_of(principal) | frozenset(also))
