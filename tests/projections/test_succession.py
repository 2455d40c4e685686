"""Which state holds, and since when, where the days of its beginnings are only half known."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.developments import DEVELOPMENT
from domain.entry import Entry
from domain.time import Certainty, parse_edtf
from projections.cut import Held
from projections.succession import Step, outlook

SOURCE = {"outlet": "The Port Solace Gazette (invented)"}
TODAY = date(2021, 12, 31)


def steps(*told: tuple[str, str]) -> list[Step[str]]:
    """Steps as (state, when), recorded in this order."""
    return [_step(state, when, number) for number, (state, when) in enumerate(told, start=1)]


def _step(state: str, when: str, number: int) -> Step[str]:
    body = {"kind": "other-development", "label": state, "occurred": when, "sources": [SOURCE]}
    entry = Entry(
        id=UUID(int=number),
        dossier="lake",
        version=1,
        development=DEVELOPMENT.validate_python(body),
        position=number,
        recorded_at=datetime(2022, 1, 1, tzinfo=UTC),
        known_by=date(2022, 1, 1),
    )
    bounds = parse_edtf(when).bounds
    return Step(state, bounds, Held(entry, Certainty.CERTAIN, bounds))


def since(told: list[Step[str]], day: date = TODAY) -> list[int]:
    return [step.held.entry.position for step in outlook(told, day, "none").since]


def test_before_any_step_the_start_holds():
    before = outlook(steps(("open", "2021-05-02")), date(2021, 5, 1), "none")
    assert (before.state, before.possible, before.last, before.since) == ("none", ("none",), (), ())


def test_a_state_that_is_repeated_holds_since_its_first_step():
    told = steps(("open", "2021-05-01"), ("open", "2021-05-03"), ("open", "2021-05-09"))
    assert outlook(told, TODAY, "none").state == "open"
    assert [step.held.entry.position for step in outlook(told, TODAY, "none").last] == [3]
    assert since(told) == [1]


def test_an_interruption_begins_a_new_run():
    told = steps(
        ("open", "2021-05-01"), ("shut", "2021-05-03"), ("open", "2021-05-09"), ("open", "2021-05-10")
    )
    assert since(told) == [3]


def test_steps_of_one_day_are_in_the_order_of_recording():
    told = steps(("open", "2021-05-01"), ("shut", "2021-05-01"))
    assert outlook(told, TODAY, "none").state == "shut"


def test_overlapping_steps_leave_both_states_possible_each_with_its_own_beginning():
    told = steps(("open", "2021-05"), ("shut", "[2021-05-10..2021-05-20]"))
    both = outlook(told, TODAY, "none")
    assert both.state is None
    assert set(both.possible) == {"open", "shut"}
    assert since(told) == [1, 2]


def test_a_possible_step_leaves_what_held_before_possible():
    told = steps(("open", "2021-05-01"), ("shut", "2021-06"))
    assert set(outlook(told, date(2021, 6, 10), "none").possible) == {"open", "shut"}
    assert outlook(told, date(2021, 6, 30), "none").state == "shut"


def test_an_uncertain_first_step_of_a_run_shares_its_beginning_with_the_certain_one():
    told = steps(("open", "[2021-05-01..2021-05-20]"), ("open", "2021-05-10"))
    assert since(told) == [1, 2]


WHEN = [
    "2021-05-01",
    "2021-05-02",
    "2021-05-03",
    "2021-05",
    "[2021-05-01..2021-05-02]",
    "[2021-05-02..]",
    "[..2021-05-02]",
]


@given(st.lists(st.tuples(st.sampled_from(["open", "shut"]), st.sampled_from(WHEN)), max_size=6))
def test_only_the_latest_and_the_first_steps_matter_and_the_answer_is_that_of_asking_each(told):
    """Against the definition: a step may be the last unless a certain one follows it."""
    given_steps, day = steps(*told), date(2021, 5, 3)
    begun = [step for step in given_steps if step.bounds.occurred_by(day) != "not"]
    certain = [step for step in begun if step.bounds.occurred_by(day) == "certain"]

    shown = outlook(given_steps, day, "none")

    assert list(shown.last) == [one for one in begun if not any(other.follows(one) for other in certain)]
    for state in set(shown.possible) - {"none"}:
        others = [one for one in certain if one.state != state]
        run = [one for one in begun if one.state == state and not any(o.follows(one) for o in others)]
        first = [one for one in run if not any(one.follows(o) for o in run if o in certain)]
        assert [one for one in shown.since if one.state == state] == first


def test_days_that_certainly_differ_outweigh_what_a_step_names():
    """The third names the second and the second the first, which by its day came after the third."""
    first, second, third = steps(
        ("open", "2021-05-10"), ("shut", "[2021-05-01..2021-05-31]"), ("left", "[2021-05-01..2021-05-05]")
    )
    second = replace(second, names=frozenset([first.held.entry.id]))
    third = replace(third, names=frozenset([second.held.entry.id]))

    assert set(outlook([first, second, third], TODAY, "none").possible) == {"shut"}


def test_a_step_does_not_begin_before_the_one_that_it_names():
    open_then, shut = steps(("open", "2021-05-10"), ("shut", "2021-05"))
    shut = replace(shut, names=frozenset([open_then.held.entry.id]))

    assert outlook([open_then, shut], date(2021, 5, 10), "none").possible == ("open", "shut")
    assert outlook([open_then, shut], date(2021, 5, 31), "none").state == "shut"
