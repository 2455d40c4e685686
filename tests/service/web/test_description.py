"""The API's description as a page: every operation is there, and what it takes and answers."""

import re
from html import unescape

import pytest

from tests.service.api.desk import open_desk
from tests.service.api.test_openapi import operations

pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with open_desk(tmp_path_factory.mktemp("described")) as desk:
        yield desk


def test_the_page_has_every_operation_with_its_parameters_and_statuses(desk):
    page = desk.client.get("/docs", headers={"Accept": "text/html"}).text
    missing = [
        one.id
        for one in operations()
        if f'id="{one.id}"><code>{one.method.upper()} {one.path}</code>' not in unescape(page)
    ]

    assert missing == []
    named = re.findall(r' id="([^"]*)"', page)
    assert len(named) == len(set(named))
    assert page.count('<th scope="row"><code>min_position</code></th>') > 10
    assert page.count("Unprocessable Content: ") + page.count("Unprocessable Entity: ") > 50


def test_examples_are_shown_as_text(desk):
    page = desk.client.get("/docs").text

    assert "&#34;kind&#34;: &#34;" in page
    assert "<summary>It takes application/json</summary>" in page
