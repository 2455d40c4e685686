r"""Lines that are chained: each says what came before it, so none can be altered or left out unseen.

>>> chain = Chain()
>>> first, second = chain.line(a=1), chain.line(b="ü")
>>> second
b'{"b":"\xc3\xbc","chain":"d8e4a9f32cdb84afb6fa6a25e04036121c86f5e9be41e7f2c2622eb3a0a87a3f"}\n'
>>> list(Unchain([first, second]))
[(1, {'a': 1}), (2, {'b': 'ü'})]
"""

import json
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

_ENDING = re.compile(rb',"chain":"([0-9a-f]{64})"\}\r?\n?')
_ENDING_BYTES = len(',"chain":""}') + 64

Members = dict[str, Any]


class Altered(ValueError):
    """A line is not as it was written, or not where it was."""

    def __init__(self, line: int, says: str) -> None:
        super().__init__(f"line {line}: {says}")
        self.line = line


class Chain:
    """Writes lines."""

    def __init__(self) -> None:
        self._last = b""

    def line(self, **members: Any) -> bytes:
        """The next line."""
        body = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()[:-1]
        self._last = link(self._last, body)
        return b'%s,"chain":"%s"}\n' % (body, self._last)


class Unchain:
    """Reads lines, each with its number from 1; raise `Altered` at the first that does not follow."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[tuple[int, Members]]:
        last = b""
        for number, line in enumerate(self._lines, start=1):
            body, chain = _taken_apart(number, line)
            last = link(last, body)
            if chain != last:
                raise Altered(
                    number,
                    "it does not follow the line before it: it was altered, or a line is missing, "
                    "or the lines are out of order",
                )
            yield number, _read(number, body + b"}")


def link(last: bytes, body: bytes) -> bytes:
    """The chain of a line: over that of the line before, and the line up to its own chain."""
    return sha256(last + body).hexdigest().encode()


def _taken_apart(number: int, line: bytes) -> tuple[bytes, bytes]:
    found = _ENDING.fullmatch(line, max(0, len(line.rstrip(b"\r\n")) - _ENDING_BYTES))
    if found is None:
        raise Altered(number, "it is no line of a record that was exported: it has no chain at its end")
    return line[: found.start()], found[1]


def _read(number: int, text: bytes) -> Members:
    try:
        members: Members = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Altered(number, f"it is not JSON: {error}") from error
    return members
