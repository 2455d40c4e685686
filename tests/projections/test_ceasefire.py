"""The ceasefire: whether one holds, what was agreed or refused, since when, and on what that rests."""

from hypothesis import given, settings

from projections.ceasefire import ceasefire_status
from tests.projections.reports import standing_papers
from tests.projections.truces import Truces
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
