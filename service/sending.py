"""Sends many developments to a running service, in pieces, and goes on where a connection broke."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from time import sleep
from typing import Any

import httpx2

from service.client import Client, Refused

MOST_LINES = 1_000
MOST_BYTES = 4_194_304
"""A piece is at most so much, so that no more is held here, or sent again, than that."""

PAUSES = (0.5, 1, 2, 4, 8, 16, 32)
"""How long to wait before each new attempt, in seconds, while none comes any further."""

AGAIN = {
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
    HTTPStatus.INSUFFICIENT_STORAGE,
}
"""Where a service cannot be reached or cannot write for the moment."""

Answer = dict[str, Any]
Piece = deque[tuple[int, bytes]]
"""Lines that are not answered yet, with their numbers."""


class BrokenOff(Exception):
    """The answers ended before the last one."""

    def __init__(self) -> None:
        super().__init__("the service ended before it had answered every line")


@dataclass(slots=True)
class Sent:
    """What has become of the lines that were sent."""

    lines: int = 0
    recorded: int = 0
    repeated: int = 0
    refused: int = 0
    position: int = 0
    """The last among those on record."""
    bytes: int = 0


class Sending:
    """Lines on their way to a dossier under one key; `sent` says how far they have come."""

    def __init__(self, client: Client, dossier: str, key: str, pauses: Sequence[float] = PAUSES) -> None:
        self._client = client
        self._path = f"/v1/dossiers/{dossier}/developments:import"
        self.key = key
        self._pauses = pauses
        self._before: int = client.get(f"/v1/dossiers/{dossier}")["position"]
        """What has a position up to here had been recorded before."""
        self.sent = Sent()

    def send(self, lines: Iterable[tuple[int, bytes]]) -> Iterator[Answer]:
        """Send lines with their numbers; what each is answered that is not blank.

        Raise what the last attempt failed with, if none of several has come any further.
        """
        for piece in _pieces(lines):
            failures = 0
            while piece:
                left = len(piece)
                try:
                    yield from self._attempt(piece)
                except (httpx2.TransportError, BrokenOff, Refused) as error:
                    failures = failures + 1 if len(piece) == left else 1
                    if _is_final(error) or failures > len(self._pauses):
                        raise
                    sleep(self._pauses[failures - 1])

    def _attempt(self, piece: Piece) -> Iterator[Answer]:
        body = b"".join(line for _, line in piece)
        with closing(
            self._client.post_lines(self._path, body, key=self.key, from_line=piece[0][0])
        ) as answers:
            for answer in answers:
                if "line" not in answer:
                    self._pass(piece, len(piece))
                    return
                if answer["status"] in AGAIN:
                    raise Refused(answer["problem"])
                self._pass(piece, answer["line"] - piece[0][0] + 1)
                self._count(answer)
                yield answer
        raise BrokenOff

    def _pass(self, piece: Piece, lines: int) -> None:
        for _ in range(lines):
            _, line = piece.popleft()
            self.sent.lines += 1
            self.sent.bytes += len(line)

    def _count(self, answer: Answer) -> None:
        if "problem" in answer:
            self.sent.refused += 1
            return
        if answer["position"] > self._before:
            self.sent.recorded += 1
        else:
            self.sent.repeated += 1
        self.sent.position = max(self.sent.position, answer["position"])


def _is_final(error: Exception) -> bool:
    return isinstance(error, Refused) and error.problem.get("status") not in AGAIN


def _pieces(lines: Iterable[tuple[int, bytes]]) -> Iterator[Piece]:
    piece: Piece = deque()
    size = 0
    for number, line in lines:
        if len(piece) == MOST_LINES or (piece and size + len(line) > MOST_BYTES):
            yield piece
            piece, size = deque(), 0
        piece.append((number, line))
        size += len(line)
    yield piece
