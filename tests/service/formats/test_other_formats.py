"""TimelineJS, PROV, FollowTheMoney, Parquet and RO-Crate: read back by whoever knows them."""

import csv
import json
import re
from hashlib import sha1
from html import unescape
from io import BytesIO, StringIO
from zipfile import ZipFile

import pyarrow as pa
import pytest
from prov.model import ProvDerivation, ProvDocument, ProvInvalidation
from pyarrow import parquet as pq
from rocrate.rocrate import ROCrate

from service.formats import registry
from service.formats.ftm import COLUMNS
from service.formats.tables import TABLES
from service.log.checkpoint import open_checkpoint
from service.log.notes import SigningKey
from service.proving.receipts import verify_answer
from tests.service.api.desk import open_desk
from tests.service.formats.taking_out import (
    assert_held_or_lost,
    ledger,
    lines,
    read_zip,
    table,
    taken_out,
)

pytestmark = pytest.mark.sqlite

LOSING = ["timelinejs", "prov", "ftm"]


def as_text(content: bytes) -> str:
    """All that can be read in an export, whatever it is written in."""
    if content.startswith(b"{"):
        content = json.dumps(json.loads(content), ensure_ascii=False).encode()
    cells = [cell for row in csv.reader(StringIO(content.decode())) for cell in row]
    text = unescape(content.decode().replace('\\"', '"') + "\n".join(cells))
    return re.sub(r"(T\d\d:\d\d:\d\d)(\+00:00)?", r"\1Z", text)


@pytest.mark.parametrize("name", LOSING)
def test_every_field_is_in_the_export_or_in_its_ledger(solace, name):
    losses, end = ledger(solace, format=name)
    there = as_text(taken_out(solace, format=name))
    if name == "ftm":  # There an interval is two dates.
        there = re.sub(r",startDate,.*?,([-\d]+),[^\n]*\n.*?,endDate,.*?,([-\d]+),", r"\g<0> \1/\2", there)

    for told in lines(solace):
        assert_held_or_lost(told, there, losses)
    assert end["losses"] > 0


@pytest.mark.parametrize("name", ["timelinejs", "prov", "ftm", "parquet", "csv-zip", "ro-crate"])
def test_the_same_moment_gives_the_same_bytes(desk, name):
    desk.record("agreement-reached")
    asked = {"format": name, "as_of": "2021-06-30", "at_position": 2}
    first = taken_out(desk, **asked)
    desk.record("call-held")
    assert taken_out(desk, **asked) == first


# TimelineJS


def slide(desk, **fields):
    desk.record("call-held", **fields)
    (event,) = json.loads(taken_out(desk, format="timelinejs"))["events"]
    return event


@pytest.mark.parametrize(
    ("occurred", "dates"),
    [
        ("2021-03-04", {"start_date": {"year": 2021, "month": 3, "day": 4}}),
        ("2021-03", {"start_date": {"year": 2021, "month": 3}}),
        ("[2021-03-09..2021-04-02]", {"start_date": {"year": 2021}}),
        (
            "2019/2020",
            {
                "start_date": {"year": 2019, "month": 1, "day": 1},
                "end_date": {"year": 2020, "month": 12, "day": 31},
            },
        ),
        (
            "2021-03-04/2021-03-06",
            {
                "start_date": {"year": 2021, "month": 3, "day": 4},
                "end_date": {"year": 2021, "month": 3, "day": 6},
            },
        ),
    ],
)
def test_a_date_is_drawn_no_more_exactly_than_it_is_known(desk, occurred, dates):
    event = slide(desk, occurred=occurred)
    assert event["display_date"] == occurred
    assert {name: value for name, value in event.items() if name in {"start_date", "end_date"}} == dates


def test_texts_are_no_markup(desk):
    event = slide(desk, summary="<script>alert(1)</script> & more")
    assert event["text"]["headline"] == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"


def test_what_is_not_drawn_is_in_the_ledger_whole(desk):
    retracted, later = desk.record("call-held"), desk.record("visit-made", occurred="2021-03-20")
    open_start = desk.record("other-development", occurred="../2021-03-01")
    desk.said(retracted, "retractions")
    asked = {"format": "timelinejs", "as_of": "2021-03-10"}

    assert json.loads(taken_out(desk, **asked))["events"] == []
    losses, _ = ledger(desk, **asked)
    whys = {one["development"]: one["why"] for one in losses}
    assert whys == {
        retracted: "it is retracted, so it is not drawn",
        later: "it had not begun by 2021-03-10, so it is not drawn",
        open_start: "it has no first day, and TimelineJS draws nothing without one",
    }
    assert {one["field"] for one in losses if one["development"] == later} >= {"/id", "/development"}


# PROV


def test_provenance_tells_which_version_came_from_which_and_by_whom(desk):
    call = desk.record("call-held")
    desk.said(call, "amendments", changes={"summary": "They spoke twice."})
    desk.said(call, "retractions")
    desk.said(call, "reinstatements")
    document = ProvDocument.deserialize(content=taken_out(desk, format="prov").decode())

    version = [f"dep:development/{call}/{number}" for number in range(5)]
    derived = sorted(tuple(map(str, one.args[:2])) for one in document.get_records(ProvDerivation))
    assert derived == [(version[2], version[1]), (version[4], version[2])]
    (invalidated,) = document.get_records(ProvInvalidation)
    assert str(invalidated.args[0]) == version[2]
    assert {str(one.identifier) for one in document.get_records() if one.identifier} >= {
        version[1],
        "dep:principal/ada",
        "dep:event/2",
        "dep:source/The%20Port%20Solace%20Gazette%20%28invented%29",
    }


def test_every_version_that_stands_has_been_generated_and_is_attributed(solace):
    told = json.loads(taken_out(solace, format="prov"))

    generated = {one["prov:entity"] for one in told["wasGeneratedBy"].values()}
    attributed = {one["prov:entity"] for one in told["wasAttributedTo"].values()}
    assert generated == attributed == set(told["entity"])
    assert len(told["activity"]) == 95
    assert {one["prov:activity"] for one in told["wasAssociatedWith"].values()} == set(told["activity"])


# FollowTheMoney


def test_statements_are_those_of_the_model(desk):
    desk.record("visit-made", occurred="2021-03-12", place={"name": "Port Solace", "country": "XC"})
    desk.record("call-held", occurred="2021-03~")
    rows = list(csv.DictReader(StringIO(taken_out(desk, format="ftm").decode())))

    assert tuple(rows[0]) == COLUMNS
    for row in rows:
        key = f"{row['dataset']}.{row['entity_id']}.{row['prop']}.{row['value']}"
        assert row["id"] == sha1(key.encode()).hexdigest()
        assert row["canonical_id"] == row["entity_id"]
        assert (row["dataset"], row["external"]) == ("solace_2021", "false")
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["schema"] for row in rows} == {"Event", "Person", "PublicBody"}
    told = {(row["prop"], row["value"]) for row in rows}
    assert told >= {("date", "2021-03-12"), ("location", "Port Solace"), ("country", "xc")}
    assert ("notes", "Occurred (EDTF): 2021-03~") in told
    entities = {row["entity_id"] for row in rows if row["prop"] == "id"}
    assert {row["value"] for row in rows if row["prop_type"] == "entity"} <= entities


# Parquet


def test_parquet_has_real_types_and_says_what_it_is_of(solace):
    read = pq.read_table(BytesIO(taken_out(solace, format="parquet", as_of="2021-06-30")))

    types = {name: read.schema.field(name).type for name in ("earliest", "recorded_at", "parties", "origins")}
    assert types == {
        "earliest": pa.date32(),
        "recorded_at": pa.timestamp("us", tz="UTC"),
        "parties": pa.list_(pa.string()),
        "origins": pa.int64(),
    }
    metadata = {name.decode(): value.decode() for name, value in read.schema.metadata.items()}
    assert metadata["dossier"] == "solace-2021"
    assert (metadata["as_of"], metadata["position"]) == ("2021-06-30", "96")
    assert metadata["table"] == "developments"
    assert metadata["known_at"].startswith("2026-02-03T10:36:00")


@pytest.mark.parametrize("name", TABLES)
def test_parquet_holds_the_rows_that_csv_holds(solace, name):
    read = pq.read_table(BytesIO(taken_out(solace, format="parquet", table=name))).to_pylist()
    rows = table(solace, name)

    assert len(read) == len(rows)
    for ours, theirs in zip(read, rows, strict=True):
        for column, cell in theirs.items():
            value = ours[column]
            if value is None or value == []:
                assert cell == ""
            elif isinstance(value, str):
                assert cell == value
            elif isinstance(value, bool):
                assert cell == str(value).lower()
            elif isinstance(value, int):
                assert int(cell) == value


# RO-Crate


@pytest.fixture
def crate(solace):
    return taken_out(solace, format="ro-crate", licence="https://creativecommons.org/licenses/by/4.0/")


def test_a_release_is_a_crate_that_names_every_file(crate, tmp_path):
    with ZipFile(BytesIO(crate)) as archive:
        archive.extractall(tmp_path / "crate")
    read = ROCrate(tmp_path / "crate")

    assert read.name == "The Port Solace talks (invented)"
    assert read.license.id == "https://creativecommons.org/licenses/by/4.0/"
    assert read.datePublished.isoformat().startswith("2026-02-03T10:36:00")
    named = {one.id for one in read.data_entities}
    assert named == set(read_zip(crate)) - {"ro-crate-metadata.json"}
    assert all(one["name"] and one["encodingFormat"] for one in read.data_entities)


def test_its_files_are_what_the_formats_are(solace, crate):
    files = read_zip(crate)

    assert files["dossier.jsonl"] == taken_out(solace)
    assert files["tables/sources.csv"] == taken_out(solace, format="csv", table="sources")
    assert files["timeline.json"] == taken_out(solace, format="timelinejs")
    losses, _ = ledger(solace, format="prov")
    assert [json.loads(line) for line in files["losses/prov.json.jsonl"].splitlines()] == losses


def test_its_proof_is_verified_by_a_stranger(solace, crate):
    files, settings = read_zip(crate), solace.client.app.state.settings
    key = SigningKey.parse(settings.log_key_file.read_text().strip()).verifier

    verified = verify_answer(json.loads(files["proof.json"]), key)

    assert verified.view == "timeline"
    assert verified.question["position"] == 96
    assert open_checkpoint(files["checkpoint.txt"], key.name, [key]).root == verified.checkpoint.root
    assert verified.events == 96


def test_without_a_key_a_release_says_that_it_has_no_proof(tmp_path):
    with open_desk(tmp_path) as desk:
        desk.open_dossier()
        desk.client.app.state.transparency._key = None
        files = read_zip(taken_out(desk, format="ro-crate"))

    assert "proof.json" not in files
    assert b"there is no proof in it" in files["README.txt"]
    assert b"No licence is stated" in files["ro-crate-metadata.json"]


# What cannot be written here


@pytest.mark.parametrize("name", ["prov", "parquet", "ro-crate"])
def test_where_a_library_is_missing_it_is_said(desk, monkeypatch, name):
    monkeypatch.setattr(registry, "find_spec", lambda library: None)
    response = desk.client.get(f"/v1/dossiers/{desk.dossier}/export", params={"format": name})

    assert response.status_code == 422
    assert "the service installs depositary[export]" in response.json()["detail"]
    assert taken_out(desk, format="timelinejs")


def test_only_a_release_takes_a_licence(desk):
    query = {"format": "csv", "licence": "https://creativecommons.org/publicdomain/zero/1.0/"}
    response = desk.client.get(f"/v1/dossiers/{desk.dossier}/export", params=query)
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "licence")
