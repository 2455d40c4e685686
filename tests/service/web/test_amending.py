"""Amending by form: what stands there now, only what was changed, a reason, and never over somebody else."""

import pytest

from tests.service.api.desk import RADIO
from tests.service.web.forms import HTML, beside, held, send, sign_in
from tests.service.web.site import text_of
from tests.tokens import token_for

pytestmark = pytest.mark.sqlite

WHY = "The host's own chronology gives the day."


@pytest.fixture
def call(desk):
    """A call whose texts have line breaks, spaces around them, and signs that mean something in HTML."""
    return desk.record(
        "call-held",
        agenda=[{"issue": "ferry", "outcome": "discussed"}],
        summary="  They spoke <b>of</b>\r\nthe ferry. ",
        occurred="2021-03-07",
    )


def open_form(desk, call: str) -> dict[str, str]:
    answer = desk.client.get(f"/developments/{call}/amend", headers=HTML)
    assert answer.status_code == 200
    assert "<b>" not in answer.text
    return held(answer.text)


def test_only_what_was_changed_is_amended(desk, call):
    before = desk.read(call)["development"]
    typed = {**open_form(desk, call), "f-occurred": "2021-03-08", "reason": WHY, "s-outlet": RADIO["outlet"]}
    answer = send(desk, f"/developments/{call}/amend", typed)
    last = desk.get(f"/v1/developments/{call}/history")["versions"][-1]

    assert answer.headers["Location"] == f"/developments/{call}"
    assert [one["field"] for one in last["differences"]] == ["occurred"]
    assert (last["reason"], last["sources"]) == (WHY, [{"outlet": RADIO["outlet"]}])
    assert desk.read(call)["development"] == {**before, "occurred": "2021-03-08"}


def test_sent_twice_it_is_amended_once(desk, call):
    typed = {**open_form(desk, call), "f-occurred": "2021-03-08", "reason": WHY}
    answers = [send(desk, f"/developments/{call}/amend", typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert desk.read(call)["version"] == 2


def test_a_field_that_is_emptied_is_as_if_it_had_never_been_given(desk, call):
    typed = {**open_form(desk, call), "f-summary": " ", "f-agenda": "", "reason": WHY}
    assert send(desk, f"/developments/{call}/amend", typed).status_code == 303
    told = desk.read(call)["development"]

    assert (told["summary"], told["agenda"]) == (None, [])


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"f-occurred": "2021-03-08"}, "reason", "required"),
        ({"f-occurred": "", "reason": WHY}, "f-occurred", "not be left empty"),
        ({"f-occurred": "soon", "reason": WHY}, "f-occurred", "date"),
        ({"f-place": "[", "reason": WHY}, "f-place", "not JSON"),
        ({"f-occurred": "2031-01-01", "reason": WHY}, "f-occurred", "after today"),
        ({"f-occurred": "2021-03-08", "reason": WHY, "s-title": "No outlet"}, "s-outlet", "required"),
        ({"f-sources": '[{"outlet": ""}]', "reason": WHY}, "f-sources", "0/outlet: "),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_stays_typed(desk, call, changed, field, words):
    typed = {**open_form(desk, call), **changed}
    with desk.nothing_recorded():
        page = send(desk, f"/developments/{call}/amend", typed)

    assert page.status_code == 422
    assert words in beside(page.text, field)
    assert held(page.text) == typed


def test_without_a_change_nothing_is_amended(desk, call):
    with desk.nothing_recorded():
        page = send(desk, f"/developments/{call}/amend", {**open_form(desk, call), "reason": WHY})

    assert "no field says another thing than it did" in page.text


def test_what_somebody_else_changed_meanwhile_is_shown_and_kept(desk, call):
    typed = {**open_form(desk, call), "f-occurred": "2021-03-08", "reason": WHY}
    desk.said(call, "amendments", changes={"summary": "They spoke twice."}, reason="Heard <b>later</b>.")
    with desk.nothing_recorded():
        page = send(desk, f"/developments/{call}/amend", typed)
    told, now = text_of(page.text), held(page.text)

    assert page.status_code == 412
    assert "It was changed while you typed" in told
    assert "Heard <b>later</b>." in told
    assert "<b>" not in page.text
    assert (now["version"], now["f-occurred"], now["reason"]) == ("2", "2021-03-08", WHY)
    assert now["f-summary"] == "They spoke twice."

    assert send(desk, f"/developments/{call}/amend", now).status_code == 303
    after = desk.read(call)["development"]
    assert (after["summary"], after["occurred"]) == ("They spoke twice.", "2021-03-08")


def test_whoever_may_not_amend_is_told_so_before_typing(desk, call):
    typed = {**open_form(desk, call), "f-occurred": "2021-03-08", "reason": WHY}
    sign_in(desk, token_for(desk.client.app.state.settings, "Rolf", role="recorder"))
    page = desk.client.get(f"/developments/{call}/amend", headers=HTML)
    with desk.nothing_recorded():
        sent = send(desk, f"/developments/{call}/amend", typed)

    assert page.status_code == 403
    assert "may not edit in the dossier" in text_of(page.text)
    assert sent.status_code == 403
    assert held(sent.text) == typed


def test_without_a_token_what_was_typed_is_kept(desk, call):
    typed = {**open_form(desk, call), "f-occurred": "2021-03-08", "reason": WHY}
    desk.client.cookies.clear()
    with desk.nothing_recorded():
        sent = send(desk, f"/developments/{call}/amend", typed)

    assert sent.status_code == 401
    assert held(sent.text) == typed
    assert desk.client.get(f"/developments/{call}/amend", headers=HTML).status_code == 401


def test_the_card_leads_to_the_form(desk, call):
    assert f'href="/developments/{call}/amend"' in desk.client.get(f"/developments/{call}", headers=HTML).text


def test_a_preview_says_what_would_change_and_amends_nothing(desk):
    truce = desk.record(
        "ceasefire-agreed", ceasefire=None, occurred="2021-03-05", start="2021-03-06", end=None
    )
    typed = {**open_form(desk, truce), "f-end": "2021-03-09", "reason": WHY}
    with desk.nothing_recorded():
        page = send(desk, f"/developments/{truce}/amend", typed, "preview")
    told = text_of(page.text)

    assert page.status_code == 200
    assert "Nothing is recorded yet." in told
    assert "would be lapsed" in told.lower()
    assert held(page.text) == typed
    assert send(desk, f"/developments/{truce}/amend", held(page.text)).status_code == 303
    assert desk.read(truce)["development"]["end"] == "2021-03-09"


def test_a_preview_is_refused_as_the_amendment_would_be(desk, call):
    typed = {**open_form(desk, call), "f-occurred": "2021-03-08", "reason": WHY}
    desk.said(call, "amendments", changes={"summary": "They spoke twice."}, reason="Heard later.")
    with desk.nothing_recorded():
        stale = send(desk, f"/developments/{call}/amend", typed, "preview")
        wrong = send(
            desk, f"/developments/{call}/amend", {**held(stale.text), "f-occurred": "soon"}, "preview"
        )

    assert stale.status_code == 412
    assert wrong.status_code == 422
    assert "date" in beside(wrong.text, "f-occurred")
