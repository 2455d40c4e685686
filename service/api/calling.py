"""Who calls, and under which conditions: tokens, Idempotency-Key, If-Match."""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Header, Request
from fastapi import Query as QueryParameters
from pydantic import Field

from domain.errors import StaleVersion
from service.api.asking import Query
from service.api.authorising import ReaderOf, WriterOf, known_by, readable_to
from service.callers import Caller
from service.diffs import Diffs
from service.paging import Pages
from service.problems import INVALID, NO_VERSION, Problem
from service.record import Record
from service.transparency import Transparency
from service.views import Views

KEY = r"^[\x21-\x7e]{1,255}$"
"""The form of an Idempotency-Key."""

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=KEY,
        description="A text of the caller's choice for this request. Repeated with it, the request is "
        "answered as the first time and recorded once, also after a crash.",
    ),
]

_ETAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_ETAGS = re.compile(rf"[ \t,]*{_ETAG}(?:[ \t]*,[ \t,]*{_ETAG})*[ \t,]*")
_VERSION = re.compile(r'"([1-9][0-9]{0,17})"')


@dataclass(frozen=True, slots=True)
class SeenVersions:
    """What If-Match names: entity tags, of which those of versions are strong and hold its number."""

    tags: tuple[str, ...]

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions among them."""
        return tuple(int(found[1]) for tag in self.tags if (found := _VERSION.fullmatch(tag)))

    def stale(self, current: int) -> StaleVersion:
        """The refusal where none of them is current, which says of each why it cannot be."""
        return StaleVersion([_named(tag) for tag in self.tags], current)


def _named(tag: str) -> str:
    if found := _VERSION.fullmatch(tag):
        return found[1]
    if tag.startswith("W/"):
        return f"{tag} (which is weak, and only a strong tag matches: send it without W/)"
    return f'{tag} (which no version has: they are numbers, such as "1")'


class Confirmation(Query):
    """What a caller confirms that it means."""

    confirm: list[Literal["improbable-year"]] = Field(
        [], description="Confirm that a year such as 0025 is meant."
    )

    @property
    def years_confirmed(self) -> bool:
        """Whether improbable years are meant."""
        return "improbable-year" in self.confirm


async def record_of(request: Request) -> Record:
    """The record that this service writes."""
    record: Record = request.app.state.record
    return record


async def diffs_of(request: Request, authority: ReaderOf) -> Diffs:
    """How views changed, as far as whoever asks may see them."""
    diffs: Diffs = request.app.state.diffs
    return diffs.as_seen_by(authority)


async def transparency_of(request: Request) -> Transparency:
    """The log of the record."""
    transparency: Transparency = request.app.state.transparency
    return transparency


async def pages_of(request: Request, authority: ReaderOf) -> Pages:
    """What views answer, in pages, as far as whoever asks may see it."""
    pages: Pages = request.app.state.pages
    return pages.as_seen_by(authority)


async def views_of(request: Request, authority: ReaderOf) -> Views:
    """The views that this service reads, as far as whoever asks may see them."""
    views: Views = request.app.state.views
    return views.as_seen_by(authority)


async def caller(
    request: Request,
    authority: WriterOf,
    confirmation: Annotated[Confirmation, QueryParameters()],
    idempotency_key: IdempotencyKey = None,
) -> Caller:
    """Who writes, and what makes the request one of its kind."""
    return Caller(
        authority.principal,
        idempotency_key,
        fingerprint(request, await request.body()),
        confirmation.years_confirmed,
        authority,
        known_by(request),
        readable_to(request, authority),
    )


def fingerprint(request: Request, body: bytes) -> bytes:
    """What makes a request, or a line of one, the same as another."""
    parts = [request.method, request.url.path, _if_match(request)]
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + body).digest()


async def seen_versions(
    request: Request,
    _: Annotated[
        str | None,
        Header(
            alias="If-Match", description='The version that was seen: the ETag of its reading, such as "3".'
        ),
    ] = None,
) -> SeenVersions:
    """The versions that If-Match names (RFC 9110, section 13.1.1); raise a `Problem` where it names none.

    Weak tags never match, and `*` would say that no version was seen.
    """
    if_match = _if_match(request)
    if if_match.strip() in {"", "*"}:
        raise Problem(
            NO_VERSION, 'If-Match is to name the version that was seen, such as If-Match: "1"; * names none'
        )
    if not _ETAGS.fullmatch(if_match):
        message = f'{if_match} is not a list of entity tags: each is in double quotes, such as "1"'
        wrong = {"parameter": "If-Match", "in": "header", "message": message}
        raise Problem(INVALID, f"If-Match: {message}", errors=[wrong])
    return SeenVersions(tuple(re.findall(_ETAG, if_match)))


def _if_match(request: Request) -> str:
    """The field's value; several lines are one list (RFC 9110, section 5.3)."""
    return ", ".join(request.headers.getlist("if-match"))


RecordOf = Annotated[Record, Depends(record_of)]
PagesOf = Annotated[Pages, Depends(pages_of)]
DiffsOf = Annotated[Diffs, Depends(diffs_of)]
TransparencyOf = Annotated[Transparency, Depends(transparency_of)]
ViewsOf = Annotated[Views, Depends(views_of)]
CallerOf = Annotated[Caller, Depends(caller)]
Seen = Annotated[SeenVersions, Depends(seen_versions)]
