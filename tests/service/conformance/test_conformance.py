"""The suite that operators run: it finds a whole service whole, on both stores, and a broken one broken."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typer.testing import CliRunner

from service.app import create_app
from service.cli import app as command_line
from service.conformance.desk import Desk
from service.conformance.promises import Outcome, Promise, outcomes
from service.conformance.suite import promises
from service.keyfiles import make_key
from service.serving import listen, serving
from tests.service.stores import settings_for
from tests.tokens import token_for

pytestmark = pytest.mark.slow


def desk_before(http: httpx2.Client, token: str, name: str = "conformance") -> Desk:
    desk = Desk(http, token, name)
    desk.taken(desk.open())
    return desk


def broken(found: list[Outcome]) -> list[tuple[str, str | None]]:
    return [(one.sentence, one.why) for one in found if one.result == "broken"]


@pytest.fixture
def service(tmp_path) -> tuple[Any, str, str]:
    """An application with a key for its log; a token of it, and the public key."""
    settings = settings_for(tmp_path / "record.db", patience=0.05)
    key = make_key(settings.log_key_file, "solace.example/log")
    return create_app(settings), token_for(settings, "ada"), key.verifier.format()


def test_a_whole_service_keeps_every_promise(service):
    app, token, key = service
    with serving(app, listen("127.0.0.1")) as url:
        arguments = ["conformance", url, "--token", token, "--key", key, "--yes", "--json"]
        result = CliRunner().invoke(command_line, arguments)
    report = json.loads(result.stdout)

    assert [one for one in report["promises"] if one["result"] != "kept"] == []
    assert len(report["promises"]) == len(promises()) > 40
    assert result.exit_code == 0


@pytest.mark.sqlite
def test_a_service_that_is_closed_and_signs_nothing_keeps_what_it_promises(tmp_path):
    settings = settings_for(tmp_path / "record.db", patience=0.05, open_reads=False)
    token = token_for(settings, "ada")
    with TestClient(create_app(settings)) as http:
        found = list(outcomes(desk_before(http, token), promises()))

    assert broken(found) == []
    assert {one.theme for one in found if one.result == "not there"} == {"proving"}


# A check must be able to fail


class Between:
    """Stands between a service and its clients, and meddles with requests or answers."""

    def __init__(self, app: ASGIApp, token: str = "") -> None:
        self._app = app
        self._bearer = f"Bearer {token}".encode()
        self.request: Callable[[Scope], Scope] = lambda scope: scope
        self.answer: Callable[[Scope, dict[str, Any]], None] = lambda scope, answer: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun: dict[str, Any] = {}
        body = b""

        async def gather(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                begun.update(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send({"start": begun, "body": body}, scope, send)

        await self._app(self.request({**scope, "bearer": self._bearer}), receive, gather)

    async def _send(self, answer: dict[str, Any], scope: Scope, send: Send) -> None:
        self.answer(scope, answer)
        MutableHeaders(scope=answer["start"])["Content-Length"] = str(len(answer["body"]))
        await send(answer["start"])
        await send({"type": "http.response.body", "body": answer["body"]})


def without(header: str) -> Callable[[Scope], Scope]:
    """Requests lose a header."""
    return lambda scope: {**scope, "headers": [one for one in scope["headers"] if one[0] != header.encode()]}


def without_parameter(name: str) -> Callable[[Scope], Scope]:
    """Questions lose a parameter."""

    def meddle(scope: Scope) -> Scope:
        kept = [one for one in scope["query_string"].split(b"&") if not one.startswith(name.encode() + b"=")]
        return {**scope, "query_string": b"&".join(kept)}

    return meddle


def with_token(scope: Scope) -> Scope:
    """Whoever comes is taken for Ada."""
    bare = without("authorization")(scope)
    return {**bare, "headers": [*bare["headers"], (b"authorization", scope["bearer"])]}


def losing(header: str) -> Callable[[Scope, dict[str, Any]], None]:
    """Answers lose a header."""

    def meddle(_: Scope, answer: dict[str, Any]) -> None:
        answer["start"]["headers"] = [one for one in answer["start"]["headers"] if one[0] != header.encode()]

    return meddle


def writing(old: bytes, new: bytes, at: str = "/") -> Callable[[Scope, dict[str, Any]], None]:
    """Answers below an address say something else."""

    def meddle(scope: Scope, answer: dict[str, Any]) -> None:
        if scope["path"].startswith(at):
            answer["body"] = answer["body"].replace(old, new)

    return meddle


def turning_bits(scope: Scope, answer: dict[str, Any]) -> None:
    """Entries of the log come back otherwise."""
    if scope["path"].startswith("/tile/entries"):
        answer["body"] = answer["body"][:-1] + bytes([answer["body"][-1] ^ 1])


def as_html(_: Scope, answer: dict[str, Any]) -> None:
    """Problems come as pages, as of a proxy that has its own."""
    if answer["start"]["status"] >= 400:
        MutableHeaders(scope=answer["start"])["Content-Type"] = "text/html"


def quoting_versions(scope: Scope, answer: dict[str, Any]) -> None:
    """A proxy compresses, and weakens the tags."""
    headers = MutableHeaders(scope=answer["start"])
    if "ETag" in headers:
        headers["ETag"] = "W/" + headers["ETag"]


REQUESTS = {
    "repetition": without("idempotency-key"),
    "versions": without("if-match"),
    "mementos": without("accept-datetime"),
    "knowledge": without_parameter("known_at"),
    "positions": without_parameter("at_position"),
    "certainty": without_parameter("as_of"),
    "freshness": without_parameter("min_position"),
    "corroboration": without_parameter("standing"),
    "lenses": without_parameter("according_to"),
    "improbable_years": without_parameter("confirm"),
    "explanations": without_parameter("explain"),
    "tokens": with_token,
}
"""What becomes of requests, by the check that has to notice."""

ANSWERS = {
    "receipts": quoting_versions,
    "pages": losing("link"),
    "courtesies": losing("cache-control"),
    "fields": writing(b'"pointer"', b'"place"'),
    "addresses": as_html,
    "inclusion": turning_bits,
    "checkpoints": writing(b"solace.example/log\n", b"solace.example/fog\n", at="/checkpoint"),
    "order": writing(b'"position":', b'"position":7,"was":', at="/v1/dossiers/conformance/developments"),
    "counts": writing(b'"at_most":null', b'"at_most":20'),
    "exports": writing(b"To be taken out", b"To be left in"),
    "amendments": writing(b"differences", b"changes"),
}
"""And of answers."""


@pytest.fixture(scope="module")
def meddled(tmp_path_factory) -> Iterator[tuple[Between, Desk]]:
    """A service with somebody between it and its clients."""
    settings = settings_for(tmp_path_factory.mktemp("meddled") / "record.db", patience=0.05)
    make_key(settings.log_key_file, "solace.example/log")
    token = token_for(settings, "ada")
    app = create_app(settings)
    between = Between(app, token)
    with TestClient(app), TestClient(between) as http:
        yield between, desk_before(http, token)


def named(name: str) -> list[Promise]:
    return [one for one in promises() if one.check.__name__ == name]


@pytest.mark.sqlite
@pytest.mark.parametrize("name", [*REQUESTS, *ANSWERS])
def test_a_check_finds_what_is_broken(meddled, name):
    between, desk = meddled
    between.request = REQUESTS.get(name, lambda scope: scope)
    between.answer = ANSWERS.get(name, lambda scope, answer: None)

    assert broken(list(outcomes(desk, named(name))))


@pytest.mark.parametrize(("status", "body"), [(200, {}), (201, {"position": 1}), (500, {})])
def test_no_promise_is_kept_by_a_service_that_answers_everything_alike(status, body):
    async def answer(_) -> JSONResponse:
        return JSONResponse(body, status)

    ways = ["GET", "POST", "DELETE"]
    with TestClient(Starlette(routes=[Route("/{path:path}", answer, methods=ways)])) as http:
        found = list(outcomes(Desk(http, "a-token", "conformance"), promises()))

    assert [one.sentence for one in found if one.result != "broken"] == []


# The command


def run(*arguments: str) -> Any:
    return CliRunner().invoke(command_line, ["conformance", *arguments])


@pytest.mark.sqlite
def test_without_yes_it_says_what_it_would_write_and_writes_nothing(service):
    app, token, _ = service
    with serving(app, listen("127.0.0.1")) as url:
        result = run(url, "--token", token)
        after = httpx2.get(f"{url}/v1/dossiers").json()["position"]

    assert result.exit_code == 2
    assert "stays for good" in result.stderr
    assert "Nothing was written" in result.stderr
    assert after == 0


@pytest.mark.sqlite
def test_what_cannot_be_checked_ends_with_2(service):
    app, _, _ = service
    with serving(app, listen("127.0.0.1")) as url:
        refused = run(url, "--token", "nobody", "--yes")
    gone = run(url, "--token", "nobody", "--yes")

    assert (refused.exit_code, gone.exit_code) == (2, 2)
    assert "the token is not valid here" in refused.stderr
    assert "no service answers" in gone.stderr


@pytest.mark.sqlite
def test_a_broken_promise_ends_with_1_and_the_table_says_why(service):
    app, token, _ = service
    between = Between(app)
    between.answer = losing("cache-control")
    with serving(between, listen("127.0.0.1")) as url:
        result = run(url, "--token", token, "--yes")

    assert result.exit_code == 1
    assert "Cache-Control: expected 'no-cache', found None" in " ".join(result.stdout.split())
    assert "1 broken" in result.stdout


def test_every_theme_is_in_the_suite():
    folder = Path("service/conformance")
    parts = {"__init__", "desk", "promises", "suite", "tellings"}
    themes = {file.stem for file in folder.glob("*.py")} - parts

    assert {one.theme for one in promises()} == themes
    assert len({one.sentence for one in promises()}) == len(promises())
