"""What tests of formats share: asking for an export and its ledger, and reading what came."""

import csv
import json
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

from service.formats.csv_text import split_items, unguarded
from tests.service.api.desk import Desk


def taken_out(desk: Desk, **query: Any) -> bytes:
    """A dossier in some format."""
    response = desk.client.get(f"/v1/dossiers/{desk.dossier}/export", params=query)
    assert response.status_code == 200, response.text
    return response.content


def lines(desk: Desk, **query: Any) -> list[dict[str, Any]]:
    """Its developments, whole."""
    return [json.loads(line) for line in taken_out(desk, **query).splitlines()][1:]


def ledger(desk: Desk, **query: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What a format could not hold, and the line that counts it."""
    *losses, end = [json.loads(line) for line in taken_out(desk, ledger=True, **query).splitlines()]
    assert end["losses"] == len(losses)
    assert all(one["why"] and one["value"] is not None for one in losses)
    return losses, end


def table(desk: Desk, name: str, **query: Any) -> list[dict[str, str]]:
    """The rows of a CSV, as whoever follows its README reads them."""
    content = taken_out(desk, format="csv", table=name, **query)
    rows = csv.DictReader(StringIO(content.decode(), newline=""))
    return [{name: unguarded(cell) for name, cell in row.items()} for row in rows]


def read_zip(content: bytes) -> dict[str, bytes]:
    """The files of a zip."""
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def leaves(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    """Every value that is no list and no object, with its pointer."""
    match value:
        case dict():
            pairs = [(name.replace("~", "~0").replace("/", "~1"), inner) for name, inner in value.items()]
        case list():
            pairs = [(str(index), inner) for index, inner in enumerate(value)]
        case None:
            return []
        case _:
            return [(pointer, value)]
    return [leaf for step, inner in pairs for leaf in leaves(inner, f"{pointer}/{step}")]


def atoms(text: str) -> set[str]:
    """What can be read in a cell: the whole of it, the items of a list, the values in JSON."""
    found = {text, *split_items(text)}
    if text[:2] in {'{"', "[{", '["'}:
        found |= {spelled(value) for _, value in leaves(json.loads(text))}
    return found


def spelled(value: Any) -> str:
    """A value as a text."""
    return value if isinstance(value, str) else json.dumps(value)


def assert_held_or_lost(told: dict[str, Any], there: set[str], losses: list[dict[str, Any]]) -> None:
    """Every value of a development is among those that are there, or in the ledger under its name."""
    lost = [one["field"] for one in losses if one["development"] == told["id"]]
    for pointer, value in leaves({name: one for name, one in told.items() if name != "codes"}):
        named = any(pointer == one or pointer.startswith(one + "/") for one in lost)
        assert named or spelled(value) in there, (told["id"], pointer, value)
