r"""What the log commits to: the canonical form of one stored event, and its entry.

The canonical form is the JSON of RFC 8785 over an object with exactly the members of `Form`, in UTF-8, so
they stand in alphabetical order without spaces between them. `state` is the stored JSON text as a string
and not as an object: what is committed to is what is stored, byte for byte, whatever is made of it later.

The entry is the HMAC-SHA-256 (RFC 2104) of the canonical form, keyed with a salt of 32 random bytes that
belongs to this event alone. Who has the form and the salt can check the entry. Who has the entry alone, as
every reader of the log does, cannot even check a guess; once the last copy of the salt is destroyed,
nobody can. The salt has one length, so no two salts act as the same key, and an entry can be opened to one
form alone. The leaf in the tree is `service.log.tree.leaf_hash` of the entry.

>>> form = Form(
...     position=7,
...     principal="ada",
...     recorded_at="2025-06-14T12:00:00.000000Z",
...     state='{"label":"İstanbul"}',
...     stream="8d9f3c1e-6a52-4f0b-9c4d-2b7e5a1f0c38",
...     topic="call-held",
...     version=1,
... )
>>> canonical(form).decode() == (
...     r'{"position":7,"principal":"ada","recorded_at":"2025-06-14T12:00:00.000000Z",'
...     r'"state":"{\"label\":\"İstanbul\"}","stream":"8d9f3c1e-6a52-4f0b-9c4d-2b7e5a1f0c38",'
...     r'"topic":"call-held","version":1}'
... )
True
>>> entry = commit(form, salt=bytes(range(32)))
>>> entry.hex()
'7aeb329a06cb1e03a8f0d258c6a63ad2fc0d540c2535b51be63bdf540e571e27'
>>> from service.log.tree import leaf_hash
>>> leaf_hash(entry).hex()
'922f4b5b26fbfbcbc3035f49bd0ff8932645f9003818840b795392897cc82521'
"""

import hmac
from dataclasses import dataclass
from json import JSONEncoder

SALT_BYTES = 32
LARGEST_INTEGER = 2**53 - 1
"""Up to here RFC 8785, whose numbers are those of IEEE 754, tells one integer from the next."""

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Form:
    """One stored event, with everything about it that the log commits to."""

    position: int
    """Its place in the one total order."""
    principal: str
    """Who recorded it."""
    recorded_at: str
    """The moment of recording, as the store writes it: UTC, with six digits after the second."""
    state: str
    """The event as it is stored: its JSON text, decoded from UTF-8 and otherwise untouched."""
    stream: str
    """The UUID of what it is an event of, in lower case with hyphens."""
    topic: str
    """The stored name of its kind."""
    version: int
    """Its place in its stream."""


def canonical(form: Form) -> bytes:
    """The canonical form: RFC 8785 JSON in UTF-8.

    For strings and integers alone, the standard library writes the same bytes as an implementation of the
    RFC, in a small part of the time; a test holds the two together. Raise `ValueError` where RFC 8785
    has no form: for an integer beyond 2**53 - 1, or for text that is not Unicode.
    """
    if max(abs(form.position), abs(form.version)) > LARGEST_INTEGER:
        raise ValueError(f"RFC 8785 writes integers up to {LARGEST_INTEGER}")
    members = {  # in the order of RFC 8785
        "position": form.position,
        "principal": form.principal,
        "recorded_at": form.recorded_at,
        "state": form.state,
        "stream": form.stream,
        "topic": form.topic,
        "version": form.version,
    }
    return _encode(members).encode()


def commit(form: Form, salt: bytes) -> bytes:
    """The log's entry for an event: 32 bytes. Raise `ValueError` for a salt that is not of 32 bytes."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return hmac.digest(salt, canonical(form), "sha256")
