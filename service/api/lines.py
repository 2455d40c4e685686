"""Lines of a body that arrives in pieces, each held against a limit."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line, without its end."""

    number: int
    content: bytes
    is_too_long: bool = False
    """Then nothing of its content is kept."""

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it to answer."""
        return not self.is_too_long and not self.content.strip(b" \t\r")


class Splitter:
    """Makes lines of pieces, and keeps of a line that is not whole yet no more than the limit, in bytes.

    Lines end with LF or CRLF. A line's end does not count.
    """

    def __init__(self, largest: int, first: int) -> None:
        self._largest = largest
        self._first = first
        self.count = 0
        """How many lines have been whole."""
        self._begun = bytearray()
        self._length = 0

    def split(self, piece: bytes) -> Iterator[Line]:
        """The lines that a piece makes whole."""
        *whole, begun = piece.split(b"\n")
        for content in whole:
            self._go_on(content)
            yield self._end()
        self._go_on(begun)

    def rest(self) -> Iterator[Line]:
        """The last line, where it has no end."""
        if self._length:
            yield self._end()

    def _go_on(self, content: bytes) -> None:
        self._length += len(content)
        # One byte more may be kept: the CR that belongs to the line's end.
        self._begun += content[: max(0, self._largest + 1 - len(self._begun))]

    def _end(self) -> Line:
        length = self._length - self._begun.endswith(b"\r")
        is_too_long = length > self._largest
        content = b"" if is_too_long else bytes(self._begun).removesuffix(b"\r")
        line = Line(self._first + self.count, content, is_too_long)
        self.count += 1
        self._begun.clear()
        self._length = 0
        return line
