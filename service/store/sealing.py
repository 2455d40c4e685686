r"""How texts that are marked personal are sealed in what is stored.

A development has a key of its own: 32 random bytes, from which two are derived with HKDF-Expand (RFC 5869)
over SHA-256, for the information `depositary seal` and `depositary figures`. A text is sealed as

    sealed:v1:<figures>:<Base64 of nonce and ciphertext>

where the figures are the first 8 hexadecimal ones of the HMAC-SHA-256 of the text in UTF-8, and the
ciphertext is AES-256-GCM (NIST SP 800-38D) of the text with NUL bytes added up to a multiple of 32, so that
its length says little, under a random nonce of 96 bits. The additional data is the JSON array of the
stream, the version, the pointer and the figures, without spaces. No text that is told holds a NUL.

What is sealed is known by the marks beside it, never by how it begins. Without the key all that is left of a
text are its figures, which nobody can check a guess against.

>>> place = Place(UUID("8d9f3c1e-6a52-4f0b-9c4d-2b7e5a1f0c38"), 1, "/development/content")
>>> sealed = seal("Ada lives on the quay.", bytes(range(32)), place, nonce=bytes(12))
>>> sealed
'sealed:v1:5b1c8a00:AAAAAAAAAAAAAAAAU79JQ3hF/bFJ2KXxHUcuax4YXKfFlTRzT/UWKnxYw0naadFAYZlmDQnB45PeMPX0'
>>> unseal(sealed, bytes(range(32)), place)
'Ada lives on the quay.'
>>> unseal(sealed, None, place)
'[erased 5b1c8a00]'
"""

import hmac
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.personal import is_erased, marker
from domain.told import TELLINGS

KEY_BYTES = 32
NONCE_BYTES = 12
BLOCK = 32
_FORM = re.compile(r"sealed:v1:([0-9a-f]{8}):([A-Za-z0-9+/]+={0,2})")
_PERSONAL = b'"personal":'
"""What a state with marks holds; few others do."""


class Unsealable(ValueError):
    """What should be a sealed text is none, was altered, or belongs elsewhere."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed text stands; it can be unsealed nowhere else."""

    stream: UUID
    version: int
    pointer: str


def new_key() -> bytes:
    """A key for a development."""
    return token_bytes(KEY_BYTES)


def seal(text: str, key: bytes, place: Place, nonce: bytes | None = None) -> str:
    """A text, sealed for its place."""
    data = text.encode()
    figures = hmac.digest(_derived(key, b"depositary figures"), data, "sha256").hex()[:8]
    nonce = nonce or token_bytes(NONCE_BYTES)
    padded = data + bytes(-len(data) % BLOCK)
    sealed = nonce + _cipher(key).encrypt(nonce, padded, _bound(place, figures))
    return f"sealed:v1:{figures}:{b64encode(sealed).decode()}"


def unseal(sealed: str, key: bytes | None, place: Place) -> str:
    """The text, or how it reads once the key is destroyed; raise `Unsealable`."""
    found = _FORM.fullmatch(sealed)
    if found is None:
        raise Unsealable(f"{place.pointer} is marked as personal, and holds no sealed text")
    figures, encoded = found.groups()
    if key is None:
        return marker(figures)
    data = _decoded(encoded, place)
    try:
        padded = _cipher(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _bound(place, figures))
    except (InvalidTag, ValueError) as error:
        raise Unsealable(
            f"{place.pointer}: the sealed text was altered, or was sealed for another place"
        ) from error
    return padded.rstrip(b"\0").decode()


def seal_bytes(data: bytes, key: bytes) -> bytes:
    """What a view keeps of a development, sealed as a whole."""
    nonce = token_bytes(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, data, b"view")


def unseal_bytes(sealed: bytes, key: bytes) -> bytes:
    """What `seal_bytes` was given; raise `Unsealable`."""
    try:
        return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], b"view")
    except (InvalidTag, ValueError) as error:
        raise Unsealable("a sealed row of a view was altered: fold the views again") from error


def keyed(fingerprint: bytes, key: bytes) -> bytes:
    """The fingerprint of a request that held personal texts, so that without the key no guess fits it."""
    return hmac.digest(_derived(key, b"depositary fingerprint"), fingerprint, "sha256")


# The state of an event


def sealed_state(state: bytes, pointers: Iterable[str], key: bytes, stream: UUID, version: int) -> bytes:
    """The state of an event with the texts at these pointers sealed."""
    told = json.loads(state)
    for pointer in pointers:
        inside, step = _inside(told, pointer)
        inside[step] = seal(inside[step], key, Place(stream, version, pointer))
    return _written(told)


def may_be_sealed(state: bytes) -> bool:
    """Whether it is worth a look for sealed texts."""
    return _PERSONAL in state


def unsealed_state(state: bytes, find_key: Callable[[], bytes | None], stream: UUID, version: int) -> bytes:
    """The state of an event with every marked text as it was told, or as it reads once it is erased.

    The key is asked for where there is such a text. Raise `Unsealable`.
    """
    told = json.loads(state)
    sealed = [pointer for pointer in _marks(told) if _is_sealed(told, pointer)]
    if not sealed:
        return state
    key = find_key()
    for pointer in sealed:
        inside, step = _inside(told, pointer)
        inside[step] = unseal(inside[step], key, Place(stream, version, pointer))
    return _written(told)


def as_sealed(state: bytes, stored: bytes) -> bytes:
    """A state that was unsealed, with the sealed texts of the stored one put back in their places.

    Nothing is sealed again, for that never gives the same twice.
    """
    told = json.loads(stored) if may_be_sealed(stored) else {}
    sealed = [pointer for pointer in _marks(told) if _is_sealed(told, pointer)]
    if not sealed:
        return state
    plain = json.loads(state)
    for pointer in sealed:
        (inside, step), (kept, _) = _inside(plain, pointer), _inside(told, pointer)
        inside[step] = kept[step]
    return _written(plain)


def _marks(told: dict[str, Any]) -> list[str]:
    """The marks in a state, as `domain.events` has them of the event that it is of."""
    tellings = [(name, told[name]) for name in TELLINGS if told.get(name) is not None]
    inner = [f"/{name}{mark}" for name, one in tellings for mark in one.get("personal", ())]
    return [*told.get("personal", ()), *inner]


def _is_sealed(told: dict[str, Any], pointer: str) -> bool:
    """Whether a mark leads to a text; one that was erased before it was told again stands as it reads."""
    try:
        inside, step = _inside(told, pointer)
        text = inside[step]
    except (LookupError, TypeError, ValueError):
        return False  # What was there when the mark was made has been told otherwise since.
    return isinstance(text, str) and not is_erased(text)


def _inside(told: Any, pointer: str) -> tuple[Any, str | int]:
    """Where a pointer leads: an object or a list, and the name or the number in it."""
    *way, last = (step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/"))
    for step in way:
        told = told[int(step) if isinstance(told, list) else step]
    return told, int(last) if isinstance(told, list) else last


def _written(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


# Primitives


def _derived(key: bytes, purpose: bytes) -> bytes:
    """The first block of HKDF-Expand (RFC 5869, section 2.3)."""
    return hmac.digest(key, purpose + b"\x01", "sha256")


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(_derived(key, b"depositary seal"))


def _bound(place: Place, figures: str) -> bytes:
    return _written([str(place.stream), place.version, place.pointer, figures])


def _decoded(encoded: str, place: Place) -> bytes:
    """What Base64 stands for; in one spelling alone, so that none of its bits can be altered unseen."""
    try:
        data = b64decode(encoded, validate=True)
    except ValueError as error:
        raise Unsealable(f"{place.pointer}: the sealed text is not Base64") from error
    if b64encode(data).decode() != encoded:
        raise Unsealable(f"{place.pointer}: the sealed text is not Base64 as it was written")
    return data
