"""The OpenAPI document: what it says of each operation beyond its types.

The examples are what the service answered to one played scenario, kept in `examples.json`; a test plays
it again and compares. `python -m tests.service.api.scenario` writes them anew.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from service import problems
from service.api.messages import messages
from service.problems import MEDIA_TYPE, Kind

Part = dict[str, Any]
"""A part of an OpenAPI document."""

EXAMPLES: Part = json.loads(Path(__file__).with_name("examples.json").read_text("utf-8"))

STORING = (problems.UNAVAILABLE, problems.NO_ROOM, problems.NOT_WRITABLE, problems.OTHER_VERSION)
"""How the store can fail whoever writes, or asks what was known at a moment that nobody had asked about."""

ASKING = (
    problems.UNAUTHORIZED,
    problems.TOO_MANY,
    problems.ISSUER_UNREACHABLE,
)
"""How whoever asks can be refused, or not be known."""

READING = (
    *ASKING,
    problems.INVALID,
    problems.NOT_FRESH,
    *STORING,
    problems.FAULT,
)
"""How any read can fail."""

SIGNING = (problems.NO_SIGNING_KEY, problems.REWRITTEN)
"""How an answer that is tied to a signed checkpoint can fail besides."""

WRITING = (
    *ASKING,
    problems.FORBIDDEN,
    problems.MALFORMED,
    problems.KEY_REUSED,
    problems.TOO_LARGE,
    problems.TOO_SLOW,
    problems.UNSUPPORTED,
    problems.INVALID,
    *STORING,
    problems.FAULT,
)
"""How any write can fail."""

READING_ACTS = (*ASKING, problems.FORBIDDEN, problems.INVALID, problems.UNAVAILABLE, problems.FAULT)
"""How a read of what administrators do can fail."""

ADMINISTERING = (
    *READING_ACTS,
    problems.MALFORMED,
    problems.TOO_LARGE,
    problems.TOO_SLOW,
    problems.UNSUPPORTED,
)
"""How an administrative act can fail."""

IMPORTING = (
    *ASKING,
    problems.UNKNOWN_DOSSIER,
    problems.UNSUPPORTED,
    problems.INVALID,
    *STORING,
    problems.FAULT,
)
"""How an import can fail before its first line; each line can fail by itself as a write can."""

TELLING = (problems.LIES_IN_FUTURE, problems.IMPROBABLE_YEAR)
"""How a write that tells of days can fail."""

SAYING = (
    *WRITING,
    *TELLING,
    problems.UNKNOWN_DEVELOPMENT,
    problems.CONFLICT,
    problems.STALE,
    problems.NO_VERSION,
)
"""How anything that is said of a development can fail."""

PRIVATE = frozenset({"webhooks", "administration"})
"""The tags of what takes a token, whoever may read the record."""

MEMENTO = ("Content-Location", "Link", "Memento-Datetime", "Vary")
"""The headers of an answer that can be asked for as of another moment of knowledge."""

_HEADERS: Mapping[str, Part] = {
    "ETag": {
        "description": "The version of the development, for If-Match.",
        "schema": {"type": "string", "pattern": '^"[1-9][0-9]*"$', "examples": ['"1"']},
    },
    "Location": {
        "description": "Where to read it.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Content-Location": {
        "description": "Where this answer is found for ever, where `Accept-Datetime` asked for it.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Link": {
        "description": 'The next page as `rel="next"` (RFC 8288), where there is one: under the same '
        "filters, at the same moment of knowledge. Of a view, its original, timemap and memento (RFC 7089).",
        "schema": {"type": "string"},
    },
    "Memento-Datetime": {
        "description": "The moment of knowledge of the answer, where one was asked for (RFC 7089).",
        "schema": {"type": "string"},
    },
    "Vary": {"description": "Accept-Datetime.", "schema": {"type": "string"}},
    "WWW-Authenticate": {
        "description": "The challenge (RFC 6750).",
        "schema": {"type": "string", "examples": ['Bearer realm="depositary"']},
    },
    "Retry-After": {
        "description": "After how many seconds to ask again.",
        "schema": {"type": "integer", "minimum": 0},
    },
}

_HEADERS_OF_PROBLEMS: Mapping[HTTPStatus, Sequence[str]] = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
    HTTPStatus.PRECONDITION_FAILED: ("ETag",),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After",),
    HTTPStatus.INSUFFICIENT_STORAGE: ("Retry-After",),
}

_PROBLEM: Part = {
    "title": "Problem",
    "description": "A problem as RFC 9457 has it. `type` is stable, and is an address that explains it.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What was wrong this time, and what would be right."},
        "errors": {
            "type": "array",
            "description": "Each place in the request that is wrong.",
            "items": {
                "type": "object",
                "required": ["message"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "format": "json-pointer",
                        "description": "The place in the body (RFC 6901).",
                    },
                    "parameter": {"type": "string", "description": "Or else the name of the parameter,"},
                    "in": {"enum": ["query", "path", "header"], "description": "and where it was given."},
                    "message": {"type": "string", "description": "What is expected there."},
                },
            },
        },
        "current_version": {"type": "integer", "description": "With stale-version: the version now."},
        "position": {"type": "integer", "description": "With not-fresh-enough: the last position here."},
        "checks": {
            "type": "array",
            "description": "With not-ready: what was looked at, and what it lacks; null where nothing.",
            "items": {
                "type": "object",
                "required": ["check", "lacks"],
                "properties": {"check": {"type": "string"}, "lacks": {"type": ["string", "null"]}},
            },
        },
        "request_id": {
            "type": "string",
            "description": "With what is no fault of the caller's: the X-Request-ID, as the log has it.",
        },
        "limit": {"type": "integer", "description": "With body-too-large: the limit in bytes."},
    },
}


def answers(*refusals: Kind, status: int = 200, headers: Sequence[str] = ()) -> dict[int | str, Part]:
    """The `responses` of an operation: its answer, and the problems that it can end in, by status."""
    answer = {"description": HTTPStatus(status).phrase, "headers": _headers(headers)}
    return {status: answer, **dict(_problems(refusals))}


def _headers(names: Sequence[str]) -> Part:
    return {name: _HEADERS[name] for name in names}


def _problems(refusals: Sequence[Kind]) -> Iterator[tuple[int, Part]]:
    by_status = sorted(refusals, key=lambda kind: kind.status)
    for status, kinds in groupby(by_status, key=lambda kind: kind.status):
        slugs = [kind.slug for kind in kinds]
        content = {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "examples": {slug: {"$ref": f"#/components/examples/{slug}"} for slug in slugs},
        }
        yield (
            status.value,
            {
                "description": f"{status.phrase}: {', '.join(slugs)}",
                "headers": _headers(_HEADERS_OF_PROBLEMS.get(status, ())),
                "content": {MEDIA_TYPE: content},
            },
        )


def describe(app: FastAPI, *, open_reads: bool) -> None:
    """Have the application's document say what FastAPI cannot know."""
    plain = app.openapi

    def openapi() -> Part:
        if app.openapi_schema is None:
            _complete(plain(), open_reads=open_reads)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # as FastAPI's documentation has it


def _complete(document: Part, *, open_reads: bool) -> None:
    components = document["components"]
    components["schemas"]["Problem"] = _PROBLEM
    components["examples"] = {kind.slug: _example(kind) for kind in problems.KINDS.values()}
    document["webhooks"] = messages(EXAMPLES["answers"]["read_feed"])
    for path in document["paths"].values():
        for method, operation in path.items():
            operation["summary"] = operation["summary"].capitalize()
            _require_versions(operation)
            _show_answer(operation)
            for body in operation.get("requestBody", {}).get("content", {}).values():
                _show_body(body, components["schemas"])
            is_open = open_reads and PRIVATE.isdisjoint(operation["tags"])
            if method == "get" and is_open and "security" in operation:
                operation["security"].insert(0, {})


def _example(kind: Kind) -> Part:
    bare = problems.told(kind, kind.meaning).body
    return {"summary": kind.meaning, "value": EXAMPLES["problems"].get(kind.slug, bare)}


def _require_versions(operation: Part) -> None:
    """If-Match is required; its absence has a problem of its own, so FastAPI does not know it."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "If-Match":
            parameter["required"] = True


def _show_answer(operation: Part) -> None:
    """The example of the answer, which FastAPI itself would rob of every null."""
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            for content in answer.get("content", {}).values():
                if operation["operationId"] in EXAMPLES["answers"]:
                    content["examples"] = _examples(operation["operationId"])


def _examples(operation: str) -> Part:
    """What the operation answered, to each form of its question where it has several."""
    several = EXAMPLES["forms"].get(operation, {"answer": EXAMPLES["answers"].get(operation)})
    return {name.replace(" ", "-"): {"summary": name, "value": value} for name, value in several.items()}


def _show_body(body: Part, schemas: Part) -> None:
    """The example of the command itself, where the operation has none of its own."""
    if not {"example", "examples"} & body.keys():
        command = schemas[body["schema"]["$ref"].rpartition("/")[2]]
        body["example"] = command["examples"][0]
