"""Problem details (RFC 9457): one table from what went wrong to what a client is told.

A problem's `type` is stable and is also an address here that explains it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from eventsourcing.persistence import PersistenceError

from domain import errors
from service.access.issuer import IssuerUnreachable
from service.access.rates import TooMany
from service.callers import KeyReused
from service.moments import NotFreshEnough
from service.store.group_commit import Closed
from service.store.ports import NoRoom, NotWritable, OtherVersion
from service.transparency import NoSigningKey, Rewritten

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, and what it means to whoever meets it."""

    slug: str
    status: HTTPStatus
    meaning: str

    @property
    def type(self) -> str:
        """Its stable identifier."""
        return f"/problems/{self.slug}"

    @property
    def title(self) -> str:
        """What to call it."""
        return self.slug.replace("-", " ").capitalize()


class Problem(Exception):
    """A problem that a part of the HTTP interface itself has found."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.headers = dict(headers or {})
        self.members = {**({"errors": list(errors)} if errors else {}), **members}


def _kind(slug: str, status: HTTPStatus, meaning: str) -> Kind:
    KINDS[slug] = Kind(slug, status, meaning)
    return KINDS[slug]


KINDS: dict[str, Kind] = {}

MALFORMED = _kind(
    "malformed-body",
    HTTPStatus.BAD_REQUEST,
    "The body is not JSON as RFC 8259 has it: UTF-8, without NaN or infinities, each name once in an "
    "object, nested no deeper than 64 levels.",
)
UNSUPPORTED = _kind(
    "unsupported-media-type",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "The body is to be sent as application/json, or lines to import as application/x-ndjson.",
)
INVALID = _kind(
    "invalid-request",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "Something in the request has the wrong form, or contradicts the rest of it. `errors` names each place "
    "and what is expected there.",
)
UNKNOWN_KIND = _kind(
    "unknown-kind",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "No kind of development has this name. GET /v1/kinds lists them; other-development takes what fits none.",
)
LIES_IN_FUTURE = _kind(
    "lies-in-future",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "Something that is said to have happened lies in the future. Plans and deadlines have their own fields.",
)
IMPROBABLE_YEAR = _kind(
    "improbable-year",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "A year, such as 0025, is probably a slip of the pen. Correct it, or send ?confirm=improbable-year.",
)
UNRESOLVED_REFERENCE = _kind(
    "unresolved-reference",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "A development rests on another that is not on record, is in another dossier, is of another kind, or is "
    "retracted.",
)
NOTHING_CHANGED = _kind(
    "nothing-changed",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "The command would leave everything as it is, so it is not recorded.",
)
UNAUTHORIZED = _kind(
    "unauthorized",
    HTTPStatus.UNAUTHORIZED,
    "The request needs a valid token, sent as Authorization: Bearer <token>.",
)
FORBIDDEN = _kind(
    "forbidden",
    HTTPStatus.FORBIDDEN,
    "Whoever sent the request is known, and has no role that allows it there. GET /v1/me lists the roles.",
)
TOO_MANY = _kind(
    "too-many-requests",
    HTTPStatus.TOO_MANY_REQUESTS,
    "Whoever sent the request asks too often, or sent too many tokens that are not valid. Ask again after "
    "Retry-After seconds.",
)
ISSUER_UNREACHABLE = _kind(
    "issuer-unreachable",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The issuer of the token cannot be reached, so the token cannot be judged. Ask again after Retry-After "
    "seconds.",
)
FOREIGN_FORM = _kind(
    "form-from-elsewhere",
    HTTPStatus.FORBIDDEN,
    "A form of the pages was sent from another site. Open the page here, and send it from there.",
)
NOT_FOUND = _kind("not-found", HTTPStatus.NOT_FOUND, "Nothing is at this address.")
UNKNOWN_DOSSIER = _kind(
    "unknown-dossier",
    HTTPStatus.NOT_FOUND,
    "No dossier of this name is on record at that moment of knowledge.",
)
UNKNOWN_DEVELOPMENT = _kind(
    "unknown-development",
    HTTPStatus.NOT_FOUND,
    "No development of this id is on record at that moment of knowledge.",
)
METHOD = _kind("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "The address does not take this method.")
CONFLICT = _kind(
    "conflict", HTTPStatus.CONFLICT, "The command does not fit what is on record; the detail says how."
)
DOSSIER_TAKEN = _kind(
    "dossier-taken", HTTPStatus.CONFLICT, "A dossier of this name was opened before with other content."
)
KEY_REUSED = _kind(
    "idempotency-key-reused", HTTPStatus.CONFLICT, "The Idempotency-Key was used before for another request."
)
STALE = _kind(
    "stale-version",
    HTTPStatus.PRECONDITION_FAILED,
    "The development has changed since the caller read it. `current_version` is its version now.",
)
NO_VERSION = _kind(
    "version-required",
    HTTPStatus.PRECONDITION_REQUIRED,
    "What is said of a development names the version that was seen: If-Match with the ETag of its reading.",
)
TOO_LARGE = _kind("body-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is over the limit.")
TOO_SLOW = _kind(
    "body-too-slow",
    HTTPStatus.REQUEST_TIMEOUT,
    "The body did not arrive in time, so nothing was recorded. Send the request again.",
)
NOT_FRESH = _kind(
    "not-fresh-enough",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The read was to reflect a position that has not come here in time. Ask again after Retry-After seconds.",
)
NO_SIGNING_KEY = _kind(
    "no-signing-key",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The service has no key to sign its log with. Whoever runs it makes one with `depositary keys new`.",
)
REWRITTEN = _kind(
    "record-rewritten",
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "What is stored does not go on from the last checkpoint that was signed, so nothing more is signed: the "
    "record was altered, cut, or put in the place of another. `depositary verify` says where.",
)
NOT_COSIGNED = _kind(
    "not-cosigned",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "A line is no cosignature of this checkpoint by a witness that the service is told to know.",
)
UNAVAILABLE = _kind(
    "store-unavailable",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The store cannot be reached or written, for instance because another server is taking over. Whether a "
    "write was recorded is not known: repeat it with the same Idempotency-Key, and it is recorded once.",
)
NO_ROOM = _kind(
    "disk-full",
    HTTPStatus.INSUFFICIENT_STORAGE,
    "The disk that the store writes to is full, so nothing was recorded. What is on record can be read as "
    "before, and once there is room the same request succeeds: the service need not be started again.",
)
NOT_WRITABLE = _kind(
    "store-not-writable",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The store can be read and not written, because its file or the disk is read-only, so nothing was "
    "recorded. Whoever runs the service makes it writable and starts it again.",
)
OTHER_VERSION = _kind(
    "store-of-another-version",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Another version of Depositary has taken the store over, so this service neither reads nor writes it any "
    "more. Whoever runs it puts the later version in its place.",
)
NOT_READY = _kind(
    "not-ready",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "This process cannot do its work just now, or was told to stop; `checks` says what it lacks.",
)
FAULT = _kind(
    "fault", HTTPStatus.INTERNAL_SERVER_ERROR, "The service met a fault of its own. It has been logged."
)

_OF_ERROR: dict[type[Exception], Kind] = {
    errors.UnknownDossier: UNKNOWN_DOSSIER,
    errors.UnknownDevelopment: UNKNOWN_DEVELOPMENT,
    errors.DossierTaken: DOSSIER_TAKEN,
    errors.StaleVersion: STALE,
    KeyReused: KEY_REUSED,
    errors.Conflict: CONFLICT,
    errors.LiesInFuture: LIES_IN_FUTURE,
    errors.ImprobableYear: IMPROBABLE_YEAR,
    errors.UnresolvedReference: UNRESOLVED_REFERENCE,
    errors.NothingChanged: NOTHING_CHANGED,
    errors.Invalid: INVALID,
    NotFreshEnough: NOT_FRESH,
    NoSigningKey: NO_SIGNING_KEY,
    Rewritten: REWRITTEN,
    errors.NotAllowed: FORBIDDEN,
    TooMany: TOO_MANY,
    IssuerUnreachable: ISSUER_UNREACHABLE,
    NoRoom: NO_ROOM,
    NotWritable: NOT_WRITABLE,
    OtherVersion: OTHER_VERSION,
    PersistenceError: UNAVAILABLE,
    Closed: UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a client is told: the status, the body, the headers."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def tell(error: Exception) -> Told:
    """A problem for an error. One that is not in the table is a fault, and says nothing of its insides."""
    match error:
        case Problem(kind=kind):
            return told(kind, str(error), error.headers, **error.members)
        case errors.Invalid(pointer=pointer):
            place = {"pointer": pointer} if pointer.startswith("/") else {"parameter": pointer, "in": "query"}
            entry = {**place, "message": str(error)}
            return told(_kind_of(error), str(error), errors=[entry])
        case errors.StaleVersion(current=current):
            return told(STALE, str(error), {"ETag": f'"{current}"'}, current_version=current)
        case TooMany(wait=wait):
            return told(TOO_MANY, str(error), {"Retry-After": str(wait)})
        case IssuerUnreachable():
            return told(ISSUER_UNREACHABLE, str(error), {"Retry-After": "10"})
        case NoSigningKey():
            return told(NO_SIGNING_KEY, str(error), {"Retry-After": "60"})
        case NotFreshEnough(last=last):
            return told(NOT_FRESH, str(error), {"Retry-After": "1"}, position=last)
        case NoRoom() | NotWritable() | OtherVersion():
            return told(_kind_of(error), _kind_of(error).meaning, {"Retry-After": "60"})
        case PersistenceError() | Closed():
            return told(UNAVAILABLE, UNAVAILABLE.meaning, {"Retry-After": "1"})
    kind = _kind_of(error)
    return told(kind, str(error) if kind is not FAULT else kind.meaning)


def told(kind: Kind, detail: str, headers: Mapping[str, str] | None = None, **members: Any) -> Told:
    """A problem of a kind, in the members that RFC 9457 gives it and those of its own."""
    body = {"type": kind.type, "title": kind.title, "status": kind.status.value, "detail": detail, **members}
    return Told(kind.status.value, body, dict(headers or {}))


def _kind_of(error: Exception) -> Kind:
    return next((kind for cls, kind in _OF_ERROR.items() if isinstance(error, cls)), FAULT)
