"""The ceasefire: whether one holds, what was agreed or refused, since when, and on what that rests."""

from hypothesis import given, settings

from projections.ceasefire import ceasefire_status
from tests.projections.reports import standing_papers
from tests.projections.truces import Truces
from tests.scenarios.chronicle import Chronicle
from tests.scenarios.histories import CEASEFIRES, TALK, days, histories, moments

KINDS = (*CEASEFIRES, *CEASEFIRES, *TALK)


@settings(max_examples=300)
@given(history=histories(KINDS, most=6), as_of=days(), known_at=moments())
def test_no_world_is_left_out_and_what_is_certain_holds_in_every_one(history, as_of, known_at):
    """It may leave open more than one world allows, and never less: nothing is rounded away."""
    papers = standing_papers(history.acts, as_of, known_at)
    states = Truces(papers, as_of, known_at.date()).states()

    shown = ceasefire_status(history.chronicle.cut(as_of, known_at))

    statuses = {state.status for state in states}
    assert statuses <= set(shown.possible)
    assert shown.status is None or statuses == {shown.status}
    stand = {state.standing == "in_effect" for state in states}
    assert (shown.in_effect == "certain") <= (stand == {True})
    assert (shown.in_effect == "not") <= (stand == {False})
    for one in shown.ceasefires:
        told = {truce.told for state in states for name, truce in state.truces if name == str(one.id)}
        assert told <= set(one.possible)


def test_terms_take_effect_on_their_start_and_lapse_on_the_day_after_their_end():
    lake = Chronicle()
    lake.record("ceasefire-agreed", "2031-03-02", start="2031-03-04", end="2031-03-08")

    told = {day: lake.ceasefire(f"2031-03-{day:02}") for day in (1, 2, 3, 4, 8, 9)}

    statuses = {day: answer.status for day, answer in told.items()}
    assert statuses == {1: "none", 2: "agreed", 3: "agreed", 4: "in_effect", 8: "in_effect", 9: "lapsed"}
    assert {day: answer.in_effect for day, answer in told.items()}[4] == "certain"
    assert str(told[8].since[0].earliest) == "2031-03-04"


def test_once_one_is_certainly_on_record_none_is_no_answer():
    lake = Chronicle()
    agreed = lake.record("ceasefire-agreed", "2031-03-02", start="2031-03-02")
    lake.record("ceasefire-terminated", "[2031-03-05..2031-03-07]", ceasefire=str(agreed))

    shown = lake.ceasefire("2031-03-05")

    assert (shown.status, set(shown.possible)) == (None, {"in_effect", "terminated"})


def test_an_end_that_was_put_off_no_longer_ends_it():
    lake = Chronicle()
    first = str(lake.record("ceasefire-agreed", "2031-03-01", start="2031-03-01", end="2031-03-04"))
    lake.record("ceasefire-agreed", "2031-03-03", ceasefire=first, end="2031-03-09")
    lake.record("ceasefire-suspended", "2031-03-06", ceasefire=first)

    statuses = [lake.ceasefire(f"2031-03-{day:02}").status for day in (4, 5, 6, 9, 10)]

    assert statuses == ["in_effect", "in_effect", "suspended", "suspended", "lapsed"]


def test_a_start_after_all_that_was_known_is_only_a_plan():
    lake = Chronicle()
    lake.record("ceasefire-agreed", "2031-03-02", start="2031-03-06", on="2031-03-03")

    shown = lake.ceasefire("2031-03-06", known_at="2031-03-04")

    assert (shown.in_effect, set(shown.possible)) == ("possible", {"agreed", "in_effect"})
