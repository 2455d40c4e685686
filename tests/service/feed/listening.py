"""Who follows the feed in tests: over a real connection, leaving and coming again as they like."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from service.app import create_app
from service.serving import listen, serving
from tests.service.api.desk import DOSSIER, telling
from tests.service.stores import settings_for
from tests.tokens import token_for


@dataclass
class Message:
    """One message of a stream."""

    id: int | None = None
    data: str = ""
    comments: list[str] = field(default_factory=list)
    retry: int | None = None

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent that it holds."""
        return json.loads(self.data)


def messages(lines: Iterator[str]) -> Iterator[Message]:
    """The messages of a stream, as the standard reads them."""
    message = Message()
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "" if not line:
                yield message
                message = Message()
            case "":
                message.comments.append(value)
            case "id":
                message.id = int(value)
            case "data":
                message.data += value
            case "retry":
                message.retry = int(value)


@dataclass(frozen=True)
class Service:
    """A service over HTTP, and somebody who may write to it."""

    url: str
    token: str
    app: FastAPI

    @contextmanager
    def following(
        self, *, last: int | None = None, timeout: float = 20, **query: Any
    ) -> Iterator[Iterator[Message]]:
        """The messages of the feed."""
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        params = {"from" if name == "from_" else name: value for name, value in query.items()}
        with httpx2.stream(
            "GET", f"{self.url}/v1/feed", params=params, headers=headers, timeout=timeout
        ) as stream:
            assert stream.status_code == 200, stream.read()
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            yield messages(stream.iter_lines())

    def told(self, **query: Any) -> list[Message]:
        """What is told of what is recorded by now, without the messages that hold nothing."""
        with self.following(follow="false", **query) as told:
            return [one for one in told if one.data]

    def post(self, path: str, body: Any, **headers: str) -> httpx2.Response:
        """Write something."""
        given = {"Authorization": f"Bearer {self.token}", **headers}
        return httpx2.post(self.url + path, json=body, headers=given, timeout=30)

    def record(self, kind: str = "call-held", dossier: str = DOSSIER["id"], **fields: Any) -> dict[str, Any]:
        """Record a development; what was answered."""
        answer = self.post(f"/v1/dossiers/{dossier}/developments", telling(kind, **fields))
        assert answer.status_code == 201, answer.text
        return answer.json()

    def fill(self, count: int, dossier: str = DOSSIER["id"], **fields: Any) -> None:
        """Record many developments."""
        line = json.dumps(telling("other-development", **fields)).encode() + b"\n"
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/x-ndjson"}
        address = f"{self.url}/v1/dossiers/{dossier}/developments:import"
        answer = httpx2.post(address, content=line * count, headers=headers, timeout=60)
        assert json.loads(answer.text.splitlines()[-1])["recorded"] == count

    def say(self, development: str, what: str, body: Any, seen: int = 1) -> dict[str, Any]:
        """Say something of one."""
        answer = self.post(f"/v1/developments/{development}/{what}", body, **{"If-Match": f'"{seen}"'})
        assert answer.status_code == 201, answer.text
        return answer.json()


@contextmanager
def served(file: Path, name: str = "ada", **settings: Any) -> Iterator[Service]:
    """A service on a record, with the dossier of the examples opened."""
    token = token_for(settings_for(file), name)
    app = create_app(settings_for(file, **settings))
    with serving(app, listen("127.0.0.1")) as url:
        service = Service(url, token, app)
        assert service.post("/v1/dossiers", DOSSIER).status_code in {200, 201}
        yield service
