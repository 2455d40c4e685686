"""One who follows the feed: from a position on, through pages of the store, and on with its tail."""

from asyncio import Semaphore
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic

from eventsourcing.persistence import PersistenceError
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import ServerSentEvent

from service.feed.tail import LOGGER, Tail
from service.feed.teller import Page, Teller
from service.feed.wanted import Wanted

MOST_READING = 8
"""So many read pages of the store at once, so that those who catch up leave threads to others."""
RETRY = 1_000
"""Milliseconds after which a browser comes again where a stream has ended."""


@dataclass(frozen=True, slots=True)
class Course:
    """From where on somebody follows, and which events."""

    after: int
    wanted: Wanted
    until: int | None = None
    """Where it ends; `None` goes on with what is recorded."""


class Feed:
    """Tells everybody who follows every event that is wanted, once, in order."""

    def __init__(self, teller: Teller, tail: Tail, heartbeat: float) -> None:
        """Every `heartbeat` seconds a stream is told that it is alive, and how far it has come."""
        self.teller = teller
        self.tail = tail
        self._heartbeat = heartbeat
        self._reading = Semaphore(MOST_READING)

    async def follow(self, course: Course) -> AsyncGenerator[ServerSentEvent]:
        """The messages of one stream.

        The first holds no event: whoever loses the connection before there is one goes on from there.
        """
        yield _without_event("following", course.after)
        try:
            pages = self._to_the_end(course) if course.until is None else self._up_to(course, course.until)
            async with aclosing(pages):
                async for message in self._messages(pages):
                    yield message
        except PersistenceError as error:
            LOGGER.warning("a feed ended, and is to be taken up again: %s", error)

    async def _messages(self, pages: AsyncIterator[Page]) -> AsyncIterator[ServerSentEvent]:
        sent, reached = monotonic(), None
        async for page in pages:
            reached = page.reached
            for one in page.told:
                yield one.message
                sent = monotonic()
            if monotonic() - sent >= self._heartbeat:
                yield _without_event("alive", reached)
                sent = monotonic()
        if reached is not None:
            yield _without_event("end", reached)

    async def _up_to(self, course: Course, until: int) -> AsyncGenerator[Page]:
        """What is recorded up to a position."""
        position = course.after
        while position < until and not self.tail.is_over:
            yield (page := await self._page(position, until, course.wanted))
            position = page.reached

    async def _to_the_end(self, course: Course) -> AsyncGenerator[Page]:
        """What is recorded, and then what comes; pages with nothing in them where nothing comes."""
        tail, position = self.tail, course.after
        with tail.listening():
            while not tail.is_over:
                kept = tail.after(position)
                if kept is None:
                    page = await self._page(position, tail.position, course.wanted)
                else:
                    wanted = [one for one in kept if course.wanted.takes(one.facts)]
                    page = Page(wanted, max(position, tail.position))
                position = page.reached
                yield page
                if position >= tail.position and not tail.is_over:
                    await tail.wait(self._heartbeat)

    async def _page(self, after: int, until: int, wanted: Wanted) -> Page:
        async with self._reading:
            return await run_in_threadpool(self.teller.page, after, until, wanted)


def _without_event(comment: str, position: int) -> ServerSentEvent:
    """A message without an event: whatever was wanted up to the position was told."""
    return ServerSentEvent(comment=comment, id=str(position), retry=RETRY)
