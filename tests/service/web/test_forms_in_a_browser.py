"""The forms in a real browser: by keyboard and label, with axe, on a phone, from typing to the card."""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.service.web.browser import PHONE, launch, visiting
from tests.service.web.site import INVENTED, open_site

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]


@pytest.fixture(scope="module")
def writable(tmp_path_factory):
    """A service of its own, for these tests write."""
    with open_site(tmp_path_factory.mktemp("written")) as one:
        yield one


def test_a_development_is_typed_previewed_recorded_and_amended(writable):
    with sync_playwright() as playwright, visiting(launch(playwright), writable.url, PHONE) as visit:
        expect.set_options(timeout=20_000)
        page = visit.go("/session")
        page.get_by_label("Token").fill(writable.token)
        page.get_by_role("button", name="Read with this token").click()

        visit.go(f"/dossiers/{INVENTED}")
        page.get_by_role("link", name="Record a development").click()
        barriers = visit.barriers()
        page.get_by_label("Kind").select_option("call-held")
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("Parties").fill("XA, XB")
        page.get_by_label("Summary").fill("They called about the ferry.\nTwice.")
        page.get_by_label("Outlet").first.fill("Lake Radio (invented)")
        with page.expect_navigation():
            page.get_by_role("button", name="Preview").click()
        barriers += visit.barriers()
        expect(page.get_by_role("alert")).to_contain_text("Nothing was recorded")
        page.get_by_role("link", name="Occurred").click()
        expect(page.get_by_label("Occurred")).to_be_focused()
        page.get_by_label("Occurred").fill("2021-04-01")
        with page.expect_navigation():
            page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("heading", name="What it would change")).to_be_visible()
        visit.keep("record-preview-phone")
        assert visit.overflow <= 0
        page.get_by_role("button", name="Record", exact=True).click()
        page.wait_for_url("**/developments/*")
        expect(page.get_by_role("heading", level=1)).to_contain_text("They called about the ferry.")

        page.get_by_role("link", name="Amend it").click()
        barriers += visit.barriers()
        expect(page.get_by_label("Summary")).to_have_value("They called about the ferry.\nTwice.")
        page.get_by_label("Summary").fill("They called about the ferry.")
        page.get_by_label("Reason").fill("It was one call.")
        with page.expect_navigation():
            page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("heading", name="What it would change")).to_be_visible()
        barriers += visit.barriers()
        visit.keep("amend-preview-phone")
        page.get_by_role("button", name="Amend", exact=True).click()
        page.wait_for_url("**/developments/*")
        expect(page.get_by_role("article")).to_contain_text("It was one call.")
        visit.wrong[:] = [one for one in visit.wrong if "422" not in one]

    assert barriers == []
