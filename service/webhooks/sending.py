"""Sends one message, to an address that was judged, in bounded time; of the answer it reads the status."""

import socket
from asyncio import get_running_loop, timeout
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import httpcore2
import httpx2

from service.feed.envelope import MEDIA_TYPE
from service.webhooks.destinations import Address, Destinations

LONGEST = 15.0
"""Seconds that a message may take from the look-up of the name to the status."""
GONE = 410
MOST_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message was not taken."""

    words: str
    is_final: bool = False
    """Whether the receiver said that it wants nothing more."""


class _Judged(httpcore2.AsyncNetworkBackend):
    """Connects to addresses that are allowed, and to the very ones that were judged."""

    def __init__(self, destinations: Destinations) -> None:
        self._destinations = destinations
        self._plain = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as the port has it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Look the name up once, and connect to what it leads to; the certificate is that of the name."""
        found = await _addresses(host, port)
        allowed = [one for one in found if self._destinations.allows(one)]
        if not allowed:
            # Not where it leads: whoever adds webhooks could so ask for names of the network here.
            raise httpcore2.ConnectError(f"{host} leads elsewhere, and not to the public")
        for address in allowed[:-1]:
            try:
                return await self._plain.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await self._plain.connect_tcp(str(allowed[-1]), port, timeout, local_address, socket_options)


async def _addresses(host: str, port: int) -> list[Address]:
    try:
        found = await get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"{host} cannot be found: {error}") from error
    return [ip_address(address) for address in dict.fromkeys(str(one[4][0]) for one in found)]


class _Transport(httpx2.AsyncHTTPTransport):
    """The client's own transport, over connections that were judged."""

    def __init__(self, destinations: Destinations) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            max_connections=MOST_AT_ONCE,
            max_keepalive_connections=MOST_AT_ONCE,
            keepalive_expiry=5,
            network_backend=_Judged(destinations),
        )


class Sender:
    """Sends messages."""

    def __init__(self, destinations: Destinations) -> None:
        self.destinations = destinations
        self._client = httpx2.AsyncClient(
            transport=_Transport(destinations), follow_redirects=False, trust_env=False, timeout=LONGEST / 3
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Failure | None:
        """Send one; answer why it was not taken, or `None`. Of the answer nothing is read but the status."""
        plain = {"Content-Type": f"{MEDIA_TYPE}; charset=utf-8", "User-Agent": "Depositary"}
        try:
            async with (
                timeout(LONGEST),
                self._client.stream("POST", url, content=body, headers={**plain, **headers}) as answer,
            ):
                status = answer.status_code
        except TimeoutError:
            return Failure(f"nothing was answered within {LONGEST:g} seconds")
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            return Failure(f"{type(error).__name__}: {error}"[:500])
        if httpx2.codes.is_success(status):
            return None
        return Failure(f"it answered {status}", is_final=status == GONE)
