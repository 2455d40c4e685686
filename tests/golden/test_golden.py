"""What was stored once is read for ever: as the same event, and written back as the same bytes."""

import json
from pathlib import Path

import pytest

from domain.developments import KINDS
from domain.events import EVENTS, DevelopmentRecorded
from domain.versions import VERSION, brought_up, is_older, stamped

GOLDEN = Path(__file__).parent
MISSING = "write what is missing with: pytest tests/golden --write-golden"
EVERY_EVENT = [
    pytest.param(path.stem, line, id=f"{path.stem}-{number}")
    for path in sorted(GOLDEN.glob("*.jsonl"))
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
]


OF_TODAY = [one for one in EVERY_EVENT if not is_older(one.values[0], one.values[1].encode())]
"""Those that would be written so by the classes of today; others were, and are brought up."""


def read(name, line):
    return EVENTS[name].model_validate_json(brought_up(name, line.encode()))


def versions_stored(name):
    """The versions of an event, and those of its kind, of which there are golden events."""
    lines = [json.loads(line) for line in (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    tellings = [one["development"] for one in lines if name in KINDS]
    return {one.get(VERSION, 1) for one in lines}, {one.get(VERSION, 1) for one in tellings}


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_has_been_stored_once(name):
    """A new kind or a new event comes with its golden file."""
    assert (GOLDEN / f"{name}.jsonl").exists(), MISSING


def test_no_stored_name_was_ever_taken_away():
    """Whatever has a golden file is in somebody's log, so its name still stands for a class."""
    assert {path.stem for path in GOLDEN.glob("*.jsonl")} <= EVENTS.keys()


@pytest.mark.parametrize(("name", "one"), [*EVENTS.items(), *KINDS.items()])
def test_every_class_that_is_stored_has_a_version_and_a_way_up_from_each_before(name, one):
    """`upcast_v1_v2` and so on, as `eventsourcing` has it."""
    assert one.class_version >= 1
    for version in range(1, one.class_version):
        assert callable(getattr(one, f"upcast_v{version}_v{version + 1}"))


@pytest.mark.parametrize("name", EVENTS)
def test_every_version_that_ever_landed_has_been_stored_once(name):
    """A new version comes with new lines; those of the versions before stay."""
    of_event, of_kind = versions_stored(name)

    if name in KINDS:
        assert of_kind == set(range(1, KINDS[name].class_version + 1)), MISSING
        assert 1 in of_event
    else:
        assert of_event == set(range(1, EVENTS[name].class_version + 1)), MISSING


def test_every_version_of_what_records_a_development_has_been_stored_once():
    """It is stored under the names of the kinds, and one of them will do for each version."""
    stored = {version for name in KINDS for version in versions_stored(name)[0]}

    assert stored == set(range(1, DevelopmentRecorded.class_version + 1)), MISSING


@pytest.mark.parametrize(("name", "line"), OF_TODAY)
def test_a_stored_event_is_written_back_as_the_same_bytes(name, line):
    """Nothing is renamed, retyped, reordered, added or lost between reading and writing."""
    event = read(name, line)

    assert stamped(name, event.model_dump_json(exclude_unset=True).encode()).decode() == line
    assert event.stored_name == name


@pytest.mark.parametrize(("name", "line"), EVERY_EVENT)
def test_a_stored_event_is_read_as_the_same_values_in_whatever_way_it_comes(name, line):
    """From its bytes and from the objects in them the same event is read, equal in every field."""
    assert EVENTS[name].model_validate(json.loads(brought_up(name, line.encode()))) == read(name, line)


def test_every_field_has_been_stored_once(missing_fields):
    """A field that was added later comes with a new line in a golden file; no line is ever changed."""
    assert missing_fields == set(), MISSING


def test_every_word_that_was_ever_accepted_is_accepted_still(words):
    """A stance, an outcome or a ground that somebody has recorded stays one of those that there are."""
    accepted = json.loads((GOLDEN / "words.json").read_text(encoding="utf-8"))

    gone = {field: sorted(set(kept) - words.get(field, set())) for field, kept in accepted.items()}

    assert {field: lost for field, lost in gone.items() if lost} == {}


def test_every_word_has_been_written_down(words):
    """A new word is added to the list, so that it is kept from then on."""
    accepted = json.loads((GOLDEN / "words.json").read_text(encoding="utf-8"))

    assert {field: sorted(choice) for field, choice in words.items()}.items() <= accepted.items(), MISSING


@pytest.mark.parametrize(("name", "line"), EVERY_EVENT)
def test_a_stored_development_still_has_what_every_view_needs(name, line):
    """Its headline can be told, its actors found, its day bounded, and what it rests on followed."""
    event = read(name, line)
    if not isinstance(event, DevelopmentRecorded):
        return
    development = event.development

    assert development.headline()
    assert development.occurred.earliest
    assert all(reference.id for reference in development.references())
    assert isinstance(development.actor_keys(), frozenset)
