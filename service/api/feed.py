"""The feed: what is recorded, as it is recorded, to whoever follows it."""

import logging
from asyncio import timeout, to_thread
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from time import monotonic
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi import Query as QueryParameters
from fastapi.sse import EventSourceResponse
from pydantic import Field
from starlette.types import Message, Receive, Scope, Send

from domain.access import Authority
from domain.errors import Invalid
from domain.values import Slug
from service.access.bearers import Judging
from service.api.asking import SOME_DOSSIER, Party, Position, Query
from service.api.authorising import ReaderOf, readable_to, reader, token_of
from service.api.calling import RecordOf
from service.api.courtesies import HEAD
from service.api.openapi import READING, answers
from service.api.strict import StrictRoute
from service.feed.envelope import CloudEvent
from service.feed.following import Course, Feed
from service.feed.wanted import Wanted
from service.problems import INVALID, UNKNOWN_DOSSIER, Problem

LOGGER = logging.getLogger("depositary")
JUDGED_EVERY = 1.0
"""Seconds after which it is looked up again whether somebody may follow."""


class FeedQuery(Query):
    """From where on, and which events."""

    after: Position | None = Field(
        None, description="Events after this position, such as that of the last one seen.", examples=[2]
    )
    from_: Literal["now", "start"] | Annotated[int, Field(ge=1, le=2**62)] = Field(
        "now",
        alias="from",
        description="Or else `start`, `now`, or the position of the first event.",
        examples=["start"],
    )
    dossier: list[Slug] = Field(
        [], max_length=100, description="Only events of these dossiers.", examples=[[SOME_DOSSIER]]
    )
    kind: list[Slug] = Field(
        [],
        max_length=100,
        description="Only what is recorded or said of developments of these kinds.",
        examples=[["agreement-reached"]],
    )
    event: list[Slug] = Field(
        [],
        max_length=100,
        description="Only events of these names: `amended`, or the kind of what is recorded.",
        examples=[["amended", "retracted"]],
    )
    actor: list[Party] = Field(
        [],
        max_length=100,
        description="Only of developments in which one of these, or somebody who acts for it, takes part.",
        examples=[["XA"]],
    )
    follow: bool = Field(
        default=True,
        description="Go on with what is recorded from now on; `false` ends with what is recorded by now.",
        examples=[False],
    )

    def wanted(self) -> Wanted:
        """Which events; raise `Invalid` for a name that there is not."""
        wanted = Wanted(
            dossiers=tuple(self.dossier),
            kinds=tuple(self.kind),
            events=tuple(self.event),
            actors=tuple(self.actor),
        )
        wanted.require_names("kind", "event")
        return wanted


LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        description="The position after which to go on. A browser sends it by itself, and it goes before "
        "`after` and `from`.",
    ),
]


class FeedRoute(StrictRoute):
    """A route whose answer is cut off where its reader takes nothing in for too long."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Have the answer sent with patience that ends."""
        handle = super().get_route_handler()

        async def handle_patiently(request: Request) -> Response:
            return _CutOff(await handle(request), request.app.state.settings.feed_patience)

        return handle_patiently


class _CutOff(Response):
    """Sends another response, and gives up on a reader that lets a message wait for too long."""

    def __init__(self, response: Response, patience: float) -> None:
        self._response = response
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; whoever is cut off comes again and goes on after the last that it has."""

        async def send_in_time(message: Message) -> None:
            async with timeout(self._patience):
                await send(message)

        try:
            await self._response(scope, receive, send_in_time)
        except TimeoutError:
            LOGGER.warning("a reader of the feed took nothing in for %g s, and was cut off", self._patience)


router = APIRouter(prefix="/v1", tags=["feed"], route_class=FeedRoute, dependencies=[Depends(reader)])


async def feed_of(request: Request) -> Feed:
    """What is recorded, as it is told here."""
    feed: Feed = request.app.state.feed
    return feed


FeedOf = Annotated[Feed, Depends(feed_of)]


def course(
    request: Request,
    feed: FeedOf,
    record: RecordOf,
    authority: ReaderOf,
    query: Annotated[FeedQuery, QueryParameters()],
    last_event_id: LastEventId = None,
) -> Course:
    """From where on to follow, and which events; raise `Invalid` or `UnknownDossier`.

    All that can be refused is refused here, before the answer begins.
    """
    wanted = query.wanted().within(authority)
    for dossier in query.dossier:
        record.require_dossier(dossier, readable_to(request, authority))
    goes_on = query.follow and HEAD not in request.scope
    last = feed.teller.last() if goes_on else feed.teller.settled()
    after = _after(query, last_event_id, last)
    return Course(after, wanted, None if goes_on else max(after, last))


@router.get(
    "/feed",
    response_class=EventSourceResponse,
    responses=answers(*READING, UNKNOWN_DOSSIER),
)
async def read_feed(
    request: Request, feed: FeedOf, authority: ReaderOf, course: Annotated[Course, Depends(course)]
) -> AsyncIterator[CloudEvent]:
    """Follow what is recorded, as it is recorded: server-sent events, each a CloudEvent (1.0, JSON).

    Every event is told once, in the order of positions, however many write. The `id` of a message is the
    position to go on after: whoever comes again with it as `Last-Event-ID`, as a browser does by itself, or
    as `after`, misses nothing and gets nothing twice. Messages without data, every few seconds, say that the
    stream is alive, and with their `id` how far it has come under its filters. A reader that is slow is told
    what it has missed from the store; one that takes nothing in is cut off, and can come again.

    `data` of an event is what `GET /v1/dossiers/{dossier}/changes` says of it. Texts that were erased by the
    time that they are told read `[erased …]`.
    """
    messages: AsyncIterator[Any] = feed.follow(course)  # FastAPI sends these as they are
    async with aclosing(messages):  # type: ignore[type-var]
        async for message in messages:
            if not await _may_still(request, authority):
                return
            yield message


async def _may_still(request: Request, authority: Authority | None) -> bool:
    """Whether somebody may read as when the answer began; it is looked up every second at most."""
    if authority is None:
        return True
    if monotonic() - getattr(request.state, "judged", 0.0) < JUDGED_EVERY:
        return True
    request.state.judged = monotonic()
    bearers: Judging = request.app.state.bearers
    return await to_thread(bearers.judge, token_of(request)) == authority


def _after(query: FeedQuery, last_event_id: str | None, last: int) -> int:
    """The position to go on after."""
    if last_event_id is not None:
        return _checked(_position(last_event_id), last, "Last-Event-ID")
    if query.after is not None:
        if "from_" in query.model_fields_set:
            raise Invalid("after", "give after or from, not both: they say the same")
        return _checked(query.after, last, "after")
    return first_after(query.from_, last, "from")


def first_after(start: Literal["now", "start"] | int, last: int, place: str) -> int:
    """The position to begin after; raise `Invalid` for a first one that is not there yet."""
    match start:
        case "now":
            return last
        case "start":
            return 0
    if start > last + 1:
        raise Invalid(place, f"the record reaches position {last}: begin there, or with `now`")
    return start - 1


def _position(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise _wrong("Last-Event-ID", f"{text[:80]!r} is no position, such as 17")
    return int(text)


def _checked(position: int, last: int, parameter: str) -> int:
    if position > last:
        raise _wrong(parameter, f"the record reaches position {last}, so nothing was told after {position}")
    return position


def _wrong(parameter: str, message: str) -> Problem:
    place = {"parameter": parameter, "in": "header" if parameter == "Last-Event-ID" else "query"}
    return Problem(INVALID, f"{parameter}: {message}", errors=[{**place, "message": message}])
