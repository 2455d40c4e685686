"""The registry: every kind is described well enough to record it, and comes back exactly as it was put in."""

from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from domain.developments import KINDS
from domain.developments.examples import (
    SOME_AGREEMENT,
    SOME_CEASEFIRE,
    SOME_CONTACT,
    SOME_DEMAND,
    SOME_SANCTION,
    SOME_STEP,
)
from tests.service.api.desk import Desk

STAND_FOR = {
    SOME_AGREEMENT: "agreement-reached",
    SOME_CEASEFIRE: "ceasefire-proposed",
    SOME_CONTACT: "round-held",
    SOME_DEMAND: "demand-made",
    SOME_STEP: "step-planned",
    SOME_SANCTION: "sanction-imposed",
}
"""Which kind of development the identities in the examples stand for."""

each_kind = pytest.mark.parametrize("kind", sorted(KINDS))


def resolved(desk: Desk, value: Any) -> Any:
    """An example with the identities in it replaced by those of developments on record."""
    match value:
        case dict():
            return {name: resolved(desk, inner) for name, inner in value.items()}
        case list() | tuple():
            return [resolved(desk, inner) for inner in value]
        case str() if value in STAND_FOR:
            return put_in(desk, STAND_FOR[value])[0]
    return value


def put_in(desk: Desk, kind: str) -> tuple[str, dict[str, Any]]:
    """Record the example of a kind, after what it rests on; answer its id and what was put in."""
    body = resolved(desk, deepcopy(dict(KINDS[kind].example)))
    desk.clock.turn(minutes=1)
    response = desk.post(f"/v1/dossiers/{desk.dossier}/developments", body)
    assert response.status_code == 201, response.text
    return response.json()["id"], body


@each_kind
def test_an_example_comes_back_exactly_as_it_was_put_in(busy_desk, kind):
    development, body = put_in(busy_desk, kind)

    on_record = busy_desk.read(development)

    assert on_record["kind"] == kind
    assert on_record["development"] == body
    assert on_record["headline"].strip()


@each_kind
def test_a_development_of_any_kind_is_in_every_list(busy_desk, kind):
    development, body = put_in(busy_desk, kind)

    def found(path: str, within: str) -> list[dict[str, Any]]:
        answer = busy_desk.view(path, limit=500, **({"kind": kind} if path == "timeline" else {}))
        return [one for one in answer[within] if one["id"] == development]

    (happened,) = found("timeline", "developments")
    (change,) = found("changes", "changes")
    export = busy_desk.client.get(f"/v1/dossiers/{busy_desk.dossier}/export").text

    assert happened["development"] == body
    assert change["kind"] == kind
    assert development in export


@each_kind
def test_a_development_of_any_kind_can_be_amended(busy_desk, kind):
    development, body = put_in(busy_desk, kind)

    busy_desk.said(development, "amendments", changes={"summary": "In other words (invented)."})

    assert busy_desk.read(development)["development"] == {**body, "summary": "In other words (invented)."}


def test_the_registry_lists_every_kind_by_name(busy_desk):
    kinds = busy_desk.get("/v1/kinds")["kinds"]

    assert [one["kind"] for one in kinds] == sorted(KINDS)
    assert all(one["description"] for one in kinds)
    assert all(one["codes"].keys() == {"plover", "plover_mode", "cameo", "acled"} for one in kinds)


def test_an_example_is_valid_by_the_schema_beside_it(busy_desk):
    for one in busy_desk.get("/v1/kinds")["kinds"]:
        Draft202012Validator.check_schema(one["body"])
        assert list(Draft202012Validator(one["body"]).iter_errors(one["example"])) == [], one["kind"]
        assert list(Draft202012Validator(one["body"]).iter_errors({**one["example"], "colour": "blue"}))
