"""Connections that are lent: as many as are wanted at once, kept for later, and bound to no thread."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, Protocol, TypeVar


class Closing(Protocol):
    """Whatever can be closed."""

    def close(self) -> None:
        """End it."""


Connection = TypeVar("Connection", bound=Closing)


class Connections(Generic[Connection]):
    """Lends connections, each to one borrower at a time."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        usable: Callable[[Connection], bool] = lambda _: True,
        answers: Callable[[Connection], bool] = lambda _: True,
    ) -> None:
        """`usable` says whether one is kept, and `answers` whether one that was kept is still alive."""
        self._connect = connect
        self._usable = usable
        self._answers = answers
        self._idle: list[Connection] = []
        self._closed = False
        self._lock = Lock()

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """One that nobody else uses; one that has become useless is not kept."""
        connection = self._take() or self._connect()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def forget(self) -> None:
        """Close all that are idle: those to whom they lead may not be there any more."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def close(self) -> None:
        """Close every connection, and keep none any more.

        Those whose writes were committed last have yet to read what they are answered with.
        """
        with self._lock:
            self._closed = True
        self.forget()

    def _take(self) -> Connection | None:
        while (connection := self._pop()) is not None:
            if self._answers(connection):
                return connection
            connection.close()
        return None

    def _pop(self) -> Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            if keep := not self._closed and self._usable(connection):
                self._idle.append(connection)
        if not keep:
            connection.close()
