"""What is promised of views: standing, both accounts, counts that are never made up, and why."""

from typing import Any

from service.conformance.clocks import view_names
from service.conformance.desk import Desk, lines
from service.conformance.promises import hold, promise, same
from service.conformance.tellings import GAZETTE, RADIO, REASON, according_to, race, stage

EXACT_20 = {"type": "exact", "value": 20}
EXACT_18 = {"type": "exact", "value": 18}


@promise("Two independent origins corroborate: standing=corroborated shows what they report, and no more")
def corroboration(desk: Desk) -> None:
    """A development with one source, then with two."""
    told = desk.record(race(label="Seen by two"))
    same(desk.read(told["id"])["standing"], "reported", "the standing with one source")
    hold(told["id"] not in desk.timeline(standing="corroborated"), "one origin counts as two")
    desk.say(told, "corroborations", source=RADIO)
    same(desk.read(told["id"])["standing"], "corroborated", "the standing with two")
    hold(told["id"] in desk.timeline(standing="corroborated"), "what is corroborated lacks it")


@promise("A dispute keeps both accounts, says so in the standing, and is closed by its number")
def disputes(desk: Desk) -> None:
    """Dispute and resolve."""
    told = desk.record(race(label="Disputed"))
    disputed = desk.say(told, "disputes", by="XB", says={"occurred": "2021-03-11"})
    same(desk.read(told["id"])["standing"], "disputed", "the standing")
    same(desk.read(told["id"])["development"]["occurred"], "2021-03-10", "what was recorded")
    (shown,) = [one for one in desk.view("disputes")["disputed"] if one["id"] == told["id"]]
    same([one["by"] for one in shown["claims"]], ["XB"], "who contradicts")
    desk.say(disputed, "resolutions", dispute=disputed["version"], outcome="upheld")
    resolved = desk.read(told["id"])
    same((resolved["standing"], resolved["development"]["occurred"]), ("reported", "2021-03-11"), "upheld")


@promise("according_to shows one party's account: what rests on its word, and not what rests on another's")
def lenses(desk: Desk) -> None:
    """Two claims, of two parties."""
    by_xa, by_xb = according_to("XA", "Ministry of Arvenia"), according_to("XB", "Ministry of Belmark")
    ours = desk.record(race(label="XA says so", standing="claimed", sources=[by_xa]))["id"]
    theirs = desk.record(race(label="XB says so", standing="claimed", sources=[by_xb]))["id"]
    same(desk.read(ours)["standing"], "claimed", "the standing of what rests on a party's word")
    shown = desk.timeline(according_to="XA")
    hold(ours in shown, "the account of XA lacks what XA says")
    hold(theirs not in shown, "the account of XA has what XB says")


@promise("Two reports of one happening are counted once, reversibly; what is not known stays unknown in sums")
def counts(desk: Desk) -> None:
    """Stages of an exchange: one with a count, the same again, and one without."""
    one = desk.record(stage("XA", EXACT_20))
    other = desk.record(stage("XA", EXACT_20, sources=[RADIO]))
    desk.record(stage("XA", {"type": "unknown"}, occurred="2021-03-14"))
    same(_stages(desk), 3, "stages, before any judgement")
    joined = desk.say(one, "identifications", other=other["id"])
    same(_stages(desk), 2, "stages, once two are judged the same")
    persons = _persons(desk)
    found = {name: persons[name] for name in ("at_least", "at_most", "unknown")}
    same(found, {"at_least": 20, "at_most": None, "unknown": 1}, "the sum")
    parted = desk.say(joined, "distinctions", other=other["id"])
    same(_stages(desk), 3, "stages, once the judgement is taken back")
    desk.say(parted, "retractions")
    same(_stages(desk), 2, "stages, once one is retracted")


def _stages(desk: Desk) -> int:
    return int(desk.view("exchanges")["exchanges"]["stages"]["certain"])


def _persons(desk: Desk) -> dict[str, int | None]:
    sides = desk.view("exchanges")["exchanges"]["persons"]
    found: dict[str, int | None] = next(one["persons"]["certain"] for one in sides if one["side"] == "XA")
    return found


@promise("Where accounts differ, a view shows each beside the others under contested")
def contested(desk: Desk) -> None:
    """A count that a party tells otherwise."""
    told = desk.record(stage("XB", EXACT_20, occurred="2021-03-16"))
    says = {"persons": [{"side": "XB", "count": EXACT_18}]}
    desk.say(told, "disputes", by="XB", says=says)
    found = [one for one in desk.view("exchanges")["contested"] if one["id"] == told["id"]]
    hold(found, "it is not among what is contested")
    same([one["by"] for one in found[0]["accounts"]], [None, "XB"], "the accounts")


@promise("Every view echoes both clocks and its position, and says with explain=true what it rests on")
def explanations(desk: Desk) -> None:
    """Every view of the description, and the explanation of the folded ones."""
    for name in view_names(desk):
        answer = desk.view(name)
        hold({"dossier", "as_of", "known_at", "position"} <= answer.keys(), f"{name} echoes no clocks")
    told = desk.record(stage("XA", EXACT_20, occurred="2021-03-18"))
    explained = desk.view("exchanges", explain="true")["explanation"]
    hold(told["id"] in str(explained), "the explanation does not name a stage that was counted")


@promise("A diff names what changed an answer between two moments: the event, its author and its reason")
def diffs(desk: Desk) -> None:
    """Of the exchanges, before and after an amendment."""
    told = desk.record(stage("XA", {"type": "unknown"}, occurred="2021-03-19"))
    changes = {"persons": [{"side": "XA", "count": EXACT_18}]}
    amended = desk.say(told, "amendments", changes=changes)
    asked = {"view": "exchanges", "known_from": told["recorded_at"], "known_to": amended["recorded_at"]}
    differences = desk.view("diff", **asked)["differences"]
    causes = [one for difference in differences for one in difference["made_by"]]
    same({(one["position"], one["reason"]) for one in causes}, {(amended["position"], REASON)}, "the causes")
    same(desk.view("diff", **{**asked, "known_from": amended["recorded_at"]})["differences"], [], "no time")


@promise("The changes list every event in the order of recording: what, when, by whom, why")
def changes(desk: Desk) -> None:
    """Between two moments."""
    told = desk.record(race(label="First told so"))
    amended = desk.say(told, "amendments", changes={"label": "Then so"})
    asked = {"known_from": told["recorded_at"], "known_to": amended["recorded_at"]}
    (change,) = desk.view("changes", **asked)["changes"]
    found = {name: change[name] for name in ("position", "event", "id", "version", "reason")}
    expected = {"position": amended["position"], "event": "amended", "id": told["id"], "version": 2}
    same(found, {**expected, "reason": REASON}, "the one change")
    hold(change["recorded_by"], "nobody is named")


@promise("Pages follow each other by Link and next: everything once, whatever is recorded meanwhile")
def pages(desk: Desk) -> None:
    """The timeline and the changes, a few a page."""
    for name in ("timeline", "changes"):
        whole = desk.view(name, limit=500)
        listed = "developments" if name == "timeline" else "changes"
        desk.record(race(label="Meanwhile"))
        clocks = {"known_at" if name == "timeline" else "known_to": whole["known_at"]}
        same(_walked(desk, name, listed, clocks), whole[listed], f"the pages of {name}")


def _walked(desk: Desk, name: str, listed: str, clocks: dict[str, Any]) -> list[object]:
    found: list[object] = []
    response = desk.ask(f"/v1/dossiers/{desk.dossier}/{name}", limit=7, **clocks)
    while True:
        page = response.json()
        found += page[listed]
        header = response.headers.get("Link", "")
        following = [link for link in header.split(", <") if 'rel="next"' in link]
        same(bool(following), page["next"] is not None, "whether Link and next go on")
        if not following:
            return found
        response = desk.ask(following[0].lstrip("<").partition(">")[0])


@promise("The timeline is found by kind, actor, place and text")
def filters(desk: Desk) -> None:
    """Each filter, for one that is meant and one that is not."""
    league = {"type": "organisation", "id": "lantern-league", "name": "Lantern League (invented)"}
    told = {"kind": "round-held", "occurred": "2021-03-07", "parties": [league, "XB"], "sources": [GAZETTE]}
    place = {"name": "Vessel Point (invented)", "precision": "venue"}
    meant = desk.record({**told, "place": place, "summary": "They met by lamplight."})["id"]
    for query in ({"kind": "round-held"}, {"place": "Vessel"}, {"text": "LAMP"}, {"actor": "lantern-league"}):
        same(desk.timeline(**query), [meant], f"{query}")
    hold(meant not in desk.timeline(kind="other-development"), "another kind finds it")


@promise("An export has the dossier, then each development as it was put in, with all that was said of it")
def exports(desk: Desk) -> None:
    """GET …/export."""
    told = race(label="To be taken out", sources=[GAZETTE])
    recorded = desk.say(desk.record(told), "retractions")
    first, *rest = lines(desk.ask(f"/v1/dossiers/{desk.dossier}/export", min_position=desk.position))
    same(first["dossier"]["id"], desk.dossier, "the first line")
    (found,) = [one for one in rest if one["id"] == recorded["id"]]
    same((found["development"], found["standing"]), (told, "retracted"), "the line of the development")
    same([one["event"] for one in found["said"]], ["other-development", "retracted"], "what was said of it")
