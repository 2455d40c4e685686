"""The history of one development: every version, who made it, when and why, and what it changed."""

import pytest

from tests.service.api.desk import RADIO, REASON

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


@pytest.mark.parametrize("path", ["", "/history"])
def test_a_development_is_not_known_before_it_was_recorded(desk, call, path):
    refusal = desk.refused(desk.client.get(f"/v1/developments/{call}{path}", params={"at_position": 1}))

    assert refusal.told == (404, "unknown-development")
