"""A limit on the size of request bodies, whether or not they say their length, and on how long they take."""

from asyncio import get_running_loop, timeout, timeout_at
from collections.abc import Callable
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.observing import note_problem
from service.problems import MEDIA_TYPE, TOO_LARGE, TOO_SLOW, Problem, tell

DRAINED = 16
"""So many times the limit is read and thrown away, so that a client that is sending hears the answer."""

LONGEST = 60.0
"""Seconds that a body may take to arrive."""


class BodyLimit:
    """ASGI middleware that refuses a body over the limit, and keeps none of it, or that is late.

    What the client goes on sending is read and thrown away before it is answered; a connection that is
    closed with a body unread is reset, and the answer with it (RFC 9112, section 9.6).

    Where lines are taken, a body may have any length: whoever reads them limits each line.
    """

    def __init__(self, app: ASGIApp, largest: int, takes_lines: Callable[[str], bool]) -> None:
        self._app = app
        self._largest = largest
        self._takes_lines = takes_lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what is read of it."""
        if scope["type"] != "http" or self._takes_lines(scope["path"]):
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > self._largest:
            await self._drain(receive)
            told = tell(too_large(self._largest))
            note_problem(scope, told)
            await JSONResponse(told.body, told.status, told.headers, MEDIA_TYPE)(scope, receive, send)
            return
        read, is_whole, ends = 0, False, get_running_loop().time() + LONGEST

        async def receive_counted() -> Message:
            nonlocal read, is_whole
            try:
                # After the body, whoever waits learns that the client has left: for that there is no limit.
                async with timeout_at(None if is_whole else ends):
                    message = await receive()
            except TimeoutError:
                raise too_slow() from None
            is_whole = not message.get("more_body")
            read += len(message.get("body", b""))
            if read > self._largest:
                if message.get("more_body"):
                    await self._drain(receive)
                raise too_large(self._largest)
            return message

        await self._app(scope, receive_counted, send)

    async def _drain(self, receive: Receive) -> None:
        left = DRAINED * self._largest
        with suppress(TimeoutError):
            async with timeout(LONGEST):
                while left > 0:
                    message = await receive()
                    left -= len(message.get("body", b""))
                    if not message.get("more_body"):
                        return


def too_slow() -> Problem:
    """What is said of a body that does not come."""
    words = f"the body was not whole within {LONGEST:g} seconds"
    return Problem(TOO_SLOW, words, headers={"Connection": "close"})


def too_large(largest: int) -> Problem:
    """What is said of a body over the limit, in bytes."""
    return Problem(TOO_LARGE, f"the body is larger than {largest} bytes", limit=largest)
