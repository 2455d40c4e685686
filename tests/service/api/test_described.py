"""The service against its own description: requests made of the OpenAPI document, answers held against it.

Schemathesis makes the requests, of what the document allows and of what it does not. The record holds both
chronologies, and most ids in addresses and bodies are ids of theirs, so that more is reached than refusals.
`make test` sends a few to each operation, always the same; `DEPOSITARY_TEST_EXAMPLES=20` sends so many,
others each time, and all that schemathesis calls coverage, some 20 000 requests: it takes about five
minutes, of which one goes by before the first is sent.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from requests import Session

from service.app import create_app
from service.chronology import play, read
from service.client import Client
from service.keyfiles import make_key
from service.serving import listen, serving
from service.settings import Settings
from tests.tokens import token_for

SEEDS = Path(__file__).parents[3] / "seeds"
CHRONOLOGIES = ("ua-ru-2025", "solace-2021")
ASKED_FOR = os.environ.get("DEPOSITARY_TEST_EXAMPLES")
LONG = {"phases": {"examples": {"enabled": True}, "coverage": {"enabled": True}}}
SHORT = {"phases": {"examples": {"enabled": False}, "coverage": {"enabled": False}}}
RECORDING = "POST /v1/dossiers/{dossier}/developments"
"""Its body is any of all kinds: to cover each field of each has more cases than memory holds."""
CONFIG = schemathesis.Config.from_dict(
    {
        "seed": 1,
        "generation": {"with-security-parameters": False},
        "checks": {
            "not_a_server_error": {"expected-statuses": ["2xx", "4xx", 503]},
            "negative_data_rejection": {
                "expected-statuses": [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429, 503]
            },
            "missing_required_header": {"expected-statuses": [400, 401, 415, 422, 428]},
            # What is well formed may still contradict what is on record, or itself.
            "positive_data_acceptance": {"enabled": False},
        },
        **(LONG if ASKED_FOR else SHORT),
        "operations": [
            {"include-name": RECORDING, "phases": {"coverage": {"enabled": False}}},
            # Each line is refused by itself, in an answer that is none.
            {
                "include-name": f"{RECORDING}:import",
                "checks": {"negative_data_rejection": {"enabled": False}},
            },
        ],
    }
)
DATES = [
    "2021-03-09",
    "2021-03",
    "2021-03~",
    "2021-03-09/2021-03-11",
    "[2021-03-09..]",
    "202X",
    "0021",
    "2199",
]
UNAVAILABLE = {"/problems/not-fresh-enough"}
"""Asked for a position that is still to come, the service has nothing else to say; any other is a fault."""
CLOCKS = ("known_at", "at_position", "cursor", "min_position")
"""Of these, one at a time is mostly meant."""
IDS: list[str] = []
"""Of the developments that are on record."""

few = settings(
    max_examples=int(ASKED_FOR or 6),
    derandomize=not ASKED_FOR,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
schemathesis.openapi.format("edtf", st.sampled_from(DATES))


@schemathesis.serializer("application/x-ndjson")
def as_lines(_: schemathesis.SerializationContext, value: Any) -> dict[str, Any]:
    """Lines to import, as they are."""
    return {"data": value if isinstance(value, bytes) else str(value).encode()}


def described(*, open_reads: bool) -> Any:
    """What the service says of itself, as schemathesis reads it."""
    app = create_app(Settings(SQLITE_DBNAME=Path("nowhere.db"), open_reads=open_reads))
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(app.openapi())), config=CONFIG)
    for hook in (flatmap_path_parameters, map_query, map_headers, map_body):
        schema.hook(hook)
    return schema


def flatmap_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> Any:
    """Addresses of what is on record, for the most part."""
    known = {
        "dossier": list(CHRONOLOGIES),
        "development": IDS,
        "slug": ["stale-version"],
        "level": ["0"],
        "name": ["000", "000.p/3"],
        "token": ["0123456789ab"],
        "webhook": IDS,
    }
    drawn = path_parameters or {}
    return st.fixed_dictionaries(
        {name: st.sampled_from([*known[name], value]) for name, value in drawn.items()}
    )


def map_query(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """One clock of knowledge, which the rest of the question picks; and a feed that ends."""
    if context.operation.path == "/v1/feed":
        return {**(query or {}), "follow": "false"}
    given = sorted(set(CLOCKS) & set(query or ()))
    kept = picked(given, query) if given else None
    return (
        {name: value for name, value in query.items() if name not in CLOCKS or name == kept}
        if query
        else query
    )


def map_headers(context: Any, headers: dict[str, Any] | None) -> dict[str, Any] | None:
    """Versions that developments have, four times of five."""
    if headers and "If-Match" in headers:
        tags = ['"1"', '"2"', '"3"', '"1", "2", "3"', headers["If-Match"]]
        return {**headers, "If-Match": picked(tags, headers)}
    return headers


def map_body(context: Any, body: Any) -> Any:
    """References to what is on record."""
    match body:
        case dict():
            return {name: map_body(context, value) for name, value in body.items()}
        case list():
            return [map_body(context, value) for value in body]
        case str() if IDS and re.fullmatch(r"[0-9a-fA-F-]{36}", body):
            return picked(IDS, body)
    return body


def picked(several: list[str], by: Any) -> str:
    """One of several, always the same by the same."""
    return several[crc32(repr(by).encode()) % len(several)]


OPEN, CLOSED = described(open_reads=True), described(open_reads=False)


@dataclass(frozen=True)
class Served:
    """A service on a loopback address."""

    url: str
    token: str
    session: Session

    def hold(self, case: Any, *, token: str | None) -> Any:
        """Send what was made, and hold the answer against the description."""
        case.headers.pop("Authorization", None)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = case.call_and_validate(base_url=self.url, session=self.session, headers=headers, timeout=30)
        if answer.status_code == 503:
            assert answer.json()["type"] in UNAVAILABLE, answer.text
        return answer


def served(directory: Path, *, open_reads: bool) -> Iterator[Served]:
    here = Settings(SQLITE_DBNAME=directory / "record.db", open_reads=open_reads, patience=0)
    make_key(here.log_key_file, "solace.example/log")
    token = token_for(here, "archivist")
    with serving(create_app(here), listen("127.0.0.1")) as url, Client(url, token) as client:
        for name in CHRONOLOGIES:
            played = play(read(SEEDS / f"{name}.yaml"), client, name, lambda _: None)
            IDS.extend(played.ids.values())
        with Session() as session:
            yield Served(url, token, session)
    IDS.clear()


@pytest.fixture(scope="module")
def open_service(tmp_path_factory) -> Iterator[Served]:
    yield from served(tmp_path_factory.mktemp("open"), open_reads=True)


@pytest.fixture(scope="module")
def closed_service(tmp_path_factory) -> Iterator[Served]:
    yield from served(tmp_path_factory.mktemp("closed"), open_reads=False)


@OPEN.parametrize()
@few
def test_whoever_has_a_token_is_answered_as_the_description_says(case, open_service):
    open_service.hold(case, token=open_service.token)


@OPEN.exclude(method="GET").parametrize()
@few
def test_whoever_has_none_writes_nothing(case, open_service):
    answer = open_service.hold(case, token=None)

    assert answer.status_code >= 400


@CLOSED.parametrize()
@few
def test_a_closed_service_shows_nothing_but_its_problems(case, closed_service):
    answer = closed_service.hold(case, token=None)

    assert answer.status_code >= 400 or case.path.startswith(("/problems", "/v1/health"))
