"""Cosignatures of witnesses: C2SP tlog-cosignature (c2sp.org/tlog-cosignature), those of Ed25519.

By one, a witness states: as of this time, this checkpoint is the largest that I have seen of this log, and
it goes on from every earlier one that I have seen. It is a signature of the checkpoint's note, of type 0x04:

    <time, 8 bytes, the high one first> || <Ed25519 signature, 64 bytes>

The time is in seconds since 1970-01-01T00:00:00Z. What is signed is the checkpoint's text after two lines:

    cosignature/v1
    time <time, in decimal>
"""

from collections.abc import Iterable
from dataclasses import dataclass

from service.log.checkpoint import Checkpoint
from service.log.errors import BadSignature
from service.log.keys import (
    PrivateKey,
    PublicKey,
    public_of,
    sign_message,
    verify_message,
)
from service.log.notes import Note, Signature

COSIGNATURE = 0x04
LATEST = 2**63 - 1

_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That a witness has cosigned a checkpoint, and when, in seconds since 1970."""

    name: str
    time: int


@dataclass(frozen=True, slots=True)
class WitnessKey(PublicKey):
    """The public key of a witness."""

    kind = COSIGNATURE

    def verify(self, text: str, signature: bytes) -> None:
        """Raise `BadSignature` unless it is this witness's of this checkpoint, `Malformed` if it is none."""
        Checkpoint.parse(text)
        time = _time(signature)
        if time > LATEST:
            raise BadSignature(self.label)
        verify_message(self.public, _message(text, time), signature[_TIME_BYTES:], self.label)


@dataclass(frozen=True, slots=True)
class CosigningKey(PrivateKey):
    """The private key of a witness."""

    kind = COSIGNATURE

    @property
    def verifier(self) -> WitnessKey:
        """The public key to it."""
        return WitnessKey(self.name, public_of(self.seed))

    def cosign(self, text: str, time: int) -> Signature:
        """The witness's signature of a checkpoint's text at a time, in seconds since 1970.

        Whether the checkpoint goes on from those that the witness has seen is for the caller to check
        first. Raise `Malformed` where the text is no checkpoint, `ValueError` for a time that cannot be
        written.
        """
        Checkpoint.parse(text)
        if not 0 <= time <= LATEST:
            raise ValueError(f"a cosignature's time is 0 to {LATEST}, not {time}")
        signature = sign_message(self.seed, _message(text, time))
        return Signature(self.name, self.verifier.key_id, time.to_bytes(_TIME_BYTES, "big") + signature)


def cosignatures(note: Note, witnesses: Iterable[WitnessKey]) -> tuple[Cosignature, ...]:
    """Which of these witnesses have cosigned a checkpoint, and when; others are passed over.

    Whether the log itself has signed it is another question: see `open_checkpoint`. Raise `BadSignature`
    where a cosignature in the name of one of them is not by it.
    """
    return tuple(Cosignature(one.name, _time(one.value)) for one in note.signed_by(witnesses))


def _time(signature: bytes) -> int:
    return int.from_bytes(signature[:_TIME_BYTES], "big")


def _message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()
