"""Who has something recorded, and what they are answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.access import Authority, Right
from domain.entry import Entry
from domain.errors import AuthorityChanged, Conflict, NotAllowed, UnknownDevelopment
from service.store.admission import Key


class KeyReused(Conflict):
    """The idempotency key was used for another request."""

    def __init__(self, key: str, *, erased: bool = False) -> None:
        erasure = (
            "a request of whose texts some were erased since, so whether this is the same cannot be told"
        )
        super().__init__(
            f"the Idempotency-Key {key!r} was used before for {erasure if erased else 'another request'}: "
            "use a new key for each request, and the same key only to repeat one"
        )


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what the request says about itself."""

    principal: str
    idempotency_key: str | None = None
    fingerprint: bytes = b""
    any_year: bool = False
    """Whether improbable years have been confirmed."""
    authority: Authority | None = None
    """What the caller may do; `None` where it has the record itself at hand, and so may do anything."""
    now: Callable[[], Authority | None] = field(default=lambda: None, compare=False)
    """What the credential allows by what is known by now."""
    may_read: Callable[[str], bool] = field(default=lambda dossier: True, compare=False)
    """Whether a dossier is the caller's to read; any other is, to this one, as if it were not there."""

    def readable(self, entry: Entry) -> Entry:
        """A development that is the caller's to read; raise `UnknownDevelopment` for any other."""
        if not self.may_read(entry.dossier):
            raise UnknownDevelopment(entry.id)
        return entry

    def require(self, right: Right, dossier: str) -> None:
        """Raise `NotAllowed` where the caller may not do something in a dossier."""
        if self.authority is not None and not self.authority.may(right, dossier):
            raise NotAllowed(self.principal, right, dossier)

    def warrant(self) -> None:
        """Raise `AuthorityChanged` where the caller may not do what it was let do a moment ago."""
        if self.authority is not None and self.now() != self.authority:
            raise AuthorityChanged

    @property
    def key(self) -> Key | None:
        """The idempotency key as the store keeps it."""
        if self.idempotency_key is None:
            return None
        return Key(self.principal, self.idempotency_key, self.fingerprint)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was recorded, where in the order of all events, and when."""

    id: UUID
    kind: str | None
    """The kind of the development; `None` for a dossier."""
    event: str
    version: int
    position: int
    recorded_at: datetime
    repeated: bool = field(default=False, compare=False)
    """Whether it answers a repetition, and was recorded before."""


Outcome = Receipt | Exception
