"""Checkpoints: C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint). What a log says of itself at one size.

A checkpoint is a signed note whose text has at least three lines, none of them empty:

    <origin>              which log it is
    <size>                how many leaves, in decimal without leading zeros
    <base64 of the root>  32 bytes
    <extension>           any number of further lines, which mean nothing here
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from service.log.errors import Malformed
from service.log.keys import decode, encode
from service.log.notes import Note, SigningKey, Verifier, check_text, open_note, sign
from service.log.tree import HASH_BYTES

LARGEST_SIZE = 2**63 - 1

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root of a log's tree at a size. Raise `Malformed` where none can be like this."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= LARGEST_SIZE:
            raise Malformed(f"the size of a log is 0 to {LARGEST_SIZE}, not {self.size}")
        if len(self.root) != HASH_BYTES:
            raise Malformed(f"the root of a log has {HASH_BYTES} bytes, not {len(self.root)}")
        free = [self.origin, *self.extensions]
        if any(not line or "\n" in line for line in free):
            raise Malformed("the origin and each extension of a checkpoint is one line, and not empty")
        check_text("\n".join(free) + "\n")

    def format(self) -> str:
        """The text that is signed."""
        return "\n".join([self.origin, str(self.size), encode(self.root), *self.extensions, ""])

    @classmethod
    def parse(cls, text: str) -> Self:
        """The checkpoint of a text; raise `Malformed` if it is none."""
        if text.count("\n") < 3 or not text.endswith("\n"):
            raise Malformed("a checkpoint has three lines or more, each of which ends in a newline")
        origin, size, root, *extensions = text.removesuffix("\n").split("\n")
        if not _SIZE.fullmatch(size):
            raise Malformed(
                f"{size[:80]!r} is not the size of a log: expected a decimal without leading zeros"
            )
        return cls(origin, int(size), decode(root), tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, *keys: SigningKey) -> Note:
    """The checkpoint as a note, signed by each of the keys.

    A log must never sign two checkpoints of which one is not the beginning of the other. That is for the
    caller to see to.
    """
    return sign(checkpoint.format(), *keys)


def open_checkpoint(note: bytes, origin: str, log: Iterable[Verifier]) -> Checkpoint:
    """The checkpoint in a note, once it is of the log of this origin and signed by one of that log's keys.

    Raise `Malformed`, `BadSignature` or `NoKnownSigner` otherwise. Keys of witnesses do not belong among
    those of the log: see `service.log.cosignature.cosignatures`.
    """
    checkpoint = Checkpoint.parse(open_note(note, log).text)
    if checkpoint.origin != origin:
        raise Malformed(f"the checkpoint is of the log {checkpoint.origin!r}, not of {origin!r}")
    return checkpoint
