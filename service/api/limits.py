"""A limit on the size of request bodies, whether or not they say their length."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.problems import MEDIA_TYPE, TOO_LARGE, Problem, tell


class BodyLimit:
    """ASGI middleware that refuses a body over the limit before it has been read whole."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what is read of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > self._largest:
            told = tell(self._problem())
            await JSONResponse(told.body, told.status, told.headers, MEDIA_TYPE)(scope, receive, send)
            return
        read = 0

        async def receive_counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._largest:
                raise self._problem()
            return message

        await self._app(scope, receive_counted, send)

    def _problem(self) -> Problem:
        return Problem(TOO_LARGE, f"the body is larger than {self._largest} bytes", limit=self._largest)
