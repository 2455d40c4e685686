"""The proof of a card, checked by the page's own script: what was tampered with does not hold."""

import json

import pytest
from playwright.sync_api import Route, expect, sync_playwright

from tests.service.web.browser import launch, visiting
from tests.service.web.site import INVENTED

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


LABELS = ("stage-first", "stage-disputed", "agreement-pilots", "ceasefire", "signing", "ferry-radio")
"""Amended, disputed, rectified in vain and in the end, retracted, and joined with another report."""


NO_ED25519 = """() => {
  const read = crypto.subtle.importKey.bind(crypto.subtle);
  const refused = () => Promise.reject(new DOMException("unknown", "NotSupportedError"));
  crypto.subtle.importKey = (form, key, how, ...more) =>
    how === "Ed25519" ? refused() : read(form, key, how, ...more);
}"""


def tampered(change):
    """Answers with the proof, but for one change to it on the way."""

    def answer(route: Route) -> None:
        told = route.fetch().json()
        change(told["receipt"])
        route.fulfill(json=told)

    return answer


def alter_state(receipt):
    event = receipt["events"][-1]["event"]
    event["state"] = json.dumps({**json.loads(event["state"]), "summary": "Another one."})


def alter_root(receipt):
    lines = receipt["checkpoint"].split("\n")
    lines[2] = ("B" if lines[2][0] == "A" else "A") + lines[2][1:]
    receipt["checkpoint"] = "\n".join(lines)


def leave_out(receipt):
    receipt["events"] = []


def card_of(site) -> str:
    return f"/developments/{next(iter(site.played[INVENTED].ids.values()))}"


def check(visit) -> None:
    visit.page.get_by_role("button", name="Check it here").click()


def test_a_good_proof_holds_by_the_key_that_is_given_and_by_little_without_one(browser, site):
    with visiting(browser, site.url) as visit:
        page = visit.go(card_of(site))
        status = page.locator("#proof [role=status]")
        check(visit)
        expect(status).to_contain_text("That proves little")
        expect(page.locator("#proof ol")).to_contain_text("lead to the root of the log")

        key = page.evaluate("fetch('/v1/log/checkpoint').then(a => a.json()).then(a => a.verifier_key)")
        page.get_by_label("The log’s public key").fill(key)
        check(visit)
        expect(status).to_have_text("It holds, by the key that you gave.")
        assert visit.barriers() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (alter_state, "is not in the log"),
        (alter_root, "is not one of this checkpoint"),
        (leave_out, "is not among the events"),
    ],
)
def test_what_was_tampered_with_does_not_hold(browser, site, change, words):
    with visiting(browser, site.url) as visit:
        page = visit.go(card_of(site))
        page.route("**/v1/developments/*?proof=true", tampered(change))
        check(visit)

        expect(page.locator("#proof [role=status]")).to_contain_text("It does not hold")
        expect(page.locator("#proof [role=status]")).to_contain_text(words)


@pytest.mark.parametrize(
    ("altered", "words"),
    [
        ("[data-field=occurred]", "another “occurred” than the log holds"),
        ("[data-field=content] dd", "the words of “content” are not those in the log"),
        (".versions .who", "another name for version"),
    ],
)
def test_a_card_that_shows_another_thing_than_its_leaves_does_not_hold(browser, site, altered, words):
    """A card is altered behind the service's back, the proof is not."""
    with visiting(browser, site.url) as visit:
        page = visit.go(f"/developments/{site.id(INVENTED, 'statement-host')}")
        page.locator(altered).first.evaluate(
            "one => { one.textContent = 'Another thing.'; if (one.dataset.value) one.dataset.value = '0' }"
        )
        check(visit)

        expect(page.locator("#proof [role=status]")).to_contain_text(words)


def test_every_card_shows_what_its_leaves_say(browser, site):
    with visiting(browser, site.url) as visit:
        for label in LABELS:
            page = visit.go(f"/developments/{site.id(INVENTED, label)}")
            check(visit)
            expect(page.locator("#proof ol li").last).to_contain_text("What this card shows")

        page.evaluate(NO_ED25519)
        check(visit)
        expect(page.locator("#proof [role=status]")).to_contain_text(
            "whose signature this browser cannot check"
        )
