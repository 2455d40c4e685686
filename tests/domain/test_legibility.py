"""A text reads as what it is: marks that turn its direction are refused, words of any script are not."""

from uuid import UUID

import pytest

from domain.commands import Amend, Corroborate, Dispute, Dossier, Retract
from domain.errors import Invalid
from domain.events import DevelopmentRecorded
from domain.legibility import refuse_turned_text

TURNING = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
REASON = "So the test tells it."
GAZETTE = {"outlet": "Gazette"}


@pytest.mark.parametrize("code", TURNING, ids=lambda code: f"U+{code:04X}")
def test_a_mark_of_direction_is_refused_with_its_code_and_place(telling, code):
    """Given a summary that would be shown otherwise than it is; then its mark is named, and its place."""
    told = telling(summary=f"They met{chr(code)} in peace.")

    with pytest.raises(Invalid, match=rf"U\+{code:04X} as its character 9, a mark that can show") as refused:
        refuse_turned_text(told)
    assert refused.value.pointer == "/summary"


@pytest.mark.parametrize(
    "words",
    [
        "مفاوضات في إسطنبول",
        "משא ומתן באיסטנבול 2025",
        "می\u200cخواهم",
        "क्\u200dष",
        "\u200eUA\u200f",
        "\u061c",
        "👩\u200d⚖️",
        "Line\none",
    ],
)
def test_words_of_any_script_are_taken(recorded, telling, words):
    """Arabic, Hebrew, Persian and Hindi with what joins or parts their letters, and plain marks of a side."""
    recorded(telling(summary=words))


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"label": "A \u202erace"}, "/label"),
        ({"sources": [GAZETTE, {"outlet": "Herald\u2066"}]}, "/sources/1/outlet"),
        ({"parties": ["XA", {"type": "organisation", "id": "a", "name": "\u202dA"}]}, "/parties/1/name"),
        ({"place": {"name": "Port\u2069"}}, "/place/name"),
        ({"characterised_as": [{"by": "XA", "label": "\u202cpeace"}]}, "/characterised_as/0/label"),
    ],
)
def test_it_is_refused_in_any_text_and_name(recorded, telling, told, pointer):
    """Whatever the field: nothing of it is recorded."""
    with pytest.raises(Invalid) as refused:
        recorded(telling(**told))
    assert refused.value.pointer == pointer


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (Amend(changes={"summary": "\u202e"}, reason=REASON), "/changes/summary"),
        (Amend(changes={"sources": [{"outlet": "\u202e"}]}, reason=REASON), "/changes/sources/0/outlet"),
        (Amend(changes={"place": {"a/b~": "\u202e"}}, reason=REASON), "/changes/place/a~1b~0"),
        (Amend(changes={"label": "A regatta"}, reason="\u202eso"), "/reason"),
        (Dispute(by="XB", says={"label": "\u202e"}, reason=REASON), "/says/label"),
        (Dispute(by={"type": "unnamed", "description": "\u202e"}, reason=REASON), "/by/description"),
        (Corroborate(source={"outlet": "\u202e"}), "/source/outlet"),
        (Retract(reason=REASON, sources=[GAZETTE, {"outlet": "\u202e"}]), "/sources/1/outlet"),
    ],
)
def test_it_is_refused_in_whatever_is_said_of_a_development(recorded, command, pointer):
    """Given a development; when something is said of it with such a mark; then the place is pointed at."""
    life = recorded()

    with pytest.raises(Invalid) as refused:
        life.say(command)
    assert refused.value.pointer == pointer
    assert life.entry.version == 1


def test_it_is_refused_in_the_title_of_a_dossier():
    """A dossier is told as well."""
    with pytest.raises(Invalid) as refused:
        refuse_turned_text(Dossier(id="lake", title="The talks\u202e"))
    assert refused.value.pointer == "/title"


def test_what_was_recorded_with_it_stays_readable(telling):
    """Given an event from before this was asked; then it is read, exactly as it was recorded."""
    event = DevelopmentRecorded(
        originator_id=UUID(int=7),
        originator_version=1,
        recorded_by="ada",
        dossier="solace-2031",
        development=telling(summary="They met\u202e in peace."),
    )

    assert DevelopmentRecorded.model_validate_json(event.model_dump_json(exclude_unset=True)) == event


def test_another_field_of_it_can_be_amended(recorded, telling):
    """Only what is said now is looked at."""
    life = recorded()
    told = life.entry.development.model_copy(update={"summary": "They met\u202e in peace."})
    life.entry = life.entry.model_copy(update={"development": told})

    assert life.say(Amend(changes={"label": "A regatta"}, reason=REASON)).development.label == "A regatta"
