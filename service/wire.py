"""The web server's protocol with bounds of its own: on what it keeps before anything comes of it.

The library bounds neither. A head that never ends would be kept in memory, and whoever connects and says
nothing would keep a connection from others.
"""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

LARGEST_HEAD = 65_536
"""Bytes that may come before a head is whole, or after it without any of a body among them, roughly."""
LONGEST_HEAD = 20.0
"""Seconds that a connection may take to send the whole head of a request."""
TOO_LARGE = STATUS_LINE[431] + b"content-length: 0\r\nconnection: close\r\n\r\n"


class Bounded(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *options: Any, **named: Any) -> None:
        super().__init__(*options, **named)
        self._unused = 0
        self._came_of_it = False
        self._waiting: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as the library has it
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come; end the connection where it is too much, and nothing came of it."""
        self._came_of_it = False
        super().data_received(data)
        self._unused = 0 if self._came_of_it else self._unused + len(data)
        if self.transport.is_closing():
            return
        if self._unused > LARGEST_HEAD:
            if self._is_idle:
                self.transport.write(TOO_LARGE)
            self.transport.close()
        elif self._is_idle and self._waiting is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """Take a head that is whole."""
        self._came_of_it = True
        self._wait_no_more()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._came_of_it = True
        super().on_body(body)

    @property
    def _is_idle(self) -> bool:
        """Whether no request is being answered, so that the next one is awaited."""
        return self.cycle is None or self.cycle.response_complete

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(LONGEST_HEAD, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
