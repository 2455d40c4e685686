"""The pages in a real browser: with a script and without, wide and narrow, light and dark, by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.service.web.browser import DESK, PHONE, launch, visiting
from tests.service.web.site import FOUNDING, INVENTED, PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]

FRONT = f"/dossiers/{FOUNDING}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests; each has a context of its own."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=20_000)
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, site):
    """A tab on a desk, in the light."""
    with visiting(browser, site.url) as one:
        yield one


# Looked at


def test_every_page_can_be_read_by_everybody(browser, site):
    barriers = {}
    with visiting(browser, site.url, DESK, "light") as visit:
        for page in PAGES:
            visit.go(f"/dossiers/{INVENTED}{page}")
            visit.keep(f"{INVENTED}-{page[1:] or 'front'}-{DESK}-light")
            barriers[page] = visit.barriers()

    assert {page: found for page, found in barriers.items() if found} == {}


def test_no_page_is_wider_than_a_phone(browser, site):
    too_wide = {}
    with visiting(browser, site.url, PHONE, "dark") as visit:
        for page in PAGES:
            visit.go(f"/dossiers/{INVENTED}{page}")
            too_wide[page] = visit.overflow

    assert [page for page, pixels in too_wide.items() if pixels > 0] == []


@pytest.mark.parametrize(
    ("dossier", "page", "width", "scheme"),
    [
        (FOUNDING, "", DESK, "light"),
        (FOUNDING, "", PHONE, "dark"),
        (FOUNDING, "/timeline", PHONE, "light"),
        (INVENTED, "", PHONE, "light"),
        (INVENTED, "", DESK, "dark"),
        (INVENTED, "/timeline", DESK, "dark"),
        (INVENTED, "/disputes", PHONE, "dark"),
        (INVENTED, "/changes", DESK, "dark"),
    ],
)
def test_pages_can_be_read_wide_and_narrow_in_light_and_dark(browser, site, dossier, page, width, scheme):
    with visiting(browser, site.url, width, scheme) as visit:
        visit.go(f"/dossiers/{dossier}{page}")
        visit.keep(f"{dossier}-{page[1:] or 'front'}-{width}-{scheme}")

        assert visit.barriers() == []
        assert visit.overflow <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_other_pages_can_be_read_too(browser, site, scheme):
    card = f"/developments/{site.id(FOUNDING, 'agreement-1000')}"
    with visiting(browser, site.url, PHONE, scheme) as visit:
        for name, address in {"dossiers": "/", "card": card, "session": "/session"}.items():
            visit.go(address)
            visit.keep(f"{name}-{PHONE}-{scheme}")

            assert visit.barriers() == []
            assert visit.overflow <= 0


def test_an_error_can_be_read(browser, site):
    with visiting(browser, site.url) as visit:
        visit.go("/dossiers/nobody")
        visit.wrong.clear()  # the browser itself notes that the answer was 404

        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Unknown dossier")
        assert visit.barriers() == []


# The two clocks


def test_turning_a_slider_changes_the_panels_and_the_address(visit):
    page = visit.go(FRONT)
    slider = page.locator("#as_of_slider")
    expect(page.locator(".panel-ceasefire .verdict")).to_have_text("No agreement")
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("ArrowRight")

    expect(page.locator("#as_of")).to_have_value("2025-05-16")
    expect(page.locator(".panel-ceasefire .verdict")).to_have_text("Under discussion")
    expect(page.locator(".stands")).to_contain_text("As of 16 May 2025")
    expect(page.locator(".cite")).to_contain_text("as_of=2025-05-16")
    expect(page).to_have_url(re.compile(r"\?as_of=2025-05-16$"))
    assert slider.get_attribute("aria-valuetext") == "2025-05-16"

    page.reload()
    expect(page.locator(".panel-ceasefire .verdict")).to_have_text("Under discussion")
    slider.focus()
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile(rf"{FRONT}$"))
    expect(page.locator(".panel-ceasefire .verdict")).to_have_text("No agreement")


def test_the_second_clock_goes_back_to_what_was_known(visit):
    page = visit.go(f"{FRONT}?as_of=2025-06-14")
    expect(page.locator(".panel-exchanges .verdict")).to_have_text("Certainly 4 stages, possibly 3 more")
    page.locator("#known_at_slider").focus()
    page.keyboard.press("Home")

    expect(page.locator(".panel-exchanges .verdict")).to_have_text("No stage on record")
    expect(page).to_have_url(re.compile(r"\?as_of=2025-06-14&known_at=2026-02-03T09%3A\d\d%3A\d\dZ$"))


def test_both_clocks_work_without_a_script(browser, site):
    with visiting(browser, site.url, PHONE, java_script_enabled=False) as visit:
        page = visit.go(FRONT)
        expect(page.locator("#as_of_slider")).to_be_hidden()
        page.get_by_label("As of", exact=True).fill("2025-05-16")
        page.get_by_role("button", name="Show").click()

        expect(page.locator(".panel-ceasefire .verdict")).to_have_text("Under discussion")
        page.get_by_label("As known at", exact=True).fill("2026-02-03 09:00:10")
        page.get_by_role("button", name="Show").click()
        expect(page.locator(".stands")).to_contain_text("as known at 3 February 2026, 09:00:10 UTC")
        visit.keep("founding-without-a-script")


def test_what_a_clock_cannot_be_set_to_is_said_on_a_page(browser, site):
    with visiting(browser, site.url) as visit:
        page = visit.go(FRONT)
        page.locator("#known_at").fill("the other day")
        page.locator("#known_at").press("Enter")

        expect(page.get_by_role("heading", level=1)).to_have_text("Invalid request")
        visit.wrong.clear()  # the browser itself notes that the answer was 422


# Drawings and cards


def test_exchanges_are_drawn_once_they_come_into_sight(visit):
    page = visit.go(f"/dossiers/{INVENTED}/exchanges")

    expect(page.locator("[data-chart][data-drawn] .overplot > .xy")).to_be_visible()
    expect(page.locator("[data-chart]")).to_contain_text("Returned to Belmark")
    expect(page.locator("[data-chart]")).to_contain_text("Returned to Belmark: aircrew")
    expect(page.get_by_role("row", name=re.compile("10 April 2021"))).to_contain_text("possibly 1 more")
    visit.keep("solace-2021-exchanges-drawn")


def test_a_chart_follows_the_clock(visit):
    page = visit.go(f"/dossiers/{INVENTED}/exchanges")
    expect(page.locator("[data-chart][data-drawn]")).to_be_visible()
    page.locator("#as_of").fill("2021-03-28")
    page.locator("#as_of").press("Tab")

    expect(page.locator(".panel-exchanges .verdict")).to_have_text("Certainly 2 stages")
    expect(page.locator("[data-chart][data-drawn]")).to_be_visible()


def test_a_card_opens_over_the_timeline_and_gives_the_focus_back(visit):
    page = visit.go(f"{FRONT}/timeline")
    mark = page.locator("svg.timeline a.mark").nth(1)
    mark.focus()
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Who says so")
    visit.keep("founding-card-over-the-timeline")
    assert visit.barriers() == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert mark.evaluate("one => one === document.activeElement")


def test_a_mark_leads_to_the_card_without_a_script(browser, site):
    with visiting(browser, site.url, java_script_enabled=False) as visit:
        page = visit.go(f"{FRONT}/timeline?as_of=2025-06-01")
        page.locator("svg.timeline a.mark").first.click()

        expect(page).to_have_url(re.compile(r"/developments/[0-9a-f-]{36}\?as_of=2025-06-01$"))
        expect(page.get_by_role("heading", name="Who says so")).to_be_visible()


def test_filters_narrow_the_timeline_and_stay_in_the_address(visit):
    page = visit.go(f"/dossiers/{INVENTED}/timeline")
    page.get_by_label("Text", exact=True).fill("harbour")
    page.get_by_label("Lanes").select_option("actor")
    page.get_by_role("button", name="Filter").click()

    expect(page).to_have_url(re.compile(r"text=harbour.*lanes=actor"))
    expect(page.locator(".happened > li").first).to_be_visible()
    expect(page.locator("svg.timeline text.lane").first).to_have_text(re.compile("Arvenia|Belmark"))


# By keyboard, and by choice


def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(visit):
    page = visit.go(FRONT)
    page.bring_to_front()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash !== ''")
    page.keyboard.press("Tab")
    expect(page.locator("main a").first).to_be_focused()
    page.keyboard.press("Tab")

    expect(page.locator("#as_of")).to_be_focused()
    outline = page.locator("#as_of").evaluate("one => getComputedStyle(one).outlineStyle")
    assert outline == "solid"


def test_the_scheme_is_switched_and_kept(visit):
    page = visit.go(FRONT)
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Dark").click()
    dark = page.evaluate(paper)
    page.reload()

    assert light != dark
    assert page.evaluate(paper) == dark
    expect(page.get_by_role("button", name="Light")).to_be_visible()
