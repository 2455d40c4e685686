"""What is promised of writing: receipts, versions, keys, and all that can be said of a development."""

from service.conformance.desk import Desk, expect, places, problem
from service.conformance.promises import hold, promise, same
from service.conformance.tellings import GAZETTE, RADIO, REASON, race


@promise("A dossier opened again with the same content is answered 200, with other content refused")
def dossiers(desk: Desk) -> None:
    """POST /v1/dossiers, twice and otherwise."""
    before = desk.events()
    expect(desk.open(), 200)
    same(problem(desk.open(title="Other talks (invented)")), (409, "dossier-taken"), "other content")
    same(desk.events(), before, "events of the dossier")


@promise("What was recorded comes back as it was sent, under the id, version and position of its receipt")
def receipts(desk: Desk) -> None:
    """The receipt, and the development at its Location."""
    told = race(label="A regatta", occurred="2021-03-09/2021-03-11")
    response = desk.try_recording(told)
    receipt = desk.taken(response)
    same(response.headers.get("Location"), f"/v1/developments/{receipt['id']}", "Location")
    same(response.headers.get("ETag"), '"1"', "ETag of the receipt")
    found = desk.ask(response.headers["Location"], min_position=receipt["position"])
    same(found.headers.get("ETag"), '"1"', "ETag of the reading")
    same(expect(found, 200)["development"], told, "the development")


@promise("Each write has a larger position than the one before it, and a later moment")
def order(desk: Desk) -> None:
    """Three writes in a row."""
    receipts = [desk.record(race(label=f"Race {number}")) for number in range(3)]
    positions = [one["position"] for one in receipts]
    moments = [one["recorded_at"] for one in receipts]
    hold(positions == sorted(set(positions)), f"the positions are {positions}")
    hold(moments == sorted(set(moments)), f"the moments are {moments}")


@promise("A kind that is listed is recorded by the example that is shown of it, where it refers to nothing")
def kinds(desk: Desk) -> None:
    """GET /v1/kinds."""
    listed = {one["kind"]: one["example"] for one in expect(desk.ask("/v1/kinds"), 200)["kinds"]}
    for kind in ("call-held", "demand-made", "ceasefire-proposed", "sanction-imposed"):
        same(desk.record(listed[kind])["kind"], kind, "the kind of the receipt")


@promise("What is said of a development needs If-Match: 428 without, 412 with a version that is stale")
def versions(desk: Desk) -> None:
    """If-Match."""
    told = desk.record(race())
    said = {"changes": {"label": "A rowing race"}, "reason": REASON}
    same(problem(desk.try_saying(told["id"], "amendments", said)), (428, "version-required"), "none")
    any_version = desk.post(f"/v1/developments/{told['id']}/amendments", said, if_match="*")
    same(problem(any_version), (428, "version-required"), "If-Match: *")
    same(desk.say(told, "amendments", changes={"label": "A rowing race"})["version"], 2, "the version")
    stale = desk.try_saying(told["id"], "retractions", {"reason": REASON}, seen=1)
    same(problem(stale), (412, "stale-version"), "a stale version")
    same(stale.json().get("current_version"), 2, "current_version")
    same(desk.read(told["id"])["version"], 2, "the version after a stale write")


@promise("A request repeated with its Idempotency-Key is answered as the first time and recorded once")
def repetition(desk: Desk) -> None:
    """Idempotency-Key, on recording and on saying."""
    key = f"{desk.dossier}-once"
    first = desk.record(race(label="Once"), idempotency_key=key)
    before = desk.events()
    same(desk.record(race(label="Once"), idempotency_key=key), first, "the answer to the repetition")
    other = desk.try_recording(race(label="Twice"), idempotency_key=key)
    same(problem(other), (409, "idempotency-key-reused"), "the key with another body")
    same(desk.events(), before, "events of the dossier")


@promise("An amendment changes what it names and nothing else, and the history says who, why and what")
def amendments(desk: Desk) -> None:
    """Amend, then read the history."""
    told = desk.record(race(summary="Two ferries raced."))
    amended = desk.say(told, "amendments", changes={"occurred": "2021-03-11"}, sources=[RADIO])
    found = desk.read(told["id"])["development"]
    same((found["occurred"], found["summary"]), ("2021-03-11", "Two ferries raced."), "the development")
    first, second = desk.get(f"/v1/developments/{told['id']}/history")["versions"]
    change = {"field": "occurred", "before": "2021-03-10", "after": "2021-03-11"}
    same(second["differences"], [change], "differences")
    same((second["reason"], second["position"]), (REASON, amended["position"]), "reason and position")
    hold(first["recorded_by"] and first["recorded_by"] == second["recorded_by"], "nobody is named")


@promise("A command that would change nothing is refused")
def nothing_changed(desk: Desk) -> None:
    """Amend with what is there already, corroborate with the same source."""
    told = desk.record(race())
    again = {"changes": {"label": "A ferry race"}, "reason": REASON}
    for what, body in (("amendments", again), ("corroborations", {"source": GAZETTE})):
        refused = problem(desk.try_saying(told["id"], what, body, seen=1))
        same(refused, (422, "nothing-changed"), what)


@promise("What is retracted leaves the views, stays in the history, and comes back when reinstated")
def retractions(desk: Desk) -> None:
    """Retract and reinstate."""
    told = desk.record(race(label="A rumour"))
    taken_back = desk.say(told, "retractions")
    same(desk.read(told["id"])["standing"], "retracted", "the standing")
    hold(told["id"] not in desk.timeline(), "the timeline still shows what is retracted")
    hold(told["id"] in desk.timeline(standing="retracted"), "standing=retracted does not show it")
    desk.say(taken_back, "reinstatements")
    hold(told["id"] in desk.timeline(), "the timeline does not show what is reinstated")
    same(len(desk.get(f"/v1/developments/{told['id']}/history")["versions"]), 3, "versions")


@promise("A rectification waits for its time: an objection in time stops it, and a refusal leaves what stood")
def rectifications(desk: Desk) -> None:
    """Propose, try to adopt, object, refuse."""
    told = desk.record(race())
    proposal = {"changes": {"occurred": "2021-03-13"}, "objections_until": "2199-12-31"}
    proposed = desk.say(told, "rectifications", **proposal)
    number = proposed["version"]
    early = {"rectification": number, "reason": REASON}
    same(problem(desk.try_saying(told["id"], "adoptions", early, number)), (409, "conflict"), "too early")
    objected = desk.say(proposed, "objections", rectification=number, by="XB")
    desk.say(objected, "refusals", rectification=number)
    same(desk.read(told["id"])["development"]["occurred"], "2021-03-10", "the day")


@promise("A reference to what is not on record, or is no version of the kind that is meant, is refused")
def references(desk: Desk) -> None:
    """An exchange under an agreement that there is not."""
    nowhere = {"kind": "agreement-suspended", "occurred": "2021-03-10", "sources": [GAZETTE]}
    for agreement in ("00000000-0000-4000-8000-000000000000", desk.record(race())["id"]):
        refused = desk.try_recording({**nowhere, "agreement": agreement})
        same(problem(refused), (422, "unresolved-reference"), "the refusal")
        same(places(refused), ["/agreement"], "the place")
