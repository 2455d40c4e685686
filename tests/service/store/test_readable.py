"""A record opened in Datasette shows tables that people can read, and nothing that is sealed or secret."""

import asyncio
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
import yaml
from datasette.app import Datasette
from fastapi.testclient import TestClient

from service.app import create_app
from service.chronology import SAYINGS, Label, read
from service.store.readable import READABLE
from tests.service.recording import ADA, open_record, relabel, tell
from tests.service.recording import DOSSIER as LAKE
from tests.service.stores import settings_for
from tests.tokens import token_for

pytestmark = [pytest.mark.sqlite, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

ROOT = Path(__file__).parents[3]
METADATA = ROOT / "deploy" / "datasette" / "metadata.yaml"
SECRET = "Ada lives on the quay (invented)."


class Reader:
    """Somebody who looks at a file through Datasette."""

    def __init__(self, file):
        metadata = yaml.safe_load(METADATA.read_text(encoding="utf-8"))
        settings = {"allow_download": False, "default_allow_sql": False, "num_sql_threads": 1}
        self._datasette = Datasette([str(file)], metadata=metadata, settings=settings)

    def page(self, path):
        """A page: its status and its text."""
        response = asyncio.run(self._get(path))
        return response.status_code, response.text

    async def _get(self, path):
        await self._datasette.invoke_startup()
        return await self._datasette.client.get(path)

    def rows(self, path, **asked):
        """The rows of a view or a query, by JSON."""
        query = "&".join(
            f"{name}={value}" for name, value in {"_shape": "array", "_size": "max", **asked}.items()
        )
        status, text = self.page(f"/record/{path}.json?{query}")
        assert status == 200, text
        return json.loads(text)


def told(client, steps):
    """Tell a chronology over the API; the ids of its developments."""
    ids, versions, dossier = {}, {}, ""

    def resolved(body):
        match body:
            case Label(name=name):
                return ids[name]
            case dict():
                return {key: resolved(value) for key, value in body.items()}
            case list():
                return [resolved(value) for value in body]
        return body

    for step in steps:
        body = resolved(step.body)
        path = f"/v1/dossiers/{dossier}/developments"
        if step.verb == "open":
            dossier, path = body["id"], "/v1/dossiers"
        elif step.verb != "record":
            path = f"/v1/developments/{ids[step.label]}/{SAYINGS[step.verb]}"
        seen = {"If-Match": f'"{versions[step.label]}"'} if step.label in versions else {}
        answer = client.post(path, json=body, headers=seen)
        assert answer.status_code == 201, answer.text
        if step.label:
            ids[step.label], versions[step.label] = answer.json()["id"], answer.json()["version"]
    return list(ids.values())


@pytest.fixture(scope="module")
def chronologies(tmp_path_factory):
    """The file of a record that both chronologies were told to, and what the service answers of it."""
    file = tmp_path_factory.mktemp("datasette") / "record.db"
    settings = settings_for(file)
    headers = {"Authorization": f"Bearer {token_for(settings, 'archivist')}"}
    answers = {}
    with TestClient(create_app(settings), headers=headers) as client:
        for seed in ("ua-ru-2025.yaml", "solace-2021.yaml"):
            for one in told(client, read(ROOT / "seeds" / seed)):
                answers[one] = client.get(f"/v1/developments/{one}").json()
    return file, answers


@pytest.fixture(scope="module")
def reader(chronologies):
    return Reader(chronologies[0])


@pytest.mark.parametrize("view", READABLE)
def test_every_view_has_a_page_with_its_title_and_described_columns(reader, view):
    status, text = reader.page(f"/record/{view}")
    described = yaml.safe_load(METADATA.read_text())["databases"]["record"]["tables"][view]

    assert status == 200
    assert described["title"] in text
    columns = reader.rows(view)[0].keys() - {"rowid"}
    assert columns <= described["columns"].keys()


def test_what_is_on_record_is_what_the_service_answers(reader, chronologies):
    rows, answered = {one["development"]: one for one in reader.rows("developments")}, chronologies[1]
    assert rows.keys() == answered.keys()
    for identity, row in rows.items():
        one = answered[identity]
        assert (row["kind"], row["standing"], row["earliest"], row["latest"], row["version"]) == (
            one["kind"],
            one["standing"],
            one["earliest"],
            one["latest"],
            one["version"],
        )
        assert row["headline"]
        assert row["outlets"]


def test_what_was_known_at_a_moment_can_be_asked(reader):
    changed = reader.rows("history", event__exact="amended")
    assert changed
    for later in changed:
        before = reader.rows(
            "history", development__exact=later["development"], version__exact=later["version"] - 1
        )
        assert [one["known_until"] for one in before] == [later["known_from"]]
        day = {"dossier": later["dossier"], "day": "2100-01-01"}
        known = reader.rows("known_at", **day, moment=before[0]["known_from"])
        versions = {one["development"]: one["version"] for one in known}
        assert versions[later["development"]] == later["version"] - 1
        known = reader.rows("known_at", **day, moment=later["known_from"])
        versions = {one["development"]: one["version"] for one in known}
        assert versions.get(later["development"], later["version"]) == later["version"]


def test_what_changed_between_two_moments_is_every_event_in_order(reader):
    events = reader.rows("changed_between", dossier="ua-ru-2025", after="", until="9999")
    positions = [one["position"] for one in events]

    assert positions == sorted(positions)
    assert len(events) == len(reader.rows("history", dossier__exact="ua-ru-2025"))
    assert reader.rows("changed_between", dossier="ua-ru-2025", after="9999", until="9999") == []


def test_the_other_queries_answer(reader):
    stands = reader.rows("changed_standing")
    assert {("reported", "disputed"), ("reported", "corroborated")} & {
        (one["stood"], one["stands"]) for one in stands
    }
    outlets = {one["outlet"]: one for one in reader.rows("by_outlet")}
    assert outlets["The Port Solace Gazette (invented)"]["developments"] > 10
    assert all(one["alone"] <= one["developments"] for one in outlets.values())
    undated = reader.rows("undated")
    assert [one["days_between"] for one in undated] == sorted(
        (one["days_between"] for one in undated), reverse=True
    )


def test_dossiers_sources_and_actors_read_as_words(reader):
    dossiers = {one["dossier"]: one for one in reader.rows("dossiers_readable")}
    assert dossiers["solace-2021"]["parties"] == "Arvenia; Belmark"
    assert dossiers["ua-ru-2025"]["developments"] == len(
        reader.rows("developments", dossier__exact="ua-ru-2025")
    )
    names = {one["actor"]: one["name"] for one in reader.rows("actors", dossier__exact="solace-2021")}
    assert names["XA"] == "Arvenia"
    assert {one["given_by"] for one in reader.rows("sources")} == {"recording", "corroboration"}


@pytest.mark.parametrize(
    "path",
    [
        *(
            f"/record/{table}{ending}"
            for table in ("personal_keys", "stored_events", "versions", "idempotency_keys", "names")
            for ending in ("", ".json")
        ),
        "/record.json?sql=select+*+from+personal_keys",
        "/record?sql=select+key+from+personal_keys",
        "/record/developments.json?_where=exists(select+1+from+personal_keys)",
        "/record.db",
    ],
)
def test_raw_tables_and_free_sql_are_closed(reader, path):
    status, text = reader.page(path)

    assert status in {400, 403}, text


def test_of_a_file_of_another_name_nothing_is_shown(chronologies, tmp_path):
    """Datasette names a database by its file, and what closes the keys of sealed texts is about `record`."""
    other = Reader(shutil.copy(chronologies[0], tmp_path / "archive.db"))
    paths = [
        "/archive.json",
        "/archive.db",
        "/archive.json?sql=select+*+from+personal_keys",
        *(f"/archive/{table}.json" for table in ("personal_keys", "stored_events", "developments")),
    ]

    assert {path: other.page(path)[0] for path in paths} == dict.fromkeys(paths, 403)


def test_only_what_is_to_be_read_is_listed(reader, chronologies):
    _, text = reader.page("/record")
    with sqlite3.connect(chronologies[0]) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
    connection.close()

    assert [name for name in READABLE if f'href="/record/{name}"' not in text] == []
    assert [name for name in tables if f'href="/record/{name}"' in text] == []


def sealed(file):
    """Record what is marked, say something marked of it, and something that is not."""
    with open_record(file) as record:
        told = tell("A ferry race", summary=SECRET, personal=["/summary"])
        first = record.record(LAKE.id, told, ADA)
        record.record(LAKE.id, tell("A regatta"), ADA)
        return first.id


def test_what_is_sealed_reads_so_everywhere_and_is_nowhere_in_the_clear(file):
    hidden = str(sealed(file))
    reader = Reader(file)
    (row,) = reader.rows("developments", development__exact=hidden)
    assert (row["headline"], row["occurred"], row["outlets"]) == ("[sealed]", "[sealed]", "[sealed]")
    assert row["earliest"] == "2025-03-10"
    assert reader.rows("sources", development__exact=hidden) == []
    for view in READABLE:
        for path in (f"/record/{view}", f"/record/{view}.json?_shape=array", f"/record/{view}.csv"):
            status, text = reader.page(path)
            assert status == 200
            assert "quay" not in text


def test_a_reason_that_is_sealed_reads_so(file):
    from domain.commands import Retract

    with open_record(file) as record:
        one = record.record(LAKE.id, tell("A ferry race"), ADA)
        record.say(one.id, Retract(reason=SECRET, personal=("/reason",)), [1], ADA)
    rows = Reader(file).rows("history", development__exact=str(one.id), version__exact=2)

    assert [row["reason"] for row in rows] == ["[sealed]"]


def test_what_is_encoded_says_so(file):
    with open_record(file, CIPHER_TOPIC="tests.service.recording:Xor", CIPHER_KEY="x") as record:
        record.record(LAKE.id, tell("A ferry race"), ADA)
    reader = Reader(file)

    assert {row["headline"] for row in reader.rows("developments")} == {"[encoded]"}
    assert {row["title"] for row in reader.rows("dossiers_readable")} == {"[encoded]"}
    assert reader.rows("sources") == []
    assert reader.rows("actors") == []


def names_in(file):
    with sqlite3.connect(file) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
    connection.close()
    return found


def test_the_views_survive_a_rebuild_and_are_made_where_they_are_not_or_are_others(file):
    with open_record(file) as record:
        one = record.record(LAKE.id, tell("A ferry race"), ADA)
        record.rebuild()
        assert names_in(file) == READABLE.keys()
    with sqlite3.connect(file) as connection:
        connection.execute("DROP VIEW developments")
        connection.execute("DROP VIEW history")
        connection.execute("CREATE VIEW history AS SELECT 1")
    connection.close()
    with open_record(file) as record:
        record.say(one.id, relabel("A regatta"), [1], ADA)

    assert [row["headline"] for row in Reader(file).rows("developments")] == ["A regatta"]


def test_the_tables_that_are_closed_are_all_there_are(file):
    with open_record(file):
        pass
    tables = yaml.safe_load(METADATA.read_text())["databases"]["record"]["tables"]
    closed = {name for name, said in tables.items() if said.get("allow") is False and said["hidden"]}
    with sqlite3.connect(file) as connection:
        held = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()

    assert held <= closed
    assert closed.isdisjoint(READABLE)
