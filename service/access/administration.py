"""What administrators do about access, and what it comes to, in this process as in any other.

What is known of it is kept in memory. A read that needs a credential asks the database first whether there
is more; a write is let in under the lock under which it is written, by what is known there. So nothing is
recorded on a credential once its revocation is answered, whichever process was told.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from domain.access import Access, Act, Authority, Grant, RoleGranted, RoleWithdrawn, TokenIssued, TokenRevoked
from domain.errors import Conflict
from service.store import acts
from service.store.acts import Recorded
from service.store.ports import LARGEST, Cursor
from service.store.recorder import Recorder

PREFIX = "depositary_"
"""How a token begins, so that one that leaked can be told for what it is."""


class UnknownToken(Conflict):
    """There is no token of this name, or it is revoked."""

    def __init__(self, token: str) -> None:
        super().__init__(f"there is no token {token!r} that could be revoked: list them to see their names")


@dataclass(frozen=True, slots=True)
class Issued:
    """A token, which is shown once, and its name."""

    token: str
    id: str


class Administration:
    """Carries out administrative acts, and knows what they come to."""

    new_token: Callable[[int], str] = staticmethod(secrets.token_urlsafe)
    new_name: Callable[[int], str] = staticmethod(secrets.token_hex)

    def __init__(self, recorder: Recorder) -> None:
        """It goes by the recorder's clock, and has it ask before anything is written."""
        self._database = recorder.database
        self._clock = recorder.clock
        recorder.learn = self.refresh_within
        self._known: tuple[int, Access] = (0, Access())
        self._lock = Lock()

    # Acts

    def issue(
        self,
        principal: str,
        by: str,
        *,
        roles: Sequence[Grant] = (),
        only: Sequence[Grant] = (),
        expires_at: datetime | None = None,
    ) -> Issued:
        """Make a token for a principal, and give the principal roles that it does not have yet."""
        token, name = PREFIX + self.new_token(32), self.new_name(6)
        self.refresh()
        new = [one for one in dict.fromkeys(roles) if one not in self.access.grants_of(principal)]
        granted = [RoleGranted(by=by, principal=principal, grant=one) for one in new]
        issued = TokenIssued(
            by=by,
            token=name,
            digest=digest_of(token),
            principal=principal,
            only=tuple(only),
            expires_at=expires_at,
        )
        self.carry_out(*granted, issued)
        return Issued(token, name)

    def revoke(self, token: str, by: str, reason: str | None = None) -> None:
        """Make a token good for nothing; raise `UnknownToken`."""
        self.refresh()
        if all(one.token != token for one in self.access.tokens.values()):
            raise UnknownToken(token)
        self.carry_out(TokenRevoked(by=by, token=token, reason=reason))

    def grant(self, principal: str, grant: Grant, by: str, reason: str | None = None) -> None:
        """Give a principal a role; nothing is done where it has it."""
        self.refresh()
        if grant not in self.access.grants_of(principal):
            self.carry_out(RoleGranted(by=by, principal=principal, grant=grant, reason=reason))

    def withdraw(self, principal: str, grant: Grant, by: str, reason: str | None = None) -> None:
        """Take a role from a principal; raise `Conflict` where it does not have it."""
        self.refresh()
        if grant not in self.access.grants_of(principal):
            raise Conflict(f"{principal} is not {grant}, so that cannot be withdrawn")
        self.carry_out(RoleWithdrawn(by=by, principal=principal, grant=grant, reason=reason))

    def carry_out(self, *done: Act) -> list[Recorded]:
        """Record acts, together; they are on disk once this is answered."""
        with self._database.writing() as c:
            recorded = acts.append(c, done, self._clock())
        self.refresh()
        return recorded

    def read(self, after: int, limit: int) -> list[Recorded]:
        """The acts after a position, in order."""
        return acts.read(self._database.reads, after, limit)

    # What they come to

    @property
    def access(self) -> Access:
        """What is known here of all acts."""
        return self._known[1]

    def refresh(self) -> None:
        """Learn what others did."""
        self._learn(acts.read(self._database.reads, self._known[0], LARGEST))

    def refresh_within(self, c: Cursor) -> None:
        """Learn what others did, under the lock under which something is to be written."""
        position = self._known[0]
        if acts.reached(c) > position:
            self._learn(acts.read_within(c, position))

    def _learn(self, recorded: Sequence[Recorded]) -> None:
        with self._lock:
            position, access = self._known
            new = [one for one in recorded if one.position > position]
            if new:
                self._known = (new[-1].position, access.after(one.act for one in new))

    def of_token(self, token: str) -> Authority | None:
        """What a token allows, by what is known here; `None` for one that is unknown, revoked or expired."""
        # A look-up by digest gives no timing from which a token could be guessed.
        return self.access.of_token(digest_of(token), self._clock())


def digest_of(token: str) -> str:
    """The digest by which a token is known."""
    return hashlib.sha256(token.encode()).hexdigest()
