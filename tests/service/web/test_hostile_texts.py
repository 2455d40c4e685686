"""Whatever stands in a text is shown as text: in every text of every kind, on every page that shows it."""

import re

import pytest

from domain.developments import KINDS
from tests.service.api.desk import open_desk, telling
from tests.service.web.site import PAGES

HOSTILE = "</title></script><img src=x onerror=alert(1)><b>'\"{{7*7}}&lt;"
HTML = {"Accept": "text/html"}
LEFT_AS_THEY_ARE = {"type", "kind", "id", "occurred", "published", "locator", "language", "format", "role"}

pytestmark = pytest.mark.sqlite


def poisoned(told: object, name: str = "") -> object:
    """A body with a hostile text in every place that takes any text: those that hold a space or a capital."""
    match told:
        case dict():
            return {key: poisoned(value, key) for key, value in told.items()}
        case list() | tuple():
            return [poisoned(one, name) for one in told]
        case str() if name not in LEFT_AS_THEY_ARE and (" " in told or name in {"outlet", "name", "title"}):
            return f"{told} {HOSTILE}"
    return told


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A dossier in which every text that can be is hostile."""
    with open_desk(tmp_path_factory.mktemp("hostile")) as one:
        parties = [{"actor": "XA", "name": f"Arvenia {HOSTILE}"}, {"actor": "XB", "name": HOSTILE}]
        one.open_dossier(title=HOSTILE, description=HOSTILE, parties=parties)
        yield one


@pytest.fixture(scope="module")
def recorded(desk) -> list[str]:
    """A development of each kind that stands by itself, spoken of in every way."""
    bodies = [poisoned(telling(kind, summary=None, under=None)) for kind in KINDS]
    ids = []
    for body in bodies:
        answer = desk.post("/v1/dossiers/solace-2021/developments", body)
        if answer.status_code == 201:
            ids.append(answer.json()["id"])
    call = ids[0]
    desk.said(
        call, "disputes", by="XB", says={"summary": HOSTILE}, reason=HOSTILE, sources=[{"outlet": HOSTILE}]
    )
    desk.said(call, "amendments", changes={"summary": HOSTILE}, reason=HOSTILE)
    desk.said(
        call,
        "rectifications",
        changes={"summary": f"2 {HOSTILE}"},
        objections_until="2021-07-31",
        reason=HOSTILE,
    )
    desk.said(call, "objections", rectification=4, by="XB", reason=HOSTILE)
    desk.said(call, "corroborations", source={"outlet": HOSTILE, "title": HOSTILE, "quote": HOSTILE})
    return ids


def test_most_kinds_are_recorded(recorded):
    assert len(recorded) >= 23


@pytest.mark.parametrize("page", PAGES)
def test_no_text_becomes_a_part_of_a_page(desk, recorded, page):
    answer = desk.client.get(f"/dossiers/solace-2021{page}", headers=HTML)

    assert answer.status_code == 200
    assert "&lt;img src=x onerror=alert(1)&gt;" in answer.text
    assert "<img" not in answer.text
    assert "<b>" not in answer.text
    assert "{{7*7}}" in answer.text


def test_no_text_becomes_a_part_of_a_card(desk, recorded):
    for one in recorded:
        answer = desk.client.get(f"/developments/{one}", headers=HTML)

        assert answer.status_code == 200
        assert "&lt;img" in answer.text
        assert "<img" not in answer.text
        assert "<b>" not in answer.text


def test_no_text_ends_the_data_of_a_chart(desk, recorded):
    page = desk.client.get("/dossiers/solace-2021/exchanges", headers=HTML).text
    (data,) = re.findall(r'<script type="application/json" class="data">(.*?)</script>', page, re.DOTALL)

    assert "<" not in data
    assert "img src=x" in data


def test_nothing_that_is_asked_for_becomes_a_part_of_a_page(desk, recorded):
    for query in ({"text": HOSTILE}, {"according_to": HOSTILE}, {"as_of": HOSTILE}, {HOSTILE: "1"}):
        page = desk.client.get("/dossiers/solace-2021/timeline", params=query, headers=HTML).text

        assert "<img" not in page
        assert "<b>" not in page


def test_the_list_of_dossiers_escapes_their_titles(desk, recorded):
    page = desk.client.get("/", headers=HTML).text

    assert "&lt;img" in page
    assert "<img" not in page
