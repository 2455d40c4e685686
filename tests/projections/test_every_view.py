"""What every view holds to: unknown stays unknown, no account is picked in silence, and grounds are all."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.values import Value, walk
from projections.contacts import Length
from projections.performance import Performance
from projections.registry import VIEWS
from projections.returns import Persons
from projections.view import Contested, View
from tests.projections.clerk import keys_of, origins, papers
from tests.projections.reports import standing_papers
from tests.projections.test_the_clerk_agrees import accounts_of
from tests.scenarios.histories import (
    AGREEMENTS,
    ASKING,
    CEASEFIRES,
    EVERY,
    EXCHANGES,
    FIRST_MOMENT,
    Act,
    History,
    day,
    histories,
)

KINDS = st.sampled_from(
    [
        EVERY,
        (*AGREEMENTS, "exchange-stage-carried-out", "assessment-given"),
        (*EXCHANGES[:1], *EXCHANGES[3:]),
        ("round-held", "call-held"),
        (*ASKING, "position-taken"),
        (*CEASEFIRES, "round-held"),
        ("step-planned", "step-fulfilled", "other-development"),
    ]
)
TOLD = KINDS.flatmap(lambda kinds: histories(kinds, most=16))
DAYS = st.integers(5, 14).map(day)
MOMENTS = st.integers(12, 400).map(lambda n: FIRST_MOMENT + timedelta(hours=n))
every_view = pytest.mark.parametrize("name", sorted(VIEWS))


def named_in(told: Any) -> set[str]:
    """The developments that an answer names as what it rests on, wherever it does so."""
    if isinstance(told, dict):
        own = {told["id"]} if {"id", "version"} <= told.keys() else set()
        return own.union(*map(named_in, told.values()))
    return set().union(*map(named_in, told)) if isinstance(told, list) else set()


def without_contested(view: View) -> dict[str, Any]:
    """What an answer says, but for the accounts that it shows beside it."""
    return view.model_dump(mode="json", exclude={"contested"})


@every_view
@settings(max_examples=30)
@given(history=TOLD, as_of=DAYS, known_at=MOMENTS)
def test_what_a_view_does_not_rest_on_changes_nothing(name, history, as_of, known_at):
    told = history.chronicle
    shown = without_contested(told.view(name, as_of, known_at=known_at))
    named = named_in(shown)
    known = papers(history.acts, known_at).values()
    # Of two reports of one happening each bounds when it was, also by days on which it had not begun.
    joined = {one for paper in known for other in paper.same for one in (str(paper.id), other)}
    for paper in known:
        if str(paper.id) not in named | joined and not paper.retracted:
            less = told.view(name, as_of, known_at=known_at, without=[paper.id])
            assert without_contested(less) == shown


@every_view
@settings(max_examples=30)
@given(history=TOLD, as_of=DAYS, known_at=MOMENTS)
def test_no_view_rests_on_one_account_in_silence(name, history, as_of, known_at):
    shown = history.chronicle.view(name, as_of, known_at=known_at)

    contested = {str(one.id): one for one in shown.contested}
    named = named_in(without_contested(shown))
    for paper in standing_papers(history.acts, as_of, known_at):
        accounts = accounts_of(paper)
        if accounts and str(paper.id) in named:
            assert [(one.id, one.by, one.denies, one.says) for one in contested[str(paper.id)].accounts] == (
                accounts
            )
    assert all(one.accounts for one in shown.contested)


@every_view
@settings(max_examples=30)
@given(history=TOLD, as_of=DAYS, known_at=MOMENTS, kept_back=st.booleans())
def test_no_view_makes_a_number_of_what_nobody_published(name, history, as_of, known_at, kept_back):
    secret = {"type": "withheld", "by": "XB", "reason": "until the families are told"}
    shown = silenced(history, secret if kept_back else {"type": "unknown"}).view(
        name, as_of, known_at=known_at
    )
    for value in values_of(shown):
        match value:
            case Persons(at_least=least, at_most=most, stages=stages):
                assert (least, most) == (0, None if stages else 0)
                assert stages == (value.withheld + value.unknown)
            case Length(at_least=least, at_most=most, contacts=number):
                assert (least, most, value.unknown) == (0, None if number else 0, number)
            case Performance(basis="counted", level=level, carried_out=done):
                assert level is None or (level == 0 and not any(done.stages.model_dump().values()))


def values_of(view: View) -> list[Value]:
    """Every value in an answer, but for the accounts that it shows beside it."""
    return [value for _, value in walk(view, but=(Contested,)) if isinstance(value, Value)]


def silenced(history: History, count: dict[str, Any]) -> Any:
    """The same history, told by somebody who gives no number of persons and no length of time."""
    silent = History()
    for act in history.acts:
        silent.take(Act(act.verb, act.of, without_numbers(act.body, count), act.at))
    return silent.chronicle


def without_numbers(told: Any, count: dict[str, Any]) -> Any:
    """A telling with every count put out of reach."""
    if isinstance(told, list):
        return [without_numbers(one, count) for one in told]
    if not isinstance(told, dict):
        return told
    return {
        name: count if name == "count" else without_numbers(value, count)
        for name, value in told.items()
        if name != "duration"
    }


@given(history=TOLD, as_of=DAYS, known_at=MOMENTS)
def test_an_account_is_shown_by_whoever_tells_it(history, as_of, known_at):
    shown = history.chronicle.view("disputes", as_of, known_at=known_at)
    told = [one for paper in standing_papers(history.acts, as_of, known_at) for one in paper.reports]
    assert [
        (
            one.id,
            one.open,
            [(claim.by, claim.outcome, claim.says, claim.independent_origins) for claim in one.claims],
        )
        for one in shown.disputed
    ] == [
        (
            paper.id,
            len(paper.open_disputes),
            [
                (keys_of(paper.by[n])[0], paper.outcomes.get(n), says, origins(paper.cited[n]))
                for n, says in paper.disputes.items()
            ],
        )
        for paper in told
        if paper.disputes
    ]
