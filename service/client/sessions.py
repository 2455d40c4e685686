"""What the two clients have in common: keys, patience, and the position of the last write."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar
from uuid import uuid4

import httpx2

from service.client.calls import Call, Lines
from service.client.refusals import Elsewhere, NotUnderstood, Unavailable, refused

Answer = TypeVar("Answer")

LINES = "application/x-ndjson"
BROKEN = (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError)
"""How a connection fails that may be had on another attempt."""


class Retrying(TypedDict):
    """How often and how long something is tried again, as `stamina` takes it."""

    attempts: int
    timeout: float
    wait_initial: float
    wait_jitter: float


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, and for how long in seconds, what is safe to repeat is tried."""

    attempts: int = 6
    seconds: float = 30.0
    first_pause: float = 0.1
    """Each pause is about double the one before; where the service says how long, it is that."""

    @property
    def retrying(self) -> Retrying:
        """The same as `stamina` takes it."""
        return {
            "attempts": self.attempts,
            "timeout": self.seconds,
            "wait_initial": self.first_pause,
            "wait_jitter": self.first_pause,
        }

    def again(self, error: Exception) -> bool | float:
        """Whether to try again after this, or after how many seconds."""
        match error:
            case Unavailable(retry_after=float(pause)):
                return pause if pause < self.seconds else False
            case Unavailable():
                return True
        return isinstance(error, BROKEN)


DEFAULT_PATIENCE = Patience()


class Session:
    """Makes requests of calls and answers of responses, and remembers the position of the last write."""

    def __init__(self, *, read_own_writes: bool) -> None:
        self.position = 0
        """That of the last event that was recorded through this client; 0 before the first."""
        self._read_own_writes = read_own_writes

    def request(self, call: Call[Any]) -> dict[str, Any]:
        """A call as the HTTP library takes it. A write gets its key here, once for all attempts."""
        headers = {}
        if call.method != "GET":
            headers["Idempotency-Key"] = call.key or str(uuid4())
        if call.seen is not None:
            headers["If-Match"] = f'"{call.seen}"'
        parts = {
            "method": call.method,
            "url": own(call.path),
            "headers": headers,
            "params": self._query(call) or None,
        }
        return parts if call.body is None else {**parts, "json": call.body}

    def stream(self, lines: Lines[Any]) -> dict[str, Any]:
        """The same for an answer that comes line by line."""
        headers = {}
        if lines.content is not None:
            headers = {"Content-Type": LINES, "Idempotency-Key": lines.key or str(uuid4())}
        parts = {
            "method": lines.method,
            "url": own(lines.path),
            "headers": headers,
            "params": lines.query or None,
        }
        return {**parts, "content": lines.content}

    def settle(self, call: Call[Answer], response: httpx2.Response) -> Answer:
        """The answer in a response; raise `Refused` for a problem."""
        if not response.is_success:
            raise refused(response)
        try:
            answer = call.read(response)
        except ValueError as error:
            raise NotUnderstood from error
        if call.method != "GET":
            self.position = max(self.position, _position(answer))
        return answer

    def settle_line(self, lines: Lines[Answer], line: str) -> Answer:
        """One line of an answer."""
        try:
            return lines.read(line)
        except ValueError as error:
            raise NotUnderstood from error

    def _query(self, call: Call[Any]) -> Mapping[str, Any]:
        if call.takes_position and self._read_own_writes and self.position:
            return {"min_position": self.position, **call.query}
        return call.query


def own(path: str) -> str:
    """An address of the service itself, as it is; raise `Elsewhere` for any other."""
    if httpx2.URL(path).is_absolute_url:
        raise Elsewhere(path)
    return path


def headers(token: str | None) -> dict[str, str]:
    """What every request of a client has."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def _position(answer: Any) -> int:
    position = answer.get("position") if isinstance(answer, dict) else getattr(answer, "position", None)
    return position if isinstance(position, int) else 0
