"""The service as a caller meets it: a client over a real file, with a clock that stands until it is turned.

with open_desk(tmp_path) as desk:
    desk.open_dossier()
    call = desk.record("call-held")
    refusal = desk.refused(desk.says(call, "amendments", {"changes": {}, "reason": "…"}))
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from domain.commands import Dossier
from domain.developments import KINDS
from domain.developments.examples import SOME_CONTACT, SOURCE
from service.app import create_app
from service.keyfiles import make_key
from service.log.cosignature import CosigningKey
from tests.service.stores import settings_for
from tests.tokens import token_for

DOSSIER = Dossier.model_json_schema()["examples"][0]
FIRST_MOMENT = datetime(2021, 7, 1, 9, tzinfo=UTC)
JSON = {"Content-Type": "application/json"}
WITNESS = CosigningKey("witness.example/lake", bytes(range(32)))
"""Somebody whom the service is told to know as a witness of its log."""
REASON = "So the test tells it."
RADIO = {"outlet": "Lake Radio (invented)", "published": "2021-04-02"}

SAYINGS: dict[str, dict[str, Any]] = {
    "amendments": {"changes": {"summary": "They called twice."}, "reason": REASON},
    "corroborations": {"source": RADIO},
    "disputes": {"by": "XB", "says": {"occurred": "2021-03-05"}, "reason": REASON},
    "resolutions": {"dispute": 2, "outcome": "dismissed", "reason": REASON},
    "rectifications": {
        "changes": {"summary": "They called twice."},
        "objections_until": "2021-07-31",
        "reason": REASON,
    },
    "objections": {"rectification": 2, "by": "XB", "reason": REASON},
    "adoptions": {"rectification": 2, "reason": REASON},
    "refusals": {"rectification": 2, "reason": REASON},
    "identifications": {"other": SOME_CONTACT, "reason": REASON},
    "distinctions": {"other": SOME_CONTACT, "reason": REASON},
    "retractions": {"reason": REASON},
    "reinstatements": {"reason": REASON},
}
"""A body for everything that can be said."""

OPENS = {
    "resolutions": "disputes",
    "objections": "rectifications",
    "adoptions": "rectifications",
    "refusals": "rectifications",
    "distinctions": "identifications",
    "reinstatements": "retractions",
}
"""What has to be said before something else can be."""


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = FIRST_MOMENT

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> datetime:
        """Move on by `minutes=1` or the like, or back."""
        self.now += timedelta(**by)
        return self.now


@dataclass(frozen=True)
class Refusal:
    """A refused request: what the problem document says of it."""

    response: Response

    @property
    def body(self) -> dict[str, Any]:
        return self.response.json()

    @property
    def told(self) -> tuple[int, str]:
        """The status and the kind of problem."""
        return self.response.status_code, self.body["type"].removeprefix("/problems/")

    @property
    def places(self) -> list[str]:
        """The places that are wrong: JSON Pointers in the body, or parameters by name."""
        return [entry.get("pointer", entry.get("parameter")) for entry in self.body.get("errors", ())]

    @property
    def detail(self) -> str:
        return self.body["detail"]


@dataclass
class Desk:
    """What a caller does, over and over: opens, records, says, asks, and looks whether it was taken."""

    client: TestClient
    clock: Clock
    token: str
    dossier: str = DOSSIER["id"]
    versions: dict[str, int] = field(default_factory=dict)
    """The last version of each development that was recorded here."""

    # Writing

    def post(self, path: str, body: Any, **headers: str | None) -> Response:
        """POST as somebody who may write; a header is given by name, `None` leaves one out."""
        given = {"Authorization": f"Bearer {self.token}", **_as_fields(headers)}
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        typed = JSON if isinstance(body, bytes) else {}
        return self.client.post(
            path, **content, headers={k: v for k, v in {**typed, **given}.items() if v is not None}
        )

    def open_dossier(self, **content: Any) -> Response:
        """Open the dossier of the examples, or another one."""
        self.clock.turn(minutes=1)
        return self.post("/v1/dossiers", {**DOSSIER, **content})

    def try_recording(self, kind: str, /, *, into: str | None = None, **fields: Any) -> Response:
        """Send a development: its kind's example with some fields changed, or left out by `None`."""
        return self.post(f"/v1/dossiers/{into or self.dossier}/developments", telling(kind, **fields))

    def record(self, kind: str, /, *, into: str | None = None, **fields: Any) -> str:
        """Record a development; answer its id."""
        self.clock.turn(minutes=1)
        return self._taken(self.try_recording(kind, into=into, **fields))["id"]

    def says(self, development: str, what: str, body: Any, **headers: str | None) -> Response:
        """Say something of a development, at the version that was seen last here."""
        seen = {"if_match": f'"{self.versions.get(development, 1)}"'}
        return self.post(f"/v1/developments/{development}/{what}", body, **{**seen, **headers})

    def said(self, development: str, what: str, **body: Any) -> dict[str, Any]:
        """Say something that is taken; answer the receipt."""
        self.clock.turn(minutes=1)
        reason = {} if what == "corroborations" else {"reason": REASON}
        return self._taken(self.says(development, what, {**reason, **body}))

    def _taken(self, response: Response) -> dict[str, Any]:
        assert response.status_code == 201, response.text
        receipt = response.json()
        self.versions[receipt["id"]] = receipt["version"]
        return receipt

    # Asking

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """What a read answers."""
        response = self.client.get(path, params=query or None)
        assert response.status_code == 200, response.text
        return response.json()

    def view(self, name: str, **query: Any) -> dict[str, Any]:
        """What a view of the dossier answers."""
        return self.get(f"/v1/dossiers/{self.dossier}/{name}", **query)

    def read(self, development: str, **query: Any) -> dict[str, Any]:
        """What is on record of a development."""
        return self.get(f"/v1/developments/{development}", **query)

    @property
    def signed(self) -> dict[str, str]:
        """The header of one who may do anything."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def position(self) -> int:
        """How many events the record holds."""
        return self.get("/v1/dossiers")["position"]

    # Refusals

    def refused(self, response: Response) -> Refusal:
        """A refusal: a problem document."""
        assert response.is_error, response.text
        assert response.headers["Content-Type"] == "application/problem+json"
        refusal = Refusal(response)
        assert refusal.body["status"] == response.status_code
        return refusal

    @contextmanager
    def nothing_recorded(self) -> Iterator[None]:
        """Hold that what is done inside leaves no trace in the record."""
        before = self.position
        yield
        assert self.position == before


def crossed(addresses: Sequence[Any], values: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Every address with the first value, and the first address with every value."""
    return [*((address, values[0]) for address in addresses), *((addresses[0], one) for one in values[1:])]


def address(path: str, dossier: str, development: str) -> str:
    """An address of the document, filled in, with the parameters that it cannot do without."""
    needed = {
        "/diff": "?view=ceasefire",
        "/feed": "?from=start&follow=false",
        "/items": "?view=disputes&list=/disputed",
        "/inclusion": "?position=1",
        "/consistency": "?from=1",
    }
    parts = {"dossier": dossier, "development": development, "slug": "fault", "level": "0", "name": "000.p/1"}
    parts["webhook"] = development
    return path.format(**parts, token="0123456789ab") + needed.get(path[path.rindex("/") :], "")


def telling(kind: str, /, **fields: Any) -> dict[str, Any]:
    """A kind's example as a body, with some fields changed, or left out by `None`."""
    told = {**deepcopy(dict(KINDS[kind].example)), "sources": [SOURCE], **fields}
    return {name: value for name, value in told.items() if value is not None}


@contextmanager
def open_desk(directory: Path, **settings: Any) -> Iterator[Desk]:
    """A desk before a service of its own, on a file in the directory."""
    clock = Clock()
    (directory / "record.db.witnesses").write_text(WITNESS.verifier.format() + "\n")
    if not (directory / "record.db.key").exists():
        make_key(directory / "record.db.key", "solace.example/log")
    usual = {"patience": 0.05, "checkpoint_every": 60, "guesses_a_minute": 0}
    app = create_app(settings_for(directory / "record.db", **{**usual, **settings}), clock)
    token = token_for(app.state.settings, role="admin")
    with TestClient(app) as client:
        yield Desk(client, clock, token)


def _as_fields(headers: Mapping[str, str | None]) -> dict[str, str | None]:
    return {name.replace("_", "-").title(): value for name, value in headers.items()}
