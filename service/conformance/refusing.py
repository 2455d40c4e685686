"""What is promised of refusals: who may write, and what is said of bad input. None leaves a trace."""

from typing import Any

from service.conformance.desk import Desk, expect, places, problem
from service.conformance.promises import hold, promise, same
from service.conformance.tellings import race

BAD_BODIES: tuple[tuple[str, bytes, tuple[int, str]], ...] = (
    ("cut short", b'{"kind": "call-held"', (400, "malformed-body")),
    ("NaN", b'{"kind": NaN}', (400, "malformed-body")),
    ("a name twice", b'{"kind": "call-held", "kind": "call-held"}', (400, "malformed-body")),
    ("not UTF-8", b'{"kind": "\xff"}', (400, "malformed-body")),
    ("nested 66 deep", b"[" * 66 + b"]" * 66, (400, "malformed-body")),
    ("a list", b"[]", (422, "invalid-request")),
)


@promise("A write without a token, or with one that is not valid, is answered 401 with a challenge")
def tokens(desk: Desk) -> None:
    """Authorization."""
    before = desk.events()
    for authorization in (None, "Bearer nobody", "Basic YWRhOmFkYQ=="):
        refused = desk.try_recording(race(), authorization=authorization)
        same(problem(refused), (401, "unauthorized"), f"Authorization: {authorization}")
        challenge = refused.headers.get("WWW-Authenticate", "")
        hold(challenge.startswith("Bearer"), f"the challenge is {challenge!r}")
    same(desk.events(), before, "events of the dossier")


@promise("Reads are open or closed to those without a token as the description says")
def reads(desk: Desk) -> None:
    """The security of GET /v1/dossiers in /openapi.json, and without a token."""
    described = expect(desk.http.get("/openapi.json"), 200)["paths"]["/v1/dossiers"]["get"]["security"]
    status = desk.http.get("/v1/dossiers").status_code
    same(status, 200 if {} in described else 401, "the status without a token")


@promise("A body that is not strict JSON, or has the wrong type, is refused and leaves no trace")
def bodies(desk: Desk) -> None:
    """What a lenient parser would guess at."""
    before = desk.events()
    for what, body, expected in BAD_BODIES:
        same(problem(desk.try_recording(body)), expected, what)
    typed = desk.try_recording(b"kind: call-held", content_type="text/yaml")
    same(problem(typed), (415, "unsupported-media-type"), "text/yaml")
    same(desk.events(), before, "events of the dossier")


@promise("A field that is wrong is named by its place, and a development that is refused leaves no trace")
def fields(desk: Desk) -> None:
    """JSON Pointers to what is wrong."""
    before, next_year = desk.events(), int(desk.view("timeline")["as_of"][:4]) + 1
    for told, expected, place in (
        (race(occurred="2021-02-30"), "invalid-request", "/occurred"),
        (race(sources=[{"outlet": 7}]), "invalid-request", "/sources/0/outlet"),
        (race(colour="red"), "invalid-request", "/colour"),
        (race(kind="call-hold"), "unknown-kind", "/kind"),
        (race(occurred=f"{next_year}-12-31"), "lies-in-future", "/occurred"),
        (race(occurred="0021-03-04"), "improbable-year", "/occurred"),
    ):
        refused = desk.try_recording(told)
        same(problem(refused), (422, expected), place)
        same(places(refused), [place], f"the place of {expected}")
    same(desk.events(), before, "events of the dossier")


@promise("An improbable year is taken once it is confirmed")
def improbable_years(desk: Desk) -> None:
    """?confirm=improbable-year."""
    told = desk.taken(desk.try_recording(race(occurred="0021-03-04"), confirm="improbable-year"))
    same(desk.read(told["id"])["development"]["occurred"], "0021-03-04", "the day")


@promise("A parameter that is unknown, contradicts another or lies in the future is refused, and named")
def parameters(desk: Desk) -> None:
    """Of a view."""
    path = f"/v1/dossiers/{desk.dossier}/timeline"
    moment = "2021-07-01T09:30:00Z"
    asked: tuple[tuple[dict[str, Any], str], ...] = (
        ({"colour": "red"}, "colour"),
        ({"as_of": "2021-02-30"}, "as_of"),
        ({"as_of": "2199-01-01"}, "as_of"),
        ({"known_at": "2199-01-01T00:00:00Z"}, "known_at"),
        ({"known_at": moment, "at_position": "1"}, "at_position"),
        ({"kind": "call-hold"}, "kind"),
        ({"according_to": "nobody-at-all"}, "according_to"),
        ({"cursor": "nowhere"}, "cursor"),
        ({"limit": "0"}, "limit"),
    )
    for query, place in asked:
        refused = desk.ask(path, **query)
        same((*problem(refused), places(refused)), (422, "invalid-request", [place]), f"{query}")


@promise("What is not there is 404, and an address that does not take a method names those that it takes")
def addresses(desk: Desk) -> None:
    """404 and 405."""
    for path, slug in (
        ("/v1/treaties", "not-found"),
        ("/v1/dossiers/nobody-opened-this-one", "unknown-dossier"),
        ("/v1/developments/00000000-0000-4000-8000-000000000000", "unknown-development"),
    ):
        same(problem(desk.ask(path)), (404, slug), path)
    refused = desk.http.request("DELETE", f"/v1/dossiers/{desk.dossier}", headers=desk.bearer)
    same(problem(refused), (405, "method-not-allowed"), "DELETE")
    hold("GET" in refused.headers.get("Allow", ""), "Allow does not name GET")


@promise("The type of a problem is an address that explains it")
def explanations(desk: Desk) -> None:
    """GET /problems, and each of them."""
    listed = expect(desk.http.get("/problems"), 200)
    hold("/problems/stale-version" in str(listed), "no list of the kinds of problem")
    for kind in listed:
        explained = expect(desk.http.get(kind["type"]), 200)
        same(explained, kind, kind["type"])
        hold(explained["meaning"], f"{kind['type']} does not say what it means")


@promise("HEAD is answered as GET without its body, and no answer about now is kept by caches unasked")
def courtesies(desk: Desk) -> None:
    """HEAD, Cache-Control."""
    path = f"/v1/dossiers/{desk.dossier}"
    got, head = desk.ask(path), desk.http.request("HEAD", path, headers=desk.bearer)
    same((head.status_code, head.content), (200, b""), "HEAD")
    same(head.headers.get("Content-Type"), got.headers.get("Content-Type"), "Content-Type")
    same(got.headers.get("Cache-Control"), "no-cache", "Cache-Control")
