"""Delivers to webhooks: at least once, in order for each, and by one process at a time."""

import logging
from asyncio import Semaphore, Task, create_task, gather, sleep, to_thread
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from service.clock import Clock
from service.feed.tail import Tail
from service.feed.teller import Teller
from service.store.webhooks import Webhooks
from service.webhooks.held import HELD, Held
from service.webhooks.sending import Sender
from service.webhooks.subscription import Patience, Subscription

LOGGER = logging.getLogger("depositary")

EVERY = 0.5
"""Seconds between looks for webhooks that are new or due."""
PAUSE = 5.0
"""Seconds to leave a webhook alone that could not be attended to, for the store failed."""
MOST_PASSED = 10_000
"""So many events that nobody wanted are passed over before that is saved."""
MOST_AT_ONCE = 32
"""So many webhooks are delivered to at once by one process."""


class Deliveries:
    """Delivers, in this process, to the webhooks that no other process has taken on."""

    def __init__(
        self, webhooks: Webhooks, teller: Teller, tail: Tail, sender: Sender, patience: Patience, clock: Clock
    ) -> None:
        self._webhooks = webhooks
        self._teller = teller
        self._tail = tail
        self._sender = sender
        self._patience = patience
        self._clock = clock
        self.may_hear: Callable[[Subscription], bool] = lambda _: True
        self._holder = uuid4().hex
        self._under_way: dict[UUID, Task[None]] = {}
        self._passed: dict[UUID, int] = {}
        self._room = Semaphore(MOST_AT_ONCE)
        self._last_told = ""

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Deliver while the block runs; what is under way at its end is broken off, and sent again later."""
        task = create_task(self._go_on())
        try:
            yield
        finally:
            ending = [task, *self._under_way.values()]
            for one in ending:
                one.cancel()
            await gather(*ending, return_exceptions=True)
            await self._sender.close()

    async def _go_on(self) -> None:
        while True:
            if await self._look():
                with self._tail.listening():
                    while await self._look():
                        await self._tail.wait(EVERY)
            await sleep(EVERY)

    async def _look(self) -> bool:
        """Begin what is due; whether there are webhooks at all."""
        try:
            webhooks = await to_thread(self._heard)
        except Exception as error:
            if str(error) != self._last_told:
                LOGGER.exception("the webhooks could not be read")
            self._last_told = str(error)
            return False
        self._last_told = ""
        for one in webhooks:
            if self._is_due(one):
                self._under_way[one.id] = create_task(self._attend(one))
        return bool(webhooks)

    def _heard(self) -> list[Subscription]:
        """The webhooks whose owners may hear by now of what they tell."""
        return [one for one in self._webhooks.all() if self.may_hear(one)]

    def _is_due(self, one: Subscription) -> bool:
        if one.id in self._under_way or one.progress.paused is not None:
            return False
        if any(until is not None and until > self._clock() for until in (one.progress.due, one.held_until)):
            return False
        return one.again > 0 or self._passed_by(one) < self._tail.position

    async def _attend(self, one: Subscription) -> None:
        try:
            async with self._room:
                if one.again or await self._has_news(one):
                    now = self._clock()
                    taken = await to_thread(self._webhooks.take, one.id, self._holder, now, now + HELD)
                    if taken is not None:
                        held = Held(
                            taken, self._holder, self._webhooks, self._sender, self._patience, self._clock
                        )
                        await held.deliver(self._teller, self._tail)
        except Exception:
            LOGGER.exception("the webhook %s could not be attended to", one.id)
            await sleep(PAUSE)
        finally:
            del self._under_way[one.id]

    async def _has_news(self, one: Subscription) -> bool:
        """Whether there is something to send, or to save: a webhook that wants little is seldom written."""
        position = self._passed_by(one)
        while position < (last := self._tail.position):
            page = await to_thread(self._teller.page, position, last, one.wanted)
            if page.told:
                return True
            position = self._passed[one.id] = page.reached
        return position - one.progress.position > MOST_PASSED

    def _passed_by(self, one: Subscription) -> int:
        return max(one.progress.position, self._passed.get(one.id, 0))
