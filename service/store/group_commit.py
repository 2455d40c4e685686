"""Group commit: writers that wait at the same time share one commit to disk.

One thread writes, from the first write on. It takes whoever is waiting, writes them in one transaction,
and answers each of them after the commit. Durability is not traded for speed; the wait for the disk is
shared.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Condition, Thread
from typing import Generic, TypeVar

Waiting = TypeVar("Waiting")
Outcome = TypeVar("Outcome")


class Closed(RuntimeError):
    """The store is closed and takes nothing more in."""


class GroupCommit(Generic[Waiting, Outcome]):
    """A queue of writers before one thread.

    `commit` writes a group in one transaction and returns, for each member, its outcome or the
    exception that it alone has earned. Where `commit` itself raises, nothing was written.
    """

    def __init__(
        self, commit: Callable[[Sequence[Waiting]], Sequence[Outcome | Exception]], largest_group: int = 256
    ) -> None:
        self._commit = commit
        self._largest_group = largest_group
        self._waiting: deque[tuple[Waiting, Future[Outcome]]] = deque()
        self._changed = Condition()
        self._closed = False
        self._thread: Thread | None = None

    def submit(self, item: Waiting) -> Outcome:
        """Wait until the item is committed; raise what its group or itself has earned."""
        (future,) = self.enqueue([item])
        return future.result()

    def submit_all(self, items: Sequence[Waiting]) -> list[Outcome | Exception]:
        """Wait until all items are committed; the outcome of each, or the exception it has earned."""
        return [self._outcome(future) for future in self.enqueue(items)]

    def enqueue(self, items: Sequence[Waiting]) -> list[Future[Outcome]]:
        """Have items committed; the outcomes to be, in their order."""
        entered: list[tuple[Waiting, Future[Outcome]]] = [(item, Future()) for item in items]
        with self._changed:
            if self._closed:
                raise Closed("the record is closed")
            self._waiting.extend(entered)
            self._changed.notify()
            if self._thread is None:
                self._thread = Thread(target=self._run, name="depositary-writer", daemon=True)
                self._thread.start()
        return [future for _, future in entered]

    @staticmethod
    def _outcome(future: Future[Outcome]) -> Outcome | Exception:
        error = future.exception()
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
            try:
                outcomes = self._commit(items)
            except Exception as error:  # noqa: BLE001 - whatever failed the group is handed to all who wait
                outcomes = [error] * len(group)
            for (_, future), outcome in zip(group, outcomes, strict=True):
                if isinstance(outcome, Exception):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)

    def _next_group(self) -> list[tuple[Waiting, Future[Outcome]]]:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._largest_group))]
