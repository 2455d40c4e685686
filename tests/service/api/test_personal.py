"""Personal texts over the API: told sealed, read as told, and after an erasure read by nobody anywhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli import app
from tests.service.api.desk import REASON, Desk, address, open_desk, telling
from tests.service.api.test_export import export, renamed, said_again
from tests.service.api.test_openapi import operations
from tests.service.stores import bytes_of, place_of
from tests.service.test_erasure import keys_in

ROOT = Path(__file__).parents[3]
SECRET = "Bellweather-Quist"
SPEAKER = {"type": "person", "id": "person-1", "name": f"O. {SECRET}", "acts_for": "XA"}
MARKED = {
    "speaker": SPEAKER,
    "content": f"{SECRET} wept on the quay.",
    "personal": ["/speaker/name", "/content"],
}
QUOTED = {"outlet": "Lake Radio (invented)", "quote": f"{SECRET} wept."}
RECEIPTS = {"receipt": "true", "proof": "true"}


@pytest.fixture
def one(desk) -> str:
    """A statement with marked texts, disputed and corroborated with more of them."""
    id_ = desk.record("statement-made", **MARKED)
    says = {"content": f"{SECRET} laughed."}
    desk.said(id_, "disputes", by="XB", says=says, personal=["/reason"], reason=f"{SECRET} says so.")
    desk.said(id_, "corroborations", source=QUOTED, personal=["/source/quote"])
    changes = {"content": f"{SECRET} sang."}
    desk.said(id_, "rectifications", changes=changes, objections_until="2021-07-31", personal=[])
    return id_


def command(desk: Desk, development: str, reason: str = "On request.") -> list[str]:
    """What somebody at the machine types, beside the service."""
    place = place_of(desk.client.app.state.settings.database)
    options = {"--development": development, "--reason": reason, "--by": "grace", "--database": place}
    return ["erase", *(part for option in options.items() for part in option)]


def erase(desk: Desk, development: str, reason: str = "On request."):
    """Erase with the command, on a record of its own."""
    return CliRunner().invoke(app, command(desk, development, reason))


def erase_apart(desk: Desk, development: str) -> None:
    """Erase with the command, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", "from service.cli import app; app()", *command(desk, development)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def every_read(desk: Desk, development: str, **query: str) -> dict[str, str]:
    """What every address answers that can be read."""
    paths = [address(each.path, desk.dossier, development) for each in operations() if each.method == "get"]
    answers = {path: desk.client.get(path, params=query if "/v1/d" in path else None) for path in paths}
    return {path: answer.text for path, answer in answers.items() if answer.is_success}


def test_a_marked_text_is_read_as_it_was_told(desk, one):
    answer = desk.read(one)

    assert answer["development"]["content"] == MARKED["content"]
    assert answer["development"]["personal"] == MARKED["personal"]
    assert answer["erased"] == answer["erasures"] == []


def test_a_mark_that_is_unfit_is_refused_with_its_place(busy_desk):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.try_recording("statement-made", personal=["/speaker", "/x"]))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["/personal/0"]


def test_a_mark_of_the_wrong_form_is_refused_with_words(busy_desk):
    refusal = busy_desk.refused(busy_desk.try_recording("statement-made", personal=["content"]))

    assert refusal.places == ["/personal/0"]
    assert "expected a JSON Pointer" in refusal.body["errors"][0]["message"]


def test_a_saying_that_lays_open_what_is_marked_is_refused_with_its_place(desk, one):
    with desk.nothing_recorded():
        response = desk.says(one, "amendments", {"changes": {"summary": MARKED["content"]}, "reason": REASON})

    assert desk.refused(response).places == ["/changes/summary"]


def test_after_an_erasure_beside_the_service_no_read_shows_the_text(desk, one):
    """In no view, no history, no search, no export, at no moment of knowledge; and no ciphertext either."""
    before = every_read(desk, one)
    known_at = desk.read(one)["known_at"]
    assert any(SECRET in text for text in before.values())

    (key,) = keys_in(desk.client.app.state.settings.database)
    erase_apart(desk, one)
    assert key not in bytes_of(desk.client.app.state.settings.database)

    for query in ({}, {"known_at": known_at}, {"explain": "true"}, {"text": "quay"}, {"receipt": "true"}):
        after = every_read(desk, one, **query)
        assert [path for path, text in after.items() if SECRET in text or "wept" in text] == []
        sealed = [path for path, text in after.items() if "sealed:v1:" in text]
        assert not sealed or "receipt" in query
    assert set(every_read(desk, one)) == set(before)


def test_the_command_says_what_it_did_and_what_it_cannot(desk, one):
    told = erase(desk, one).stdout

    assert f"What was marked as personal in {one} is erased" in told
    assert "Backups and copies that were made before" in told


def test_the_fact_and_the_reason_are_on_record(desk, one):
    erase(desk, one, "At the request of the person.")

    answer = desk.read(one)
    assert answer["erasures"] == [{"number": 5, "reason": "At the request of the person."}]
    assert answer["erased"] == [
        "/development/speaker/name",
        "/development/content",
        "/disputes/0/says/content",
        "/rectifications/0/proposes/content",
        "/disputes/0/reason",
        "/corroborations/0/quote",
    ]
    last = desk.get(f"/v1/developments/{one}/history")["versions"][-1]
    assert (last["event"], last["recorded_by"]) == ("personal-data-erased", "grace")
    assert desk.view("changes")["changes"][-1]["reason"] == "At the request of the person."


@pytest.mark.parametrize(
    ("development", "words"), [("unmarked", "none is kept sealed"), ("erased", "was erased by")]
)
def test_a_second_erasure_or_one_of_nothing_is_refused_with_words(desk, one, development, words):
    erase(desk, one)
    unmarked = desk.record("call-held")

    refused = erase(desk, one if development == "erased" else unmarked)

    assert refused.exit_code == 1
    assert words in refused.stderr


def test_an_erased_text_is_not_found_by_the_words_of_its_marker(desk, one):
    assert desk.view("timeline", text="quay")["developments"]
    erase(desk, one)

    assert desk.view("timeline", text="erased")["developments"] == []


def test_a_receipt_proves_the_sealed_text_before_and_after(desk, one):
    """What a stranger was handed before an erasure is proved by it still, and tells no more."""
    before = desk.read(one, proof="true")["receipt"]["events"]
    erase(desk, one)
    after = desk.read(one, proof="true")["receipt"]["events"]

    assert [each["event"] for each in after[: len(before)]] == [each["event"] for each in before]
    assert [each["salt"] for each in after[: len(before)]] == [each["salt"] for each in before]
    assert "sealed:v1:" in before[1]["event"]["state"]
    assert SECRET not in json.dumps(before)


def test_an_export_can_be_recorded_again_with_its_marks(desk, one, tmp_path):
    _, told = export(desk)
    (elsewhere := tmp_path / "elsewhere").mkdir()

    with open_desk(elsewhere) as other:
        other.open_dossier()
        again = other.record("statement-made", **told["development"])
        for source, marks in zip(told["corroborations"], told["corroborations_personal"], strict=True):
            other.said(again, "corroborations", source=source, personal=marks)
        held = bytes_of(elsewhere / "record.db")
        assert other.read(again)["development"] == told["development"]
    assert SECRET.encode() not in held


def test_an_erased_export_can_be_recorded_again_as_it_reads(desk, one, tmp_path):
    erase(desk, one)
    _, told = export(desk)
    (elsewhere := tmp_path / "elsewhere").mkdir()

    with open_desk(elsewhere) as other:
        other.open_dossier()
        again = other.record("statement-made", **told["development"])
        assert other.read(again)["development"] == told["development"]
        assert other.read(again)["erased"] == ["/development/speaker/name", "/development/content"]


def test_all_that_an_export_says_can_be_said_again_with_its_marks(desk, one, tmp_path):
    lines = export(desk)
    assert [said["body"].get("personal") for said in lines[1]["said"]] == [
        MARKED["personal"],
        ["/reason", "/says/content"],
        ["/source/quote"],
        ["/changes/content"],
    ]
    (elsewhere := tmp_path / "elsewhere").mkdir()

    with open_desk(elsewhere) as other:
        ids = said_again(other, lines)
        assert export(other) == renamed(lines, ids)
        held = bytes_of(elsewhere / "record.db")
    assert SECRET.encode() not in held
    assert b"wept" not in held


def test_what_an_export_says_after_an_erasure_reads_as_erased_and_the_erasure_has_no_address(desk, one):
    erase(desk, one, "On request.")
    said = export(desk)[1]["said"]

    assert SECRET not in str(said)
    assert said[0]["body"]["content"].startswith("[erased ")
    assert said[1]["body"]["reason"].startswith("[erased ")
    assert (said[-1]["event"], said[-1]["to"]) == ("personal-data-erased", None)
    assert (said[-1]["recorded_by"], said[-1]["body"]) == ("grace", {"reason": "On request."})


def test_a_change_shows_what_was_said_as_erased_and_the_erasure_in_its_own_words(desk, one):
    erase(desk, one, "On request.")
    changes = desk.view("changes")["changes"]

    assert SECRET not in str(changes)
    assert changes[1]["said"]["development"]["content"].startswith("[erased ")
    assert changes[-1]["said"] == {"event": "personal-data-erased", "by": "grace", "reason": "On request."}


@pytest.mark.parametrize("view", ["actors", "disputes", "positions"])
def test_an_erasure_makes_no_difference_of_texts_between_two_answers(desk, one, view):
    """For both are told as they read by now; what differs is the version that they rest on."""
    known_at = desk.read(one)["known_at"]
    erase(desk, one)

    told = desk.view("diff", view=view, known_from=known_at)

    assert SECRET not in str(told)
    assert {each["path"].rsplit("/", 1)[1] for each in told["differences"]} <= {"version"}


def test_a_marked_name_suggests_nobody_and_its_bearer_is_found_by_the_id(desk, one):
    erase(desk, one)

    assert desk.view("actors", according_to=SPEAKER["id"])["dossier"] == desk.dossier
    response = desk.client.get(f"/v1/dossiers/{desk.dossier}/actors", params={"according_to": SECRET})
    assert response.status_code == 422
    assert f"O. {SECRET}" not in response.text


def test_a_repeated_request_does_not_bring_back_what_was_erased(desk):
    path, body = f"/v1/dossiers/{desk.dossier}/developments", telling("statement-made", **MARKED)
    one = desk.post(path, body, idempotency_key="once").json()["id"]
    assert desk.post(path, body, idempotency_key="once").json()["id"] == one
    erase(desk, one)

    with desk.nothing_recorded():
        refusal = desk.refused(desk.post(path, body, idempotency_key="once"))

    assert refusal.told == (409, "idempotency-key-reused")
    assert "erased since" in refusal.detail
