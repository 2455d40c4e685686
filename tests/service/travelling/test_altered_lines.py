"""Lines that were altered, left out or moved are refused, each at its place, and nothing is taken in."""

import json
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from service.log.form import Form, commit
from service.log.notes import SigningKey
from service.log.tree import Frontier, leaf_hash
from service.record import Record
from service.transparency import Transparency
from service.travelling.arriving import arrive
from service.travelling.lines import Altered, Chain, Unchain
from tests.service.recording import ADA, DOSSIER, Clock, caller, open_record, tell
from tests.service.stores import environment
from tests.service.travelling.test_record_travels import lines

KEY = SigningKey("lake.example/record", bytes(range(32)))
STRANGER = SigningKey("lake.example/record", bytes(range(1, 33)))
EVERYTHING = ("stored_events", "log_leaves", "log_tiles", "idempotency_keys", "checkpoints", "versions")


@pytest.fixture
def whole(file):
    """The lines of a record: a head, five events with a checkpoint after the third, a key, an end."""
    with open_record(file) as record:
        log = Transparency(record, Clock(), KEY)
        record.record(DOSSIER.id, tell("The first race"), caller("first"))
        record.record(DOSSIER.id, tell("The second race"), ADA)
        log.checkpoint()
        record.record(DOSSIER.id, tell("The third race"), ADA)
        record.record(DOSSIER.id, tell("The fourth race"), ADA)
    told = lines(file)
    assert [next(iter(json.loads(line))) for line in told] == [
        "depositary_record",
        *["position"] * 3,
        "checkpoint",
        *["position"] * 2,
        "idempotency",
        "end",
    ]
    return told


def refused(directory: Path, told: list[bytes], key: object = None) -> Altered:
    """Why lines are refused, with nothing taken in."""
    record = Record(environment(directory / "there.db"))
    try:
        with pytest.raises(Altered) as error:
            arrive(record, told, key)
        assert record.store.max_notification_id() == 0
        for table in (
            "stored_events",
            "log_leaves",
            "log_tiles",
            "idempotency_keys",
            "checkpoints",
            "versions",
        ):
            assert record.store.reads.fetch(f"SELECT count(*) FROM {table}") == [(0,)]
    finally:
        record.close()
    return error.value


def chained_anew(told: list[bytes], number: int, alter) -> list[bytes]:
    """The lines with one of them altered by somebody who knows how to chain them."""
    members = [one for _, one in Unchain(told)]
    alter(members[number - 1])
    chain = Chain()
    return [chain.line(**one) for one in members]


@pytest.mark.parametrize("number", range(1, 10))
def test_a_line_that_was_altered_is_named(tmp_path, whole, number):
    line = bytearray(whole[number - 1])
    line[len(line) // 3] ^= 1
    told = [*whole[: number - 1], bytes(line), *whole[number:]]
    assert refused(tmp_path, told).line == number


@pytest.mark.parametrize("number", range(1, 9))
def test_where_a_line_is_missing_the_next_one_is_named(tmp_path, whole, number):
    told = whole[: number - 1] + whole[number:]
    assert "a line is missing" in str(refused(tmp_path, told))
    assert refused(tmp_path, told).line == number


def test_lines_out_of_order_are_named(tmp_path, whole):
    told = [whole[0], whole[2], whole[1], *whole[3:]]
    assert refused(tmp_path, told).line == 2


def test_a_record_that_was_cut_off_is_refused(tmp_path, whole):
    for kept in range(len(whole)):
        error = refused(tmp_path, whole[:kept])
        assert (error.line, "cut off" in str(error)) == (kept + 1, True)


def test_what_follows_the_end_is_refused(tmp_path, whole):
    assert refused(tmp_path, [*whole, whole[1]]).line == 10


def test_text_that_is_no_record_is_refused(tmp_path):
    assert refused(tmp_path, [b'{"kind": "call-held"}\n']).line == 1


@pytest.mark.parametrize(
    ("number", "alter", "says"),
    [
        (2, lambda one: one.update(state=one["state"].replace("talks", "Talks")), "its entry commits to"),
        (2, lambda one: one.update(recorded_at="2031-04-01T11:00:00.000000Z"), "its entry commits to"),
        (3, lambda one: one.update(position=4), "commits to"),
        (3, lambda one: one.update(salt="AAAA"), "a salt has 32 bytes"),
        (3, lambda one: one.pop("salt"), "'salt'"),
        (5, lambda one: one["checkpoint"].update(size=2), "of size 3, not 2"),
        (5, lambda one: one["checkpoint"].update(note="no note"), "a note has an empty line"),
        (5, lambda one: one["checkpoint"].update(signed_at="yesterday"), "yesterday"),
        (8, lambda one: one["idempotency"].update(position=6), "no event at position 6"),
        (9, lambda one: one["end"].update(events=4), "are not those that it counts"),
        (9, lambda one: one["end"].update(idempotency=0), "are not those that it counts"),
        (1, lambda one: one.update(events=4), "are not those that it counts"),
        (1, lambda one: one.update(depositary_record=2), "it is of form 2"),
    ],
)
def test_who_chains_the_lines_anew_is_found_by_what_they_say(tmp_path, whole, number, alter, says):
    error = refused(tmp_path, chained_anew(whole, number, alter))
    assert says in str(error)


def test_who_rewrites_an_event_with_its_entry_is_found_by_the_checkpoint(tmp_path, file, whole):
    """The same record but for one word, told under the checkpoint of the first."""
    with open_record(tmp_path / "forged.db") as record:
        for label in ("The first race", "The second race", "The third race", "The fourth race"):
            record.record(DOSSIER.id, tell(label), caller("first") if label == "The first race" else ADA)
    forged = [one for _, one in Unchain(lines(tmp_path / "forged.db"))]
    forged.insert(4, next(one for _, one in Unchain(whole) if "checkpoint" in one))
    chain = Chain()

    error = refused(tmp_path, [chain.line(**one) for one in forged])

    assert error.line == 5
    assert "of another root than the 3 events before it come to" in str(error)


def test_a_checkpoint_has_to_be_signed_by_the_key_that_is_given(tmp_path, whole):
    assert "3 is not signed by lake.example/record" in str(refused(tmp_path, whole, STRANGER.verifier))


def test_with_a_key_a_checkpoint_has_to_be_there(tmp_path, file):
    with open_record(file):
        pass
    assert "no checkpoint came along" in str(refused(tmp_path, lines(file), KEY.verifier))


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (
            lambda one: one.update(version=2),
            "version 2, other-development at position 2, cannot follow nothing",
        ),
        (lambda one: one.update(event="call-held"), "no event 'call-held' that is recorded"),
        (lambda one: one.update(event="no-such-event"), "cannot read 'no-such-event'"),
    ],
)
def test_events_that_cannot_have_been_recorded_are_refused_with_whatever_proof(tmp_path, file, alter, says):
    with open_record(file) as record:
        record.record(DOSSIER.id, tell("The first race"), ADA)
    told = [members for _, members in Unchain(lines(file))]
    alter(told[2])

    error = refused(tmp_path, rechained_with_entries(told))

    assert error.line == 3
    assert says in str(error)


def test_a_version_that_is_there_already_is_refused(tmp_path, file):
    with open_record(file) as record:
        record.record(DOSSIER.id, tell("The first race"), ADA)
        record.record(DOSSIER.id, tell("The second race"), ADA)
    told = [members for _, members in Unchain(lines(file))]
    told[3]["stream"] = told[2]["stream"]

    assert "what is there already" in str(refused(tmp_path, rechained_with_entries(told)))


def rechained_with_entries(told: list[dict]) -> list[bytes]:
    """The lines with entries and a root that fit what they say."""
    chain, frontier = Chain(), Frontier()
    out = []
    for one in told:
        if "position" in one:
            names = ("position", "recorded_at", "state", "stream", "version")
            principal = json.loads(one["state"])["recorded_by"]
            form = Form(**{name: one[name] for name in names}, principal=principal, topic=one["event"])
            entry = commit(form, b64decode(one["salt"]))
            one["entry"] = b64encode(entry).decode()
            frontier.append(leaf_hash(entry))
        if "end" in one:
            one["end"]["root"] = b64encode(frontier.root).decode()
        out.append(chain.line(**one))
    return out
