"""The OpenAPI document: complete for every operation, and true, since its examples are played and checked."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from domain.developments import KINDS
from service.api.openapi import EXAMPLES
from service.api.webhooks import SOME_URL
from service.app import create_app
from service.feed.envelope import MEDIA_TYPE
from service.problems import KINDS as PROBLEMS
from service.settings import Settings
from service.webhooks.sending import GONE
from service.webhooks.signing import new_secret, sign
from tests.service.api.desk import address
from tests.service.api.scenario import BYTES, PRIVATE, play
from tests.service.api.scenario import PROBLEMS as MET


@cache
def document(*, open_reads: bool = True) -> dict[str, Any]:
    return create_app(Settings(SQLITE_DBNAME=Path("nowhere.db"), open_reads=open_reads)).openapi()


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    said: dict[str, Any]

    @property
    def id(self) -> str:
        return self.said["operationId"]

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return self.said.get("parameters", [])

    def responses(self, first_digit: str) -> Iterator[tuple[str, dict[str, Any]]]:
        return ((status, told) for status, told in self.said["responses"].items() if status[0] in first_digit)


def operations() -> list[Operation]:
    paths = document()["paths"]
    return [Operation(method, path, said) for path, ways in paths.items() for method, said in ways.items()]


each_operation = pytest.mark.parametrize("operation", operations(), ids=lambda one: one.id)
each_write = pytest.mark.parametrize(
    "operation", [one for one in operations() if one.method == "post"], ids=lambda one: one.id
)
each_read = pytest.mark.parametrize(
    "operation", [one for one in operations() if one.method == "get"], ids=lambda one: one.id
)


def assert_valid(value: Any, schema: dict[str, Any]) -> None:
    """Hold a value against a schema that may point into the document."""
    whole = {**schema, "components": document()["components"]}
    errors = list(
        Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(value)
    )
    assert errors == []


def examples_in(content: dict[str, Any]) -> Iterator[Any]:
    """The examples of a body, those by reference too."""
    if "example" in content:
        yield content["example"]
    for example in content.get("examples", {}).values():
        name = example.get("$ref", "").rpartition("/")[2]
        yield (document()["components"]["examples"][name] if name else example)["value"]


def test_the_document_is_openapi_3_1():
    assert document()["openapi"].startswith("3.1")


def test_every_schema_is_a_json_schema():
    for schema in document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_schema_has_a_name_of_its_own():
    """Two classes of one name would be told apart by their modules, or as input and output."""
    assert [name for name in document()["components"]["schemas"] if not name.isalnum()] == []


def test_operations_have_ids_of_their_own_in_plain_words():
    ids = [one.id for one in operations()]

    assert len(set(ids)) == len(ids)
    assert [one for one in ids if not one.replace("_", "").isalpha()] == []


def test_every_tag_is_described():
    described = {tag["name"] for tag in document()["tags"] if tag["description"]}

    assert {tag for one in operations() for tag in one.said["tags"]} == described


def test_receivers_of_webhooks_are_told_what_they_are_sent():
    """The headers are those that messages are signed with, and the schema is that of the feed's events."""
    (message,) = document()["webhooks"].values()
    said = message["post"]
    ((media_type, content),) = said["requestBody"]["content"].items()
    signed = sign(new_secret(), "msg_1", datetime.now(UTC), b"{}")

    assert media_type == MEDIA_TYPE
    assert [one["name"] for one in said["parameters"] if one["in"] == "header" and one["required"]] == list(
        signed
    )
    assert content["schema"] == {"$ref": "#/components/schemas/CloudEvent"}
    assert_valid(content["example"], content["schema"])
    assert said["responses"].keys() == {"2XX", str(GONE), "default"}
    assert said["tags"] == ["webhooks"]


@each_operation
def test_an_operation_says_what_it_does(operation):
    assert operation.said["summary"]
    assert operation.said["description"]


@each_operation
def test_a_parameter_says_what_it_is_for(operation):
    assert [one["name"] for one in operation.parameters if not one.get("description")] == []


@each_write
def test_the_examples_of_a_request_are_valid(operation):
    (body,) = operation.said["requestBody"]["content"].values()
    shown = list(examples_in(body))

    assert shown
    for example in shown:
        assert_valid(example, body["schema"])


def test_the_lines_of_an_import_are_bodies_of_its_single_request():
    single, imported = (
        next(one.said["requestBody"]["content"] for one in operations() if one.id == name)
        for name in ("record_development", "import_developments")
    )
    (lines,) = examples_in(imported["application/x-ndjson"])

    assert lines.endswith("\n")
    for line in lines.splitlines():
        assert_valid(json.loads(line), single["application/json"]["schema"])


def test_recording_shows_an_example_of_every_kind():
    recording = next(one for one in operations() if one.id == "record_development")
    shown = recording.said["requestBody"]["content"]["application/json"]["examples"]

    assert shown.keys() == KINDS.keys()


@each_operation
def test_the_examples_of_an_answer_are_valid(operation):
    answers = list(operation.responses("2"))

    assert answers
    for _, answer in answers:
        for media_type, content in answer.get("content", {}).items():
            for example in examples_in(content):
                assert example is not None
                if media_type == "application/json":
                    assert_valid(example, content["schema"])


@each_operation
def test_problems_are_documented_with_schema_and_examples(operation):
    problems = list(operation.responses("45"))

    assert {status for status, _ in problems} >= {"422", "500"}
    for status, problem in problems:
        content = problem["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        for example in examples_in(content):
            assert_valid(example, content["schema"])
            assert str(example["status"]) == status


@each_write
def test_a_write_needs_a_token_and_takes_a_key(operation):
    assert operation.said["security"] == [{"HTTPBearer": []}]
    assert {"401", "415", "422", "503"} <= operation.said["responses"].keys()
    if (
        "administration" in operation.said["tags"]
    ):  # A role is granted once, and a token is another each time.
        return
    if operation.id != "import_developments":  # There each line has its own.
        assert {"400", "409", "413"} <= operation.said["responses"].keys()
    if operation.id not in {"add_cosignatures", "add_webhook", "retry_dead_letters"}:  # The same again.
        assert "Idempotency-Key" in {one["name"] for one in operation.parameters}


@each_write
def test_what_is_said_of_a_development_needs_its_version(operation):
    if "{development}" in operation.path:
        if_match = next(one for one in operation.parameters if one["name"] == "If-Match")
        assert if_match["required"]
        assert {"412", "428"} <= operation.said["responses"].keys()


@each_read
def test_reading_is_open_or_closed_as_the_settings_have_it(operation):
    closed = document(open_reads=False)["paths"][operation.path]["get"].get("security")
    is_about_the_record = operation.path.startswith(("/v1", "/checkpoint", "/tile")) and operation.said[
        "tags"
    ] != ["health"]
    if operation.id in PRIVATE | {"read_me", "read_access", "list_acts", "export_record"}:
        assert operation.said["security"] == closed == [{"HTTPBearer": []}]
        return

    assert operation.said.get("security") == ([{}, {"HTTPBearer": []}] if is_about_the_record else None)
    assert closed == ([{"HTTPBearer": []}] if is_about_the_record else None)


@pytest.mark.parametrize(
    ("operation", "status", "headers"),
    [
        ("open_dossier", "201", {"Location"}),
        ("record_development", "201", {"ETag", "Location"}),
        ("amend", "201", {"ETag", "Location"}),
        ("amend", "401", {"WWW-Authenticate"}),
        ("amend", "412", {"ETag"}),
        ("amend", "503", {"Retry-After"}),
        ("read_development", "200", {"ETag"}),
        ("read_timeline", "200", {"Content-Location", "Link", "Memento-Datetime", "Vary"}),
        ("read_positions", "200", {"Content-Location", "Link", "Memento-Datetime", "Vary"}),
        ("read_changes", "200", {"Link"}),
        ("read_ceasefire", "503", {"Retry-After"}),
    ],
)
def test_headers_are_documented(operation, status, headers):
    said = next(one.said for one in operations() if one.id == operation)

    assert said["responses"][status]["headers"].keys() == headers


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> dict[str, Any]:
    """What the service answers today to the scenario that the examples come from."""
    return play(tmp_path_factory.mktemp("scenario"))


def shape(value: Any) -> Any:
    """The fields and types of a value, whatever stands in them."""
    match value:
        case dict():
            return {name: shape(inner) for name, inner in value.items()}
        case list():
            return [shape(inner) for inner in value]
        case str() if value.startswith("{"):
            return [shape(json.loads(line)) for line in value.splitlines()]
    return type(value).__name__


@pytest.mark.parametrize("operation", [one.id for one in operations() if one.id not in BYTES])
def test_an_answer_has_the_shape_of_its_example(operation, played):
    """Where this fails, `python -m tests.service.api.scenario` brings the examples up to date."""
    assert shape(EXAMPLES["answers"][operation]) == shape(played["answers"][operation])


@pytest.mark.parametrize("slug", sorted(PROBLEMS))
def test_a_problem_has_the_shape_of_its_example(slug, played):
    """Where this fails, `python -m tests.service.api.scenario` brings the examples up to date."""
    assert shape(EXAMPLES["problems"][slug]) == shape(played["problems"][slug])


def test_every_kind_of_problem_is_met_by_the_scenario_and_described(played):
    assert {slug: problem["type"] for slug, problem in played["problems"].items()} == {
        slug: kind.type for slug, kind in PROBLEMS.items()
    }
    assert MET.keys() == PROBLEMS.keys()


@each_operation
def test_every_answer_is_valid_by_the_document(operation, played):
    """Not only what is shown: what the service answers today."""
    _, answer = next(operation.responses("2"))
    content = answer.get("content", {}).get("application/json")
    if content is not None:
        assert_valid(played["answers"][operation.id], content["schema"])


@each_read
def test_the_examples_of_parameters_are_taken(operation, desk):
    agreement = desk.record("agreement-reached")
    desk.clock.turn(hours=1)
    desk.record("visit-made")
    desk.clock.turn(hours=1)
    whose = (
        desk.post("/v1/webhooks", {"url": SOME_URL}).json()["id"] if operation.id in PRIVATE else agreement
    )
    path = address(operation.path, desk.dossier, whose).partition("?")[0]
    for parameter in operation.parameters:
        for example in parameter["schema"].get("examples", ()) if parameter["in"] == "query" else ():
            asked = {parameter["name"]: example, **together_with(operation, parameter["name"])}
            desk_answer = desk.client.get(path, params=asked, headers=desk.signed)
            assert desk_answer.status_code == 200, desk_answer.text


def together_with(operation: Operation, name: str) -> dict[str, Any]:
    """The examples of the parameters without which another means nothing."""
    given = {one["name"]: one["schema"].get("examples", [None])[0] for one in operation.parameters}
    needed = [one["name"] for one in operation.parameters if one["required"] and one["in"] == "query"]
    given |= {"format": "ro-crate"} if name == "licence" else {}
    needed += ["format"] if operation.id == "export_dossier" and name in {"table", "licence"} else []
    needed += ["follow"] if operation.id == "read_feed" else []
    needed += ["as_of_from"] if operation.id == "read_diff" and name in {"as_of_to", "known_at"} else []
    return {one: given[one] for one in needed}


def test_a_timemap_is_documented_as_links(played):
    timemaps = [one for one in operations() if one.path.endswith("/timemap")]

    assert timemaps
    for operation in timemaps:
        _, answer = next(operation.responses("2"))
        assert answer["content"].keys() == {"application/link-format"}
        assert played["answers"][operation.id].startswith("</v1/dossiers/")
