"""Differences between answers: applied to the first they give the last, and each names only what moved it."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.difference import Difference, Traced, differences, trace

Json = Any

NAMES = st.sampled_from(["status", "since", "a/b", "~", "count"])
SIDES = st.sampled_from(["XA", "XB", "XC/d"])
SCALARS = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["agreed", "open"])
LEAVES = SCALARS | st.lists(SCALARS, max_size=2)
RECORDS = st.dictionaries(NAMES, LEAVES | st.dictionaries(NAMES, LEAVES, max_size=2), max_size=3)
ITEMS = st.builds(lambda side, record: {"side": side, **record}, SIDES, RECORDS)
LISTS = st.lists(ITEMS, max_size=3, unique_by=lambda item: item["side"])
REPEATED = st.lists(ITEMS, max_size=3)
"""A list of which two items may be about the same, so that it can only be compared as a whole."""


def answers(lists: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """Answers that hold such lists, also inside the items of others."""
    items = st.builds(lambda item, inner: {**item, "inner": inner}, ITEMS, lists)
    outer = st.lists(items, max_size=2, unique_by=lambda item: item["side"])
    return st.fixed_dictionaries({"status": LEAVES, "sides": outer, "since": RECORDS, "stages": lists})


def names(path: str) -> list[str]:
    """The names along a path, as RFC 6901 writes them."""
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]


def keyed(value: Json) -> Json:
    """The same with items by their side, in no order, and without what is not given."""
    match value:
        case list() if value and all(isinstance(item, dict) for item in value):
            return {item["side"]: keyed(item) for item in value}
        case list():
            return value or {}
        case dict():
            return {name: keyed(inner) for name, inner in value.items() if inner is not None}
    return value


def applied(answer: Json, found: Sequence[Difference]) -> Json:
    """An answer with the differences put in."""
    now = keyed(answer)
    for one in found:
        *way, last = names(one.path)
        at = now
        for name in way:
            at = at[name]
        at[last] = keyed(one.after)
        if one.after is None:
            del at[last]
    return now


def at(answer: Json, path: str) -> Json:
    """What stands at a path of an answer; `None` for nothing."""
    now = keyed(answer)
    for name in names(path):
        now = now.get(name) if isinstance(now, dict) else None
    return now


@given(first=answers(LISTS), last=answers(LISTS))
def test_the_differences_put_into_the_first_answer_give_the_last(first, last):
    assert applied(first, list(differences(first, last))) == keyed(last)


@given(first=answers(REPEATED), last=answers(REPEATED))
def test_each_difference_says_what_was_and_what_is(first, last):
    for one in differences(first, last):
        assert one.before != one.after


@given(answer=answers(REPEATED))
def test_an_answer_does_not_differ_from_itself(answer):
    assert list(differences(answer, answer)) == []


@given(start=answers(LISTS), steps=st.lists(answers(LISTS), max_size=5))
def test_the_causes_of_a_difference_are_the_steps_that_moved_it(start, steps):
    traced = trace(start, enumerate(steps))

    told = [start, *steps]
    assert [one.difference for one in traced] == list(differences(start, told[-1]))
    for one in traced:
        path = one.difference.path
        moved = [n for n in range(len(steps)) if at(told[n], path) != at(told[n + 1], path)]
        assert list(one.causes) == moved


@given(start=answers(REPEATED), steps=st.lists(answers(REPEATED), max_size=5))
def test_no_difference_is_without_a_cause(start, steps):
    assert all(one.causes for one in trace(start, enumerate(steps)))


def test_one_more_item_is_one_difference():
    before = {"sides": [{"side": "XA", "count": 1}]}
    after = {"sides": [{"side": "XB", "count": 2}, {"side": "XA", "count": 1}]}

    assert list(differences(before, after)) == [Difference("/sides/XB", None, {"side": "XB", "count": 2})]


def test_what_an_answer_says_of_itself_is_no_difference():
    before = {
        "as_of": "2021-03-01",
        "known_at": None,
        "position": 1,
        "dossier": "a",
        "status": {"position": 1},
    }
    after = {"as_of": "2021-03-02", "known_at": "x", "position": 2, "dossier": "b", "status": {"position": 2}}

    assert list(differences(before, after)) == [Difference("/status/position", 1, 2)]


def test_items_that_cannot_be_told_apart_are_compared_as_a_whole():
    before, after = [{"side": "XA", "n": 1}, {"side": "XA", "n": 2}], [{"side": "XA", "n": 1}]

    assert list(differences({"list": before}, {"list": after})) == [Difference("/list", before, after)]


def test_what_came_with_an_item_and_moved_later_was_moved_by_the_later_step():
    steps = [("came", {"sides": [{"side": "XA", "n": None}]}), ("said", {"sides": [{"side": "XA", "n": 5}]})]

    (traced,) = trace({"sides": []}, steps)

    assert traced == Traced(Difference("/sides/XA", None, {"side": "XA", "n": 5}), ("came", "said"))


@pytest.mark.parametrize("came_and_went", [[{"side": "XA"}], []])
def test_what_came_and_went_is_no_difference(came_and_went):
    assert trace({"sides": []}, [("came", {"sides": came_and_went}), ("went", {"sides": []})]) == []
