"""How a message is signed and verified: Standard Webhooks, version 1, symmetric.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

    webhook-id: msg_…                       names the message; sent again, it is the same
    webhook-timestamp: 1614265330           when it was sent, in seconds since 1970
    webhook-signature: v1,<Base64>          HMAC-SHA256 over `id.timestamp.body`; several, by spaces

Whoever receives messages calls `verify` with the body as it came, and works with nothing that does not pass.
"""

import binascii
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta

PREFIX = "whsec_"
SECRET_BYTES = 32
TOLERANCE = timedelta(minutes=5)
"""How far the clocks of sender and receiver may be apart, the way included."""


class NotGenuine(ValueError):
    """A message that is not signed with the secret, or not of now."""


def new_secret() -> str:
    """A secret that nobody else has."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(secret: str, message: str, moment: datetime, body: bytes) -> dict[str, str]:
    """The headers that go with a body; `message` is the id of the message."""
    seconds = str(int(moment.timestamp()))
    signature = b64encode(_mac(secret, message, seconds, body)).decode()
    return {
        "webhook-id": message,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }


def verify(
    secret: str, headers: Mapping[str, str], body: bytes, now: datetime, tolerance: timedelta = TOLERANCE
) -> str:
    """The id of a message that is genuine; raise `NotGenuine`.

    The same id may come again: whoever acts on a message keeps the ids that it has seen.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        message, seconds, signatures = (given[f"webhook-{one}"] for one in ("id", "timestamp", "signature"))
    except KeyError as error:
        raise NotGenuine(f"the header {error.args[0]} is missing") from error
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 12):
        raise NotGenuine(f"{seconds[:40]!r} is no time in seconds")
    if abs(now.timestamp() - int(seconds)) > tolerance.total_seconds():
        raise NotGenuine("the message is too old, or of a time to come")
    expected = _mac(secret, message, seconds, body)
    if not any(hmac.compare_digest(expected, one) for one in _signatures(signatures)):
        raise NotGenuine("no signature is of this message under this secret")
    return message


def _signatures(header: str) -> list[bytes]:
    versioned = (one.partition(",") for one in header.split(" "))
    return [_decoded(signature) for version, _, signature in versioned if version == "v1"]


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _mac(secret: str, message: str, seconds: str, body: bytes) -> bytes:
    key = b64decode(secret.removeprefix(PREFIX), validate=True)
    return hmac.digest(key, f"{message}.{seconds}.".encode() + body, "sha256")
