"""Traces, where they are asked for: requests, commits and folds, and nothing of what was said."""

import json
import os
import subprocess
import sys

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from service import tracing
from service.tracing import tracing_of_environment
from tests.service.api.desk import open_desk
from tests.service.recording import ROOT

pytestmark = pytest.mark.sqlite
SECRET = "They met at the old mill (invented)."


@pytest.fixture
def traced(monkeypatch, tmp_path):
    """A desk before a service that is asked for traces, and how to read them once it is closed."""
    exporter = InMemorySpanExporter()
    monkeypatch.setattr(tracing, "exporter_named", lambda name: exporter if name == "otlp" else None)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example:4318")

    def spans(act):
        with open_desk(tmp_path) as desk:
            desk.open_dossier()
            act(desk)
        return exporter.get_finished_spans()

    return spans


def named(spans, name):
    return [one for one in spans if one.name == name]


def test_requests_commits_and_folds_are_spans_each_in_its_place(traced):
    def act(desk):
        desk.record("call-held")
        desk.view("ceasefire")

    spans = traced(act)
    (written,) = named(spans, "POST /v1/dossiers/{dossier}/developments")
    (asked,) = named(spans, "GET /v1/dossiers/{dossier}/ceasefire")
    (fold,) = named(spans, "fold")
    assert written.attributes["http.status_code"] == 201
    assert fold.parent.span_id == asked.context.span_id
    assert dict(fold.attributes) == {"depositary.view": "CeasefireStatus", "depositary.position": 2}
    assert [one.attributes["depositary.commands"] for one in named(spans, "commit")] == [1, 1]
    assert {one.resource.attributes["service.name"] for one in spans} == {"depositary"}


def test_no_span_holds_a_body_a_token_or_what_was_asked(traced):
    def act(desk):
        desk.record("call-held", summary=SECRET)
        desk.client.get(f"/v1/dossiers/{desk.dossier}/timeline", params={"according_to": SECRET})
        act.token = desk.token

    told = "".join(one.to_json() for one in traced(act))
    assert "timeline" in told
    assert "mill" not in told
    assert act.token not in told
    assert "testclient" not in told


def test_what_machines_ask_every_few_seconds_is_not_traced(traced):
    def act(desk):
        desk.get("/v1/health/live")
        desk.client.get("/metrics")

    assert [one.name for one in traced(act) if "health" in one.name or "metrics" in one.name] == []


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.example:4318"},
        {"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.example:4318"},
        {"OTEL_SERVICE_NAME": "depositary"},
        {"OTEL_TRACES_EXPORTER": "carrier-pigeon"},
    ],
)
def test_where_the_variables_do_not_ask_for_traces_there_are_none(environment):
    assert tracing_of_environment(environment) is None


def test_an_exporter_that_is_not_known_is_said(caplog):
    tracing_of_environment({"OTEL_TRACES_EXPORTER": "carrier-pigeon"})

    assert "OTEL_TRACES_EXPORTER is to be otlp, console or none" in caplog.text


def test_where_nothing_that_makes_them_is_installed_that_is_said_and_the_service_goes_on(caplog, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)

    assert tracing_of_environment({"OTEL_TRACES_EXPORTER": "otlp"}) is None
    assert "pip install 'depositary[tracing]'" in caplog.text


def test_nothing_that_makes_them_is_imported_where_it_is_not_asked_for():
    code = (
        "import json, sys; from service.app import create_app; create_app(); "
        "makes = ('opentelemetry.sdk', 'opentelemetry.exporter', 'opentelemetry.instrumentation'); "
        "print(json.dumps([one for one in sys.modules if one.startswith(makes)]))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert json.loads(done.stdout) == []
