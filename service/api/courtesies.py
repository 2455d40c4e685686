"""What HTTP expects of any service, whatever its resources: HEAD, and answers that no cache keeps unasked.

And what keeps a browser from taking an answer for something else than it is.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD = "depositary.head"
"""In a scope, where HEAD was asked: what has no end is not to be begun."""


USUAL = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""What an answer says, unless it says otherwise itself, as pages do."""


class Courtesies:
    """ASGI middleware that answers HEAD as GET without its body (RFC 9110, section 9.3.2).

    An answer about now is another one after the next write, so a cache has to ask again
    (RFC 9111, section 5.2.2.4) unless the answer itself says otherwise.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"

        async def send_courteously(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in USUAL.items():
                    headers.setdefault(name, value)
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        asked = {**scope, "method": "GET", HEAD: True} if is_head else scope
        await self._app(asked, receive, send_courteously)
