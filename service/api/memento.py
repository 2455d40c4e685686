"""Memento (RFC 7089): `Accept-Datetime` as the standard spelling of `known_at`, and a timemap for each view.

Every view is its own TimeGate (section 4.1.1): asked with `Accept-Datetime` it answers the memento of that
moment, and says with `Content-Location` where that one is found for ever. A moment before the beginning has
the first memento, one still to come the present (section 4.5.3). HTTP dates are of whole seconds.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from fastapi.responses import StreamingResponse

from service.moments import Asked
from service.problems import INVALID, Problem

LINK_FORMAT = "application/link-format"
HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
KNOWLEDGE = ("known_at", "at_position", "min_position")
SECOND = timedelta(seconds=1)
TIMEMAP = "timemap"


class Links(StreamingResponse):
    """Links as RFC 6690 has them."""

    media_type = LINK_FORMAT


def accepted_datetime(
    accept_datetime: Annotated[
        str | None,
        Header(
            description="The moment of knowledge as an HTTP date (RFC 7089); the same clock as `known_at`.",
            examples=["Tue, 01 Jul 2025 12:00:00 GMT"],
        ),
    ] = None,
) -> datetime | None:
    """The moment that the header asks for; raise `Problem` for one that cannot be read."""
    if accept_datetime is None:
        return None
    try:
        return datetime.strptime(accept_datetime.strip(), HTTP_DATE).replace(tzinfo=UTC)
    except ValueError as error:
        raise _unreadable(accept_datetime) from error


AcceptDatetime = Annotated[datetime | None, Depends(accepted_datetime)]


class Gate:
    """The TimeGate of one request: settles which moment is asked for, and says which one is answered."""

    def __init__(self, request: Request, response: Response, accepted: AcceptDatetime) -> None:
        self._request = request
        self._response = response
        self._accepted = accepted
        self._is_memento = False

    def asked(self, asked: Asked, nearest: Callable[[datetime], datetime | None]) -> Asked:
        """The clocks that are asked for: by the header, the nearest moment that there is; `None` is now.

        A memento's own address says which it is, whatever the header.
        """
        self._is_memento = any(name in self._request.query_params for name in (*KNOWLEDGE[:2], "cursor"))
        if self._accepted is None or self._is_memento:
            return asked
        return replace(asked, known_at=nearest(self._accepted))

    def stamp(self, known_at: datetime | None, as_of: date) -> None:
        """Say which memento the answer is, and where its original and its timemap are."""
        path = self._request.url.path
        links = [
            f'<{self._address(path)}>; rel="original timegate"',
            f'<{self._address(f"{path}/{TIMEMAP}")}>; rel="timemap"; type="{LINK_FORMAT}"',
        ]
        headers = self._response.headers
        if known_at is not None:
            memento = self._address(path, known_at, as_of)
            links.append(f'<{memento}>; rel="memento"; datetime="{http_date(known_at)}"')
            if self._is_memento or self._accepted is not None:
                headers["Memento-Datetime"] = http_date(known_at)
            if self._accepted is not None and not self._is_memento:
                headers["Content-Location"] = memento
        headers["Vary"] = "Accept-Datetime"
        headers["Link"] = ", ".join([*links, *filter(None, [headers.get("Link")])])

    def timemap(self, moments: Iterable[datetime], now: datetime) -> Iterator[str]:
        """The timemap of a view: a memento for each second in which something was recorded (section 5).

        That of a second that is not over is still to come, and cannot be asked for.
        """
        path = self._request.url.path
        view = path.removesuffix(f"/{TIMEMAP}")
        yield f'<{self._address(view)}>; rel="original timegate"'
        yield f',\n<{self._address(path)}>; rel="self"; type="{LINK_FORMAT}"'
        seconds = dict.fromkeys(whole_second(one) for one in moments)
        for moment in (one for one in seconds if one <= now):
            yield f',\n<{self._address(view, moment)}>; rel="memento"; datetime="{http_date(moment)}"'
        yield "\n"

    def _address(self, path: str, known_at: datetime | None = None, as_of: date | None = None) -> str:
        """The address of a path under the same query, at a moment of knowledge or at none."""
        url = self._request.url.remove_query_params(KNOWLEDGE if known_at else (*KNOWLEDGE, "cursor"))
        if as_of is not None:
            url = url.include_query_params(as_of=as_of.isoformat())
        if known_at is not None:
            url = url.include_query_params(known_at=known_at.isoformat().replace("+00:00", "Z"))
        return path + (f"?{url.query}" if url.query else "")


TimeGate = Annotated[Gate, Depends()]


def whole_second(moment: datetime) -> datetime:
    """The first whole second by which what was recorded at a moment is known."""
    whole = moment.replace(microsecond=0)
    return whole if whole == moment else whole + SECOND


def http_date(moment: datetime) -> str:
    """A moment as HTTP has it (RFC 9110, section 5.6.7)."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _unreadable(text: str) -> Problem:
    return Problem(
        INVALID,
        f"Accept-Datetime: {text} is not an HTTP date, such as Tue, 01 Jul 2025 12:00:00 GMT",
        errors=[{"parameter": "Accept-Datetime", "in": "header", "message": "expected an HTTP date"}],
    )
