"""The log of a record: it grows by every event, survives what the record does, signs nothing rewritten."""

import signal
from random import Random

import pytest
from eventsourcing.persistence import OperationalError

from service.keyfiles import make_key
from service.log.checkpoint import open_checkpoint
from service.log.notes import SigningKey
from service.log.tree import Frontier, leaf_hash
from service.proving.checkpoints import Keys
from service.proving.opening import mapper_of_environment
from service.proving.verifying import verify
from service.record import Record
from service.store.checkpoints import Checkpoints
from service.store.tables import LAYOUT
from service.transparency import NoSigningKey, Rewritten, Transparency
from tests.service.recording import (
    ADA,
    DOSSIER,
    answers_of,
    assert_sound,
    at_once,
    caller,
    in_threads,
    now,
    open_record,
    relabel,
    start_hand,
    tell,
)
from tests.service.stores import environment, run_on, settings_for, snapshot_of
from tests.service.test_crash import Client, end_in_the_middle, stop_in_the_middle
from tests.tokens import token_for

KEY = SigningKey("solace.example/log", bytes(range(1, 33)))


@pytest.fixture
def log(record):
    return Transparency(record, now, KEY)


def verified(file, key=KEY):
    """What the verification says of a file, while others may be writing to it."""
    with snapshot_of(file) as connection:
        return verify(connection, mapper_of_environment(), Keys(key.verifier))


def assert_holds(file, key=KEY):
    """All of the file holds; how many events it has."""
    told = verified(file, key)
    assert list(told.findings) == []
    return told.events


# Checkpoints


def test_a_checkpoint_has_the_root_over_the_entries_of_all_events(record, log):
    for number in range(5):
        record.record(DOSSIER.id, tell(f"Race {number}"), ADA)
        log.checkpoint()
    signed, tree = log.checkpoint(), Frontier()
    for entry in record.leaves.entries(0):
        tree.append(leaf_hash(entry))

    read = open_checkpoint(signed.kept.note.format(), KEY.name, [KEY.verifier])
    assert (read.size, read.root) == (6, tree.root)


def test_one_checkpoint_is_signed_of_one_size(record, log):
    first = log.checkpoint()

    assert log.checkpoint() == first
    assert len(log.checkpoints.after(0, 10)) == 1
    record.record(DOSSIER.id, tell(), ADA)
    assert log.checkpoint().checkpoint.size == 2


def test_news_is_signed_and_no_news_is_not(record, log):
    log.sign_news()
    log.sign_news()
    record.record(DOSSIER.id, tell(), ADA)
    log.sign_news()

    assert [kept.size for kept in log.checkpoints.after(0, 10)] == [1, 2]


def test_without_a_key_nothing_is_signed(record):
    log = Transparency(record, now, None)
    log.sign_news()

    with pytest.raises(NoSigningKey, match="depositary keys new"):
        log.checkpoint()
    assert log.checkpoints.latest() is None


@pytest.mark.parametrize("events", [1, 2], ids=["less", "something else"])
def test_no_checkpoint_is_kept_by_a_server_that_has_taken_over_and_holds_what_was_not_read(
    record, log, events, tmp_path
):
    record.record(DOSSIER.id, tell(), ADA)
    with open_record(tmp_path / "elsewhere.db") as elsewhere:
        for number in range(1, events):
            elsewhere.record(DOSSIER.id, tell(f"elsewhere {number}"), ADA)
        record.store.database.writing = elsewhere.store.database.writing
        with pytest.raises(OperationalError, match="as it was read"):
            log.checkpoint()

        assert Checkpoints(elsewhere.store).latest() is None


@pytest.mark.postgres
def test_a_checkpoint_that_another_process_has_signed_is_made_lasting_once(record, log):
    signed = log.checkpoint()
    before = record.store.head().closed_until
    elsewhere = Transparency(record, now, KEY)

    assert elsewhere.checkpoint() == signed
    after = record.store.head().closed_until
    assert after > before, "it was committed once more"
    assert elsewhere.checkpoint() == log.checkpoint() == signed
    assert record.store.head().closed_until == after


# What was rewritten


def cut(file, to):
    run_on(
        file,
        f"DELETE FROM stored_events WHERE position > {to}",
        f"DELETE FROM log_leaves WHERE position > {to}",
        f"UPDATE head SET position = {to}",
    )


def test_a_record_whose_end_was_cut_off_is_not_signed(file, record, log):
    for number in range(4):
        record.record(DOSSIER.id, tell(f"Race {number}"), ADA)
    log.checkpoint()
    cut(file, to=3)

    with pytest.raises(Rewritten, match="ends at position 3, and a checkpoint of 5 was signed"):
        log.checkpoint()


def test_a_record_whose_tile_was_altered_is_not_signed(file, record, log):
    record.record(DOSSIER.id, tell(), ADA)
    log.checkpoint()
    run_on(file, "UPDATE log_tiles SET hashes = CAST(substr(hashes, 33) || substr(hashes, 1, 32) AS BLOB)")
    record.record(DOSSIER.id, tell(), ADA)

    with pytest.raises(Rewritten, match="does not go on from its checkpoint of 2"):
        log.checkpoint()
    assert len(log.checkpoints.after(0, 10)) == 1


def test_a_key_of_another_log_signs_nothing_here(record, log):
    log.checkpoint()
    record.record(DOSSIER.id, tell(), ADA)

    with pytest.raises(Rewritten, match=r"the log elsewhere, and solace\.example/log was signed"):
        Transparency(record, now, SigningKey("elsewhere", KEY.seed)).checkpoint()


# A record from before there was a log

LAYOUT_1 = (
    "DROP TABLE log_leaves",
    "DROP TABLE log_tiles",
    "DROP TABLE checkpoints",
    "DROP TABLE cosignatures",
    "ALTER TABLE idempotency_keys RENAME TO keys_of_now",
    """CREATE TABLE idempotency_keys (
        principal TEXT NOT NULL, key TEXT NOT NULL, fingerprint BLOB NOT NULL, position INTEGER NOT NULL,
        PRIMARY KEY (principal, key)) WITHOUT ROWID""",
    "INSERT INTO idempotency_keys SELECT principal, key, fingerprint, position FROM keys_of_now",
    "DROP TABLE keys_of_now",
    "ALTER TABLE head RENAME TO head_of_now",
    """CREATE TABLE head (
        one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, closed_until TEXT NOT NULL)""",
    "INSERT INTO head SELECT one, position, closed_until FROM head_of_now",
    "DROP TABLE head_of_now",
    "PRAGMA user_version=1",
)


@pytest.fixture
def old(file):
    """The file of a record as it was laid out before it had a log: 301 events, three of them under a key."""
    with open_record(file) as record:
        first = record.record(DOSSIER.id, tell(), caller("first")).id
        record.say(first, relabel("again"), [1], caller("second"))
        for number in range(297):
            record.record(DOSSIER.id, tell(f"Race {number}"), ADA)
        record.record(DOSSIER.id, tell("last"), caller("third"))
    run_on(file, *LAYOUT_1)
    return file


@pytest.mark.sqlite
def test_a_record_from_before_the_log_is_taken_into_it_when_it_is_opened(old):
    with open_record(old) as record:
        assert record.leaves.size == 301
        assert_sound(record)
        again = record.record(DOSSIER.id, tell(), caller("first"))
        assert again.position == 2, "its keys are still known"
        record.record(DOSSIER.id, tell("after"), ADA)

    assert run_on(old, "PRAGMA user_version") == [(LAYOUT,)]
    assert assert_holds(old) == 302


@pytest.mark.sqlite
def test_it_is_taken_into_it_once_however_many_open_it(old):
    opened = at_once([lambda: Record(environment(old))] * 4)
    for record in opened:
        record.close()

    assert assert_holds(old) == 301


# Many hands, and sudden ends


def test_what_two_processes_write_is_one_log(file):
    with open_record(file):
        pass
    hands = [start_hand(file, "write", name, 20, 2) for name in ("north", "south")]
    seen = []
    with open_record(file) as record, in_threads([lambda hand=hand: answers_of(hand) for hand in hands]):
        log = Transparency(record, now, KEY)
        while len(seen) < 20:
            log.sign_news()
            seen.append(assert_holds(file))

    assert seen == sorted(seen)
    assert assert_holds(file) == 1 + 2 * 2 * 20 * 2


def test_two_processes_that_sign_do_not_fork_the_log(file):
    with open_record(file) as record, open_record(file) as other:
        logs = [Transparency(one, now, KEY) for one in (record, other)]
        writes = [
            lambda n=n, one=one: one.record(DOSSIER.id, tell(f"Race {n}"), ADA)
            for n in range(20)
            for one in (record, other)
        ]
        signs = [lambda log=log: [log.sign_news() for _ in range(20)] for log in logs]
        raised = [one for one in at_once([*writes, *signs]) if isinstance(one, Exception)]
        assert raised == []
        for log in logs:
            log.checkpoint()

    assert assert_holds(file) == 41


@pytest.mark.slow
def test_the_log_of_a_killed_process_holds(file):
    lots = Random(7)
    for turn in range(4):
        hand = start_hand(file, "write", f"turn {turn}", 0, 4)
        receipts = stop_in_the_middle(hand, signal.SIGKILL, after=lots.randint(1, 120))
        assert assert_holds(file) >= max(position for _, _, position in receipts)


@pytest.mark.slow
def test_the_signed_log_of_a_killed_service_holds(file, monkeypatch):
    monkeypatch.setenv("DEPOSITARY_CHECKPOINT_EVERY", "0.01")
    token, key = token_for(settings_for(file)), file.with_name("record.db.key")
    signing = make_key(key, "solace.example/log")
    with open_record(file):
        pass
    clients, lots = [Client(name, token) for name in ("north", "south")], Random(11)
    for _ in range(3):
        end_in_the_middle(file, clients, signal.SIGKILL, seconds=lots.uniform(0.05, 0.3))
        assert_holds(file, signing)

    told = verified(file, signing)
    assert told.checkpoints > 3
    assert told.events >= 1 + sum(len(client.answers) for client in clients)


def test_no_two_events_share_a_salt_so_that_the_same_told_twice_has_two_entries(tmp_path):
    entries, salts = set(), set()
    for name in ("one", "other"):
        with open_record(tmp_path / f"{name}.db") as record:
            for _ in range(3):
                record.record(DOSSIER.id, tell("The ferry sailed"), ADA)
            entries |= set(record.leaves.entries(0))
            salts |= set(record.leaves.salts(range(1, 5)).values())

    assert (len(entries), len(salts)) == (8, 8)
    assert {len(salt) for salt in salts} == {32}
