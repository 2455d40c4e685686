"""What is promised of the two clocks: what had occurred by a day, as it was known at a moment."""

from time import sleep

from service.conformance.desk import Desk, links, problem
from service.conformance.promises import hold, promise, same
from service.conformance.tellings import race

UNKNOWN_DAY = "[2021-03-09..2021-03-20]"
LONG_AGO = "Mon, 01 Jan 1990 00:00:00 GMT"


@promise("By a day, something has certainly, possibly or not occurred, and nothing else is said of it")
def certainty(desk: Desk) -> None:
    """as_of, before, within and after what is known of the day."""
    told = desk.record(race(label="On one of these days", occurred=UNKNOWN_DAY))["id"]
    for day, expected in (("2021-03-08", None), ("2021-03-15", "possible"), ("2021-03-20", "certain")):
        shown = desk.view("timeline", as_of=day, limit=500)["developments"]
        found = next((one["certainty"] for one in shown if one["id"] == told), None)
        same(found, expected, f"by {day}")


@promise("A correction changes today's answer about the past, and never what was known before it")
def knowledge(desk: Desk) -> None:
    """known_at, before and after an amendment."""
    told = desk.record(race(occurred="2021-03-10"))
    known = {"as_of": "2021-03-10", "known_at": told["recorded_at"]}
    before = desk.view("timeline", **known)
    amended = desk.say(told, "amendments", changes={"occurred": "2021-03-11"})
    same(desk.view("timeline", **known), before, "what was known before")
    hold(told["id"] not in desk.timeline(as_of="2021-03-10"), "today's answer is still the old one")
    after = desk.read(told["id"], known_at=amended["recorded_at"])
    same((after["version"], after["development"]["occurred"]), (2, "2021-03-11"), "what was known then")


@promise("What was not recorded yet was not known: a development is not there before its first moment")
def beginning(desk: Desk) -> None:
    """at_position, one before."""
    told = desk.record(race())
    asked = desk.ask(f"/v1/developments/{told['id']}", at_position=told["position"] - 1)
    same(problem(asked), (404, "unknown-development"), "one position before")
    same(desk.read(told["id"], at_position=told["position"])["version"], 1, "at its position")


@promise("A moment and its position are one clock: both give the same answer")
def positions(desk: Desk) -> None:
    """known_at and at_position."""
    told = desk.record(race())
    desk.record(race())
    by_moment = desk.view("timeline", known_at=told["recorded_at"], as_of="2021-06-01")
    by_position = desk.view("timeline", at_position=told["position"], as_of="2021-06-01")
    same(by_moment["position"], told["position"], "the position of the moment")
    same(by_position, by_moment, "the answer at the position")


@promise("Asked again with the clocks that an answer echoes, it is answered the same, whatever came later")
def echoes(desk: Desk) -> None:
    """as_of, known_at and position of every view."""
    desk.record(race())
    asked = {name: desk.view(name) for name in view_names(desk)}
    desk.record(race(label="Later"))
    for name, answer in asked.items():
        again = desk.view(name, as_of=answer["as_of"], known_at=answer["known_at"])
        same(again, answer, name)


@promise("A read with min_position reflects it, and is answered 503 with Retry-After where it cannot in time")
def freshness(desk: Desk) -> None:
    """Reading one's own writes, and asking too much."""
    told = desk.record(race())
    answer = desk.view("timeline", limit=500)
    hold(answer["position"] >= told["position"], f"the answer reflects {answer['position']} only")
    hold(told["id"] in [one["id"] for one in answer["developments"]], "one's own write is not there")
    refused = desk.ask(f"/v1/dossiers/{desk.dossier}/timeline", min_position=2**60)
    same(problem(refused), (503, "not-fresh-enough"), "a position to come")
    hold(refused.headers.get("Retry-After", "").isdecimal(), "no Retry-After")


@promise("Accept-Datetime is known_at: the answer says which memento it is, and where it is found for ever")
def mementos(desk: Desk) -> None:
    """RFC 7089, of a moment before the beginning, which has the first memento."""
    path = f"/v1/dossiers/{desk.dossier}/timeline"
    gated = desk.ask(path, headers={"Accept-Datetime": LONG_AGO})
    hold("accept-datetime" in gated.headers.get("Vary", "").lower(), "Vary does not say Accept-Datetime")
    hold(gated.headers.get("Memento-Datetime"), "no Memento-Datetime")
    related = dict(links(gated.headers.get("Link", "")))
    hold({"original", "timegate", "timemap", "memento"} <= related.keys(), f"Link has {sorted(related)}")
    desk.record(race(label="After the memento"))
    same(desk.ask(gated.headers["Content-Location"]).json(), gated.json(), "the memento at its own address")


@promise("The timemap of a view lists its moments, and each of their addresses is answered")
def timemaps(desk: Desk) -> None:
    """…/timemap, as links."""
    desk.record(race())
    sleep(1)  # a second that is not over has no memento yet
    response = desk.ask(f"/v1/dossiers/{desk.dossier}/timeline/timemap", min_position=desk.position)
    same(response.headers.get("Content-Type", "").partition(";")[0], "application/link-format", "its type")
    relations = list(links(response.text.replace("\n", " ")))
    found = [address for relation, address in relations if relation == "memento"]
    hold(found, "no memento is listed")
    hold("original" in dict(relations), "the original is not listed")
    for address in (found[0], found[-1]):
        same(desk.ask(address).status_code, 200, address)


def view_names(desk: Desk) -> list[str]:
    """The views of a dossier, as the description has them."""
    paths = desk.http.get("/openapi.json").json()["paths"]
    ending = "/timemap"
    root = "/v1/dossiers/{dossier}/"
    return [one[len(root) : -len(ending)] for one in paths if one.startswith(root) and one.endswith(ending)]
