"""A table of somebody else's becomes developments by a mapping; what is wrong is told by row and column."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from domain.developments import DEVELOPMENT
from service.app import create_app
from service.cli import app
from service.formats.cells import Rule, Unreadable, said
from service.formats.mapping import UnreadableMapping, mapped, read_mapping, require_columns
from service.serving import listen, serving
from tests.service.formats.taking_out import lines

pytestmark = pytest.mark.sqlite

MAPPINGS = Path(__file__).parents[3] / "docs" / "mappings"
CHRONICLE = MAPPINGS / "chronicle.csv"
BY = MAPPINGS / "chronicle.yaml"


@pytest.fixture
def service(desk, monkeypatch):
    with serving(create_app(desk.client.app.state.settings, desk.clock), listen("127.0.0.1")) as url:
        monkeypatch.setenv("DEPOSITARY_URL", url)
        monkeypatch.setenv("DEPOSITARY_TOKEN", desk.token)
        yield url


def run(*arguments, into="solace-2021"):
    done = CliRunner().invoke(app, ["import", *map(str, arguments), "--dossier", into])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def altered(tmp_path, *changes):
    text = CHRONICLE.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "altered.csv"
    file.write_text(text)
    return file


def mapping_of(tmp_path, **told):
    file = tmp_path / "mapping.yaml"
    file.write_text(yaml.safe_dump(told))
    return file


# The committed example


def test_a_dry_run_shows_what_would_come_of_every_row_and_records_nothing(desk, service):
    with desk.nothing_recorded():
        code, out, errors = run(CHRONICLE, "--mapping", BY, "--dry-run")

    assert (code, errors) == (0, "")
    assert out.splitlines() == [
        "row 2: would be recorded: round-held, Talks between XA, XB in Port Solace",
        "row 3: would be recorded: exchange-stage-carried-out, An exchange stage carried out between XA, XB",
        "row 4: would be recorded: exchange-stage-carried-out, An exchange stage carried out between XA, XB",
        "row 5: would be recorded: other-development, regatta",
        "row 6: is left out",
        "4 rows would be recorded, 0 are on record already, 0 would be refused, 1 are left out.",
    ]


def test_its_rows_are_recorded_once_with_what_each_cell_says(desk, service):
    code, out, _ = run(CHRONICLE, "--mapping", BY)
    again = run(CHRONICLE, "--mapping", BY)
    talks, stage, later, regatta = [line["development"] for line in lines(desk)]

    assert (code, out) == (0, "Into solace-2021: 4 recorded, 0 on record before, 0 refused.\n")
    assert again[1] == "Into solace-2021: 0 recorded, 4 on record before, 0 refused.\n"
    assert talks == {
        "kind": "round-held",
        "occurred": "2021-03-09",
        "parties": ["XA", "XB"],
        "place": {"name": "Port Solace"},
        "issues": ["prisoner_exchange", "ceasefire"],
        "sources": [
            {
                "outlet": "The Port Solace Gazette (invented)",
                "published": "2021-03-10",
                "language": "en",
            }
        ],
    }
    assert [one["count"] for one in stage["persons"]] == [
        {"type": "exact", "value": 20},
        {"type": "at_least", "min": 12},
    ]
    assert later["occurred"] == "2021-04"
    assert [one["count"]["type"] for one in later["persons"]] == ["between", "unknown"]
    assert "published" not in later["sources"][0]
    assert "place" not in regatta


def test_where_a_row_is_wrong_nothing_is_recorded_and_it_is_told_by_row_and_column(desk, service, tmp_path):
    file = altered(tmp_path, ("20/03/2021", "20.03.2021"), ("02/05/2021", "02/05/2031"), ("20-25", "some"))
    with desk.nothing_recorded():
        code, out, errors = run(file, "--mapping", BY)

    assert code == 1
    date, count, future, ending = errors.splitlines()
    assert date == (
        "row 3: column date: '20.03.2021' is not a date as the mapping has it, such as '09/03/2021', "
        "'March 2021'"
    )
    assert count == (
        "row 4: column to Arvenia: 'some' is no count: expected 20, 20-30, at least 20, at most 20, "
        "or unknown"
    )
    assert future.startswith("row 5: column date: '2031-05-02' begins on 2031-05-02, after today")
    assert ending.startswith("Nothing was recorded: correct these rows, or say --keep-going")
    assert out == "1 rows would be recorded, 0 are on record already, 3 would be refused, 1 are left out.\n"


def test_the_good_rows_are_recorded_where_that_is_said(desk, service, tmp_path):
    file = altered(tmp_path, ("20/03/2021", "20.03.2021"))
    code, out, _ = run(file, "--mapping", BY, "--keep-going")

    assert (code, out) == (1, "Into solace-2021: 3 recorded, 0 on record before, 1 refused.\n")
    assert [line["development"]["kind"] for line in lines(desk)].count("exchange-stage-carried-out") == 1


def test_a_corrected_table_is_recorded_under_the_key_of_the_first_time(desk, service, tmp_path):
    run(altered(tmp_path, ("20/03/2021", "20.03.2021")), "--mapping", BY, "--keep-going", "--key", "spring")
    _, out, _ = run(CHRONICLE, "--mapping", BY, "--key", "spring", "--json")

    told = json.loads(out)
    assert (told["recorded"], told["repeated"], told["refused"], told["key"]) == (1, 3, 0, "spring")


def test_for_machines_a_dry_run_is_told_in_json(desk, service):
    code, out, _ = run(CHRONICLE, "--mapping", BY, "--dry-run", "--json")
    told = json.loads(out)

    assert (code, told["dry_run"], told["recorded"], told["skipped"]) == (0, True, 4, 1)
    assert told["rows"][0]["development"]["place"] == {"name": "Port Solace"}
    assert told["rows"][4] == {"row": 6, "would_be": "skipped"}


def test_what_only_the_service_can_find_is_told_by_column_too(desk, service, tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("when,agreement,side\n2021-03-20,9b7e4c3d-2f1a-4d6c-b8e7-1a2b3c4d5e6f,xa\n")
    by = mapping_of(
        tmp_path,
        cases=[
            {
                "tell": {
                    "kind": "exchange-stage-carried-out",
                    "occurred": {"column": "when"},
                    "under": {"agreement": {"column": "agreement"}},
                    "parties": [{"column": "side"}],
                    "sources": [{"outlet": "A desk (invented)"}],
                }
            }
        ],
    )
    code, _, errors = run(file, "--mapping", by, "--dry-run")
    file.write_text(file.read_text().replace("xa", "XA"))
    _, _, reference = run(file, "--mapping", by, "--dry-run")

    assert code == 1
    assert errors.startswith("row 2: column side: 'xa' is not an ISO 3166 code of a state")
    assert reference.startswith("row 2: column agreement: no development 9b7e4c3d-")


def test_a_mistake_in_the_mapping_is_told_as_such(desk, service, tmp_path):
    told = yaml.safe_load(BY.read_text())
    told["cases"][0]["tell"]["kind"] = "round-hold"
    code, _, errors = run(CHRONICLE, "--mapping", mapping_of(tmp_path, **told), "--dry-run")

    assert code == 1
    assert errors.startswith("row 2: the mapping at /kind: 'round-hold' is none of those that are known")


def test_rows_that_do_not_fit_the_header_are_told(desk, service, tmp_path):
    file = altered(tmp_path, (",final\n20/03", ",final,more\n20/03"))
    _, _, errors = run(file, "--mapping", BY, "--dry-run")
    assert errors == "row 2: it has 12 cells, and the header 11 columns\n"


def test_lines_of_json_can_be_foreseen_too(desk, service, tmp_path):
    file = tmp_path / "lines.ndjson"
    told = {"kind": "other-development", "occurred": "2021-03-01", "label": "A race"}
    good = {**told, "sources": [{"outlet": "A desk (invented)"}]}
    file.write_text(json.dumps(good) + "\n" + json.dumps({**good, "occurred": "2021-02-30"}) + "\n")
    with desk.nothing_recorded():
        code, out, errors = run(file, "--dry-run")

    assert (code, out) == (1, "line 1: would be recorded: other-development, A race\n")
    assert errors.startswith("line 2: /occurred: '2021-02-30' is not a date")


# What a mapping can be


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "cases: Field required"),
        ({"cases": []}, "cases: "),
        ({"cases": [{"say": {}}]}, "cases/0/tell: Field required"),
        ({"cases": [{"tell": {"occurred": {"column": "date", "fromat": "%d"}}}]}, "fromat"),
        ({"cases": [{"tell": {"occurred": {"column": "dates"}}}]}, "reads a column 'dates', and the table"),
    ],
)
def test_what_is_no_mapping_of_the_table_says_why(tmp_path, told, words):
    with pytest.raises(UnreadableMapping) as refused:
        require_columns(read_mapping(mapping_of(tmp_path, **told)), ["date", "what"])
    assert words in str(refused.value)


def test_a_column_that_is_there_twice_is_refused():
    with pytest.raises(UnreadableMapping, match="two columns 'date'"):
        require_columns(read_mapping(BY), ["date", "date"])


@pytest.mark.parametrize(
    ("rule", "cell", "value"),
    [
        ({}, " Port Solace ", "Port Solace"),
        ({"values": {1: "a"}}, "1", "a"),
        ({"values": {"a": 1}, "other": 2}, "b", 2),
        ({"date": "%d.%m.%Y"}, "9.3.2021", "2021-03-09"),
        ({"date": ["%B %Y"]}, "March 2021", "2021-03"),
        ({"date": ["%Y"]}, "2021", "2021"),
        ({"split": ";"}, "a; b;", ["a", "b"]),
        ({"count": True}, "20", {"type": "exact", "value": 20}),
        ({"count": True}, "20 - 30", {"type": "between", "min": 20, "max": 30}),
        ({"count": True}, "20+", {"type": "at_least", "min": 20}),
        ({"count": True}, "At most 7", {"type": "at_most", "max": 7}),
        ({"count": True}, "?", {"type": "unknown"}),
        ({"count": True}, "n/a", {"type": "not_applicable"}),
        ({"number": True}, "3", 3),
        ({"default": "x"}, " ", "x"),
        ({"prefix": "A: "}, "b", "A: b"),
    ],
)
def test_cells_are_read_by_their_rules(rule, cell, value):
    assert said(Rule(column="c", **rule), {"c": cell}) == value


@pytest.mark.parametrize(
    ("rule", "cell", "words"),
    [
        ({"values": {"Arvenia": "XA"}}, "Arvenya", "did you mean 'Arvenia'? it knows 'Arvenia'"),
        ({"date": "%d.%m.%Y"}, "31.2.2021", "such as '09.03.2021'"),
        ({"count": True}, "many", "is no count"),
        ({"number": True}, "third", "is not a whole number"),
    ],
)
def test_a_cell_that_cannot_be_read_says_what_would_be_right(rule, cell, words):
    with pytest.raises(Unreadable) as refused:
        said(Rule(column="c", **rule), {"c": cell})
    assert words in str(refused.value)


# ACLED


def test_an_export_of_acled_becomes_developments_that_are_no_more_exact_than_it_is():
    mapping = read_mapping(MAPPINGS / "acled.yaml")
    rows = list(csv.DictReader(StringIO((MAPPINGS / "acled-invented.csv").read_text())))
    require_columns(mapping, list(rows[0]))

    made = [mapped(mapping, row) for row in rows]
    agreed, clash, march = [DEVELOPMENT.validate_python(one.development) for one in made]

    assert [one.wrong for one in made] == [[], [], []]
    assert [str(one.occurred) for one in (agreed, clash, march)] == [
        "2021-03-08",
        "[2021-03-15..2021-03-21]",
        "2021-04",
    ]
    assert [one.kind for one in (agreed, clash, march)] == [
        "agreement-reached",
        "other-development",
        "other-development",
    ]
    assert [one.place.precision for one in (agreed, clash, march)] == ["town", "area", "region"]
    assert clash.content == "Fatalities, as coded by ACLED: 3"
    assert clash.sources[1].locator == "XAA2"
