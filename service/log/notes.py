"""Signed notes: C2SP signed-note (c2sp.org/signed-note).

A note is text that ends in a newline, then an empty line, then a line for each signature:

    — <name> base64(<key id> || <signature>)

It is UTF-8 without control characters but the newline. The text may have empty lines; the last empty line
of the note is the one before the signatures. Here signatures are of type 0x01: Ed25519 over the text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, Self

from service.log.errors import Malformed, NoKnownSigner
from service.log.keys import (
    CONTROL,
    ID_BYTES,
    PrivateKey,
    PublicKey,
    check_name,
    decode,
    encode,
    is_unicode,
    public_of,
    sign_message,
    verify_message,
)

ED25519 = 0x01

LONGEST_NOTE = 1_000_000
MOST_SIGNATURES = 100
"""The specification asks for a limit, and for at least 16; this one is Go's."""


# Notes


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as a note carries it, checked or not."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """Its line in a note, with the newline."""
        return f"— {self.name} {encode(self.key_id + self.value)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """The signature on a line without its newline; raise `Malformed` if it is none."""
        try:
            dash, name, encoded = line.split(" ")
        except ValueError:
            dash = name = encoded = ""
        if dash != "—":
            raise Malformed(f"{line[:80]!r} is no signature: expected — <name> <base64>")
        check_name(name)
        if len(signed := decode(encoded)) <= ID_BYTES:
            raise Malformed(f"the signature of {name} is cut short")
        return cls(name, signed[:ID_BYTES], signed[ID_BYTES:])


class Verifier(Protocol):
    """A public key that a reader trusts."""

    @property
    def name(self) -> str:
        """Whose key it is."""
        ...

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell the keys of one name apart."""
        ...

    def verify(self, text: str, signature: bytes) -> None:
        """Raise `BadSignature` unless the signature is by this key and of this text."""
        ...


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures under it. That it could be read says nothing of who has signed it."""

    text: str
    signatures: tuple[Signature, ...]

    def format(self) -> bytes:
        """The note as it is sent."""
        return (self.text + "\n" + format_signatures(self.signatures)).encode()

    @classmethod
    def parse(cls, note: bytes) -> Self:
        """The note that was sent so; raise `Malformed` if it is none."""
        if len(note) > LONGEST_NOTE:
            raise Malformed(f"a note has at most {LONGEST_NOTE} bytes, not {len(note)}")
        try:
            text, blank, signatures = note.decode().rpartition("\n\n")
        except UnicodeDecodeError:
            raise Malformed("a note is in UTF-8, and this is not") from None
        if not blank:
            raise Malformed("a note has an empty line before its signatures, and this has none")
        check_text(text + "\n")
        return cls(text + "\n", parse_signatures(signatures))

    def plus(self, *signatures: Signature) -> Self:
        """The note with further signatures; a key's new one takes the place of the one it had."""
        signers = {(one.name, one.key_id) for one in signatures}
        kept = [one for one in self.signatures if (one.name, one.key_id) not in signers]
        return type(self)(self.text, (*kept, *signatures))

    def signed_by(self, verifiers: Iterable[Verifier]) -> tuple[Signature, ...]:
        """The signatures by keys that the reader trusts, each verified; those by others are passed over.

        Raise `BadSignature` where one is in the name of a trusted key and not by it, and `ValueError`
        where two trusted keys cannot be told apart.
        """
        known = _by_name(verifiers)
        found = [one for one in dict.fromkeys(self.signatures) if (one.name, one.key_id) in known]
        for one in found:
            known[one.name, one.key_id].verify(self.text, one.value)
        return tuple(found)


def open_note(note: bytes, verifiers: Iterable[Verifier]) -> Note:
    """The note, once at least one key that the reader trusts has signed it; with those signatures alone.

    Raise `Malformed`, `BadSignature` where a signature in the name of a trusted key is not by it, or
    `NoKnownSigner`.
    """
    read = Note.parse(note)
    if signatures := read.signed_by(verifiers):
        return Note(read.text, signatures)
    names = ", ".join(dict.fromkeys(one.name for one in read.signatures))
    raise NoKnownSigner(f"no trusted key has signed the note; it has signatures in the name of {names}")


def format_signatures(signatures: Iterable[Signature]) -> str:
    """The lines of signatures, as in a note or in a witness's answer."""
    return "".join(one.line for one in signatures)


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """The signatures on lines; raise `Malformed` where there is none or something else."""
    if not lines.endswith("\n"):
        raise Malformed("signatures are on lines that end in a newline, at least one of them")
    each = lines.removesuffix("\n").split("\n")
    if len(each) > MOST_SIGNATURES:
        raise Malformed(f"a note has at most {MOST_SIGNATURES} signatures, not {len(each)}")
    return tuple(Signature.parse(line) for line in each)


def check_text(text: str) -> None:
    """Raise `Malformed` where no note can hold the text."""
    if not text.endswith("\n"):
        raise Malformed("the text of a note ends in a newline")
    if CONTROL.search(text) or not is_unicode(text):
        raise Malformed("the text of a note is Unicode without control characters but the newline")


def _by_name(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for one in verifiers:
        if known.setdefault((one.name, one.key_id), one) != one:
            raise ValueError(f"two trusted keys have the name {one.name} and the id {one.key_id.hex()}")
    return known


# Keys


@dataclass(frozen=True, slots=True)
class VerifierKey(PublicKey):
    """A public key, by which others verify what its owner has signed."""

    kind = ED25519

    def verify(self, text: str, signature: bytes) -> None:
        """Raise `BadSignature` unless the signature is by this key and of this text."""
        verify_message(self.public, text.encode(), signature, self.label)


@dataclass(frozen=True, slots=True)
class SigningKey(PrivateKey):
    """A private key. Whoever has it can sign in its name."""

    kind = ED25519

    @property
    def verifier(self) -> VerifierKey:
        """The public key to it."""
        return VerifierKey(self.name, public_of(self.seed))

    def sign(self, text: str) -> Signature:
        """This key's signature of a text; raise `Malformed` where no note can hold the text."""
        check_text(text)
        return Signature(self.name, self.verifier.key_id, sign_message(self.seed, text.encode()))


def sign(text: str, *keys: SigningKey) -> Note:
    """A note of a text, signed by each of the keys; raise `Malformed` where no note can hold the text."""
    return Note(text, tuple(key.sign(text) for key in keys))
