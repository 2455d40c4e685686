"""Answers in pages: what a page shows and what it links to are together the whole answer."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.values import Value
from projections.pages import Items, items, page
from projections.registry import VIEWS
from projections.view import View
from tests.projections.test_every_view import DAYS, TOLD
from tests.scenarios.chronicle import Chronicle


def at(answer: Any, path: str) -> Any:
    """What stands at a place in an answer as JSON."""
    for step in path.split("/")[1:]:
        answer = answer[int(step)] if isinstance(answer, list) else answer[step]
    return answer


def shown(part: View | Items) -> Any:
    return part.model_dump(mode="json")


def gathered(whole: View, view: str, limit: int) -> Any:
    """The whole answer again, from its first page and all those that follow, as a caller would gather it."""
    first = page(whole, limit)
    answer, left = shown(first), list(first.left_out)
    while left:
        one = left.pop()
        listed, more = at(answer, one.path), None
        assert len(listed) == one.shown < one.of
        while more is None or len(listed) < one.of:
            more = items(whole, view, one.path, len(listed), limit)
            assert (more.first, more.of) == (len(listed), one.of)
            assert more.items
            assert len(more.items) <= limit
            listed.extend(shown(more)["items"])
            left.extend(more.left_out)
    return {**answer, "left_out": []}


def hold(part: Any, most: int, within: int) -> None:
    """Hold every list of objects against the most that it may show."""
    for name, value in part if isinstance(part, Value) else ():
        if isinstance(value, tuple) and value and isinstance(value[0], Value) and name != "left_out":
            assert len(value) <= most
            for item in value:
                hold(item, within, within)
        hold(value, most, within)


@pytest.mark.parametrize("name", sorted(VIEWS))
@settings(max_examples=25)
@given(history=TOLD, as_of=DAYS, limit=st.sampled_from([1, 2, 5, 20]))
def test_the_pages_of_an_answer_are_the_answer(name, history, as_of, limit):
    whole = history.chronicle.view(name, as_of)

    assert gathered(whole, name, limit) == shown(whole)
    hold(page(whole, limit), limit, max(1, limit // 10))


@given(history=TOLD, as_of=DAYS)
def test_what_fits_a_page_is_answered_as_it_is(history, as_of):
    whole = history.chronicle.view("contacts", as_of)

    assert page(whole, 500) is whole


@pytest.mark.parametrize(
    "path", ["", "/", "/contacts/7", "/contacts/x/agenda", "/contacts/0/kind", "/dossier", "/receipt"]
)
def test_what_is_no_list_of_objects_has_no_pages(path):
    lake = Chronicle()
    lake.record("round-held", "2031-03-20", parties=["XA", "XB"])

    with pytest.raises(Invalid, match="no list of objects"):
        items(lake.view("contacts"), "contacts", path, 0, 10)


def test_an_empty_list_has_an_empty_page():
    assert items(Chronicle().view("contacts"), "contacts", "/contacts", 0, 10).items == ()
