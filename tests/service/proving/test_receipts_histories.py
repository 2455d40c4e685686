"""For random histories: every answer verifies by its receipt, and no value of it can be changed."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.cut import Lens
from projections.registry import VIEWS
from projections.timeline import Sought
from service.proving.receipts import DoesNotHold, verify_answer
from tests.projections.test_every_view import DAYS, MOMENTS, TOLD
from tests.scenarios.histories import identity
from tests.service.proving.answering import KEY, answering, asked

pytestmark = pytest.mark.slow

STANDINGS = ["reported", "claimed", "corroborated", "disputed", "retracted"]
LENSES = st.builds(
    Lens,
    st.sampled_from([None, None, "XA", "XB"]),
    st.one_of(st.just(()), st.lists(st.sampled_from(STANDINGS), unique=True).map(tuple)),
)
QUESTION = {"as_of", "known_at", "position"}
"""What was asked. An answer to another question may be right as well, and then it verifies as such."""
relaxed = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
every_view = pytest.mark.parametrize("name", sorted(VIEWS))


def verify(answer):
    return verify_answer(answer, KEY.verifier)


def places(told: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in an answer that is no list and no object, its receipt and question aside."""
    if not path:
        return [
            place
            for name, value in told.items()
            if name not in {"receipt", *QUESTION}
            for place in places(value, (name,))
        ]
    if isinstance(told, dict) and told:
        return [place for name, value in told.items() for place in places(value, (*path, name))]
    if isinstance(told, list) and told:
        return [place for index, value in enumerate(told) for place in places(value, (*path, index))]
    return [path]


def other(value: Any) -> Any:
    """Another value, of the same type where there is one."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return value[:-1] + ("0" if value[-1:] != "0" else "1")
        case None:
            return 0
        case list():
            return [None]
        case dict():
            return {"more": None}


def changed(answer: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    """The answer with one value changed."""
    copy = deepcopy(answer)
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = other(inner[path[-1]])
    return copy


def assert_nothing_can_be_changed(answer, data):
    """That the answer verifies, and some of its values, drawn, cannot be changed."""
    verify(answer)
    found = places(answer)
    for path in data.draw(st.lists(st.sampled_from(found), max_size=12, unique=True)) if found else ():
        with pytest.raises(DoesNotHold):
            verify(changed(answer, path))


@every_view
@relaxed
@given(history=TOLD, as_of=DAYS, known_at=MOMENTS, lens=LENSES, explained=st.booleans(), data=st.data())
def test_a_view_verifies_and_no_value_of_it_can_be_changed(
    name, history, as_of, known_at, lens, explained, data
):
    with answering(history) as service:
        answer = service.view(name, asked(as_of, known_at), lens, explained=explained)
    assert_nothing_can_be_changed(answer, data)


@relaxed
@given(history=TOLD, as_of=DAYS, known_at=MOMENTS, lens=LENSES, limit=st.integers(1, 5), data=st.data())
def test_a_page_of_the_timeline_does(history, as_of, known_at, lens, limit, data):
    kinds = data.draw(st.sampled_from([(), ("round-held", "call-held"), ("agreement-reached",)]))
    with answering(history) as service:
        answer = service.timeline(asked(as_of, known_at), Sought(kinds=kinds, lens=lens), limit)
    assert_nothing_can_be_changed(answer, data)


@relaxed
@given(history=TOLD, as_of=DAYS, data=st.data())
def test_a_development_and_its_history_do(history, as_of, data):
    recorded = [act.of for act in history.acts if act.verb == "record"]
    if not recorded:
        return
    of = identity(data.draw(st.sampled_from(recorded)))
    with answering(history) as service:
        answers = [service.development(of, asked(as_of, None)), service.history(of, asked(as_of, None))]
    for answer in answers:
        assert_nothing_can_be_changed(json.loads(json.dumps(answer)), data)
