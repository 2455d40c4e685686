"""Naming other developments by form: chosen by what they say, checked, and told to nobody else."""

import re
from html import unescape
from uuid import uuid4

import pytest

from service.web.forms import offering
from tests.service.web.forms import HTML, SOURCE, beside, held, send

pytestmark = pytest.mark.sqlite

RECORD = "/dossiers/solace-2021/record"


def open_form(desk, kind: str) -> dict[str, str]:
    return held(desk.client.get(RECORD, params={"kind": kind}, headers=HTML).text)


AGREEMENT = {
    "parties": ["XA", "XB"],
    "title": "Return of the ferrymen",
    "occurred": "2021-03-05",
    "stipulations": [{"id": "ferrymen", "issue": "prisoner_exchange"}],
    "at": None,
    "supersedes": None,
}


def choices_of(page: str, field: str) -> dict[str, str]:
    """What a field offers: each value with its words."""
    start = page.index(f' id="{field}"')
    options = re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)<', page[start : page.index("</div>", start)])
    return {value: unescape(words) for value, words in options}


def test_another_development_is_chosen_by_what_it_says(desk):
    agreement = desk.record("agreement-reached", **AGREEMENT)
    gone = desk.record("agreement-reached", **{**AGREEMENT, "title": "Another one"})
    desk.said(gone, "retractions", reason="Told twice.")
    page = desk.client.get(f"{RECORD}?kind=exchange-stage-carried-out", headers=HTML).text
    offered = choices_of(page, "f-under")
    typed = {
        **held(page),
        "f-occurred": "2021-03-09",
        "f-parties": "XA, XB",
        "f-under": f"{agreement} ferrymen",
        **SOURCE,
    }
    answer = send(desk, RECORD, typed)
    stage = answer.headers["Location"].rpartition("/")[2]

    line = "Agreement reached: Arvenia, Belmark (Return of the ferrymen), on 5 March 2021"
    assert offered[agreement] == line
    assert offered[f"{agreement} ferrymen"] == f"ferrymen, of: {line}"
    assert not any(gone in value for value in offered)
    assert desk.read(stage)["development"]["under"] == {"agreement": agreement, "stipulation": "ferrymen"}

    form = desk.client.get(f"/developments/{stage}/amend", headers=HTML).text
    assert held(form)["f-under"] == f"{agreement} ferrymen"


def test_what_is_no_development_is_told_beside_the_field(desk):
    kind = "ceasefire-lapsed"
    with desk.nothing_recorded():
        word = send(desk, RECORD, {**open_form(desk, kind), "f-ceasefire": "the truce", **SOURCE})
        nobody = send(desk, RECORD, {**open_form(desk, kind), "f-occurred": "2021-03-09",
                                     "f-ceasefire": str(uuid4()), **SOURCE})  # fmt: skip

    assert "choose one that is offered" in beside(word.text, "f-ceasefire")
    assert "is on record; expected the id of ceasefire-proposed" in beside(nobody.text, "f-ceasefire")
    assert 'value="the truce" selected' in word.text


def test_of_many_the_last_are_offered_and_any_can_be_named(desk, monkeypatch):
    monkeypatch.setattr(offering, "MOST", 1)
    older, newer = (
        desk.record("agreement-reached", **{**AGREEMENT, "occurred": day})
        for day in ("2021-03-05", "2021-03-06")
    )
    page = desk.client.get(f"{RECORD}?kind=agreement-suspended", headers=HTML).text
    typed = {**held(page), "f-occurred": "2021-03-09", "f-agreement": older, **SOURCE}

    assert newer in page
    assert older not in page
    assert 'list="f-agreement-offered"' in page
    assert send(desk, RECORD, typed).status_code == 303


def test_what_a_dossier_holds_is_offered_to_nobody_without_a_token(desk):
    agreement = desk.record("agreement-reached", **AGREEMENT)
    typed = open_form(desk, "agreement-suspended")
    desk.client.cookies.clear()

    assert agreement not in send(desk, RECORD, typed).text
