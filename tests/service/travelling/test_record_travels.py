"""A whole record goes out as lines and comes in elsewhere: every answer at every (D, K) is the same."""

import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from shutil import copy2
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.commands import Corroborate
from service.app import create_app
from service.keyfiles import make_key
from service.log.notes import VerifierKey
from service.proving.checkpoints import Keys
from service.proving.opening import mapper_of_environment
from service.proving.receipts import verify_answer
from service.proving.snapshots import Snapshot
from service.proving.verifying import Verified, verify
from service.record import Record
from service.travelling.arriving import Arrived, NotEmpty, arrive
from service.travelling.leaving import Damaged, lines_of
from tests.service.recording import (
    ADA,
    DOSSIER,
    GAZETTE,
    Clock,
    Xor,
    assert_sound,
    caller,
    open_record,
    tell,
    views,
)
from tests.service.store.test_versions_histories import MEMORY, histories, recorded
from tests.service.stores import ENGINE, environment, run_on, settings_for, snapshot_of
from tests.service.test_both_stores import SEEDS, Told
from tests.service.test_both_stores import Clock as Minutes
from tests.service.test_erasure import ERASE, SECRET, personal
from tests.service.test_erasure_histories import Teller, acts, do
from tests.tokens import token_for

TABLES = ("stored_events", "log_leaves", "log_tiles", "idempotency_keys", "checkpoints", "cosignatures")


def lines(file: Path, **how: Any) -> list[bytes]:
    """A record as it goes out."""
    with snapshot_of(file) as snapshot:
        return list(lines_of(fetching(snapshot), mapper_of_environment(), **how))


def fetching(snapshot: Snapshot) -> Any:
    return lambda statement, params: snapshot.execute(statement, params).fetchall()


def take_in(file: Path, told: list[bytes], key: VerifierKey | None = None, **env: str) -> Arrived:
    """A record as it comes in to a new one."""
    with opened(file, **env) as record:
        return arrive(record, told, key)


@contextmanager
def opened(file: Path, **env: str) -> Iterator[Record]:
    record = Record(environment(file, **env))
    try:
        yield record
    finally:
        record.close()


def verified(file: Path, key: VerifierKey | None = None) -> Verified:
    with snapshot_of(file) as snapshot:
        return verify(snapshot, mapper_of_environment(), Keys(key))


def tables(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that is recorded, to the byte."""
    return {table: run_on(file, f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES}


def copied(directory: Path, source: Path, **how: Any) -> Path:
    """A record that has taken in another."""
    target = directory / f"{source.stem}-copied.db"
    take_in(target, lines(source, **how))
    return target


# Every answer


@contextmanager
def service(postgres: bool, file: Path, clock: Minutes) -> Iterator[TestClient]:
    ENGINE.postgres = postgres
    configured = settings_for(file)
    token = token_for(configured, "archivist")
    with TestClient(create_app(configured, clock), headers={"Authorization": f"Bearer {token}"}) as client:
        yield client
    ENGINE.postgres = False


@pytest.mark.slow
@pytest.mark.sqlite  # It opens one of each by itself.
@pytest.mark.parametrize(
    ("seed", "engines"),
    [("solace-2021.yaml", ["sqlite", "postgres"]), ("ua-ru-2025.yaml", ["postgres", "sqlite"])],
)
def test_every_answer_is_the_same_to_the_byte_from_engine_to_engine(tmp_path, seed, engines):
    clock, first, second = Minutes(), tmp_path / "first.db", tmp_path / "second.db"
    key = make_key(first.with_name("first.db.key"), "solace.example/record")
    copy2(first.with_name("first.db.key"), second.with_name("second.db.key"))
    with service(engines[0] == "postgres", first, clock) as client:
        told = Told(client, clock, SEEDS / seed)
        receipt = client.get(f"/v1/dossiers/{told.dossier}/timeline?limit=20&receipt=true").json()
        before = dict(told.answers())
    arrived = take_in_on(engines[1], second, lines(first), key.verifier)

    with service(engines[1] == "postgres", second, clock) as client:
        again = copy(told)
        again._client = client
        after = dict(again.answers())
        latest = client.get("/v1/log/checkpoint").json()["note"]

    assert len(before) > 200
    assert after == before
    assert arrived.checked_by == key.verifier.format()
    assert receipt["receipt"]["checkpoint"] == latest
    assert verify_answer(receipt, key.verifier).checkpoint.root == arrived.root
    assert verified(second, key.verifier).holds


def take_in_on(engine: str, file: Path, told: list[bytes], key: VerifierKey) -> Arrived:
    ENGINE.postgres = engine == "postgres"
    try:
        return take_in(file, told, key)
    finally:
        ENGINE.postgres = False


# Every row


def test_keys_of_requests_and_what_was_said_come_along(tmp_path, record, file):
    told = caller("first")
    receipt = record.record(DOSSIER.id, tell("The ferry race"), told)
    record.say(receipt.id, Corroborate(source=GAZETTE | {"outlet": "Lake Radio (invented)"}), [1], ADA)

    there = copied(tmp_path, file)

    assert tables(there) == tables(file)
    with opened(there) as again:
        assert again.store.head().closed_until == record.store.head().closed_until
        assert views(again) == views(record)
        assert again.record(DOSSIER.id, tell("The ferry race"), told).repeated


def test_the_record_goes_on_where_it_arrived(tmp_path, record, file):
    record.record(DOSSIER.id, tell("The ferry race"), ADA)
    there = copied(tmp_path, file)

    with opened(there) as again:
        receipt = again.record(DOSSIER.id, tell("The second race"), ADA)
        assert receipt.position == 3
        assert receipt.recorded_at > record.store.head().closed_until
        assert_sound(again)
    assert verified(there).holds


@settings(max_examples=20)
@given(histories)
def test_random_histories_arrive_as_they_left(history):
    with recorded(history) as record, tempfile.TemporaryDirectory(dir=MEMORY) as fresh:
        file = Path(record.store.database.datastore.pool.db_name)
        there = copied(Path(fresh), file)
        assert tables(there) == tables(file)
        with opened(there) as again:
            assert views(again) == views(record)
        assert verified(there).holds
        assert lines(there) == lines(file)


@settings(max_examples=15)
@given(st.sets(st.sampled_from(["content", "summary"]), min_size=1), acts)
def test_random_histories_of_personal_texts_arrive_with_their_keys_or_without(first, told):
    clock, teller = Clock(), Teller()
    with (
        tempfile.TemporaryDirectory(dir=MEMORY) as fresh,
        open_record(Path(fresh) / "record.db", clock) as record,
    ):
        texts = {name: teller.text(name, first) for name in ("content", "summary")}
        marks = [f"/{name}" for name in sorted(first)]
        statement = tell(kind="statement-made", speaker="XA", sources=[GAZETTE], personal=marks, **texts)
        one = record.record(DOSSIER.id, statement, ADA).id
        for verb, marked in told:
            clock.turn(days=1)
            do(teller, record, one, verb, marked)
        file = Path(fresh) / "record.db"
        whole = lines(file, with_keys=True)

        with_keys = copied(Path(fresh), file, with_keys=True)
        with opened(with_keys) as again:
            assert views(again) == views(record)
        assert tables(with_keys) == tables(file)
        assert lines(with_keys, with_keys=True) == whole
        assert verified(with_keys).holds

        without = Path(fresh) / "without.db"
        take_in(without, lines(file))
        assert tables(without) == tables(file)
        assert b"secret-" not in b"".join(whole) + without.read_bytes()
        found = verified(without)
        assert (found.holds, found.keys_kept_back > 0) == (True, record._entry(one).sealed)


# Keys of personal texts


def test_without_its_key_a_personal_text_reads_as_an_erased_one(tmp_path, record, file):
    one = record.record(DOSSIER.id, personal(), caller("first")).id
    there = tmp_path / "there.db"

    arrived = take_in(there, lines(file))

    assert arrived.keys_kept_back == 1
    assert SECRET not in b"".join(lines(file)).decode()
    with opened(there) as again:
        entry = again._entry(one)
        assert entry.development.content.startswith("[erased ")
        assert again.versions.entry(one, 2) == entry
        again.say(one, Corroborate(source=GAZETTE | {"quote": SECRET}, personal=["/source/quote"]), [1], ADA)
        assert again._entry(one).corroborations[0].quote == SECRET
        again.erase(one, ERASE, ADA)
        assert_sound(again)
    assert verified(there).holds
    assert verified(there).keys_kept_back == 0


def test_keys_that_are_kept_back_are_not_in_the_lines(record, file):
    record.record(DOSSIER.id, personal(), ADA)
    ((key,),) = run_on(file, "SELECT key FROM personal_keys")
    encoded = b64encode(bytes(key))
    assert encoded not in b"".join(lines(file))
    assert encoded in b"".join(lines(file, with_keys=True))


def test_states_are_packed_anew_as_the_place_has_it(tmp_path, record, file):
    record.record(DOSSIER.id, tell("The ferry race"), ADA)
    there = tmp_path / "there.db"
    topic = {"CIPHER_TOPIC": f"{Xor.__module__}:Xor"}

    take_in(there, lines(file), **topic)

    with opened(there, **topic) as again:
        assert views_opened(again) == views_opened(record)
        assert again.leaves.entries(0) == record.leaves.entries(0)
    assert run_on(there, "SELECT state FROM stored_events") != run_on(file, "SELECT state FROM stored_events")


def views_opened(record: Record) -> list[str]:
    return [record.versions.entry(record.at(2).originator_id, 2).model_dump_json()]


# What is not taken in


def test_nothing_is_taken_into_a_record_that_is_not_empty(record, file):
    record.record(DOSSIER.id, tell("The ferry race"), ADA)
    with pytest.raises(NotEmpty, match="a record of 2 events is there already"):
        arrive(record, lines(file))


def test_what_was_altered_in_the_store_does_not_leave(record, file):
    record.record(DOSSIER.id, tell("The ferry race"), ADA)
    run_on(file, "UPDATE stored_events SET originator_version = 7 WHERE position = 2")
    with pytest.raises(Damaged, match="position 2"):
        lines(file)


def test_what_is_missing_in_the_store_does_not_leave(record, file):
    record.record(DOSSIER.id, tell("The ferry race"), ADA)
    run_on(file, "DELETE FROM stored_events WHERE position = 1")
    with pytest.raises(Damaged, match="position 1"):
        lines(file)


def test_an_empty_record_travels_too(tmp_path):
    with opened(tmp_path / "empty.db"):
        pass
    assert take_in(tmp_path / "there.db", lines(tmp_path / "empty.db")).events == 0
