"""The two clients: one that waits for each answer, and one whose answers are awaited."""

from collections.abc import AsyncIterator, Generator, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2
import stamina

from service.client.calls import Call, Lines, Pages
from service.client.operations import Operations
from service.client.refusals import refused
from service.client.sessions import DEFAULT_PATIENCE, Patience, Session, headers, own

T = TypeVar("T")


class Client(Operations):
    """Sends requests to one service and answers what it says, or raises `Refused`.

    What is safe to repeat is repeated, as `patience` has it: reads, and writes under an Idempotency-Key,
    which is made where none is given. With `read_own_writes` a read is at least as fresh as the last write.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        timeout: float = 30.0,
        *,
        patience: Patience = DEFAULT_PATIENCE,
        read_own_writes: bool = True,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._http = httpx2.Client(base_url=url, headers=headers(token), timeout=timeout, transport=transport)
        self._patience = patience
        self._session = Session(read_own_writes=read_own_writes)

    @property
    def position(self) -> int:
        """The position of the last event that was recorded through this client; 0 before the first."""
        return self._session.position

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def send(self, call: Call[T]) -> T:
        """Send a call, again where that is safe and may help; answer what its response is read as."""
        request = self._http.build_request(**self._session.request(call))
        for attempt in stamina.retry_context(self._patience.again, **self._patience.retrying):
            with attempt:
                return self._session.settle(call, self._http.send(request))
        raise AssertionError("an attempt either answers or raises")

    def each(self, pages: Pages[Any, T]) -> Iterator[T]:
        """Everything that is on some pages, one after the other."""
        call: Call[Any] | None = pages.first
        while call is not None:
            page = self.send(call)
            yield from pages.items(page)
            call = pages.after(page)

    def download(self, path: str, **query: str | int) -> Generator[bytes]:
        """Read something of any kind, by and by; it is asked for once."""
        with self._http.stream("GET", own(path), params=query) as response:
            if not response.is_success:
                response.read()
                raise refused(response)
            yield from response.iter_bytes()

    def stream(self, lines: Lines[T]) -> Generator[T]:
        """An answer line by line; it is asked for once."""
        with self._http.stream(**self._session.stream(lines)) as response:
            if not response.is_success:
                response.read()
                raise refused(response)
            yield from (self._session.settle_line(lines, line) for line in response.iter_lines())


class AsyncClient(Operations):
    """The same operations as those of `Client`, each to be awaited or iterated with `async for`."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        timeout: float = 30.0,
        *,
        patience: Patience = DEFAULT_PATIENCE,
        read_own_writes: bool = True,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx2.AsyncClient(
            base_url=url, headers=headers(token), timeout=timeout, transport=transport
        )
        self._patience = patience
        self._session = Session(read_own_writes=read_own_writes)

    @property
    def position(self) -> int:
        """The position of the last event that was recorded through this client; 0 before the first."""
        return self._session.position

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def send(self, call: Call[T]) -> T:
        """Send a call, again where that is safe and may help; answer what its response is read as."""
        request = self._http.build_request(**self._session.request(call))
        async for attempt in stamina.retry_context(self._patience.again, **self._patience.retrying):
            with attempt:
                return self._session.settle(call, await self._http.send(request))
        raise AssertionError("an attempt either answers or raises")

    async def each(self, pages: Pages[Any, T]) -> AsyncIterator[T]:
        """Everything that is on some pages, one after the other."""
        call: Call[Any] | None = pages.first
        while call is not None:
            page = await self.send(call)
            for item in pages.items(page):
                yield item
            call = pages.after(page)

    async def stream(self, lines: Lines[T]) -> AsyncIterator[T]:
        """An answer line by line; it is asked for once."""
        async with self._http.stream(**self._session.stream(lines)) as response:
            if not response.is_success:
                await response.aread()
                raise refused(response)
            async for line in response.aiter_lines():
                yield self._session.settle_line(lines, line)
