"""After an erasure the texts are nowhere, and all else is as it was: proofs, past answers, the way on."""

import re
import sqlite3
from pathlib import Path
from uuid import UUID

import pytest

from domain.commands import Amend, Corroborate, Dispute, Erase, Retract
from domain.errors import ErasedBefore, NothingPersonal, UnknownActor, UnknownDevelopment
from domain.personal import is_erased
from projections.cut import Lens
from projections.registry import VIEWS
from projections.timeline import Sought
from service.callers import KeyReused
from service.erasing import erase
from service.log.checkpoint import Checkpoint
from service.log.form import commit
from service.log.notes import SigningKey
from service.log.tree import check_consistency, check_inclusion, leaf_hash
from service.moments import Asked
from service.proving.checkpoints import Keys
from service.proving.opening import mapper_of_environment
from service.proving.verifying import verify
from service.record import Record
from service.transparency import Transparency
from service.views import Views
from tests.service.recording import (
    ADA,
    DOSSIER,
    GAZETTE,
    Xor,
    assert_sound,
    at_once,
    caller,
    open_record,
    tell,
)
from tests.service.stores import bytes_of, run_on, snapshot_of

NOBODY = UUID("00000000-0000-4000-8000-000000000000")
SECRET = "Orsolina Bellweather-Quist"
WORDS = f"{SECRET} wept on the quay."
SECOND = "Her sister lives at the mill."
LAUGHED, TOLD_IT = f"{SECRET} laughed.", f"{SECRET} told it."
BECAUSE = "So the test tells it."
ERASE = Erase(reason="At the request of the person.")
SPEAKER = {"type": "person", "id": "person-1", "name": SECRET, "acts_for": "XA"}
QUOTED = {"outlet": "Lake Radio (invented)", "quote": WORDS}


def personal(**told):
    """A statement of which the name, the content and a quote are marked."""
    plain = {"speaker": SPEAKER, "content": WORDS, "sources": [GAZETTE, QUOTED]}
    marks = ["/speaker/name", "/content", "/sources/1/quote"]
    return tell(kind="statement-made", **{"personal": marks, **plain, **told})


@pytest.fixture
def one(record):
    """A development with personal texts in several versions and kinds of sayings."""
    id_ = record.record(DOSSIER.id, personal(), caller("first", b"f" * 32)).id
    record.say(id_, Amend(changes={"content": SECOND}, reason=BECAUSE), [1], ADA)
    dispute = Dispute(by="XB", says={"content": LAUGHED}, reason=TOLD_IT, personal=["/reason"])
    record.say(id_, dispute, [2], ADA)
    source = {"outlet": "Quay Post (invented)", "quote": WORDS}
    record.say(id_, Corroborate(source=source, personal=["/source/quote"]), [3], ADA)
    return id_


def secrets_in(file: Path) -> set[bytes]:
    """What of the secrets lies there in the clear."""
    held = bytes_of(file)
    return {word for word in (SECRET.encode(), WORDS.encode(), SECOND.encode(), b"wept") if word in held}


def keys_in(file: Path) -> list[bytes]:
    return [key for (key,) in run_on(file, "SELECT key FROM personal_keys WHERE key IS NOT NULL")]


# Nowhere


@pytest.mark.sqlite
def test_no_personal_text_is_ever_written_in_the_clear(record, file, one):
    assert secrets_in(file) == set()


@pytest.mark.sqlite
def test_after_an_erasure_the_file_holds_neither_texts_nor_their_key(record, file, one):
    (key,) = keys_in(file)
    assert key in bytes_of(file)

    record.erase(one, ERASE, ADA)
    assert record.store.database.forget() is None

    assert key not in bytes_of(file)
    assert secrets_in(file) == set()
    assert file.with_name(file.name + "-wal").stat().st_size == 0


@pytest.mark.sqlite
def test_of_many_keys_those_that_are_destroyed_leave_no_trace(record, file):
    """The table of keys fills several pages; keys never move from where they were written."""
    ids = [record.record(DOSSIER.id, personal(), ADA).id for _ in range(300)]
    keys = keys_in(file)
    for erased in ids[::3]:
        record.erase(erased, ERASE, ADA)
    record.store.database.forget()

    kept, held = set(keys_in(file)), bytes_of(file)

    assert len(keys) == len(set(keys)) == 300
    assert len(kept) == 200
    assert [key for key in keys if key not in kept and key in held] == []


def test_it_holds_under_a_cipher_and_a_compressor_too(file):
    topics = {
        "CIPHER_TOPIC": f"{Xor.__module__}:Xor",
        "COMPRESSOR_TOPIC": "eventsourcing.compressor:ZlibCompressor",
    }
    with open_record(file, **topics) as record:
        one = record.record(DOSSIER.id, personal(), ADA).id
        record.erase(one, ERASE, ADA)
        assert_sound(record)
        development = Views(record, record._clock).development(one, Asked()).development
    assert is_erased(development["content"])


def names_in(file: Path) -> dict[str, str]:
    """The table of names as it lies there."""
    return {key: bytes(name).decode() for key, name in run_on(file, "SELECT key, name FROM names")}


def test_a_marked_name_is_not_among_the_names_and_its_bearer_goes_by_the_id(record, file, one):
    """Before an erasure, after it, and where the views are folded anew."""
    before = names_in(file)
    assert before["person-1"] == "person-1"
    assert SECRET not in str(before)

    record.erase(one, ERASE, ADA)
    assert names_in(file) == before
    record.rebuild(lambda done, of: None)
    record.store.database.forget()
    assert names_in(file) == before
    assert secrets_in(file) == set()


def test_whoever_was_erased_is_still_among_the_actors_but_not_by_name(record, file, one):
    """And can be asked for by the id."""
    views, asked = Views(record, record._clock), Asked()
    other = record.record(DOSSIER.id, personal(content="Another day."), ADA).id
    record.erase(one, ERASE, ADA)

    (person,) = [
        each for each in views.view(VIEWS["actors"], DOSSIER.id, asked).actors if each.type == "person"
    ]
    assert person.id == "person-1"
    assert sorted(is_erased(each.name) for each in person.names) == [False, True]

    record.erase(other, ERASE, ADA)
    record.store.database.forget()

    told = views.view(VIEWS["actors"], DOSSIER.id, asked)
    assert SECRET not in told.model_dump_json()
    lens = Lens(party="person-1")
    assert SECRET not in views.view(VIEWS["actors"], DOSSIER.id, asked, lens).model_dump_json()
    assert secrets_in(file) == set()


def test_nobody_is_suggested_by_a_marked_name(record, one):
    with pytest.raises(UnknownActor) as refused:
        Views(record, record._clock).view(VIEWS["actors"], DOSSIER.id, Asked(), Lens(party="person-2"))
    assert "'person-1'" in str(refused.value)
    assert SECRET not in str(refused.value)


# What was said


def test_what_was_said_shows_the_marker_and_the_erasure_says_who_and_why(record, one):
    before = [
        each.said.model_dump(mode="json")
        for each in Views(record, record._clock).history(one, Asked()).versions
    ]
    assert before[1]["changes"] == {"content": SECOND}
    assert before[1]["personal"] == ["/changes/content"]
    assert before[2]["personal"] == ["/reason", "/says/content"]

    record.erase(one, ERASE, ADA)

    said = [
        each.said.model_dump(mode="json")
        for each in Views(record, record._clock).history(one, Asked()).versions
    ]
    assert masked(said[:-1], MARKER, {}) == masked(before, PERSONAL, {})
    assert said[-1] == {"event": "personal-data-erased", "by": "ada", "reason": ERASE.reason}


def test_what_was_said_can_be_said_again_with_its_marks(record, file, one):
    events = [each.event for each in record.stream(one)]
    again = record.record(DOSSIER.id, events[0].as_command(), ADA).id
    for version, event in enumerate(events[1:], 1):
        record.say(again, event.as_command(), [version], ADA)

    for first, second in zip(events, [each.event for each in record.stream(again)], strict=True):
        assert second.as_command() == first.as_command()
        assert second.personal_texts() == first.personal_texts()
    assert secrets_in(file) == set()


# The verification


def verified(file: Path):
    """What the verification finds, views included."""
    with snapshot_of(file) as connection:
        return list(verify(connection, mapper_of_environment(), Keys()).findings)


def test_a_record_with_marks_verifies_before_and_after_erasures(record, file, one):
    assert verified(file) == []
    record.erase(one, ERASE, ADA)
    assert verified(file) == []
    record.say(one, Amend(changes={"content": "A new witness spoke."}, reason=BECAUSE), [5], ADA)
    record.record(DOSSIER.id, personal(), caller("second", b"s" * 32))
    assert verified(file) == []
    record.erase(one, ERASE, ADA)
    record.rebuild(lambda done, of: None)
    assert verified(file) == []


def test_the_views_are_compared_after_an_erasure_too(record, file, one):
    """What is folded anew cannot look back at events, and need not."""
    record.erase(one, ERASE, ADA)
    other = record.record(DOSSIER.id, personal(), ADA).id
    first = f"SELECT entry FROM versions WHERE version = 1 AND development = '{one.hex}'"
    run_on(
        file,
        f"UPDATE versions SET entry = ({first}) WHERE development = '{one.hex}' AND version = 2",
        f"UPDATE versions SET entry = substr(entry, 2) WHERE development = '{other.hex}'",
    )
    assert [each.field for each in verified(file)] == ["versions.entry"] * 2


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        ("UPDATE personal_keys SET key = substr(key, 2)", "personal_keys.key or personal_keys.checks"),
        ("UPDATE personal_keys SET key = NULL", "personal_keys.key or personal_keys.checks"),
        ("DELETE FROM personal_keys", "stored_events.state or stored_events.topic"),
    ],
)
def test_a_key_that_is_altered_destroyed_or_taken_away_without_an_erasure_is_found(
    record, file, one, statement, field
):
    run_on(file, statement)
    assert field in {each.field for each in verified(file)}


def test_a_key_that_was_put_back_after_an_erasure_is_found(record, file, one):
    """Say, from a backup, with its check value."""
    run_on(file, "CREATE TABLE backup AS SELECT key, checks FROM personal_keys")
    record.erase(one, ERASE, ADA)
    run_on(
        file,
        "UPDATE personal_keys SET key = (SELECT key FROM backup), checks = (SELECT checks FROM backup)",
        "DROP TABLE backup",
    )
    assert ("personal_keys.key", "it was erased, and is still there") in {
        (each.field, each.says) for each in verified(file)
    }


# All else as it was


def test_leaves_tiles_checkpoints_and_proofs_hold(record, one):
    log = Transparency(record, record._clock, SigningKey("solace.example/log", bytes(range(32))))
    before = log.checkpoint().checkpoint
    entries, tile = record.leaves.entries(0), record.leaves.tile(0, 0)

    record.erase(one, ERASE, ADA)
    record.say(one, Retract(reason="It was a rumour."), [5], ADA)

    after = log.checkpoint().checkpoint
    assert isinstance(after, Checkpoint)
    assert record.leaves.entries(0)[: len(entries)] == entries
    assert record.leaves.tile(0, 0).startswith(tile)
    check_consistency(
        log.consistency(before.size, after.size), before.size, after.size, before.root, after.root
    )
    stored = record.store.select_notifications(1, 100)
    salts = record.leaves.salts([each.id for each in stored])
    for each in stored:
        entry = commit(record.leaves.form(each), salts[each.id])
        proof = log.inclusion(each.id, after.size)
        check_inclusion(proof, each.id - 1, after.size, leaf_hash(entry), after.root)


def answers(record: Record, one, position: int) -> list:
    """What every view, the timeline, the development and its history answer as known at a position."""
    views, asked = Views(record, record._clock), Asked(at_position=position)
    told = [views.view(view, DOSSIER.id, asked) for view in VIEWS.values()]
    page = views.timeline(DOSSIER.id, asked, Sought(), 50).timeline
    entry = views.development(one, asked)
    return [each.model_dump(mode="json") for each in (*told, page, entry, views.history(one, asked))]


PERSONAL = re.compile("|".join(map(re.escape, (LAUGHED, TOLD_IT, WORDS, SECRET, SECOND))))
MARKER = re.compile(r"\[erased [0-9a-f]{8}\]")


def masked(answer, personal: re.Pattern[str], names: dict[str, str]):
    """An answer in which personal texts go by the order of their first places, to compare answers by."""
    match answer:
        case dict():
            told = {name: value for name, value in answer.items() if name not in {"sealed", "erased"}}
            return {name: masked(value, personal, names) for name, value in told.items()}
        case list():
            return [masked(value, personal, names) for value in answer]
        case str():
            return personal.sub(lambda found: names.setdefault(found[0], f"personal {len(names)}"), answer)
    return answer


def test_past_answers_show_the_marker_in_the_place_of_the_text_and_nothing_else_changes(record, one):
    """For every position: the same differences, disputes, standings; texts that differed still differ."""
    last = record.store.max_notification_id()
    before = [answers(record, one, position) for position in range(2, last + 1)]
    assert SECRET in str(before)

    record.erase(one, ERASE, ADA)
    after = [answers(record, one, position) for position in range(2, last + 1)]

    assert SECRET not in str(after)
    assert SECOND not in str(after)
    assert "sealed:v1" not in str(after)
    for then, now in zip(before, after, strict=True):
        assert masked(now, MARKER, {}) == masked(then, PERSONAL, {})


def test_it_is_told_that_it_was_erased_and_why(record, one):
    receipt = record.erase(one, ERASE, ADA)

    views = Views(record, record._clock)
    entry = views.development(one, Asked())
    last = views.history(one, Asked()).versions[-1]
    (shown,) = views.timeline(DOSSIER.id, Asked(), Sought(), 50).timeline.developments
    assert (receipt.event, receipt.version) == ("personal-data-erased", 5)
    assert [(each.number, each.reason) for each in entry.erasures] == [(5, ERASE.reason)]
    assert (last.event, last.reason, last.recorded_by) == ("personal-data-erased", ERASE.reason, "ada")
    assert shown.erased == ("/speaker/name", "/content", "/sources/1/quote")
    assert views.history(one, Asked()).versions[3].erased == ("/source/quote",)


def test_the_record_is_sound_before_and_after(record, one):
    assert_sound(record)
    record.erase(one, ERASE, ADA)
    assert_sound(record)


# The way on


def test_more_can_be_recorded_and_said_after_an_erasure(record, one):
    record.erase(one, ERASE, ADA)
    record.say(one, Amend(changes={"occurred": "2025-03-11"}, reason=BECAUSE), [5], ADA)
    other = record.record(DOSSIER.id, personal(), ADA).id

    views = Views(record, record._clock)
    assert is_erased(views.development(one, Asked()).development["content"])
    assert views.history(one, Asked()).versions[-1].differences[0].field == "occurred"
    assert len(views.history(one, Asked()).versions[-1].differences) == 1
    assert views.development(other, Asked()).development["content"] == WORDS


def test_what_is_told_personal_later_has_a_key_of_its_own_and_can_be_erased_too(record, file, one):
    record.erase(one, ERASE, ADA)
    record.say(one, Amend(changes={"content": "A new witness spoke."}, reason=BECAUSE), [5], ADA)
    views = Views(record, record._clock)
    assert views.development(one, Asked()).development["content"] == "A new witness spoke."
    assert is_erased(views.development(one, Asked()).development["speaker"]["name"])
    name = views.development(one, Asked()).development["speaker"]["name"]

    record.erase(one, ERASE, ADA)
    record.store.database.forget()

    entry = views.development(one, Asked())
    assert b"new witness" not in bytes_of(file)
    assert is_erased(entry.development["content"])
    assert entry.development["speaker"]["name"] == name
    assert [each.number for each in entry.erasures] == [5, 7]
    assert_sound(record)


def test_a_second_erasure_is_refused(record, one):
    record.erase(one, ERASE, ADA)
    last = record.store.max_notification_id()

    with pytest.raises(ErasedBefore):
        record.erase(one, ERASE, ADA)
    assert record.store.max_notification_id() == last


def test_where_nothing_is_marked_there_is_nothing_to_erase(record):
    with pytest.raises(NothingPersonal):
        record.erase(record.record(DOSSIER.id, tell(), ADA).id, ERASE, ADA)


def test_what_is_not_on_record_is_not_erased(record):
    with pytest.raises(UnknownDevelopment):
        record.erase(NOBODY, ERASE, ADA)


# Beside others


def test_another_process_answers_erased_at_once(record, file, one):
    """It keeps neither texts nor keys in memory."""
    with open_record(file) as other:
        theirs = Views(other, other._clock)
        assert theirs.development(one, Asked()).development["content"] == SECOND

        record.erase(one, ERASE, ADA)

        assert is_erased(theirs.development(one, Asked()).development["content"])
        assert SECRET not in theirs.history(one, Asked()).model_dump_json()
        with pytest.raises(ErasedBefore):
            other.erase(one, ERASE, ADA)


def test_a_cache_of_aggregates_is_not_to_be_had(file):
    """The library would keep what it has read."""
    with open_record(file, AGGREGATE_CACHE_MAXSIZE="100") as record:
        assert record.repository.cache is None


def test_whoever_writes_at_the_same_time_is_erased_too_or_comes_after(record):
    """A writer that had seen the texts before the erasure cannot bring them back."""
    ids = [record.record(DOSSIER.id, personal(), ADA).id for _ in range(20)]
    amends = [
        lambda one=one: record.say(one, Amend(changes={"occurred": "2025-03-11"}, reason=BECAUSE), [1], ADA)
        for one in ids
    ]
    erasures = [lambda one=one: record.erase(one, ERASE, ADA) for one in ids]

    outcomes = at_once([act for pair in zip(amends, erasures, strict=True) for act in pair])

    assert all(not isinstance(outcome, Exception) for outcome in outcomes[1::2])
    views = Views(record, record._clock)
    assert all(is_erased(views.development(one, Asked()).development["content"]) for one in ids)
    assert_sound(record)


def test_a_fault_in_the_middle_erases_nothing(record, one, monkeypatch):
    """The key, the event and the views change together or not at all."""
    monkeypatch.setattr(record.store.projection, "project", lambda c, events: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        record.erase(one, ERASE, ADA)
    monkeypatch.undo()

    assert Views(record, record._clock).development(one, Asked()).development["content"] == SECOND
    assert_sound(record)


@pytest.mark.sqlite
def test_what_a_reader_keeps_from_being_forgotten_is_forgotten_by_a_second_attempt(
    record, file, one, monkeypatch
):
    """A reader that holds on to an old state of the file keeps the write-ahead log with it."""
    monkeypatch.setattr("service.store.sqlite.LOCK_TIMEOUT", 0.05)
    (key,) = keys_in(file)
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM stored_events").fetchall()

    first = erase(record, one, "On request.", "ada")
    assert first.left
    assert "run this command again" in first.told
    assert key in bytes_of(file)

    reader.close()
    with pytest.raises(ErasedBefore):
        erase(record, one, "On request.", "ada")
    assert key not in bytes_of(file)


# Idempotency keys


def test_a_repeated_request_is_answered_while_its_texts_are_there(record, one):
    assert record.record(DOSSIER.id, personal(), caller("first", b"f" * 32)).id == one
    with pytest.raises(KeyReused, match="another request"):
        record.record(DOSSIER.id, personal(), caller("first", b"g" * 32))


@pytest.mark.sqlite
def test_no_fingerprint_of_personal_texts_is_kept_that_a_guess_could_be_tried_against(record, file, one):
    assert b"f" * 32 not in bytes_of(file)


def test_a_request_that_is_repeated_after_the_erasure_brings_nothing_back(record, one):
    record.erase(one, ERASE, ADA)
    last = record.store.max_notification_id()

    with pytest.raises(KeyReused, match="erased since"):
        record.record(DOSSIER.id, personal(), caller("first", b"f" * 32))
    assert record.store.max_notification_id() == last


def test_what_is_erased_while_the_views_are_folded_anew_is_erased_in_the_new_ones(record, one, monkeypatch):
    """Its first version was folded before its key was destroyed, and the others come after."""
    monkeypatch.setattr("service.store.rebuilding.BATCH", 2)
    erased = []

    def erase_once(done, of):
        if not erased:
            assert done < of
            erased.append(record.erase(one, ERASE, ADA))

    record.rebuild(erase_once)

    assert is_erased(record.versions.entry(one, erased[0].position).development.content)
    assert_sound(record)
