"""Answers that go out while the body that they are about still comes in."""

from asyncio import Condition, TaskGroup
from tempfile import SpooledTemporaryFile

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

NDJSON = "application/x-ndjson"


class Outbox:
    """What waits to be sent: a little in memory, more in a file, and what is most makes the writer wait.

    Many a client sends all of a body before it reads any of the answer. If the service waited for it to read
    while it waits for the service to read on, neither would ever go on.
    """

    def __init__(self, in_memory: int = 262_144, most: int = 67_108_864) -> None:
        self._file = SpooledTemporaryFile(max_size=in_memory)  # noqa: SIM115 - closed by `close`
        self._most = most
        self._put = self._taken = 0
        self._ended = False
        self._changed = Condition()

    async def put(self, data: bytes) -> None:
        """Have it sent, once there is room."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._put < self._most)
            self._file.seek(self._put)
            self._put += self._file.write(data)
            self._changed.notify_all()

    async def end(self) -> None:
        """Nothing more will be put."""
        async with self._changed:
            self._ended = True
            self._changed.notify_all()

    async def take(self, most: int = 65_536) -> bytes:
        """What is to be sent next; nothing at the end."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._put > self._taken or self._ended)
            self._file.seek(self._taken)
            data = self._file.read(most)
            self._taken += len(data)
            if self._taken == self._put:
                self._put = self._taken = self._file.seek(0)
                self._file.truncate()
            self._changed.notify_all()
            return data

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class Answering(StreamingResponse):
    """Answers a body line by line while it still arrives.

    The framework's own response reads on in the body to see whether the client has left. This one leaves the
    body to whoever answers it.
    """

    media_type = NDJSON

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - what ASGI gives
        """Begin once there is something to say, so that a client may wait to be told to go on sending."""
        outbox = Outbox()
        try:
            async with TaskGroup() as tasks:
                tasks.create_task(self._fill(outbox))
                await self._send(outbox, send)
        finally:
            outbox.close()

    async def _fill(self, outbox: Outbox) -> None:
        async for answer in self.body_iterator:
            assert isinstance(answer, bytes)
            await outbox.put(answer)
        await outbox.end()

    async def _send(self, outbox: Outbox, send: Send) -> None:
        data = await outbox.take()
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        while data:
            await send({"type": "http.response.body", "body": data, "more_body": True})
            data = await outbox.take()
        await send({"type": "http.response.body", "body": b"", "more_body": False})
