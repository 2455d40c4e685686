"""Events of versions that never were: they are read as their classes are today, and stay as they are stored.

Here `other-development` is of version 3: in the first its label was its `title`, in the second its `heading`.
`amended` and `disputed` are of version 2, for the first named the field as it was called then.
"""

import json
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent

from domain.commands import Amend
from domain.developments.other import OtherDevelopment
from domain.events import EVENTS, Amended, Disputed
from domain.versions import CHANGED, VERSION, brought_up, is_older, stamped
from projections.registry import VIEWS
from service.moments import Asked
from service.proving.checkpoints import Keys
from service.proving.opening import mapper_of_environment
from service.proving.verifying import verify
from service.views import Views
from tests.service.recording import ADA, DOSSIER, assert_sound, now, open_record, relabel, tell
from tests.service.stores import snapshot_of

INVENTED = Path(__file__).parents[2] / "golden" / "invented"
LINES = [
    pytest.param(path.stem, line, id=f"{path.stem}-{number}")
    for path in sorted(INVENTED.glob("*.jsonl"))
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
]
STREAM = UUID("00000000-0000-4000-8000-000000000001")


def renamed(before, after):
    """An upcast that gives a field another name, also where a mark of a personal text points to it."""

    def upcast(state):
        if before in state:
            state[after] = state.pop(before)
        marks = state.get("personal", ())
        if marks:
            state["personal"] = [f"/{after}" if mark == f"/{before}" else mark for mark in marks]

    return staticmethod(upcast)


def fields_renamed(state):
    """An upcast of an amendment, which names the field that it changed."""
    state["fields"] = ["label" if one in {"title", "heading"} else one for one in state["fields"]]


@pytest.fixture
def later(monkeypatch):
    """The classes as they would be by then."""
    monkeypatch.setattr(OtherDevelopment, "class_version", 3)
    monkeypatch.setattr(OtherDevelopment, "upcast_v1_v2", renamed("title", "heading"), raising=False)
    monkeypatch.setattr(OtherDevelopment, "upcast_v2_v3", renamed("heading", "label"), raising=False)
    for event in (Amended, Disputed):
        monkeypatch.setattr(event, "class_version", 2)
        monkeypatch.setattr(event, "upcast_v1_v2", staticmethod(fields_renamed), raising=False)
    monkeypatch.setattr("domain.versions.CHANGED", CHANGED | {"other-development", "amended", "disputed"})


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(("name", "line"), LINES)
def test_whatever_version_an_event_is_of_it_is_read_as_the_last(name, line):
    event = EVENTS[name].model_validate_json(brought_up(name, line.encode()))

    told = getattr(event, "development", None) or event.account
    assert told.label.startswith("A ")
    assert getattr(event, "fields", ("label",)) == ("label",)
    written = stamped(name, event.model_dump_json(exclude_unset=True).encode())
    assert (written.decode() == line) == (not is_older(name, line.encode()))


@pytest.mark.usefixtures("later")
def test_what_is_written_says_its_versions(file):
    with open_record(file) as record:
        one = record.record(DOSSIER.id, tell("A ferry race"), ADA)
        record.say(one.id, relabel("A regatta"), [1], ADA)
        first, second = (json.loads(stored.state) for stored in record.store.select_notifications(2, 2))

    assert (first["development"][VERSION], VERSION in first) == (3, False)
    assert (second["development"][VERSION], second[VERSION]) == (3, 2)


def keep_as_stored(file):
    """A record in which an earlier version has written the first line of each file; their states."""
    lines = [(INVENTED / f"{name}.jsonl").read_text().splitlines()[0] for name in ORDER]
    with open_record(file) as record:
        record.store.projection = None
        for name, line in zip(ORDER, lines, strict=True):
            state = json.loads(line)
            version = state.pop("originator_version")
            del state["originator_id"]
            written = json.dumps(state, separators=(",", ":")).encode()
            record.store.insert_events([StoredEvent(STREAM, version, name, written)])
        return [stored.state for stored in record.store.select_notifications(2, 3)]


ORDER = ("other-development", "amended", "disputed")


def test_a_record_that_an_earlier_version_wrote_is_read_told_on_and_verified(file, request):
    """Views fold it, more is said of it, its log holds, and not a byte of what was stored is another."""
    stored = keep_as_stored(file)
    request.getfixturevalue("later")
    with open_record(file) as record:
        entry = record.versions.entry(STREAM, 4)
        assert (entry.development.label, entry.disputes[0].account.label) == ("A regatta", "A ferry outing")
        amended = Amend(changes={"label": "A race of ferries"}, reason="So the test tells it.")
        assert record.say(STREAM, amended, [3], ADA).version == 4
        assert record.versions.entry(STREAM, 2).development.label == "A ferry race"
        view = Views(record, now).view(VIEWS["disputes"], DOSSIER.id, Asked())
        assert "A ferry outing" in view.model_dump_json()
        assert [one.state for one in record.store.select_notifications(2, 3)] == stored
        assert_sound(record)
    with snapshot_of(file) as found:
        verified = verify(found, mapper_of_environment(), Keys())
    assert verified.holds, verified.as_json()


def test_what_a_later_version_wrote_is_refused_with_words(file, monkeypatch, request):
    with monkeypatch.context():
        request.getfixturevalue("later")
        with open_record(file) as record:
            record.record(DOSSIER.id, tell("A ferry race"), ADA)
    monkeypatch.undo()
    with open_record(file) as record:
        with pytest.raises(MapperDeserialisationError, match=r"version 3 of other-dev\S+ .* knows 1: open"):
            record.at(2)
        with pytest.raises(MapperDeserialisationError, match=r"position 2, .* or a later one"):
            record.rebuild()
