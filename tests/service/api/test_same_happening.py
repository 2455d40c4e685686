"""Two reports of one happening: counted once, reversibly, and the past answer stays."""

from typing import Any

import pytest

from tests.service.api.desk import RADIO, REASON, Desk

HERALD = "outlet: Belmark Herald (invented)"
ACCORDING_TO_XB = {
    "outlet": "Belmark Herald (invented)",
    "published": "2021-04-02",
    "chain": [{"actor": "XB", "role": "speaker"}],
}


def stages(desk: Desk, **query: Any) -> int:
    return desk.view("exchanges", **query)["exchanges"]["stages"]["certain"]


def on_the_timeline(desk: Desk, **query: Any) -> list[str]:
    return [one["id"] for one in desk.view("timeline", **query)["developments"]]


@pytest.fixture
def reports(desk) -> tuple[str, str]:
    """Two reports of what may be one exchange stage."""
    one = desk.record("exchange-stage-carried-out", under=None)
    other = desk.record("exchange-stage-carried-out", under=None, sources=[ACCORDING_TO_XB])
    return one, other


def test_what_is_judged_the_same_is_counted_once(desk, reports):
    assert stages(desk) == 2

    desk.said(reports[0], "identifications", other=reports[1])

    assert stages(desk) == 1
    assert on_the_timeline(desk) == [reports[0]]
    (shown,) = desk.view("timeline")["developments"]
    assert shown["same_as"] == [reports[1]]
    assert shown["standing"] == "corroborated"
    assert desk.read(reports[0])["same_as"] == [reports[1]]


def test_it_does_not_matter_of_which_report_it_is_said(desk, reports):
    desk.said(reports[1], "identifications", other=reports[0])

    assert stages(desk) == 1
    assert on_the_timeline(desk) == [reports[0]]


def test_an_undone_judgement_brings_both_back_and_the_past_answers_stay(desk, reports):
    before = desk.view("exchanges")
    joined_at = desk.said(reports[0], "identifications", other=reports[1])["position"]
    joined = desk.view("exchanges")
    desk.said(reports[0], "distinctions", other=reports[1])
    parted = desk.view("exchanges")

    assert [stages(desk, at_position=joined_at + n) for n in (-1, 0, 1)] == [2, 1, 2]
    assert on_the_timeline(desk) == list(reports)
    for answer in (before, joined, parted):
        assert desk.view("exchanges", known_at=answer["known_at"], as_of=answer["as_of"]) == answer


def test_either_report_shows_the_judgement_and_of_which_it_was_said(desk, reports):
    one, other = reports
    desk.said(one, "identifications", other=other)
    judged_at = desk.position
    shown = {"said_of": {"id": one, "version": 2}, "counted_once": True}

    assert desk.read(one)["identifications"] == [{"other": other, **shown}]
    assert desk.read(other)["identifications"] == [{"other": one, **shown}]
    assert desk.read(other)["same_as"] == [one]
    assert desk.read(other, at_position=judged_at - 1)["same_as"] == []

    desk.said(one, "distinctions", other=other)

    assert desk.read(other)["same_as"] == desk.read(other)["identifications"] == []
    assert desk.read(other, at_position=judged_at)["same_as"] == [one]


def test_a_judgement_made_of_both_is_shown_twice_and_counts_for_nothing_while_one_is_retracted(desk, reports):
    one, other = reports
    desk.said(one, "identifications", other=other)
    desk.said(other, "identifications", other=one)
    desk.said(one, "retractions")

    told = desk.read(other)

    assert told["same_as"] == [one]
    assert [(judged["said_of"]["id"], judged["counted_once"]) for judged in told["identifications"]] == [
        (other, False),
        (one, False),
    ]


def test_a_third_report_joins_the_same_happening(desk, reports):
    third = desk.record("exchange-stage-carried-out", under=None, sources=[RADIO])
    desk.said(reports[0], "identifications", other=reports[1])
    desk.said(third, "identifications", other=reports[1])

    assert stages(desk) == 1


def test_a_judgement_is_made_once_and_taken_back_once(desk, reports):
    desk.said(reports[0], "identifications", other=reports[1])
    again = {"other": reports[1], "reason": REASON}
    with desk.nothing_recorded():
        assert desk.refused(desk.says(reports[0], "identifications", again)).places == ["/other"]
    desk.said(reports[0], "distinctions", other=reports[1])
    with desk.nothing_recorded():
        assert desk.refused(desk.says(reports[0], "distinctions", again)).places == ["/other"]


def refused_as_same(desk: Desk, one: str, other: str) -> Any:
    with desk.nothing_recorded():
        refusal = desk.refused(desk.says(one, "identifications", {"other": other, "reason": REASON}))
    assert refusal.told == (422, "unresolved-reference")
    assert refusal.places == ["/other"]
    return refusal


def test_a_development_is_not_judged_the_same_as_itself(busy_desk, held):
    refused_as_same(busy_desk, held, held)


def test_developments_of_different_kinds_are_not_one_happening(busy_desk, held):
    refusal = refused_as_same(busy_desk, held, busy_desk.record("visit-made"))

    assert "expected call-held" in refusal.detail


def test_developments_of_different_dossiers_are_not_one_happening(busy_desk, held):
    busy_desk.open_dossier(id="another-lake")
    other = busy_desk.record("call-held", into="another-lake")

    assert "another-lake" in refused_as_same(busy_desk, held, other).detail


def test_what_rests_on_another_is_not_the_same_as_it(busy_desk):
    agreed = busy_desk.record("ceasefire-declared")
    ended = busy_desk.record("ceasefire-terminated", ceasefire=agreed)

    refused_as_same(busy_desk, ended, agreed)


def test_what_is_retracted_is_not_judged_the_same(busy_desk, held):
    other = busy_desk.record("call-held")
    busy_desk.said(other, "retractions")

    refused_as_same(busy_desk, held, other)


def test_what_is_not_on_record_is_not_judged_the_same(busy_desk, held):
    refused_as_same(busy_desk, held, "00000000-0000-4000-8000-000000000000")


# Lenses


def test_a_lens_gives_the_account_that_rests_on_one_partys_word(desk, reports):
    assert [stages(desk, according_to=party) for party in ("XA", "XB", HERALD)] == [1, 1, 0]
    assert on_the_timeline(desk, according_to="XB") == [reports[1]]


def test_each_party_is_heard_of_one_happening_that_both_report(desk, reports):
    desk.said(reports[0], "identifications", other=reports[1])

    assert [stages(desk, according_to=party) for party in ("XA", "XB", HERALD)] == [1, 1, 0]


def test_a_lens_gives_what_a_party_says_instead_and_no_lens_both_side_by_side(desk):
    call = desk.record("call-held")
    desk.said(call, "disputes", by="XB", says={"occurred": "2021-03-05"})

    def days(**query: Any) -> list[str]:
        return [one["earliest"] for one in desk.view("timeline", **query)["developments"]]

    assert days(according_to="XA") == ["2021-03-04"]
    assert days(according_to="XB") == ["2021-03-05"]
    (shown,) = desk.view("timeline")["developments"]
    assert [one["says"] for one in shown["accounts"]] == [
        {"occurred": "2021-03-04"}, {"occurred": "2021-03-05"},
    ]  # fmt: skip


def test_what_a_party_denies_is_absent_from_its_account(desk):
    call = desk.record("call-held")
    desk.said(call, "disputes", by="XB")

    assert on_the_timeline(desk, according_to="XA") == [call]
    assert on_the_timeline(desk, according_to="XB") == []


def test_corroborated_takes_in_what_two_origins_report(desk, reports):
    assert stages(desk, standing="corroborated") == 0
    desk.said(reports[0], "corroborations", source=RADIO)
    assert stages(desk, standing="corroborated") == 1
    assert on_the_timeline(desk, standing="corroborated") == [reports[0]]


def test_two_reports_of_one_happening_corroborate_each_other(desk, reports):
    desk.said(reports[0], "identifications", other=reports[1])

    assert stages(desk, standing="corroborated") == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"place": "port sol"}, 1),
        ({"place": "XC"}, 1),
        ({"place": "Belmark"}, 0),
        ({"category": "aircrew"}, 2),
        ({"category": "wounded"}, 0),
        ({"text": "TO THE NEXT"}, 1),
        ({"text": "%"}, 0),
        ({"text": "families", "category": "aircrew"}, 2),
    ],
)
def test_the_timeline_is_searched_by_place_category_and_words(desk, reports, query, found):
    desk.record("round-held")

    assert len(on_the_timeline(desk, **query)) == found
