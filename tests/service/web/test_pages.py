"""The pages without a script: what they answer, under which clocks, and what they refuse."""

import re
from html import unescape

import pytest

from service.web import PARTS, reading
from tests.service.web.site import DOSSIERS, FOUNDING, INVENTED, PAGES, text_of

pytestmark = pytest.mark.sqlite

FRONT = f"/dossiers/{FOUNDING}"


def words(browse, address: str, **query: str) -> str:
    answer = browse.get(address, params=query or None)
    assert answer.status_code == 200, answer.text
    return text_of(answer.text)


@pytest.mark.parametrize(
    "clocks", ["", "?as_of=2021-03-27", "?as_of=2025-06-08&known_at=2026-02-03T09:00:20Z"]
)
@pytest.mark.parametrize("dossier", DOSSIERS)
def test_every_page_stands_under_any_clocks(browse, dossier, clocks):
    for page in PAGES:
        answer = browse.get(f"/dossiers/{dossier}{page}{clocks}")

        known_then = "known_at" not in clocks or dossier == FOUNDING
        assert answer.status_code == (200 if known_then else 404), page
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("as_of", "says"),
    [
        ("2025-05-15", "No ceasefire proposed on record"),
        ("2025-05-16", "Under discussion"),
        (
            "2026-02-03",
            "No agreement This is certain. No ceasefire was in effect by what is on record.",
        ),
    ],
)
def test_the_front_says_where_a_ceasefire_stands(browse, as_of, says):
    assert says in words(browse, FRONT, as_of=as_of)


@pytest.mark.parametrize(
    ("as_of", "says"),
    [
        ("2025-06-08", "Certainly no stage, possibly 3 more"),
        ("2025-06-26", "Certainly 7 stages, possibly 3 more"),
        ("2026-02-03", "Certainly 10 stages"),
    ],
)
def test_the_front_counts_exchanges_without_making_up_a_number(browse, as_of, says):
    told = words(browse, FRONT, as_of=as_of)

    assert says in told
    assert "o count is published for any of" in told.partition("Returned to Ukraine")[2]


def test_the_front_tells_what_is_planned_and_what_it_waits_for(browse):
    told = words(browse, FRONT)

    assert (
        "To raise a leaders' meeting reported Certainly planned by Ukraine; certainly still planned." in told
    )
    assert "Waits for the discussions on humanitarian matters are concluded: not met yet" in told


def test_the_address_holds_the_state_and_a_form_carries_it_on(browse):
    page = browse.get(f"/dossiers/{INVENTED}/timeline?as_of=2021-04-04&text=ceasefire&lanes=actor").text

    assert 'name="as_of" type="date" value="2021-04-04"' in page
    clocks = page[page.index('<form class="clocks"') :]
    assert '<input type="hidden" name="text" value="ceasefire">' in clocks[: clocks.index("</form>")]
    assert f'href="/dossiers/{INVENTED}/exchanges?as_of=2021-04-04"' in page


def test_an_empty_field_of_a_form_is_a_field_that_was_not_given(browse):
    both = browse.get(FRONT), browse.get(f"{FRONT}?as_of=&known_at=&standing=&according_to=")

    assert [text_of(one.text) for one in both] == [text_of(both[0].text)] * 2


def test_what_is_cited_is_answered_the_same_for_ever(browse):
    page = browse.get(FRONT).text
    cited = unescape(re.search(r'href="([^"]*)" data-permanent', page)[1])
    again = browse.get(cited)

    assert "as_of=2026-02-03&known_at=2026-02-03T09" in cited
    assert again.status_code == 200
    assert cited in unescape(again.text)
    panels = [
        one[one.index('id="panels"') :].split("Cite this")[0] for one in map(unescape, (page, again.text))
    ]
    assert [re.sub(r"\?as_of=[^\"]*", "", text_of(one)) for one in panels] == [text_of(panels[0])] * 2


@pytest.mark.parametrize(
    ("written", "position"),
    [("2026-02-03T09:00:20Z", "20"), ("2026-02-03 09:00:20", None), ("2026-02-03T10:00:20+01:00", None)],
)
def test_a_moment_is_taken_as_people_write_it(browse, written, position):
    told = words(browse, FRONT, known_at=written)

    assert "as known at 3 February 2026, 09:00:20 UTC" in told


def test_today_as_a_moment_of_knowledge_is_now(browse):
    day = browse.get(FRONT, params={"known_at": "2026-02-03"})

    assert day.status_code == 200
    assert "No agreement" in text_of(day.text)


def test_lenses_are_told_in_words(browse):
    told = words(browse, f"/dossiers/{INVENTED}", standing="corroborated", according_to="XB")

    assert "only what is corroborated" in told
    assert "by the account of Belmark alone" in told


def test_a_panel_by_itself_is_what_stands_in_the_page(browse):
    page = browse.get(f"{FRONT}?as_of=2025-06-14").text
    panel = browse.get(f"{FRONT[:10]}{FOUNDING}/panels/front/exchanges?as_of=2025-06-14").text

    assert "<html" not in panel
    assert panel.strip() in page


def test_the_timeline_is_filtered_and_says_how_much_it_holds(browse):
    told = words(browse, f"/dossiers/{INVENTED}/timeline", text="harbour", kind="offer-made")

    assert "2 developments by this day: 2 reported." in told


def test_a_long_timeline_is_shown_in_stretches_that_say_what_is_left_out(browse):
    address = f"/dossiers/{INVENTED}/timeline"
    last, first = browse.get(address).text, browse.get(address, params={"stretch": 1}).text

    assert "Shown here are 36 ; 36 before and 0 after are left out." in text_of(last)
    assert "Shown here are 36 ; 0 before and 36 after are left out." in text_of(first)
    shown = [set(re.findall(r'id="d-([0-9a-f-]{36})"', one)) for one in (last, first)]
    assert [len(one) for one in shown] == [36, 36]
    assert not shown[0] & shown[1]


def test_the_timeline_draws_a_day_as_a_dot_and_a_span_as_a_hatched_bar(site, browse):
    page = browse.get(f"{FRONT}/timeline").text
    marks = dict(
        re.findall(
            r'<a href="/developments/([0-9a-f-]{36})" data-card class="mark[^>]*>(.*?)</a>', page, re.DOTALL
        )
    )

    on_a_day, within = (marks[site.id(FOUNDING, label)] for label in ("stage-06-09", "thousand-first"))
    assert "<circle" in on_a_day
    assert "<rect" not in on_a_day
    assert 'class="hatched"' in within
    assert "on a day from 16 May 2025 to 3 February 2026" in within


def test_the_lanes_can_be_actors(browse):
    page = browse.get(f"{FRONT}/timeline?lanes=actor").text
    lanes = re.findall(r'<text class="lane"[^>]*>([^<]*)</text>', page)

    assert {"Ukraine", "Russia", "Trump", "Putin"} <= set(lanes)


def test_a_card_tells_who_says_so_and_both_accounts_side_by_side(site, browse):
    dispute = browse.get(f"/v1/dossiers/{INVENTED}/disputes").json()["disputed"][-1]
    told = words(browse, f"/developments/{dispute['id']}")

    assert "disputed a party contradicts it; one origin" in told
    assert "A. Orsolin, chief negotiator said it Ministry of Arvenia (invented) published it" in told
    assert "On record persons Arvenia: 12; Belmark: 15 Belmark says persons Arvenia: 12; Belmark: 13" in told
    assert "proof that it is in it" in told


def test_what_changed_is_told_with_who_and_why(browse):
    told = words(browse, f"/dossiers/{INVENTED}/changes")

    assert "25 events were recorded" in told
    assert "Persons returned to Belmark: certainly at least was 40, is now 67" in told
    assert re.search(r"Ada amended .* on 3 February 2026, because: Belmark disclosed the number; the", told)


def test_nothing_changed_before_the_second_clock(browse):
    told = words(browse, f"{FRONT}/changes", known_at="2026-02-03T09:00:20Z", since="2026-02-03T09:01:00Z")

    assert "Nothing was recorded in that time." in told


def test_what_lasted_is_not_told_as_one_day_among_many(site, browse):
    talks = site.id(INVENTED, "talks-first")
    card = words(browse, f"/developments/{talks}")
    contacts = words(browse, f"/dossiers/{INVENTED}/contacts")

    assert ": from 7 March to 9 March 2021. reported" in card
    assert "Talks between Arvenia, Belmark in Port Solace reported from 7 March to 9 March 2021" in contacts
    assert "by The host → Chronicle of the host (invented)" in contacts


def test_a_version_says_on_what_its_correction_rests(site, browse):
    card = words(browse, f"/developments/{site.id(INVENTED, 'stage-first')}")
    why = card.partition("Belmark disclosed the number; the families have been told. ")[2]

    assert why.startswith("By M. Tavin, foreign minister → Ministry of Belmark (invented), published on")
    assert "Belmark: withheld by Belmark until 2021-04: until the families are told" in card


def test_headlines_name_who_took_part(browse):
    assert "An exchange stage carried out between Ukraine, Russia" in words(browse, f"{FRONT}/timeline")
    assert "Agreement reached: Ukraine, Russia" in words(browse, f"{FRONT}/changes")


def test_a_large_dossier_says_why_it_leaves_out_what_takes_long(browse, monkeypatch):
    monkeypatch.setattr(reading, "LARGE", 3)
    front, changes = words(browse, FRONT), words(browse, f"{FRONT}/changes")

    assert "This dossier holds 27 developments, so its whole course takes some seconds to draw." in front
    assert "No agreement This is certain." in front
    assert "From 26 June 2025" not in front
    assert "From 26 June 2025" in words(browse, f"{FRONT}/ceasefire")
    assert "In a dossier of 27 developments one answer is compared at a time" in changes


def test_the_list_says_where_each_dossier_stands(browse):
    told = words(browse, "/")

    assert "Ukraine and Russia, the Istanbul track of 2025" in told
    assert "Ceasefire No agreement Exchanges Certainly 10 stages" in told
    assert "Ceasefire Never implemented Exchanges Certainly 6 stages" in told


# Refusals


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/dossiers/nobody", 404, "Unknown dossier"),
        (f"{FRONT}/nothing", 404, "a dossier has no page 'nothing'"),
        (f"{FRONT}/panels/front/nothing", 404, "there is no panel 'nothing'"),
        ("/nowhere", 404, "Nothing is at this address."),
        (f"{FRONT}?as_of=yesterday", 422, "as_of : expected one day, such as 2025-06-14"),
        (f"{FRONT}?as_of=2999-01-01", 422, "is still to come"),
        (f"{FRONT}?unheard=of", 422, "unheard"),
        (f"{FRONT}/timeline?stretch=9", 422, "there are 1 stretches"),
        (f"{FRONT}?according_to=XQ", 422, "XQ"),
        ("/developments/not-an-id", 422, "development"),
        ("/developments/00000000-0000-4000-8000-000000000000", 404, "Unknown development"),
        ("/?stretch=2", 422, "there are 1 pages of dossiers"),
        ("/static/0000/nothing.css", 404, "Not found"),
    ],
)
def test_an_error_is_a_page_for_browsers_and_a_problem_for_programs(browse, address, status, says):
    page = browse.get(address)
    problem = browse.get(address, headers={"Accept": "*/*"})

    assert page.status_code == problem.status_code == status
    assert says in text_of(page.text)
    assert '<main id="main"' in page.text
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert problem.json()["status"] == status


# What every page is sent with


def test_nothing_runs_on_a_page_but_what_is_served_here(browse):
    for address in ("/", FRONT, f"{FRONT}/exchanges", "/session", "/dossiers/nobody"):
        answer = browse.get(address)
        policy = answer.headers["Content-Security-Policy"]

        assert "default-src 'none'; script-src 'self';" in policy
        assert "unsafe" not in policy
        assert (
            re.findall(r"<script(?![^>]*(?: src=\"/static/| type=\"application/json\"))", answer.text) == []
        )
        assert re.findall(r'\sstyle="|<style|\son[a-z]+="|https?://(?!www\.w3\.org)', answer.text) == []


def test_assets_are_kept_for_ever_under_their_digest(browse):
    page = browse.get(f"{FRONT}/exchanges").text
    addresses = set(re.findall(r'"(/static/[0-9a-f]{16}/[a-z.]+)"', page))

    assert {one.rpartition("/")[2] for one in addresses} >= {"page.css", "clocks.js", "plotly.min.js"}
    for address in addresses:
        answer = browse.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"
    old = browse.get("/static/0123456789abcdef/page.css", headers={"Accept-Encoding": "identity"})
    assert old.headers["Cache-Control"] == "no-cache"
    assert "Content-Encoding" not in old.headers


@pytest.mark.parametrize("path", ["/static/0/..%2fassets.py", "/static/0/page.py", "/static/0/.gitignore"])
def test_no_other_file_is_served(browse, path):
    assert browse.get(path).status_code == 404


def test_a_page_that_a_browser_has_is_not_sent_again(browse):
    first = browse.get(FRONT)
    again = browse.get(FRONT, headers={"If-None-Match": first.headers["ETag"]})
    other = browse.get(
        FRONT, params={"as_of": "2025-06-14"}, headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (again.status_code, again.text) == (304, "")
    assert other.status_code == 200


def test_pages_are_no_part_of_the_described_api():
    assert [one.path for part in PARTS for one in part.router.routes if one.include_in_schema] == []
