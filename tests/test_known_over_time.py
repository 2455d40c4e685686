"""An invented chronology that is recorded by a clock set to the days on which each step was known."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.app import create_app
from service.chronology import UnreadableChronology, play, read
from service.client import Client
from service.clock import SetClock
from service.serving import listen, serving
from service.settings import Settings
from tests.tokens import token_for

CHRONOLOGY = Path(__file__).parent.parent / "seeds" / "ferry-2021.yaml"
DOSSIER = "/v1/dossiers/ferry-2021"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    settings = Settings(SQLITE_DBNAME=tmp_path_factory.mktemp("ferry") / "record.db")
    token, clock = token_for(settings, "archivist"), SetClock()
    with serving(create_app(settings, clock), listen("127.0.0.1")) as url, Client(url, token) as client:
        play(read(CHRONOLOGY), client, CHRONOLOGY.stem, lambda _: None, clock.set)
        clock.set(None)
        yield client


def test_each_step_is_recorded_at_the_moment_that_it_names(client):
    changes = client.get(f"{DOSSIER}/changes")["changes"]
    moments = [datetime.fromisoformat(change["recorded_at"]) for change in changes]
    assert moments == [step.known for step in read(CHRONOLOGY)]


@pytest.mark.parametrize(
    ("known_at", "status", "in_effect", "stages"),
    [
        ("2021-06-01T23:59:59Z", "none", "not", {"certain": 0, "possible": 0}),
        ("2021-06-10T12:00:00Z", "in_effect", "certain", {"certain": 0, "possible": 1}),
        ("2021-06-15T12:00:00Z", "agreed", "not", {"certain": 1, "possible": 0}),
    ],
)
def test_what_was_known_of_the_first_of_june(client, known_at, status, in_effect, stages):
    asked = {"as_of": "2021-06-01", "known_at": known_at}
    ceasefire = client.get(f"{DOSSIER}/ceasefire", **asked)
    assert (ceasefire["status"], ceasefire["in_effect"]) == (status, in_effect)
    assert client.get(f"{DOSSIER}/exchanges", **asked)["exchanges"]["stages"] == stages


def test_a_clock_that_is_set_to_none_goes_on_by_the_machine():
    clock = SetClock()
    clock.set(datetime(2021, 6, 2, 8, tzinfo=UTC))
    assert clock() == clock() == datetime(2021, 6, 2, 8, tzinfo=UTC)
    clock.set(None)
    assert abs(datetime.now(UTC) - clock()) < timedelta(minutes=1)


@pytest.mark.parametrize("known", ["yesterday", "2021-06-02", "2021-06-02T08:00:00", "[2021]"])
def test_a_moment_that_is_none_is_refused_with_its_line(tmp_path, known):
    file = tmp_path / "chronology.yaml"
    file.write_text(f"steps:\n  - open: {{id: lake, title: The talks}}\n    known: {known}\n")
    with pytest.raises(UnreadableChronology, match="line 2: known is a moment with its zone"):
        read(file)
