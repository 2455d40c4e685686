"""The history of one development: every version, who made it, when and why, and what it changed."""

import pytest

from tests.service.api.desk import DOSSIER, RADIO, REASON, telling

EVENTS = [
    "call-held", "amended", "corroborated", "disputed", "dispute-resolved", "retracted", "reinstated"
]  # fmt: skip


def test_the_history_tells_every_version_with_who_when_and_why(desk, call):
    desk.said(call, "amendments", changes={"occurred": "2021-03-05"}, sources=[RADIO])
    desk.said(call, "corroborations", source=RADIO)
    desk.said(call, "disputes", by="XB", says={"format": "direct"})
    desk.said(call, "resolutions", dispute=4, outcome="dismissed")
    desk.said(call, "retractions")
    desk.said(call, "reinstatements")

    told = desk.get(f"/v1/developments/{call}/history")
    versions = told["versions"]

    assert [one["version"] for one in versions] == [1, 2, 3, 4, 5, 6, 7]
    assert [one["position"] for one in versions] == [2, 3, 4, 5, 6, 7, 8]
    assert [one["event"] for one in versions] == EVENTS
    assert {one["recorded_by"] for one in versions} == {"ada"}
    assert [one["reason"] for one in versions] == [None, REASON, None, REASON, REASON, REASON, REASON]
    assert [one["recorded_at"] for one in versions] == sorted({one["recorded_at"] for one in versions})
    assert versions[1]["differences"] == [
        {"field": "occurred", "before": "2021-03-04", "after": "2021-03-05"}
    ]
    assert versions[1]["sources"] == versions[2]["sources"] == [RADIO]
    assert versions[3]["raised"]["contradicts"] == [
        {"field": "format", "on_record": "phone", "says": "direct"}
    ]
    assert versions[4]["closed"] == {"dispute": 4, "outcome": "dismissed"}


def test_the_history_ends_where_the_moment_of_knowledge_has_it(desk, call):
    desk.said(call, "retractions")
    before = desk.get(f"/v1/developments/{call}/history", at_position=2)

    assert [one["event"] for one in before["versions"]] == ["call-held"]
    assert before["position"] == 2


MINISTER = {"type": "person", "id": "orsolin", "name": "A. Orsolin", "acts_for": "XA"}
SAID = [
    ("corroborations", "corroborated", {"source": RADIO}),
    ("disputes", "disputed", {"by": MINISTER, "says": {"occurred": "2021-03-05"}}),
    ("resolutions", "dispute-resolved", {"dispute": 3, "outcome": "dismissed"}),
    ("disputes", "disputed", {"by": "XB", "says": {}}),
    ("resolutions", "dispute-resolved", {"dispute": 5, "outcome": "withdrawn"}),
    (
        "rectifications",
        "rectification-proposed",
        {"changes": {"place": {"name": "The ferry"}}, "objections_until": "2021-07-31"},
    ),
    ("objections", "objection-raised", {"rectification": 7, "by": MINISTER}),
    ("refusals", "rectification-refused", {"rectification": 7}),
    (
        "rectifications",
        "rectification-proposed",
        {"changes": {"place": None}, "objections_until": "2021-07-01"},
    ),
    ("amendments", "amended", {"changes": {"summary": "They called twice."}, "sources": [RADIO]}),
    ("retractions", "retracted", {"sources": [RADIO]}),
    ("reinstatements", "reinstated", {}),
]


@pytest.fixture
def much_said(desk):
    """A call of which everything was said: its id, and for each event what was said."""
    call = desk.record("call-held", place={"name": "The harbour"})
    for what, _, body in SAID:
        desk.said(call, what, **body)
    other = desk.record("call-held")
    desk.said(call, "identifications", other=other)
    desk.said(call, "distinctions", other=other)
    desk.clock.turn(days=1)
    desk.said(call, "adoptions", rectification=10, sources=[RADIO])
    more = [("same-as", {"other": other}), ("not-same-as", {"other": other})]
    adoption = ("rectification-adopted", {"rectification": 10, "sources": [RADIO]})
    return call, [*((event, body) for _, event, body in SAID), *more, adoption]


def as_said(event, body):
    """What was said, as the record tells it."""
    given = {"reason": None} if event == "corroborated" else {"reason": REASON, "sources": []}
    return {"event": event, **given, **body}


def test_the_history_says_all_that_was_said(desk, much_said):
    call, expected = much_said
    first, *versions = desk.get(f"/v1/developments/{call}/history")["versions"]

    assert first["said"] == {
        "event": "call-held",
        "dossier": desk.dossier,
        "development": telling("call-held", place={"name": "The harbour"}),
    }
    assert [one["said"] for one in versions] == [as_said(*one) for one in expected]


def test_the_changes_say_all_that_was_said(desk, much_said):
    _, expected = much_said
    opening, first, *changes = desk.view("changes")["changes"]

    assert opening["said"] == {"event": "dossier-opened", "dossier": DOSSIER}
    assert first["said"]["development"]["place"] == {"name": "The harbour"}
    told = [one["said"] for one in changes if one["version"] > 1]
    assert told == [as_said(*one) for one in expected]
    assert [one["said"]["event"] for one in changes] == [one["event"] for one in changes]


@pytest.mark.parametrize("path", ["", "/history"])
def test_a_development_is_not_known_before_it_was_recorded(desk, call, path):
    refusal = desk.refused(desk.client.get(f"/v1/developments/{call}{path}", params={"at_position": 1}))

    assert refusal.told == (404, "unknown-development")
