"""Tables of a dossier: every field of every development is in one of them, or in the ledger with its name."""

import csv
import re
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats.csv_text import guarded, joined, split_items, unguarded
from service.formats.registry import FORMATS
from service.formats.tables import TABLES
from tests.service.formats.taking_out import (
    assert_held_or_lost,
    atoms,
    ledger,
    lines,
    read_zip,
    table,
    taken_out,
)

pytestmark = pytest.mark.sqlite  # Formats are written from views, which both engines answer alike.


# In the table, or in the ledger


@pytest.mark.parametrize("name", ["developments", "sources", "counts", "sayings", "ceasefires"])
def test_every_field_of_every_development_is_in_the_table_or_in_its_ledger(solace, name):
    losses, _ = ledger(solace, format="csv", table=name)
    there: dict[str, set[str]] = {}
    for row in table(solace, name):
        key = row.get("development", row.get("id", ""))
        there.setdefault(key, set()).update(*map(atoms, row.values()))

    for told in lines(solace):
        assert_held_or_lost(told, there.get(told["id"], set()), losses)


def test_a_ledger_names_no_field_that_is_in_the_table(solace):
    losses, _ = ledger(solace, format="csv", table="developments")
    assert {one["field"].split("/")[1] for one in losses} == {"corroborations", "said"}


def test_all_tables_together_lose_nothing(solace):
    losses, end = ledger(solace, format="csv-zip")
    assert losses == []
    assert (end["format"], end["losses"], end["position"]) == ("csv-zip", 0, 96)


# What the tables say


def test_there_is_one_row_for_each_development_with_its_bounds_codes_and_standing(solace):
    rows, told = table(solace, "developments"), lines(solace)

    assert [row["id"] for row in rows] == [line["id"] for line in told]
    assert [row["occurred"] for row in rows] == [line["development"]["occurred"] for line in told]
    for row, line in zip(rows, told, strict=True):
        for scheme, code in line["codes"].items():
            assert row[scheme] == (code or "")


def test_dates_have_an_earliest_and_a_latest_day_and_a_certainty_as_of_the_day(desk):
    desk.record("call-held", occurred="2021-03~")
    desk.record("visit-made", occurred="[2021-03-09..2021-03-20]")
    call, visit = table(desk, "developments", as_of="2021-03-10")

    assert (call["occurred"], call["earliest"], call["latest"]) == ("2021-03~", "2021-02-01", "2021-04-01")
    assert call["acled_time_precision"] == ""
    assert (visit["certainty"], visit["acled_time_precision"], visit["lasting"]) == ("possible", "3", "false")
    assert "all: it has not certainly occurred by the day" in visit["codes_doubts"]


def test_a_code_that_a_dispute_would_change_is_marked(desk):
    talks = desk.record("round-held", format="mediated")
    desk.said(talks, "disputes", by="XB", says={"format": "direct"})
    (row,) = table(desk, "developments")

    assert (row["cameo"], row["codes_certain"]) == ("045", "false")
    assert row["codes_doubts"] == "cameo: 046 by the account of XB"


def test_no_unknown_becomes_a_number(desk):
    desk.record("exchange-stage-carried-out", under=None)
    desk.record("remains-repatriated", persons=[{"side": "XA", "count": {"type": "unknown"}}])
    counts = table(desk, "counts")
    persons = next(row for row in table(desk, "exchange_persons") if row["of"] == "remains")

    withheld = next(row for row in counts if row["count_type"] == "withheld")
    assert (withheld["at_least"], withheld["at_most"], withheld["withheld_by"]) == ("", "", "XB")
    assert (persons["persons_certain_at_least"], persons["persons_certain_at_most"]) == ("0", "")
    assert persons["persons_certain_unknown"] == "1"


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_its_columns_whatever_its_rows(solace, desk, name):
    full = taken_out(solace, format="csv", table=name).split(b"\r\n", 1)[0]
    empty = taken_out(desk, format="csv", table=name)

    assert empty.split(b"\r\n", 1)[0] == full
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", column) for column in full.decode().split(","))


def test_an_export_is_of_its_moment(desk):
    first = desk.record("call-held")
    then = taken_out(desk, format="csv-zip", as_of="2021-06-30")
    position = desk.get(f"/v1/dossiers/{desk.dossier}")["position"]
    desk.said(first, "retractions")

    again = taken_out(desk, format="csv-zip", as_of="2021-06-30", at_position=position)
    assert table(desk, "developments")[0]["standing"] == "retracted"
    assert read_zip(again) == read_zip(then) | {"README.txt": read_zip(again)["README.txt"]}
    assert taken_out(desk, format="csv-zip", as_of="2021-06-30", at_position=position) == again


def test_the_zip_has_every_table_and_says_how_to_read_them(solace):
    files = read_zip(taken_out(solace, format="csv-zip"))

    assert files.keys() == {"README.txt", "losses.csv", *(f"{name}.csv" for name in TABLES)}
    assert files["developments.csv"] == taken_out(solace, format="csv")
    assert files["losses.csv"] == b"development,field,value,why\r\n"
    assert b"take one off each that begins with one" in files["README.txt"]


# Spreadsheets


PLAIN = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "'"]
FORMULAS = [*PLAIN, "＝1+1", " =1", "\u200b=1", '"=1+1"', "a;=1", "a; '=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_is_taken_for_a_formula_and_everything_is_read_back(desk, text):
    desk.record("other-development", summary=f"{text} (invented)")
    raw = taken_out(desk, format="csv").decode()
    (row,) = table(desk, "developments")

    assert row["summary"] == f"{text} (invented)"
    assert not any(is_formula(cell) for cells in csv.reader(StringIO(raw, newline="")) for cell in cells)


def is_formula(cell):
    """Whether some spreadsheet may take it for one, whether or not it begins a new cell after a semicolon."""
    parts = (part.lstrip('\ufeff\u200b" \t\r\n') for part in cell.split(";"))
    return cell[:1] in {"\t", "\r", "\n"} or any(part[:1] in set("=+-@＝＋－＠") for part in parts if part)


@given(st.text() | st.text(alphabet="=+-@＝\t\r\n'; \"a\ufeff"))
def test_a_guard_is_taken_off_again(text):
    assert unguarded(guarded(text)) == text
    assert not is_formula(guarded(text))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_text_is_one_cell_whichever_mark_is_taken_for_what_parts_them(desk, mark):
    desk.record("other-development", label=f"a{mark}b {mark} c", occurred="2021-03-08")
    line = taken_out(desk, format="csv").decode().splitlines()[1]

    assert re.search(rf'(^|,)"[^"]*a{re.escape(mark)}b {re.escape(mark)} c[^"]*"(,|$)', line)


@given(st.lists(st.text(min_size=1)))
def test_items_are_read_back(items):
    assert split_items(joined(items)) == items


# What cannot be asked for


def test_a_table_is_one_that_there_is_and_of_a_format_that_is_one(desk):
    path = f"/v1/dossiers/{desk.dossier}/export"
    for query in ({"table": "sources"}, {"format": "csv", "table": "treaties"}, {"format": "xlsx"}):
        response = desk.client.get(path, params=query)
        assert response.status_code == 422
        assert response.json()["errors"][0]["parameter"] in {"table", "format"}


def test_every_format_is_described(desk):
    description = str(desk.get("/openapi.json")["paths"]["/v1/dossiers/{dossier}/export"])
    for name, one in FORMATS.items():
        assert f"`{name}`: {one.says}" in description
