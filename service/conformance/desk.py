"""What the suite does over and over: records, says, asks, and is refused; all in one dossier of its own."""

import json
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx2

from service.conformance.tellings import REASON, opening

JSON = dict[str, Any]


class Desk:
    """Sends requests to one service."""

    def __init__(self, http: httpx2.Client, token: str, dossier: str, key: str | None = None) -> None:
        self.http = http
        self.bearer = {"Authorization": f"Bearer {token}"}
        self.dossier = dossier
        """The suite's own, by its id."""
        self.key = key
        """The public key of the log, as it was handed on; else the service's own word for it is taken."""
        self.position = 0
        """That of the last write here, which every read is to reflect."""

    # Writing

    def open(self, **content: Any) -> httpx2.Response:
        """Open the dossier of the suite."""
        return self.post("/v1/dossiers", {**opening(self.dossier), **content})

    def post(self, path: str, body: Any, **headers: str | None) -> httpx2.Response:
        """POST as somebody who may write; a header is given by name, `None` leaves one out."""
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        typed = {"Content-Type": "application/json"} if isinstance(body, bytes) else {}
        given = {**typed, **self.bearer, **{_field(name): value for name, value in headers.items()}}
        sent = {name: value for name, value in given.items() if value is not None}
        return self.http.post(path, headers=sent, **content)

    def try_recording(self, told: Any, confirm: str | None = None, **headers: str | None) -> httpx2.Response:
        """Send a development."""
        query = f"?confirm={confirm}" if confirm else ""
        return self.post(f"/v1/dossiers/{self.dossier}/developments{query}", told, **headers)

    def record(self, told: JSON, **headers: str | None) -> JSON:
        """Record a development; answer the receipt."""
        return self.taken(self.try_recording(told, **headers))

    def try_saying(self, development: str, what: str, body: JSON, seen: object = None) -> httpx2.Response:
        """Say something of a development at a version that was seen, if any."""
        if_match = {} if seen is None else {"if_match": f'"{seen}"'}
        return self.post(f"/v1/developments/{development}/{what}", body, **if_match)

    def say(self, of: JSON, what: str, **body: Any) -> JSON:
        """Say something of what a receipt is of; answer the receipt."""
        reason = {} if what == "corroborations" else {"reason": REASON}
        return self.taken(self.try_saying(of["id"], what, {**reason, **body}, of["version"]))

    def taken(self, response: httpx2.Response) -> JSON:
        """The receipt of what was recorded."""
        answer: JSON = expect(response, 200, 201)
        self.position = max(self.position, answer["position"])
        return answer

    # Asking

    def ask(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> httpx2.Response:
        """What is answered to a question, whatever it is."""
        return self.http.get(path, params=query or None, headers={**self.bearer, **(headers or {})})

    def get(self, path: str, **query: Any) -> JSON:
        """What a read answers, no staler than the last write here."""
        answer: JSON = expect(self.ask(path, min_position=self.position, **query), 200)
        return answer

    def view(self, name: str, **query: Any) -> JSON:
        """What a view of the dossier answers, no staler than the last write here."""
        return self.get(f"/v1/dossiers/{self.dossier}/{name}", **query)

    def read(self, development: str, **query: Any) -> JSON:
        """What is on record of a development."""
        return self.get(f"/v1/developments/{development}", **query)

    def timeline(self, **query: Any) -> list[str]:
        """The ids on the timeline, in its order."""
        return [one["id"] for one in self.view("timeline", limit=500, **query)["developments"]]

    def events(self) -> int:
        """How many events of the dossier there are."""
        return len(self.view("changes", limit=500)["changes"])


class Unexpected(ValueError):
    """The service answered with a status that was not expected."""


def expect(response: httpx2.Response, *statuses: int) -> Any:
    """The JSON of an answer of an expected status; raise `Unexpected`."""
    return answered(response, *statuses).json()


def answered(response: httpx2.Response, *statuses: int) -> httpx2.Response:
    """An answer of an expected status; raise `Unexpected`."""
    if response.status_code not in statuses:
        request = response.request
        raise Unexpected(
            f"{request.method} {request.url.path} was answered {response.status_code}, "
            f"not {' or '.join(map(str, statuses))}: {response.text[:300]}"
        )
    return response


def problem(response: httpx2.Response) -> tuple[int, str]:
    """The status and the kind of problem of a refusal."""
    kind = response.json()["type"] if "problem+json" in response.headers.get("Content-Type", "") else ""
    return response.status_code, str(kind).rpartition("/")[2]


def places(response: httpx2.Response) -> list[str]:
    """The places that a refusal names: JSON Pointers in the body, or parameters."""
    return [one.get("pointer", one.get("parameter")) for one in response.json().get("errors", ())]


def lines(response: httpx2.Response) -> list[JSON]:
    """The lines of an answer of JSON, one a line."""
    return [json.loads(line) for line in answered(response, 200).text.splitlines()]


def links(header: str) -> Iterator[tuple[str, str]]:
    """The relations in a Link header, each with its address."""
    for link in header.split(", <"):
        address, _, parameters = link.lstrip("<").partition(">")
        for relation in parameters.partition('rel="')[2].partition('"')[0].split():
            yield relation, address


def name_of_run(moment: datetime) -> str:
    """What the dossiers of one run are called."""
    return f"conformance-{moment:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def _field(name: str) -> str:
    return name.replace("_", "-").title()
