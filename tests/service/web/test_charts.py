"""What the chart of exchanges draws: each side and category, from nothing on, and no made-up number."""

import json

import pytest

from domain.quantity import Count, Exact, Unknown
from projections.exchanges import Promised, UnderStipulation
from projections.returns import Persons, Returned, SideTally, StageCount, Tally
from projections.view import Grounds
from service.web.drawing.promises import bars
from tests.service.web.site import FOUNDING, INVENTED, text_of

pytestmark = pytest.mark.sqlite


def chart_of(page: str) -> dict:
    """What a chart is drawn from."""
    return json.loads(page.partition('class="data">')[2].partition("</script>")[0])


def test_exchanges_are_drawn_per_side_and_category_from_nothing_on(browse):
    chart = chart_of(browse.get(f"/dossiers/{INVENTED}/exchanges").text)
    bands = {one["name"]: one for one in chart["bands"]}

    assert list(bands) == [
        "Stages",
        "Returned to Arvenia",
        "Returned to Belmark",
        "Returned to Belmark: aircrew",
    ]
    assert {len(one[bound]) for one in chart["bands"] for bound in ("certain", "possible")} == {
        len(chart["x"])
    }
    assert len(chart["days"]) == len(chart["x"])
    assert bands["Returned to Belmark: aircrew"]["certain"][:2] == [0, 9]
    assert bands["Returned to Belmark: aircrew"]["possible"][-1] is None
    assert chart["x"] == sorted(chart["x"])
    assert (chart["x"][0], chart["x"][-1], chart["days"][0]) == (0, 1000, "19 March 2021")


def test_what_nobody_counted_is_not_drawn_and_said_to_be_so(browse):
    page = browse.get(f"/dossiers/{FOUNDING}/exchanges").text

    assert [one["name"] for one in chart_of(page)["bands"]] == ["Stages"]
    assert "nobody published a number: Returned to Russia; Returned to Ukraine." in text_of(page)


def under(promised: Count, least: int, most: int | None) -> UnderStipulation:
    told = Persons(at_least=least, at_most=most, stages=1, unknown=int(most is None), withheld=0)
    done = Returned(
        stages=StageCount(certain=1, possible=0),
        without_count=StageCount(certain=0, possible=0),
        persons=(SideTally(side="XA", persons=Tally(certain=told, with_possible=told)),),
        categories=(),
        named_categories=(),
        rests_on=Grounds(certain=(), possible=()),
    )
    return UnderStipulation(
        agreement=None,
        stipulation=None,
        promised=(Promised(side="XA", count=promised),),
        carried_out=done,
        remains=done,
        rests_on=done.rests_on,
    )


def test_a_promise_stands_beside_what_was_carried_out():
    exact = Exact(type="exact", value=40)

    (half,) = bars(under(exact, 20, 46))
    assert (half.certain, half.possible, half.open) == (round(100 / 2.3 / 1.15, 1), 87.0, False)
    assert half.promised == round(100 / 1.15 / 46 * 40, 1)

    (unknown,) = bars(under(exact, 0, None))
    assert (unknown.certain, unknown.possible, unknown.open) == (0, 100, True)


def test_no_bar_is_drawn_beside_a_promise_without_a_number():
    assert bars(under(Unknown(type="unknown"), 20, 46)) == []
