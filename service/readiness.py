"""Whether this process can do its work: read the record, write to it, and sign its log.

Each check is bounded in time, whatever hangs, and keeps no thread from others. Several who ask at once, or
shortly after another, are told of one look: a look writes to the disk.
"""

import logging
from asyncio import Task, create_task, gather, shield, wait_for, wrap_future
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from typing import Any

from service.record import Record
from service.store.admission import Append
from service.store.group_commit import Closed, Unanswered
from service.transparency import Transparency

LONGEST = 1.0
"""Seconds that the store may take to answer, or to take a write."""
KEPT = 1.0
"""Seconds for which what was found is told again."""
LOGGER = logging.getLogger("depositary")

NO_ANSWER = "the store does not answer"
NO_WRITE = "no write is taken"
NOT_SIGNED = (
    "the log cannot be signed: it has no key, or signing failed, of which the log of the service tells"
)
STOPPING = "the service is stopping"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the process needs, and what is the matter with it, if anything."""

    check: str
    lacks: str | None = None


class Readiness:
    """Looks whether one process is ready."""

    def __init__(self, record: Record, log: Transparency) -> None:
        self._record = record
        self._log = log
        self._reading: Future[Any] | None = None
        self._look: Task[Sequence[Check]] | None = None
        self._found: tuple[float, Sequence[Check]] = (-KEPT, ())
        self.stopping = False
        """Whether the process was told to stop: others are to be asked from then on."""

    async def checks(self) -> Sequence[Check]:
        """Everything that was checked."""
        if self.stopping:
            return [Check("serving", STOPPING)]
        when, found = self._found
        if monotonic() - when < KEPT:
            return found
        if self._look is None or self._look.done():
            self._look = create_task(self._checked())
        return await shield(self._look)

    async def _checked(self) -> Sequence[Check]:
        reads, writes = await gather(_in_time("record", self._read()), _in_time("writes", self._write()))
        found = [
            Check("record", None if reads else NO_ANSWER),
            Check("writes", None if writes else NO_WRITE),
            Check("log", None if self._log.can_sign else NOT_SIGNED),
        ]
        self._found = (monotonic(), found)
        return found

    def _read(self) -> Future[Any]:
        """The end of the record, read by a thread of its own; one that still reads is waited for again."""
        if self._reading is None or self._reading.done():
            self._reading = _in_thread(self._record.store.head)
        return self._reading

    def _write(self) -> Future[Any]:
        """A commit of nothing, in the queue of all that is written."""
        if self._record.store.is_stuck:
            return _failed(Unanswered("a commit is stuck"))
        try:
            return self._record.store.begin(Append((), ()))
        except (Closed, Unanswered) as error:
            return _failed(error)


async def _in_time(check: str, future: Future[Any]) -> bool:
    """Whether it ends well in time. Why it does not is only logged: it may name what others need not know."""
    try:
        await wait_for(wrap_future(future), LONGEST)
    except Exception as error:  # noqa: BLE001 - whatever is the matter, it is not ready
        LOGGER.warning("not ready: %s: %s", check, error or type(error).__name__)
        return False
    return True


def _failed(error: Exception) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(error)
    return future


def _in_thread(act: Callable[[], object]) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(act())
        except Exception as error:  # noqa: BLE001 - it is told to whoever waits
            future.set_exception(error)

    Thread(target=run, name="depositary-readiness", daemon=True).start()
    return future
