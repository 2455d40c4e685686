"""A webhook that this process has taken on: what it wants is sent, and saved is how far that has come."""

import logging
from asyncio import shield, to_thread
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from service.clock import Clock
from service.feed.envelope import Told
from service.feed.tail import Tail
from service.feed.teller import Teller
from service.store.webhooks import Webhooks
from service.webhooks.sending import Failure, Sender
from service.webhooks.signing import sign
from service.webhooks.subscription import DeadLetter, Patience, Subscription

LOGGER = logging.getLogger("depositary")

HELD = timedelta(seconds=60)
"""So long is a webhook taken on; whoever dies with it leaves it to others after that."""
SAVED_EVERY = 2.0
"""Seconds after which progress is saved; after a crash no more than what was sent in these is repeated."""
GONE = "the receiver answered 410 Gone: it wants nothing more"


class Held:
    """Delivers to one webhook, until all is sent, it fails, or another process has it."""

    def __init__(
        self,
        webhook: Subscription,
        holder: str,
        webhooks: Webhooks,
        sender: Sender,
        patience: Patience,
        clock: Clock,
    ) -> None:
        self._webhook = webhook
        self._holder = holder
        self._webhooks = webhooks
        self._sender = sender
        self._patience = patience
        self._clock = clock
        self._progress = replace(webhook.progress, due=None)
        self._saved = monotonic()
        self._is_held = True

    async def deliver(self, teller: Teller, tail: Tail) -> None:
        """Send dead letters that are to be sent again, and then what is new; let go in the end."""
        try:
            if self._webhook.again:
                await self._send_again(teller)
            await self._send_news(teller, tail)
        finally:
            await shield(to_thread(self._webhooks.save, self._webhook.id, self._holder, self._progress, None))

    async def _send_again(self, teller: Teller) -> None:
        webhook, holder = self._webhook.id, self._holder
        for letter in await to_thread(self._webhooks.dead_letters, webhook):
            if not letter.again or not self._is_held:
                continue
            page = await to_thread(teller.page, letter.position - 1, letter.position)
            failure = await self._send(page.told[0])
            if failure is None:
                self._is_held = await to_thread(self._webhooks.revive, webhook, holder, letter.position)
            else:
                await self._bury(letter.position, 1, failure)
            await self._save_at_times()

    async def _send_news(self, teller: Teller, tail: Tail) -> None:
        while self._may_go_on() and self._progress.position < (last := tail.position):
            page = await to_thread(teller.page, self._progress.position, last, self._webhook.wanted)
            for told in page.told:
                failure = await self._send(told)
                if failure is None:
                    self._progress = self._progress.taken(told.position)
                else:
                    await self._fail(told, failure)
                await self._save_at_times()
                if not self._may_go_on():
                    return
            self._progress = self._progress.reached(page.reached)
            await self._save_at_times()

    def _may_go_on(self) -> bool:
        return self._is_held and self._progress.due is None and self._progress.paused is None

    async def _send(self, told: Told) -> Failure | None:
        body = told.body.encode()
        message = self._webhook.message(told.position)
        headers = sign(self._webhook.secret, message, self._clock(), body)
        return await self._sender.send(self._webhook.url, headers, body)

    async def _fail(self, told: Told, failure: Failure) -> None:
        before, now = self._progress, self._clock()
        if failure.is_final:
            self._progress = replace(before, error=failure.words, paused=GONE)
        else:
            self._progress = self._patience.failed(before, told.position, failure.words, now)
        if self._progress.position == told.position:
            await self._bury(told.position, before.attempts + 1, failure)
        if self._progress.paused:
            LOGGER.warning(
                "the webhook %s to %s is paused: %s",
                self._webhook.id,
                self._webhook.url,
                self._progress.paused,
            )

    async def _bury(self, position: int, attempts: int, failure: Failure) -> None:
        letter = DeadLetter(position, self._clock(), attempts, failure.words)
        self._is_held = await to_thread(
            self._webhooks.bury, self._webhook.id, self._holder, self._progress, self._until(), letter
        )
        LOGGER.warning(
            "the webhook %s did not take position %d: %s", self._webhook.id, position, failure.words
        )

    async def _save_at_times(self) -> None:
        if self._is_held and monotonic() - self._saved > SAVED_EVERY:
            self._is_held = await to_thread(
                self._webhooks.save, self._webhook.id, self._holder, self._progress, self._until()
            )
            self._saved = monotonic()

    def _until(self) -> datetime:
        return self._clock() + HELD
