"""Keys as notes write them: C2SP signed-note, and golang.org/x/mod/sumdb/note for the private ones.

    <name>+<key id in hex>+base64(<type> || <public key>)
    PRIVATE+KEY+<name>+<key id in hex>+base64(<type> || <seed>)

A key id is 4 bytes: the first of SHA-256(<name> || 0x0A || <type> || <public key>), also for a private key.
The type, one byte, says what is signed and how. The keys here are all those of Ed25519 (RFC 8032): public
keys and seeds have 32 bytes, signatures 64. Base64 is that of RFC 4648, section 4, in its one canonical
spelling.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.log.errors import BadSignature, Malformed

ID_BYTES = 4
KEY_BYTES = 32
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
"""What a note has nowhere: the control characters but the newline."""

_PRIVATE = "PRIVATE+KEY+"


def id_of(name: str, kind: int, public: bytes) -> bytes:
    """The id of a key of a type: 4 bytes."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:ID_BYTES]


def format_key(name: str, kind: int, public: bytes) -> str:
    """A public key of a type as text."""
    return f"{name}+{id_of(name, kind, public).hex()}+{encode(bytes([kind]) + public)}"


def parse_key(text: str, kind: int) -> tuple[str, bytes]:
    """The name and the public key that were formatted so; raise `Malformed` if none were."""
    name, public = _parse_fields(text, kind)
    if format_key(name, kind, public) != text:
        raise Malformed(f"the id in the key of {name} does not belong to its name and key: was it mistyped?")
    return name, public


def format_signing_key(name: str, kind: int, seed: bytes) -> str:
    """A private key of a type as text."""
    key_id = id_of(name, kind, public_of(seed))
    return f"{_PRIVATE}{name}+{key_id.hex()}+{encode(bytes([kind]) + seed)}"


def parse_signing_key(text: str, kind: int) -> tuple[str, bytes]:
    """The name and the seed that were formatted so; raise `Malformed` if none were."""
    if not text.startswith(_PRIVATE):
        raise Malformed(f"a signing key begins with {_PRIVATE}")
    name, seed = _parse_fields(text.removeprefix(_PRIVATE), kind)
    if format_signing_key(name, kind, seed) != text:
        raise Malformed(f"the id in the signing key of {name} does not belong to its name and key")
    return name, seed


def _parse_fields(text: str, kind: int) -> tuple[str, bytes]:
    # No message shows the text: it may be, or may have been taken for, a private key.
    name, _, rest = text.partition("+")
    key = decode(rest.partition("+")[2])
    if len(key) != 1 + KEY_BYTES or key[0] != kind:
        raise Malformed(f"this is no key of type {kind}: expected <name>+<key id>+<base64 of 33 bytes>")
    check_name(name)
    return name, key[1:]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key of a type, which a subclass names."""

    kind: ClassVar[int]
    name: str
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell the keys of one name apart."""
        return id_of(self.name, self.kind, self.public)

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"{self.name}+{self.key_id.hex()}"

    def format(self) -> str:
        """The key as it is handed on."""
        return format_key(self.name, self.kind, self.public)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that was formatted so; raise `Malformed` if none was."""
        return cls(*parse_key(text, cls.kind))


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key of a type, which a subclass names. Whoever has it can sign in its name."""

    kind: ClassVar[int]
    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_name(self.name)

    def format(self) -> str:
        """The key as it is kept, in secret."""
        return format_signing_key(self.name, self.kind, self.seed)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that was formatted so; raise `Malformed` if none was."""
        return cls(*parse_signing_key(text, cls.kind))


def public_of(seed: bytes) -> bytes:
    """The Ed25519 public key to a seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign_message(seed: bytes, message: bytes) -> bytes:
    """The Ed25519 signature of a message."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def verify_message(public: bytes, message: bytes, signature: bytes, key: str) -> None:
    """Raise `BadSignature`, naming the key, unless the message was signed so."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise BadSignature(key) from None


def check_name(name: str) -> None:
    """Raise `Malformed` where no key can have the name."""
    spaced = any(letter.isspace() for letter in name)
    if not name or "+" in name or spaced or CONTROL.search(name) or not is_unicode(name):
        raise Malformed(f"{name[:80]!r} is no name of a key: it needs a letter, and has no space and no +")


def is_unicode(text: str) -> bool:
    """Whether the text can be written in UTF-8."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def encode(value: bytes) -> str:
    """Bytes in base64."""
    return b64encode(value).decode()


def decode(text: str) -> bytes:
    """What `encode` was given; raise `Malformed` where it would not have written this."""
    try:
        value = b64decode(text, validate=True)
    except ValueError:
        value = b""
    if encode(value) != text:
        raise Malformed("this is not base64 as RFC 4648, section 4, spells it")
    return value
