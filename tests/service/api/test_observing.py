"""Each request leaves one line in the log, under the id in its answer, and nothing of what it says."""

import io
import json
import logging

import pytest
from fastapi.testclient import TestClient

from service.logs import log_to
from tests.service.api.desk import REASON
from tests.service.api.scenario import PROBLEMS

SECRET = "They met at the old mill (invented)."


@pytest.fixture
def lines():
    """What is logged meanwhile, each line read."""
    root = logging.getLogger()
    before, level, stream = root.handlers, root.level, io.StringIO()
    log_to(stream, "json")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers = before
    root.setLevel(level)


def of_requests(lines):
    return [one for one in lines() if one["logger"] == "depositary.requests"]


def test_a_request_is_one_line_with_its_route_status_duration_and_principal(desk, lines):
    desk.record("call-held")

    (line,) = of_requests(lines)
    assert (line["method"], line["route"], line["status"]) == (
        "POST",
        "/v1/dossiers/{dossier}/developments",
        201,
    )
    assert line["principal"] == "ada"
    assert 0 < line["duration_ms"] < 10_000
    assert line.keys() == {
        *("event", "level", "logger", "timestamp", "method", "route", "status", "duration_ms"),
        *("principal", "request_id"),
    }


def test_no_line_holds_a_body_a_token_or_what_was_asked(desk, lines):
    call = desk.record("call-held", summary=SECRET)
    desk.said(call, "retractions", reason=SECRET)
    desk.client.get(f"/v1/dossiers/{desk.dossier}/timeline", params={"according_to": SECRET})
    desk.try_recording("call-held", occurred=SECRET)

    told = json.dumps(lines())
    assert len(of_requests(lines)) == 4
    assert "mill" not in told
    assert desk.token not in told
    assert desk.dossier not in told


def test_the_problem_that_a_request_is_answered_with_is_told(desk, lines):
    desk.refused(desk.try_recording("call-held", occurred="2021-02-30"))
    desk.refused(desk.client.get("/v1/nowhere"))
    desk.refused(desk.client.get("/v1/dossiers/elsewhere"))
    desk.refused(desk.open_dossier(description="x" * 2_000_000))

    told = [(one["route"], one["status"], one["problem"]) for one in of_requests(lines)]
    assert told == [
        ("/v1/dossiers/{dossier}/developments", 422, "invalid-request"),
        (None, 404, "not-found"),
        ("/v1/dossiers/{dossier}", 404, "unknown-dossier"),
        (None, 413, "body-too-large"),
    ]


def test_an_id_that_is_well_formed_is_answered_and_logged(desk, lines):
    response = desk.client.get("/v1/dossiers", headers={"X-Request-ID": "tour-1.a_b~c"})

    assert response.headers["X-Request-ID"] == "tour-1.a_b~c"
    assert [one["request_id"] for one in of_requests(lines)] == ["tour-1.a_b~c"]


@pytest.mark.parametrize("given", [None, "", "two words", "x" * 129, "a\tb", '"}', "é".encode()])
def test_where_no_id_is_well_formed_one_is_made(desk, lines, given):
    headers = {} if given is None else {"X-Request-ID": given}
    ids = [desk.client.get("/v1/dossiers", headers=headers).headers["X-Request-ID"] for _ in range(2)]

    assert [one for one in ids if len(one) != 32 or not one.isalnum()] == []
    assert ids[0] != ids[1]
    assert [one["request_id"] for one in of_requests(lines)] == ids


def test_a_fault_is_logged_under_the_id_that_is_answered_without_the_values_of_variables(desk, lines):
    response = PROBLEMS["fault"](desk)

    assert response.headers["X-Request-ID"] == response.json()["request_id"] == "7f2c"
    fault, line = (
        one for one in lines() if one.get("request_id") == "7f2c" and one["level"] in {"error", "info"}
    )
    fault, line = (fault, line) if fault["level"] == "error" else (line, fault)
    assert "RuntimeError: a fault of its own" in fault["exception"]
    assert line["status"] == 500


def test_a_store_that_fails_is_logged_under_the_id_that_is_answered(desk, lines):
    response = PROBLEMS["store-unavailable"](desk)

    assert response.headers["X-Request-ID"] == response.json()["request_id"] == "7f2c"
    assert [one["event"] for one in lines() if one["level"] == "error" and one["request_id"] == "7f2c"]


def test_a_refusal_says_nothing_of_its_request(desk):
    """The same question has the same answer, to the byte."""
    assert "request_id" not in desk.refused(desk.client.get("/v1/nowhere")).body


def test_on_a_terminal_a_line_is_to_be_read(desk):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    root = logging.getLogger()
    before, level, stream = root.handlers, root.level, Terminal()
    log_to(stream, "auto")
    try:
        desk.client.get("/v1/dossiers")
    finally:
        root.handlers = before
        root.setLevel(level)

    (line,) = stream.getvalue().splitlines()
    assert not line.startswith("{")
    assert "request" in line
    assert "/v1/dossiers" in line


def test_from_a_level_on(desk, lines):
    logging.getLogger().setLevel("WARNING")
    desk.said(desk.record("call-held"), "retractions", reason=REASON)
    assert lines() == []


def test_a_caller_without_a_token_has_no_principal(desk, lines):
    desk.record("call-held")
    TestClient(desk.client.app).get("/v1/dossiers")

    assert ["principal" in one for one in of_requests(lines)] == [True, False]
