"""What webhooks send, as the OpenAPI document tells it to their receivers."""

import json
from collections.abc import Mapping
from typing import Any

from service.feed.envelope import MEDIA_TYPE

SENT = """What a webhook's address is sent for each event that it wants: a CloudEvent, signed as
[Standard Webhooks](https://www.standardwebhooks.com) has it, at least once, in the order of positions. The
body is to be verified as it came, before anything reads it."""
HEADERS: Mapping[str, tuple[str, str]] = {
    "webhook-id": (
        "Names the message. Sent again, it is the same.",
        "msg_4b8f6d0e6d0c4c1f8a530f4f6c3a9e21_7",
    ),
    "webhook-timestamp": ("When it was sent, in seconds since 1970.", "1625131800"),
    "webhook-signature": (
        "`v1,` and the HMAC-SHA256 of `id.timestamp.body` under the secret, in Base64; or several of them.",
        "v1,mLpQ0cpE0mR0oWDGOiWQlpBGfsV6LYUSjCVsYOEJf5k=",
    ),
}


def messages(shown: str) -> dict[str, Any]:
    """The `webhooks` of the document; `shown` is what the feed answers, whose first event is the example."""
    event = next(line for line in shown.splitlines() if line.startswith("data: {"))
    return {"recorded": {"post": _message(json.loads(event.removeprefix("data: ")))}}


def _message(example: dict[str, Any]) -> dict[str, Any]:
    content = {"schema": {"$ref": "#/components/schemas/CloudEvent"}, "example": example}
    return {
        "tags": ["webhooks"],
        "operationId": "recorded",
        "summary": "Something was recorded",
        "description": SENT,
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": description,
                "schema": {"type": "string", "examples": [one]},
            }
            for name, (description, one) in HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {MEDIA_TYPE: content}},
        "responses": {
            "2XX": {"description": "It was taken. Of the answer nothing else is read."},
            "410": {"description": "Nothing more is wanted: the webhook is paused."},
            "default": {
                "description": "It was not taken, and is sent again; in the end it is a dead letter."
            },
        },
    }
