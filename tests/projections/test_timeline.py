"""What a reader looks for on the timeline."""

import pytest

from domain.developments import KINDS
from projections.timeline import Sought
from tests.scenarios.chronicle import Chronicle
from tests.scenarios.histories import ORSOLIN

SOURCE = {
    "outlet": "Lake Radio",
    "quote": "They came by ferry.",
    "chain": [{"actor": "XC", "role": "speaker"}],
}
CATEGORY = {"category": "aircrew", "count": {"type": "unknown"}}


@pytest.fixture(scope="module")
def ferry():
    lake = Chronicle()
    lake.record(
        "exchange-stage-carried-out",
        "2031-03-12",
        parties=["XA", "XB"],
        place={"name": "Port Solace", "country": "XC"},
        persons=[{"side": ORSOLIN, "count": {"type": "unknown"}, "by_category": [CATEGORY]}],
        categories=["wounded"],
        sources=[SOURCE],
    )
    (held,) = lake.cut().held
    return held


@pytest.mark.parametrize(
    "sought",
    [
        Sought(),
        Sought(actor="XA"),
        Sought(actor="orsolin"),
        Sought(place="port solace"),
        Sought(place="XC"),
        Sought(category="aircrew"),
        Sought(category="wounded"),
        Sought(text="FERRY"),
        Sought(actor="XB", place="Solace", category="aircrew", text="lake radio"),
    ],
)
def test_what_is_told_of_it_finds_it(ferry, sought):
    assert sought.finds(ferry)


@pytest.mark.parametrize(
    "sought",
    [
        Sought(actor="XC"),
        Sought(actor="XD"),
        Sought(place="xc"),
        Sought(place="Belmark"),
        Sought(category="air"),
        Sought(text="submarine"),
        Sought(actor="XA", place="Belmark"),
    ],
)
def test_whoever_reports_it_and_where_it_lies_are_no_actors_and_all_that_is_sought_has_to_hold(ferry, sought):
    assert not sought.finds(ferry)


WRITTEN = {
    "summary": "They met on a barge.",
    "dating": "It was before the feast.",
    "content": "The harbour shall be open.",
    "preconditions": ["no mines", "the pilots are back"],
    "characterised_as": [{"by": "XA", "label": "a trick"}],
    "addressees": [{"type": "unnamed", "description": "the fishermen"}, ORSOLIN],
    "place": {"name": "Port Solace", "country": "XC", "precision": "town"},
    "sources": [
        {**SOURCE, "title": "A quiet day", "locator": "page 7", "language": "en", "published": "2031-03-12"},
        {"outlet": "The Gazette", "chain": [{"actor": {**ORSOLIN, "role": "minister"}, "role": "speaker"}]},
    ],
}


@pytest.fixture(scope="module")
def position():
    lake = Chronicle()
    lake.record("position-taken", "2031-03-12", issue="ceasefire", stance="opposes", **WRITTEN)
    (held,) = lake.cut().held
    return held


@pytest.mark.parametrize(
    "text",
    [
        "a BARGE",
        "feast",
        "harbour shall",
        "no mines",
        "pilots",
        "trick",
        "fishermen",
        "solace",
        "quiet",
        "page 7",
        "ferry",
        "lake radio",
        "gazette",
        "minister",
    ],
)
def test_any_words_that_somebody_wrote_find_it(position, text):
    assert Sought(text=text).finds(position)


@pytest.mark.parametrize(
    "text",
    [
        "position-taken",
        "reported",
        "opposes",
        "speaker",
        "unnamed",
        "town",
        "outlet",
        "precision",
        "XC",
        "2031",
        "orsolin",
    ],
)
def test_what_the_schema_calls_it_does_not_find_it(position, text):
    """Neither fields nor kinds, codes, ids, dates or choices among a few: there are filters for these."""
    assert not Sought(text=text).finds(position)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("corridor-opened", "port solace by ferry"),
        ("sanction-imposed", "marine diesel"),
        ("sanction-imposed", "the lake league"),
        ("call-held", "minister of belmark"),
        ("agreement-reached", "return of the pilots"),
        ("other-development", KINDS["other-development"].example["label"]),
    ],
)
def test_a_kind_is_searched_by_the_types_of_its_fields(kind, text):
    lake = Chronicle()
    lake.take_in(dict(KINDS[kind].example))
    (held,) = lake.cut().held

    assert Sought(text=text).finds(held)


def test_any_report_of_a_happening_finds_it():
    lake = Chronicle()
    one = lake.record("other-development", "2031-03-12", label="A race")
    other = lake.record("other-development", "2031-03-12", label="A regatta")
    lake.judge_same(one, other)
    (held,) = lake.cut().held
    assert Sought(text="regatta").finds(held)
    assert Sought(text="race").finds(held)
