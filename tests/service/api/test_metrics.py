"""What is counted, and who may read it."""

import json

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from tests.service.api.desk import open_desk, telling


def counts(desk):
    """Every sample, by its name and the values of its labels."""
    response = desk.client.get("/metrics", headers={"Authorization": f"Bearer {desk.token}"})
    assert response.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_method_route_and_status_with_how_long_they_took(desk):
    for _ in range(3):
        desk.record("call-held")
    desk.client.get("/v1/dossiers/elsewhere")
    desk.client.get("/v1/dossiers/nowhere")

    told = counts(desk)
    record = "/v1/dossiers/{dossier}/developments"
    assert told["depositary_requests_total", "POST", record, "201"] == 3
    assert told["depositary_request_seconds_count", "POST", record] == 3
    assert told["depositary_request_seconds_sum", "POST", record] > 0
    assert told["depositary_requests_total", "GET", "/v1/dossiers/{dossier}", "404"] == 2


def test_what_callers_make_up_adds_no_series(desk):
    for name in ("a", "b", "c"):
        desk.client.get(f"/v1/{name}")
        desk.client.request(name.upper() * 3, f"/v1/{name}")

    told = counts(desk)
    assert told["depositary_requests_total", "GET", "other", "404"] == 3
    assert told["depositary_requests_total", "other", "other", "404"] == 3


def test_what_is_recorded_is_counted_by_event_and_position(desk):
    call = desk.record("call-held")
    desk.said(call, "disputes", by="XB", says={"occurred": "2021-03-05"})
    desk.get("/v1/log/checkpoint")

    told = counts(desk)
    events = {name[1]: value for name, value in told.items() if name[0] == "depositary_events_recorded_total"}
    assert events == {"dossier-opened": 1, "call-held": 1, "disputed": 1}
    assert told["depositary_head_position",] == told["depositary_signed_position",] == desk.position == 3


def test_groups_and_their_commits_are_counted(desk):
    lines = b"".join(json.dumps(telling("call-held")).encode() + b"\n" for _ in range(8))
    before = counts(desk)
    desk.post(f"/v1/dossiers/{desk.dossier}/developments:import", lines, content_type="application/x-ndjson")

    told = counts(desk)
    assert told["depositary_commit_group_size_sum",] - before["depositary_commit_group_size_sum",] == 8
    assert told["depositary_commit_seconds_count",] == told["depositary_commit_group_size_count",]
    assert told["depositary_events_recorded_total", "call-held"] == 8


def test_refusals_are_counted_by_kind_of_problem_those_of_lines_too(desk):
    for _ in range(2):
        desk.refused(desk.try_recording("call-held", occurred="2021-02-30"))
    desk.refused(desk.open_dossier(description="x" * 2_000_000))
    lines = json.dumps(telling("call-held", occurred="2021-09")).encode() + b"\n{\n"
    desk.post(f"/v1/dossiers/{desk.dossier}/developments:import", lines, content_type="application/x-ndjson")

    told = {name[1]: value for name, value in counts(desk).items() if name[0] == "depositary_problems_total"}
    assert told == {"invalid-request": 2, "body-too-large": 1, "lies-in-future": 1, "malformed-body": 1}


def test_waits_to_be_fresh_are_counted_with_what_came_of_them(desk):
    desk.get("/v1/dossiers", min_position=desk.position)
    desk.refused(desk.client.get("/v1/dossiers", params={"min_position": 1_000}))

    told = counts(desk)
    assert told["depositary_fresh_wait_seconds_count", "false"] == 1
    assert told["depositary_fresh_wait_seconds_sum", "false"] >= 0.05
    assert ("depositary_fresh_wait_seconds_count", "true") not in told


def test_each_application_has_counts_of_its_own(desk, tmp_path):
    desk.record("call-held")
    (tmp_path / "other").mkdir()
    with open_desk(tmp_path / "other") as other:
        assert not any(name[0] == "depositary_events_recorded_total" for name in counts(other))


@pytest.mark.parametrize(
    ("settings", "anybody", "with_a_token"),
    [
        ({}, 200, 200),
        ({"open_reads": False}, 401, 200),
        ({"metrics": "tokens"}, 401, 200),
        ({"metrics": "off"}, 404, 404),
    ],
)
def test_who_may_read_is_set(tmp_path, settings, anybody, with_a_token):
    with open_desk(tmp_path, **settings) as desk:
        headers = {"Authorization": f"Bearer {desk.token}"}
        assert TestClient(desk.client.app).get("/metrics").status_code == anybody
        assert desk.client.get("/metrics", headers=headers).status_code == with_a_token
        desk.open_dossier()
        desk.record("call-held")


def test_the_form_is_the_one_that_is_accepted(desk):
    plain = desk.client.get("/metrics").headers["Content-Type"]
    accepted = {"Accept": "application/openmetrics-text; version=1.0.0"}
    open_metrics = desk.client.get("/metrics", headers=accepted)

    assert plain.startswith("text/plain")
    assert open_metrics.headers["Content-Type"].startswith("application/openmetrics-text")
    assert open_metrics.text.endswith("# EOF\n")


def test_nothing_of_the_record_is_told(desk):
    desk.record("call-held", summary="They met at the old mill (invented).")
    text = desk.client.get("/metrics").text

    assert desk.dossier not in text
    assert "ada" not in text
    assert "mill" not in text
