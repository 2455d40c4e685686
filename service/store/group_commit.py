"""Group commit: writers that wait at the same time share one commit to disk.

One thread writes, from the first write on. It takes whoever is waiting, writes them in one transaction,
and answers each of them after the commit. Durability is not traded for speed; the wait for the disk is
shared.

Nobody waits for ever: where a commit hangs, for instance because no standby is left to confirm it, those who
wait for it are told so, and those who come are turned away once enough of them wait.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Condition, Thread
from time import monotonic
from typing import Generic, TypeVar

from eventsourcing.persistence import OperationalError

PATIENCE = 20.0
"""Seconds to wait for a commit: less than the half minute for which clients commonly wait for an answer."""
STUCK = 5.0
"""Seconds after which a commit that is under way is taken to be stuck."""
MOST_WAITING = 16
"""So many wait behind one that is stuck; more are turned away, so that reads still find a thread."""

Waiting = TypeVar("Waiting")
Outcome = TypeVar("Outcome")


class Closed(RuntimeError):
    """The store is closed and takes nothing more in."""


class Unanswered(OperationalError):
    """The wait for a commit was too long; what had begun by then may be recorded yet."""


class GroupCommit(Generic[Waiting, Outcome]):
    """A queue of writers before one thread.

    `commit` writes a group in one transaction and returns, for each member, its outcome or the
    exception that it alone has earned. Where `commit` itself raises, nothing was written.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Waiting]], Sequence[Outcome | Exception]],
        largest_group: int = 256,
        patience: float = PATIENCE,
        stuck: float = STUCK,
    ) -> None:
        self._commit = commit
        self._largest_group = largest_group
        self.patience = patience
        self._stuck = stuck
        self._begun: float | None = None
        self._waiting: deque[tuple[Waiting, Future[Outcome]]] = deque()
        self._changed = Condition()
        self._closed = False
        self._thread: Thread | None = None

    def submit(self, item: Waiting) -> Outcome:
        """Wait until the item is committed; raise what its group or itself has earned, or `Unanswered`."""
        (outcome,) = self.submit_all([item])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def submit_all(self, items: Sequence[Waiting]) -> list[Outcome | Exception]:
        """Wait until all items are committed; the outcome of each, or the exception it has earned."""
        deadline = monotonic() + self.patience
        try:
            entered = self.enqueue(items)
        except (Closed, Unanswered) as error:
            return [error] * len(items)
        return [self._outcome(future, deadline) for future in entered]

    def enqueue(self, items: Sequence[Waiting]) -> list[Future[Outcome]]:
        """Have items committed; the outcomes to be, in their order. Raise `Closed` or `Unanswered`."""
        entered: list[tuple[Waiting, Future[Outcome]]] = [(item, Future()) for item in items]
        with self._changed:
            if self._closed:
                raise Closed("the record is closed")
            if self.is_stuck and len(self._waiting) >= MOST_WAITING:
                raise Unanswered("a commit is stuck, and enough wait behind it")
            self._waiting.extend(entered)
            self._changed.notify()
            if self._thread is None:
                self._thread = Thread(target=self._run, name="depositary-writer", daemon=True)
                self._thread.start()
        return [future for _, future in entered]

    @property
    def is_stuck(self) -> bool:
        """Whether a commit has been under way for too long."""
        begun = self._begun  # The writer's thread may end it meanwhile.
        return begun is not None and monotonic() - begun > self._stuck

    @staticmethod
    def _outcome(future: Future[Outcome], deadline: float) -> Outcome | Exception:
        try:
            error = future.exception(max(0.0, deadline - monotonic()))
        except TimeoutError:
            return withdrawn(future)
        if error is None:
            return future.result()
        assert isinstance(error, Exception)
        return error

    def close(self) -> None:
        """Write who is waiting, then stop."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while group := self._next_group():
            items = [item for item, _ in group]
            self._begun = monotonic()
            try:
                outcomes = self._commit(items)
            except Exception as error:  # noqa: BLE001 - whatever failed the group is handed to all who wait
                outcomes = [error] * len(group)
            self._begun = None
            for (_, future), outcome in zip(group, outcomes, strict=True):
                if isinstance(outcome, Exception):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)

    def _next_group(self) -> list[tuple[Waiting, Future[Outcome]]]:
        """Those who wait still, once there are any; nobody at the end."""
        with self._changed:
            while True:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._largest_group))]
                group = [one for one in taken if one[1].set_running_or_notify_cancel()]
                if group or not taken:
                    return group


def withdrawn(future: Future[Outcome]) -> Unanswered:
    """What is told of one that took too long; what has not begun is withdrawn."""
    begun = "not begun" if future.cancel() else "begun and not ended"
    return Unanswered(f"the commit was {begun} in time")
