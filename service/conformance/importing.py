"""What is promised of an import: each line by itself, answered in order, and the same lines again once."""

import json
from typing import Any

from service.conformance.desk import JSON, Desk, lines, problem
from service.conformance.promises import promise, same
from service.conformance.tellings import race

NDJSON = "application/x-ndjson"


@promise("Each line of an import is recorded or refused by itself, in order, and the last answer counts them")
def outcomes(desk: Desk) -> None:
    """A good line, a blank one, two bad ones, and a good one without its end."""
    before = desk.events()
    body = b"\n".join((_line("One"), b"", b'{"kind":', _line("Two", occurred="2021-02-30"), _line("Three")))
    *answers, tally = _imported(desk, body)
    same([(one["line"], one["status"]) for one in answers], [(1, 201), (3, 400), (4, 422), (5, 201)], "lines")
    same(answers[2]["problem"]["errors"][0]["pointer"], "/occurred", "the place in the third answer")
    counted = {name: tally[name] for name in ("lines", "recorded", "repeated", "refused")}
    same(counted, {"lines": 5, "recorded": 2, "repeated": 0, "refused": 2}, "the counts")
    desk.position = max(desk.position, tally["position"])
    same(desk.events(), before + 2, "events of the dossier")


@promise("The same lines again under the same Idempotency-Key are answered as before and recorded once")
def repetition(desk: Desk) -> None:
    """All of it again, and from its middle."""
    key = f"{desk.dossier}-import"
    first, second = _line("Four"), _line("Five")
    *answers, tally = _imported(desk, first + b"\n" + second, key=key)
    desk.position = max(desk.position, tally["position"])
    before = desk.events()
    *again, tally = _imported(desk, first + b"\n" + second, key=key)
    same(again, answers, "the answers")
    same((tally["recorded"], tally["repeated"]), (0, 2), "recorded and repeated")
    *rest, tally = _imported(desk, second + b"\n" + _line("Six"), key=key, from_line=2)
    same(rest[0], answers[1], "the answer from line 2 on")
    same((rest[1]["line"], tally["recorded"], tally["repeated"]), (3, 1, 1), "line 3")
    desk.position = max(desk.position, tally["position"])
    same(desk.events(), before + 1, "events of the dossier")


@promise("An import without a token, into no dossier, or of another type is refused before its first line")
def refusals(desk: Desk) -> None:
    """401, 404 and 415."""
    before = desk.events()
    path = f"/v1/dossiers/{desk.dossier}/developments:import"
    line = _line("Never")
    same(problem(desk.post(path, line, content_type=NDJSON, authorization=None))[0], 401, "no token")
    nowhere = "/v1/dossiers/nobody-opened-this-one/developments:import"
    same(problem(desk.post(nowhere, line, content_type=NDJSON)), (404, "unknown-dossier"), "no dossier")
    same(problem(desk.post(path, line)), (415, "unsupported-media-type"), "application/json")
    same(desk.events(), before, "events of the dossier")


def _line(label: str, **fields: Any) -> bytes:
    return json.dumps(race(label=label, **fields)).encode()


def _imported(desk: Desk, body: bytes, key: str | None = None, from_line: int = 1) -> list[JSON]:
    path = f"/v1/dossiers/{desk.dossier}/developments:import?from_line={from_line}"
    return lines(desk.post(path, body, content_type=NDJSON, idempotency_key=key))
