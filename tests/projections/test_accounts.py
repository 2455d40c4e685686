"""Accounts side by side, one party's account alone, and what was once answered."""

import pytest
from hypothesis import given, settings

from projections.timeline import timeline
from tests.projections.test_every_view import DAYS, MOMENTS, TOLD, every_view
from tests.scenarios.chronicle import GAZETTE, Chronicle, exactly, persons
from tests.scenarios.histories import History

OF_XA = {"outlet": "Lake Radio", "chain": [{"actor": "XA", "role": "speaker"}]}
OF_XB = {"outlet": "The Herald", "chain": [{"actor": "XB", "role": "speaker"}]}
MINISTER = {"type": "person", "id": "orsolin", "name": "A. Orsolin", "acts_for": "XA"}


def stage(lake, count, **told):
    return lake.record("exchange-stage-carried-out", "2031-03-12", persons=persons(XA=count), **told)


def returned_to_xa(lake, **lens):
    shown = lake.view("exchanges", **lens).exchanges
    return [(one.persons.certain.at_least, one.persons.certain.at_most) for one in shown.persons]


def happened(lake, **lens):
    return [
        (one.development["persons"][0]["count"]["value"], one.development["sources"])
        for one in timeline(lake.cut(**lens)).developments
    ]


# One party's account


def test_a_number_rests_on_the_record_with_the_party_that_contradicts_it_beside_it():
    lake = Chronicle()
    told = stage(lake, 20)
    lake.dispute(told, persons=persons(XA=30))

    assert returned_to_xa(lake) == [(20, 20)]
    ((recorded, contradicted),) = [one.accounts for one in lake.view("exchanges").contested]
    assert (recorded.by, recorded.says) == (None, {"persons": persons(XA=20)})
    assert (contradicted.by, contradicted.says) == ("XB", {"persons": persons(XA=30)})


@pytest.mark.parametrize(
    ("outcome", "according_to_xb"),
    [(None, [(30, 30)]), ("dismissed", [(30, 30)]), ("upheld", [(30, 30)]), ("withdrawn", [])],
)
def test_a_party_tells_what_it_disputes_in_its_own_words_unless_it_takes_them_back(outcome, according_to_xb):
    lake = Chronicle()
    told = stage(lake, 20)
    lake.dispute(told, persons=persons(XA=30))
    if outcome:
        lake.resolve(told, 2, outcome)
    assert returned_to_xa(lake, according_to="XB") == according_to_xb


def test_what_a_party_denies_did_not_happen_in_its_account():
    lake = Chronicle()
    told = stage(lake, 20, sources=[GAZETTE, OF_XB])
    assert returned_to_xa(lake, according_to="XB") == [(20, 20)]
    lake.dispute(told)
    assert returned_to_xa(lake, according_to="XB") == []
    assert returned_to_xa(lake) == [(20, 20)]


def test_a_party_is_not_told_by_the_sources_of_what_it_contradicts():
    lake = Chronicle()
    told = stage(lake, 20, sources=[GAZETTE, OF_XA])
    lake.dispute(told, persons=persons(XA=30))

    word = {"outlet": "this record, dispute 2", "chain": [{"actor": "XB", "role": "speaker"}]}
    assert happened(lake, according_to="XB") == [(30, [word])]
    assert happened(lake, according_to="XA") == [(20, [OF_XA])]


def test_two_contradictions_of_one_party_are_told_together():
    lake = Chronicle()
    told = stage(lake, 20)
    lake.dispute(told, persons=persons(XA=30))
    lake.dispute(told, occurred="2031-03-13")
    ((shown,),) = [timeline(lake.cut(according_to="XB")).developments]
    assert (str(shown.earliest), shown.development["persons"][0]["count"]) == ("2031-03-13", exactly(30))


def test_who_acts_for_a_party_speaks_in_its_account_and_the_party_not_in_his():
    lake = Chronicle()
    stage(lake, 20, sources=[{**OF_XA, "chain": [{"actor": MINISTER, "role": "speaker"}]}])
    stage(lake, 5, sources=[OF_XA])
    assert returned_to_xa(lake, according_to="XA") == [(25, 25)]
    assert returned_to_xa(lake, according_to="orsolin") == [(20, 20)]


def test_a_day_that_a_party_tells_later_is_bounded_by_what_is_known_not_by_the_first_recording():
    lake = Chronicle()
    told = lake.record("other-development", "2031-03-01", on="2031-03-02")
    lake.dispute(told, occurred="[2031-03-05..2031-03-09]", on="2031-03-10")

    (shown,) = timeline(lake.cut(according_to="XB")).developments
    assert (str(shown.earliest), str(shown.latest)) == ("2031-03-05", "2031-03-09")


# Reports of one happening


def test_two_reports_count_once_by_what_holds_whichever_is_right_and_corroborate_each_other():
    lake = Chronicle()
    ours, theirs = stage(lake, 20, sources=[OF_XA]), stage(lake, 30, sources=[OF_XB])
    assert returned_to_xa(lake) == [(50, 50)]
    before = lake.history[-1].recorded_at

    lake.judge_same(theirs, ours)
    assert returned_to_xa(lake) == [(20, 30)]
    assert returned_to_xa(lake, standings=("corroborated",)) == [(20, 30)]
    assert returned_to_xa(lake, according_to="XA") == [(20, 20)]
    assert [len(one.accounts) for one in lake.view("exchanges").contested] == [2]

    lake.judge_not_same(theirs, ours)
    assert returned_to_xa(lake) == [(50, 50)]
    assert returned_to_xa(lake, standings=("corroborated",)) == []
    assert returned_to_xa(lake, known_at=before) == [(50, 50)]
    assert returned_to_xa(lake, known_at=lake.history[-2].recorded_at) == [(20, 30)]


def test_two_reports_of_one_origin_do_not_corroborate_each_other():
    lake = Chronicle()
    one, other = stage(lake, 20, sources=[OF_XA]), stage(lake, 20, sources=[{**OF_XA, "outlet": "A paper"}])
    lake.judge_same(one, other)
    assert returned_to_xa(lake, standings=("corroborated",)) == []
    assert lake.view("exchanges").contested == ()


def test_a_retracted_report_joins_nothing():
    lake = Chronicle()
    one, other = stage(lake, 20), stage(lake, 30)
    lake.judge_same(one, other)
    lake.retract(other)
    assert returned_to_xa(lake) == [(20, 20)]
    every = ("reported", "claimed", "corroborated", "disputed", "retracted")
    assert [len(held.reports) for held in lake.cut(standings=every).held] == [1, 1]
    lake.reinstate(other)
    assert returned_to_xa(lake) == [(20, 30)]


def test_what_ends_either_report_of_a_ceasefire_ends_the_ceasefire():
    lake = Chronicle()
    first = lake.record("ceasefire-agreed", "2031-03-10", start="2031-03-11")
    second = lake.record("ceasefire-agreed", "2031-03-10", start="2031-03-11")
    lake.judge_same(first, second)
    lake.record("ceasefire-terminated", "2031-03-20", ceasefire=str(second))

    shown = lake.ceasefire()
    assert [one.id for one in shown.ceasefires] == [first]
    assert shown.status == "terminated"


# What was once answered


@every_view
@settings(max_examples=20)
@given(history=TOLD, as_of=DAYS, known_at=MOMENTS)
def test_no_later_act_changes_what_was_answered(name, history, as_of, known_at):
    before = History()
    for act in history.acts:
        if act.at <= known_at:
            assert before.take(act)
    for party in (None, "XA", "XB"):
        asked = {"known_at": known_at, "according_to": party}
        assert history.chronicle.view(name, as_of, **asked) == before.chronicle.view(name, as_of, **asked)


def test_reports_that_accuse_different_sides_do_not_corroborate_each_other():
    lake = Chronicle()
    agreed = str(lake.record("ceasefire-agreed", "2031-03-01"))
    breach = {"ceasefire": agreed, "status": "alleged"}
    ours = lake.record("ceasefire-violation-reported", "2031-03-04", accused="XB", sources=[OF_XA], **breach)
    theirs = lake.record(
        "ceasefire-violation-reported", "2031-03-04", accused="XA", sources=[OF_XB], **breach
    )
    lake.judge_same(theirs, ours)

    (held,) = lake.ceasefire("2031-03-05").ceasefires
    assert [one.standing for one in held.violations] == ["reported"]


def test_nobody_can_dispute_away_that_two_origins_report_something():
    lake = Chronicle()
    reported = stage(lake, 20, sources=[OF_XA, OF_XB])
    lake.dispute(reported, by="XB", persons=persons(XA=18))

    assert returned_to_xa(lake, standings=("corroborated",)) == [(20, 20)]


def test_reports_of_one_happening_that_can_both_be_right_narrow_its_day():
    lake = Chronicle()
    exact, vague = (lake.record("round-held", when) for when in ("2031-03-12", "2031-03"))
    lake.judge_same(exact, vague)
    (held,) = lake.timeline().developments
    assert (str(held.earliest), str(held.latest)) == ("2031-03-12", "2031-03-12")

    other = lake.record("round-held", "2031-03-14")
    lake.judge_same(exact, other)
    (held,) = lake.timeline().developments
    assert (str(held.earliest), str(held.latest)) == ("2031-03-01", "2031-03-31")
