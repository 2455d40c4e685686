"""Texts about persons: which can be marked, how marks are handed on, and when there is something to erase."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain import decisions
from domain.commands import (
    AdoptRectification,
    Amend,
    Corroborate,
    Dispute,
    Erase,
    ProposeRectification,
    Resolve,
)
from domain.commands import Retract as Retraction
from domain.developments import DEVELOPMENT
from domain.entry import evolve
from domain.errors import ErasedBefore, Invalid, NothingPersonal, UnknownField
from domain.events import Stamped
from domain.personal import is_erased, marker
from domain.plausibility import Plausibility
from domain.prose import texts, texts_at
from domain.values import walk

ORSOLIN = {"type": "person", "id": "negotiator-1", "name": "A. Orsolin", "role": "chief negotiator"}
QUOTED = {"outlet": "Lake Radio (invented)", "quote": "Orsolin wept."}
TOLD = {
    "kind": "statement-made",
    "occurred": "2031-03-10",
    "speaker": ORSOLIN,
    "content": "My brother is among the pilots.",
    "sources": [{"outlet": "The Port Solace Gazette (invented)", "quote": "He spoke of his brother."}],
}
NOON = datetime(2031, 4, 1, 12, tzinfo=UTC)


class Life:
    """A development with its stream."""

    def __init__(self, personal=(), **told):
        self.history = []
        self.entry = None
        development = DEVELOPMENT.validate_python({**TOLD, "personal": personal, **told})
        event = decisions.record(development, "solace-2031", UUID(int=1), "ada", Plausibility(NOON))
        self.take(event)

    def take(self, event):
        stamped = Stamped(len(self.history) + 1, NOON, event)
        self.entry = evolve(self.entry, stamped)
        self.history.append(stamped)
        return event

    def say(self, command, on=NOON):
        return self.take(decisions.decide(self.entry, command, "ada", Plausibility(on)))

    def amend(self, personal=(), **changes):
        return self.say(Amend(changes=changes, reason="The tape was heard again.", personal=personal))


@pytest.fixture
def life():
    """A statement whose content and first quote are marked."""
    return Life(["/content", "/sources/0/quote"])


def refused(act):
    """The place and the words of a refusal."""
    with pytest.raises(Invalid) as refusal:
        act()
    return refusal.value.pointer, str(refusal.value)


# Which texts can be marked


def test_a_mark_leads_to_a_text_that_people_wrote(life):
    (stamped,) = life.history

    assert stamped.event.personal_texts() == {
        "/development/content": "My brother is among the pilots.",
        "/development/sources/0/quote": "He spoke of his brother.",
    }
    assert life.entry.sealed


@pytest.mark.parametrize(
    "mark",
    ["/kind", "/occurred", "/speaker", "/speaker/id", "/speaker/type", "/sources", "/sources/0/published"],
)
def test_a_mark_on_anything_else_is_refused_with_its_place(mark):
    pointer, words = refused(lambda: Life(["/content", mark]))

    assert pointer == "/personal/1"
    assert "no text that people wrote" in words


@pytest.mark.parametrize("mark", ["/summary", "/sources/1/quote", "/nothing/0", "/sources/x/quote"])
def test_a_mark_that_leads_nowhere_is_refused(mark):
    assert refused(lambda: Life([mark]))[0] == "/personal/0"


def test_what_tells_origins_and_actors_apart_stays_in_the_clear():
    """Erased, it would change how many origins a view counts, and who is whom."""
    unnamed = {"type": "unnamed", "description": "the brother of a pilot"}

    assert "tell one origin from another" in refused(lambda: Life(["/sources/0/outlet"]))[1]
    assert (
        "tell one origin from another" in refused(lambda: Life(["/speaker/description"], speaker=unnamed))[1]
    )


@pytest.mark.parametrize("mark", ["content", "", "/", "/a~2b", "/content/", 7])
def test_a_mark_is_a_json_pointer(mark):
    with pytest.raises(ValidationError):
        Life([mark])


# Nothing that is sealed stands in the clear besides


def test_a_text_that_holds_what_is_marked_has_to_be_marked_too():
    summary = "A. Orsolin spoke for ten minutes."

    pointer, words = refused(lambda: Life(["/speaker/name"], summary=summary))

    assert pointer == "/summary"
    assert "marked as personal at /speaker/name" in words
    assert Life(["/speaker/name", "/summary"], summary=summary).entry.sealed


def test_part_of_a_word_is_no_match():
    assert Life(["/speaker/name"], speaker={**ORSOLIN, "name": "Ann"}, summary="An Annual meeting.").entry


def test_what_is_sealed_cannot_be_told_in_the_clear_elsewhere(life):
    moved = [QUOTED, {**TOLD["sources"][0]}]

    assert refused(lambda: life.amend(sources=moved))[0] == "/changes/sources/1/quote"
    assert refused(lambda: life.amend(summary="My brother is among the pilots."))[0] == "/changes/summary"
    assert life.amend(sources=moved, personal=["/changes/sources/1/quote"]).development.personal == (
        "/content",
        "/sources/0/quote",
        "/sources/1/quote",
    )


def test_a_reason_cannot_name_what_it_is_about(life):
    command = Retraction(reason="He denies it: He spoke of his brother.")

    assert refused(lambda: life.say(command))[0] == "/reason"


def test_a_later_mark_cannot_hide_what_is_in_the_clear(life):
    pointer, words = refused(
        lambda: life.amend(speaker=ORSOLIN, content="…", personal=["/changes/speaker/name"])
    )

    assert pointer == "/personal/0"
    assert "in the clear already" in words


def test_a_new_text_in_the_place_of_one_in_the_clear_can_be_marked(life):
    speaker = {**ORSOLIN, "name": "B. Castellan"}

    event = life.amend(speaker=speaker, personal=["/changes/speaker/name"])

    assert event.personal_texts()["/development/speaker/name"] == "B. Castellan"


# Sayings


def test_a_mark_holds_in_what_is_said_later(life):
    amended = life.amend(content="My sister is among the pilots.")
    disputed = life.say(Dispute(by="XB", says={"content": "I said nothing."}, reason="It denies that."))

    assert amended.personal_texts()["/development/content"] == "My sister is among the pilots."
    assert disputed.personal_texts()["/account/content"] == "I said nothing."
    assert disputed.fields == ("content",)


def test_a_mark_that_leads_nowhere_for_a_while_is_kept(life):
    unquoted = life.amend(sources=[{"outlet": "Lake Radio (invented)"}])
    quoted = life.amend(sources=[QUOTED])

    assert "/development/sources/0/quote" not in unquoted.personal_texts()
    assert quoted.personal_texts()["/development/sources/0/quote"] == "Orsolin wept."


def test_a_saying_marks_texts_of_its_own(life):
    event = life.say(
        Corroborate(source=QUOTED, reason="Her cousin told it.", personal=["/source/quote", "/reason"])
    )

    assert event.personal == ("/source/quote", "/reason")
    assert event.personal_texts() == {"/source/quote": "Orsolin wept.", "/reason": "Her cousin told it."}


@pytest.mark.parametrize("mark", ["/changes/summary", "/changes/content", "/by/name", "/development/content"])
def test_a_saying_marks_only_what_it_brings(life, mark):
    command = Amend(changes={"occurred": "2031-03-11"}, reason="The host says so.", personal=[mark])

    assert refused(lambda: life.say(command)) == ("/personal/0", f"{mark} leads to nothing in this request")


@pytest.mark.parametrize("mark", ["/changes", "/changes/occurred", "/changes/speaker"])
def test_a_saying_marks_texts_alone(mark):
    life = Life()
    changes = {"occurred": "2031-03-11", "speaker": {**ORSOLIN, "role": "minister"}}
    command = Amend(changes=changes, reason="The host says so.", personal=[mark])

    assert refused(lambda: life.say(command))[0] == "/personal/0"


def test_marks_are_not_changed_as_a_field_is(life):
    with pytest.raises(UnknownField):
        life.say(Amend(changes={"personal": []}, reason="To lay it open."))


def test_what_a_dispute_marks_is_marked_in_what_is_upheld():
    life = Life()
    life.say(
        Dispute(by="XB", says={"content": "My son is."}, reason="It says so.", personal=["/says/content"])
    )
    life.amend(summary="What Orsolin said.", personal=["/changes/summary"])

    event = life.say(Resolve(dispute=2, outcome="upheld", reason="The tape was heard."))

    assert event.personal_texts() == {
        "/development/content": "My son is.",
        "/development/summary": "What Orsolin said.",
    }


def test_what_a_rectification_marks_is_marked_when_it_is_adopted():
    life = Life()
    proposal = ProposeRectification(
        changes={"content": "My son is."},
        objections_until="2031-04-02",
        reason="The tape.",
        personal=["/changes/content"],
    )
    life.say(proposal)

    event = life.say(
        AdoptRectification(rectification=2, reason="Nobody objected."), datetime(2031, 4, 4, tzinfo=UTC)
    )

    assert event.personal_texts() == {"/development/content": "My son is."}


# Erasing


def test_what_is_marked_can_be_erased_with_a_reason(life):
    event = decisions.erase(life.entry, Erase(reason="At the request of the speaker."), "grace")
    entry = life.take(event) and life.entry

    assert (event.stored_name, event.recorded_by) == ("personal-data-erased", "grace")
    assert not entry.sealed
    assert [(one.number, one.reason) for one in entry.erasures] == [(2, "At the request of the speaker.")]


def test_it_can_be_erased_after_it_was_retracted(life):
    life.say(Retraction(reason="It was a rumour."))

    assert decisions.erase(life.entry, Erase(reason="On request."), "grace").originator_version == 3


def test_the_reason_of_an_erasure_does_not_keep_what_it_erases(life):
    command = Erase(reason="“My brother is among the pilots.” is nobody's business.")

    assert refused(lambda: decisions.erase(life.entry, command, "grace"))[0] == "/reason"


def test_without_a_mark_there_is_nothing_to_erase():
    with pytest.raises(NothingPersonal, match="no text of the development is marked as personal"):
        decisions.erase(Life().entry, Erase(reason="On request."), "grace")


def test_it_is_erased_once(life):
    life.take(decisions.erase(life.entry, Erase(reason="On request."), "grace"))

    with pytest.raises(ErasedBefore, match="erased by version 2"):
        decisions.erase(life.entry, Erase(reason="On request."), "grace")


def test_an_erased_text_is_told_again_as_it_reads():
    """It is in every telling from then on, and is nothing that could be erased."""
    life = Life(["/content"], content=marker("0a1b2c3d"))

    assert is_erased(life.entry.development.content)
    assert life.entry.development.erased() == ("/content",)
    assert not life.entry.sealed


@pytest.mark.parametrize(
    "text", ["[erased]", "[erased 0A1B2C3D]", "[erased 0a1b2c3d] ", "sealed:v1:0a1b2c3d:AAAA"]
)
def test_only_one_form_reads_as_erased(text):
    assert not is_erased(text)


# Pointers


def test_a_pointer_leads_to_the_text_that_a_walk_finds_there(life):
    """To every text, and to nothing that is no text."""
    walked = dict(texts(life.entry))

    assert texts_at(life.entry, [pointer for pointer, _ in walk(life.entry)]) == walked
    assert (
        texts_at(life.entry, ["/development/sources/9/quote", "/development/x", "/development/sources/-1"])
        == {}
    )
