"""The end of the record as it grows: read once for all who listen in this process.

The last events are kept in memory, and each listener has only a position of its own. One that is further
behind reads pages of the store until it has caught up. So listeners cost neither a thread nor a query, and
one that is slow costs the others nothing.
"""

import logging
from asyncio import CancelledError, Event, create_task, get_running_loop, sleep, timeout, to_thread
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import islice

from eventsourcing.persistence import OperationalError

from service.feed.envelope import Told
from service.feed.teller import Page, Teller
from service.store.recorder import Recorder

LOGGER = logging.getLogger("depositary")

MOST_KEPT = 1_024
"""So many events are kept in memory,"""
MOST_LETTERS = 16 * 2**20
"""and no more of them than have so many letters."""
PAUSE = 1.0
"""Seconds after which the store is asked again where it failed."""


class Tail:
    """The last events, up to a position."""

    def __init__(self, teller: Teller, every: float) -> None:
        """`every` so many seconds it is looked whether another process has recorded something."""
        self.position = 0
        self.is_over = False
        self._teller = teller
        self._every = every
        self._kept: deque[Told] = deque()
        self._letters = 0
        self._listeners = 0
        self._listened = Event()
        self._woken = Event()
        self._news = Event()

    # Listening

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Have the record followed while the block runs."""
        self._listeners += 1
        self._listened.set()
        self._woken.set()
        try:
            yield
        finally:
            self._listeners -= 1
            if not self._listeners:
                self._listened.clear()

    def after(self, position: int) -> Sequence[Told] | None:
        """The events after a position; `None` where not all of them are kept."""
        behind = self.position - position
        if behind > len(self._kept):
            return None
        return list(islice(self._kept, len(self._kept) - max(0, behind), None))

    async def wait(self, seconds: float) -> None:
        """Wait until there is something new, or it is over, but no longer than so many seconds."""
        with suppress(TimeoutError):
            async with timeout(seconds):
                await self._news.wait()

    def stop(self) -> None:
        """Let those who listen go."""
        self.is_over = True
        self._tell()

    # Following

    @asynccontextmanager
    async def following(self, store: Recorder) -> AsyncIterator[None]:
        """Follow a record for those who listen while the block runs."""
        loop = get_running_loop()
        store.woken = lambda: loop.call_soon_threadsafe(self._woken.set) if self._listeners else None
        task = create_task(self._follow())
        try:
            yield
        finally:
            self.stop()
            del store.woken
            task.cancel()
            with suppress(CancelledError):
                await task

    async def _follow(self) -> None:
        last_told = ""
        while True:
            await self._listened.wait()
            self._woken.clear()
            try:
                await self._read()
                last_told = ""
            except Exception as error:
                # A database that is gone or a row that cannot be read: nothing after it is told before it is.
                if str(error) != last_told:
                    LOGGER.exception("what is recorded could not be told")
                last_told = str(error)
                await sleep(PAUSE)
            with suppress(TimeoutError):
                async with timeout(self._every):
                    await self._woken.wait()

    async def _read(self) -> None:
        last = await to_thread(self._teller.settled)
        if last - self.position > MOST_KEPT:
            self._skip_to(last)
        while self.position < last:
            self._take(await to_thread(self._teller.page, self.position, last))

    def _skip_to(self, position: int) -> None:
        """Begin again at a position; those who listen read what comes before it by themselves."""
        self._kept.clear()
        self._letters = 0
        self.position = position
        self._tell()

    def _take(self, page: Page) -> None:
        expected = range(self.position + 1, page.reached + 1)
        if [one.position for one in page.told] != list(expected):
            raise OperationalError(f"not all of positions {expected[0]} to {expected[-1]} are there")
        self._kept.extend(page.told)
        self._letters += sum(len(one.body) for one in page.told)
        while len(self._kept) > MOST_KEPT or self._letters > MOST_LETTERS:
            self._letters -= len(self._kept.popleft().body)
        self.position = page.reached
        self._tell()

    def _tell(self) -> None:
        told, self._news = self._news, Event()
        told.set()
