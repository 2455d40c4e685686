"""What a reader looks for on the timeline."""

import pytest

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


def test_any_report_of_a_happening_finds_it():
    lake = Chronicle()
    one = lake.record("other-development", "2031-03-12", label="A race")
    other = lake.record("other-development", "2031-03-12", label="A regatta")
    lake.judge_same(one, other)
    (held,) = lake.cut().held
    assert Sought(text="regatta").finds(held)
    assert Sought(text="race").finds(held)
