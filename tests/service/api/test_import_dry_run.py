"""An import that is only foreseen: every line is answered as it would be, and nothing is recorded."""

import json
from typing import Any

import pytest

from tests.service.api.desk import Desk, telling

KINDS = ["recorded", "repeated", "refused"]


def imported(desk: Desk, told: list[Any], key: str = "spring", **query: Any) -> list[dict[str, Any]]:
    lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in told]
    response = desk.client.post(
        f"/v1/dossiers/{desk.dossier}/developments:import",
        content=b"\n".join(lines),
        params=query,
        headers={
            "Authorization": f"Bearer {desk.token}",
            "Content-Type": "application/x-ndjson",
            "Idempotency-Key": key,
        },
    )
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


@pytest.fixture
def lines(desk):
    """Lines of every sort: good ones, wrong ones, ones that rest on others, one that was sent before."""
    agreement = desk.record("agreement-reached")
    retracted = desk.record("agreement-reached")
    desk.said(retracted, "retractions")
    imported(desk, [telling("call-held")])
    under = {"agreement": agreement, "stipulation": "pilots"}
    return [
        telling("call-held"),
        telling("visit-made"),
        b"{",
        b"",
        telling("call-held", occurred="2021-02-30"),
        telling("call-held", occurred="2031-02-03"),
        telling("exchange-stage-carried-out", under=under),
        telling("exchange-stage-carried-out", under={**under, "stipulation": "sailors"}),
        telling("exchange-stage-carried-out", under={**under, "agreement": retracted}),
        telling("other-development", kind="other"),
    ]


def test_it_says_of_each_line_what_an_import_then_does(desk, lines):
    with desk.nothing_recorded():
        *foreseen, summed_up = imported(desk, lines, dry_run=True)
    *done, counted = imported(desk, lines)

    assert [one["line"] for one in foreseen] == [one["line"] for one in done]
    for before, after in zip(foreseen, done, strict=True):
        assert before.get("problem") == after.get("problem")
        assert ("would_be" in before) == ("id" in after)
    assert summed_up.pop("dry_run") is True
    assert {name: summed_up[name] for name in KINDS} == {name: counted[name] for name in KINDS}
    assert (counted["recorded"], counted["repeated"], counted["refused"]) == (2, 1, 6)


def test_it_says_what_would_be_recorded_and_what_is_on_record(desk, lines):
    first, second, *_ = imported(desk, lines, dry_run=True)

    assert (first["would_be"], first["kind"], first["position"]) == ("repeated", "call-held", 5)
    assert second == {
        "line": 2,
        "status": 200,
        "would_be": "recorded",
        "kind": "visit-made",
        "headline": "A. Orsolin visited XC",
    }


def test_a_key_that_another_request_used_would_be_refused(desk, lines):
    changed = [telling("visit-made"), *lines[1:]]
    foreseen, done = imported(desk, changed, dry_run=True), imported(desk, changed)

    assert foreseen[0]["problem"] == done[0]["problem"]
    assert foreseen[0]["problem"]["type"] == "/problems/idempotency-key-reused"


def test_foreseen_again_it_is_the_same(desk, lines):
    assert imported(desk, lines, dry_run=True) == imported(desk, lines, dry_run=True)
