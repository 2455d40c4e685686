"""Nasty values in every place: never a fault, and nothing recorded of what is refused."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.developments import KINDS
from tests.service.api.desk import DOSSIER, SAYINGS, Desk, telling

NASTY = [
    None, True, 0, -1, 1.5, 1e308, 2**63, 10**40,
    "", " ", "\x00", "\u202e", "\U0010ffff", "null", "NaN", "-1", "../..", "%s%n", "XA", "QZZ", "x" * 20_000,
    "2021-02-30", "0001-01-01", "9999-12~", "0001-01~", "{..}", "[,]", "XXXX", "2021-XX-XX?", "/",
    "'; DROP TABLE stored_events; --",
    [], [[[[[]]]]], [None], ["XA"] * 300, [{}] * 300,
    {}, {"": None}, {"kind": None}, {"type": []}, {"type": "exact"}, {"type": "person"}, {"type": "withheld"},
    {str(number): number for number in range(300)}, {"originator_id": "x"}, {"agreement": None},
]  # fmt: skip

WRITES = {
    "dossiers": DOSSIER,
    "developments": telling("other-development"),
    **SAYINGS,
}


ANY_VERSION = ", ".join(f'"{version}"' for version in range(1, 1_000))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a body, the whole included."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in inside:
        yield from places(inner, (*path, step))


def with_value(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The body with a value put in one place."""
    if not path:
        return value
    changed = deepcopy(body)
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return changed


@pytest.fixture
def target(busy_desk) -> str:
    """An agreement of which much is said; something is disputed already."""
    agreement = busy_desk.record("agreement-reached")
    busy_desk.said(agreement, "disputes", by="XB", says={"form": "written"})
    return agreement


def send(desk: Desk, target: str, what: str, body: Any) -> None:
    """Send a body; hold that it is taken and recorded once, or refused and not recorded at all."""
    store = desk.client.app.state.record.store
    before = store.max_notification_id()
    match what:
        case "dossiers":
            response = desk.post("/v1/dossiers", body)
        case "developments":
            response = desk.post(f"/v1/dossiers/{desk.dossier}/developments", body)
        case _:
            response = desk.says(target, what, body, if_match=ANY_VERSION)
    after = store.max_notification_id()
    if response.status_code in {200, 201}:
        assert after == before + (response.status_code == 201)
    else:
        assert 400 <= response.status_code < 500, response.text
        assert response.headers["Content-Type"] == "application/problem+json"
        assert after == before


@pytest.mark.slow
@pytest.mark.parametrize("what", WRITES)
def test_a_nasty_value_in_any_place_is_no_fault(busy_desk, target, what):
    for path in places(WRITES[what]):
        for value in NASTY:
            send(busy_desk, target, what, with_value(WRITES[what], path, value))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DATES = st.from_regex(
    r"[\[{]?\d{4}[~?%]?(-[\dX]{2}[~?%]?){0,2}((/|,|\.\.)\d{4}(-\d{2}){0,2})?[\]}]?", fullmatch=True
)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | DATES | st.sampled_from(NASTY),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXTS | st.sampled_from(["type", "kind"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def tellings(draw: st.DrawFn) -> tuple[str, Any]:
    """The example of some kind, or what is said of it, with one or two places spoilt."""
    what, body = draw(
        st.sampled_from([(what, body) for what, body in WRITES.items() if what != "developments"])
        | st.sampled_from([("developments", dict(kind.example)) for kind in KINDS.values()])
    )
    for _ in range(draw(st.integers(1, 2))):
        body = with_value(body, draw(st.sampled_from(sorted(places(body), key=str))), draw(VALUES))
    return what, body


@pytest.mark.slow
@settings(max_examples=300)
@given(told=tellings())
def test_no_telling_is_a_fault(busy_desk, told):
    send(busy_desk, busy_desk.record("agreement-reached"), *told)


@settings(max_examples=100)
@given(body=st.binary(max_size=200))
def test_no_bytes_are_a_fault(busy_desk, body):
    send(busy_desk, "", "dossiers", body)


@settings(max_examples=100)
@given(
    value=VALUES,
    field=st.sampled_from(["occurred", "sources", "parties", "stipulations", "at", "form", "place"]),
)
def test_no_amendment_is_a_fault(busy_desk, value, field):
    send(
        busy_desk,
        busy_desk.record("agreement-reached"),
        "amendments",
        {"changes": {field: value}, "reason": "So the test tells it."},
    )


PARAMETERS = [
    "as_of",
    "known_at",
    "at_position",
    "min_position",
    "standing",
    "kind",
    "actor",
    "according_to",
    "place",
    "category",
    "text",
    "cursor",
    "limit",
]


@settings(max_examples=100)
@given(query=st.lists(st.tuples(st.sampled_from(PARAMETERS), TEXTS | DATES | NUMBERS.map(str)), max_size=4))
def test_no_question_is_a_fault(busy_desk, query):
    answer = busy_desk.client.get(f"/v1/dossiers/{busy_desk.dossier}/timeline", params=query)

    assert answer.status_code in {200, 404, 422, 503}


OF_DIFFERENCES = [
    "view",
    "as_of",
    "known_from",
    "known_to",
    "as_of_from",
    "as_of_to",
    "known_at",
    "according_to",
]
DAYS = st.dates().map(str) | st.datetimes().map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}Z")


@pytest.mark.slow
@settings(max_examples=100)
@given(query=st.dictionaries(st.sampled_from(OF_DIFFERENCES), TEXTS | DATES | DAYS, max_size=4))
def test_no_question_about_a_difference_is_a_fault(busy_desk, query):
    asked = {"view": "agenda", **query}
    answer = busy_desk.client.get(f"/v1/dossiers/{busy_desk.dossier}/diff", params=asked)

    assert answer.status_code in {200, 404, 422}
