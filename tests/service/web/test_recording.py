"""Recording by form: every kind, errors beside the field, nothing lost, and nothing recorded twice."""

import pytest

from domain.developments import KINDS
from service.web.forms.fields import fields_of
from service.web.forms.filling import shown
from tests.service.api.desk import telling
from tests.service.web.forms import HTML, SOURCE, beside, held, send, sign_in
from tests.service.web.site import text_of
from tests.tokens import token_for

pytestmark = pytest.mark.sqlite

RECORD = "/dossiers/solace-2021/record"
CALL = {
    "f-occurred": "2021-04-01",
    "f-parties": "XA, XB",
    "f-summary": "They spoke of the ferry.",
    **SOURCE,
}


def open_form(desk, kind: str = "call-held") -> dict[str, str]:
    answer = desk.client.get(RECORD, params={"kind": kind}, headers=HTML)
    assert answer.status_code == 200
    return held(answer.text)


def recorded(desk, answer) -> dict:
    assert answer.status_code == 303, text_of(answer.text)
    return desk.read(answer.headers["Location"].rpartition("/")[2])


def test_a_development_is_recorded_and_shown(desk):
    answer = send(desk, RECORD, {**open_form(desk), **CALL, "s-said_by": "XA", "s-role": "document"})
    told = recorded(desk, answer)["development"]

    assert told["parties"] == ["XA", "XB"]
    assert told["sources"] == [
        {
            "outlet": "Lake Radio (invented)",
            "published": "2021-04-02",
            "chain": [{"actor": "XA", "role": "document"}],
        }
    ]
    assert "They spoke of the ferry." in desk.client.get(answer.headers["Location"], headers=HTML).text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_told_by_its_form(desk, kind):
    body = telling(kind)
    typed = {one.id: shown(one, body[one.name]) for one in fields_of(kind) if one.name in body}
    page = send(desk, RECORD, {**open_form(desk, kind), **typed, **SOURCE}, "preview")
    wrong = {field: beside(page.text, field) for field in typed if beside(page.text, field)}

    # The examples rest on developments that are not on record here; nothing else is wrong with them.
    assert all("is on record" in one for one in wrong.values()), wrong
    assert page.status_code == (422 if wrong else 200)
    assert {field: one for field, one in held(page.text).items() if field in typed} == typed


def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(desk):
    typed = {
        **CALL,
        "f-occurred": "the first of April",
        "f-parties": "XA, Narnia",
        "f-issues": "ferry\nnot a slug!",
        "f-place": '{"name": "Port Solace"',
        "f-summary": "</textarea><b>bold</b>\nand more",
        "s-outlet": "",
        "s-language": "Lakish",
    }
    with desk.nothing_recorded():
        page = send(desk, RECORD, {**open_form(desk), **typed})

    assert page.status_code == 422
    assert "date" in beside(page.text, "f-occurred")
    assert "1: 'Narnia' is not an ISO 3166 code" in beside(page.text, "f-parties")
    assert "short name" in beside(page.text, "f-issues")
    assert "not JSON" in beside(page.text, "f-place")
    assert beside(page.text, "s-outlet") == "required, and missing"
    assert "BCP 47" in beside(page.text, "s-language")
    assert '<a href="#f-occurred">Occurred</a>' in page.text
    assert {name: held(page.text)[name] for name in typed} == typed
    assert "<b>" not in page.text


def test_what_the_record_refuses_is_told_beside_its_field(desk):
    with desk.nothing_recorded():
        future = send(desk, RECORD, {**open_form(desk), **CALL, "f-occurred": "2031-04-01"})
        nowhere = send(desk, RECORD, {**open_form(desk), **CALL, "f-issues": "ferry", "f-occurred": "0021"})

    assert "after today" in beside(future.text, "f-occurred")
    assert "is that meant?" in beside(nowhere.text, "f-occurred")
    assert 'name="confirm"' in nowhere.text
    assert "?confirm" not in nowhere.text


def test_a_form_that_is_sent_twice_is_recorded_once(desk):
    typed = {**open_form(desk), **CALL}
    send(desk, RECORD, typed, "preview")
    first = send(desk, RECORD, typed)
    with desk.nothing_recorded():
        again = send(desk, RECORD, typed)
        other = send(desk, RECORD, {**typed, "f-summary": "They spoke again."})

    assert first.headers["Location"] == again.headers["Location"]
    assert other.status_code == 409
    assert "This form was sent before" in other.text
    assert held(other.text)["key"] != typed["key"]
    assert send(desk, RECORD, held(other.text)).status_code == 303


def test_whoever_may_not_record_is_told_so_before_typing(desk):
    sign_in(desk, token_for(desk.client.app.state.settings, "Rita", role="reader"))
    page = desk.client.get(RECORD, headers=HTML)

    assert page.status_code == 403
    assert "may not record in the dossier" in text_of(page.text)
    with desk.nothing_recorded():
        sent = send(desk, RECORD, {**CALL, "kind": "call-held"})
    assert sent.status_code == 403
    assert held(sent.text)["f-summary"] == CALL["f-summary"]


def test_without_a_token_a_form_asks_for_one_and_keeps_what_was_typed(desk):
    typed = {**open_form(desk), **CALL}
    desk.client.cookies.clear()
    page = desk.client.get(f"{RECORD}?kind=call-held", headers=HTML)
    with desk.nothing_recorded():
        sent = send(desk, RECORD, typed)

    assert page.status_code == 401
    assert f'name="next" value="{RECORD}?kind=call-held"' in page.text
    assert sent.status_code == 401
    assert {name: held(sent.text)[name] for name in CALL} == CALL
    assert held(sent.text)["key"] == typed["key"]


def test_a_form_of_another_site_records_nothing(desk):
    with desk.nothing_recorded():
        answer = send(desk, RECORD, {**open_form(desk), **CALL}, **{"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_the_kinds_are_offered_with_what_each_is(desk):
    page = desk.client.get(RECORD, headers=HTML).text
    unknown = desk.client.get(RECORD, params={"kind": "<b>"}, headers=HTML)

    assert all(f'<option value="{kind}">' in page for kind in KINDS)
    assert unknown.status_code == 422
    assert "No kind is called &lt;b&gt;" in unknown.text
    assert desk.client.get("/dossiers/nowhere/record", headers=HTML).status_code == 404


def test_a_preview_says_what_would_change_and_records_nothing(desk):
    typed = {
        **open_form(desk, "ceasefire-declared"),
        "f-occurred": "2021-05-01",
        "f-declared_by": "XA, XB",
        "f-parties": "XA, XB",
        "f-declaration": "bilateral",
        "f-start": "2021-05-02",
        "f-summary": "A truce on the lake <b>",
        **SOURCE,
    }
    with desk.nothing_recorded():
        page = send(desk, RECORD, typed, "preview")
        told = text_of(page.text)

    assert page.status_code == 200
    assert "Nothing is recorded yet." in told
    assert "would be In effect" in told or "would be in effect" in told
    assert "Exchanges: no change." in told
    assert "<b>" not in page.text

    send(desk, RECORD, held(page.text))
    assert desk.view("ceasefire")["status"] == "in_effect"


def test_a_preview_of_what_moves_nothing_says_so(desk):
    told = text_of(send(desk, RECORD, {**open_form(desk), **CALL}, "preview").text)

    assert "no answer of 1 July 2021 would be another one" in told
