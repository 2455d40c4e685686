"""The ceasefire: whether one holds, what was agreed or refused, since when, and on what that rests."""

from hypothesis import given, settings

from projections.ceasefire import ceasefire_status
from tests.projections.reports import standing_papers
from tests.projections.truces import Truces
from tests.projections.worlds import certainty_of
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
    stand = certainty_of([state.standing == "in_effect" for state in states])
    assert shown.in_effect in {stand, "possible"}
    began = {
        (status, paper.id)
        for state in states
        if state.standing == "in_effect"
        for status, paper in state.since
    }
    assert began <= {(one.status, one.rests_on.id) for one in shown.since}
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


def test_an_end_comes_after_what_it_ends_even_where_the_day_of_that_is_vague():
    lake = Chronicle()
    agreed = lake.record("ceasefire-agreed", "2031-03")
    lake.record("ceasefire-terminated", "2031-03-15", ceasefire=str(agreed))

    assert lake.ceasefire("2031-03-20").status == "terminated"


def test_a_later_one_takes_the_place_of_one_between_its_agreement_and_its_start():
    lake = Chronicle()
    older = lake.record("ceasefire-agreed", "2031-03-01", start="2031-03-01")
    lake.record("ceasefire-agreed", "2031-03-04", start="2031-03-07", supersedes=str(older))

    told = {day: lake.ceasefire(f"2031-03-0{day}").ceasefires[0].possible for day in (3, 5, 7)}

    assert told == {3: ("in_effect",), 5: ("in_effect", "superseded"), 7: ("superseded",)}
    assert lake.ceasefire("2031-03-07").status == "in_effect"


def test_one_that_was_never_implemented_was_never_in_effect():
    lake = Chronicle()
    agreed = lake.record("ceasefire-agreed", "2031-03-01", start="2031-03-03")
    lake.record("ceasefire-not-implemented", "2031-03-03", ceasefire=str(agreed))

    told = {day: lake.ceasefire(f"2031-03-0{day}") for day in (2, 3, 9)}

    assert {day: one.status for day, one in told.items()} == {
        2: "agreed",
        3: "not_implemented",
        9: "not_implemented",
    }
    assert {one.in_effect for one in told.values()} == {"not"}


def test_a_breach_is_shown_beside_the_status_and_does_not_end_it():
    lake = Chronicle()
    agreed = str(lake.record("ceasefire-agreed", "2031-03-01", start="2031-03-01"))
    lake.record("ceasefire-violation-reported", "2031-03", ceasefire=agreed, status="alleged")
    lake.record("ceasefire-violation-reported", "2031-03-04", ceasefire=agreed, status="confirmed")

    told = {day: lake.ceasefire(f"2031-03-{day:02}") for day in (3, 4, 31)}

    assert {day: (one.violated.alleged, one.violated.confirmed) for day, one in told.items()} == {
        3: ("possible", "not"),
        4: ("possible", "certain"),
        31: ("certain", "certain"),
    }
    assert {one.status for one in told.values()} == {"in_effect"}
    lake.record("ceasefire-terminated", "2031-03-31", ceasefire=agreed)
    assert lake.ceasefire("2031-03-31").violated.confirmed == "not"


def test_reports_of_one_ceasefire_that_differ_in_its_start_leave_open_whether_it_holds():
    lake = Chronicle()
    one, other = (
        lake.record("ceasefire-agreed", "2031-03-01", start=start) for start in ("2031-03-02", "2031-03-05")
    )
    lake.judge_same(one, other)

    told = {day: lake.ceasefire(f"2031-03-0{day}").possible for day in (1, 3, 5)}

    assert told == {1: ("agreed",), 3: ("agreed", "in_effect"), 5: ("in_effect",)}


def test_what_two_sides_find_of_a_ceasefire_alone_leaves_its_status_open():
    lake = Chronicle()
    for number, (speaker, outcome) in enumerate([("XA", "agreed"), ("XB", "no_agreement")], start=1):
        found = {"issue": "ceasefire", "outcome": outcome}
        lake.record("assessment-given", f"2031-03-0{number}", speaker=speaker, finding=found)

    shown = lake.ceasefire("2031-03-05")

    assert (shown.status, shown.possible) == (None, ("accepted_in_principle", "no_agreement"))


def since(lake, day):
    return [(one.status, str(one.earliest)) for one in lake.ceasefire(f"2031-03-{day:02}").since]


def test_terms_that_extend_a_ceasefire_do_not_begin_it_again():
    lake = Chronicle()
    truce = str(lake.record("ceasefire-agreed", "2031-03-01", start="2031-03-02", end="2031-03-05"))
    lake.record("ceasefire-agreed", "2031-03-05", ceasefire=truce, end="2031-03-09")

    assert since(lake, 7) == [("in_effect", "2031-03-02")]
    lake.record("ceasefire-agreed", "2031-03-20", ceasefire=truce, start="2031-03-20", end="2031-03-25")
    assert since(lake, 22) == [("in_effect", "2031-03-20")]


def test_what_was_suspended_began_again_when_it_was_resumed():
    lake = Chronicle()
    truce = str(lake.record("ceasefire-agreed", "2031-03-01", start="2031-03-02"))
    lake.record("ceasefire-suspended", "2031-03-05", ceasefire=truce)
    lake.record("ceasefire-declared", "2031-03-08", ceasefire=truce, start="2031-03-08")

    assert since(lake, 9) == [("in_effect", "2031-03-08")]


def test_one_that_is_extended_without_an_end_lapses_no_more():
    lake = Chronicle()
    truce = str(lake.record("ceasefire-agreed", "2031-03-01", start="2031-03-02", end="2031-03-05"))
    lake.record("ceasefire-agreed", "2031-03-04", ceasefire=truce, open_ended=True)

    shown = lake.ceasefire("2031-03-20")

    assert (shown.status, shown.ceasefires[0].end) == ("in_effect", None)


def test_talk_of_renewing_one_that_has_ended_is_not_its_status():
    lake = Chronicle()
    truce = str(lake.record("ceasefire-agreed", "2031-03-01", start="2031-03-02", end="2031-03-05"))
    proposed = lake.record("ceasefire-proposed", "2031-03-08", ceasefire=truce)
    lake.record("answer-given", "2031-03-09", to=str(proposed), answer="rejected")

    shown = lake.ceasefire("2031-03-10")

    assert (shown.status, shown.ceasefires[0].status) == ("rejected", "lapsed")


def test_a_proposal_to_two_sides_is_not_accepted_by_the_answer_of_one():
    lake = Chronicle()
    proposed = str(lake.record("ceasefire-proposed", "2031-03-01", addressees=["XA", "XB"]))
    lake.record("answer-given", "2031-03-02", to=proposed, by="XA", answer="accepted")
    assert set(lake.ceasefire("2031-03-05").possible) == {"accepted_in_principle", "proposed"}

    lake.record("answer-given", "2031-03-03", to=proposed, by="XB", answer="rejected")
    assert set(lake.ceasefire("2031-03-05").possible) == {"accepted_in_principle", "rejected"}


def test_a_breach_is_told_with_who_says_so():
    lake = Chronicle()
    agreed = str(lake.record("ceasefire-agreed", "2031-03-01"))
    told = {"ceasefire": agreed, "status": "alleged", "accused": "XB", "content": "Shots at a boat."}
    lake.record("ceasefire-violation-reported", "2031-03-04", **told)

    ((breach,),) = [one.violations for one in lake.ceasefire("2031-03-05").ceasefires]

    assert (breach.accused, breach.content, str(breach.earliest)) == ("XB", "Shots at a boat.", "2031-03-04")
    assert breach.attributed_to


def test_a_new_proposal_may_come_before_the_end_of_the_ceasefire_that_it_carries_on():
    lake = Chronicle()
    truce = str(lake.record("ceasefire-agreed", "2031-03-01", start="2031-03-04", end="2031-03-06"))
    lake.record("ceasefire-proposed", "[2031-03-05..2031-03-07]", ceasefire=truce)

    assert set(lake.ceasefire("2031-03-07").possible) == {"lapsed", "proposed"}
