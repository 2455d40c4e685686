"""What the chart of exchanges draws: each side and category, from nothing on, and no made-up number."""

import json

import pytest

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
