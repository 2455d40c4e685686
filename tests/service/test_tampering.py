"""Whoever tampers with the file of a record is found out, and where."""

import json
from datetime import UTC, datetime

import pytest

from domain.access import TokenRevoked
from service.log.errors import Malformed, Unproven
from service.log.notes import Note
from service.proving.administration import check_kept
from service.proving.auditing import audit_record, read_checkpoint
from service.proving.checkpoints import Keys
from service.store.acts import append
from tests.service.tampering import (
    ATTEMPTS,
    EVENTS,
    KEY,
    MAPPER,
    OTHER,
    STRIDE,
    TABLES,
    UNTOLD,
    VIEWS,
    changes,
    connect,
    cover_up,
    fork,
    judge,
    make_record,
    reword_act,
    sign_anew,
    then,
    try_bytes,
    undone,
)

pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """A small record, in memory."""
    file = tmp_path_factory.mktemp("record") / "record.db"
    make_record(file)
    connection = connect(file)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def kept(record):
    """The checkpoint of 10 events, as it left the machine."""
    ((note,),) = record.execute("SELECT note FROM checkpoints WHERE size = 10").fetchall()
    return read_checkpoint(note, KEY.verifier)


def test_the_record_holds_as_it_is(record):
    verified = judge(record, with_views=True)

    assert list(verified.findings) == []
    assert (verified.events, verified.dossiers, verified.checkpoints, verified.cosignatures) == (12, 3, 4, 1)
    assert json.loads(json.dumps(verified.as_json()))["holds"] is True


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_every_byte_that_is_changed_is_found_and_located(record, table):
    tried, missed = try_bytes(record, table)

    assert tried > 10
    assert missed == []


@pytest.mark.parametrize("table", TABLES)
def test_one_byte_in_many_that_is_changed_is_found_and_located(record, table):
    """What `make check` has of the test above."""
    tried, missed = try_bytes(record, table, stride=23)

    assert tried
    assert missed == []


@pytest.mark.slow
@pytest.mark.parametrize("table", VIEWS)
def test_one_byte_in_some_of_the_views_that_is_changed_is_found_and_located(record, table):
    tried, missed = try_bytes(record, table, STRIDE)

    assert tried > 10
    assert missed == []


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        ("DELETE FROM versions WHERE version = 2", "versions.*"),
        ("INSERT INTO dossiers SELECT 'more', known_from, body FROM dossiers LIMIT 1", "dossiers.*"),
        ("UPDATE versions SET entry = x'7b7d' WHERE version = 2", "versions.entry"),
        ("UPDATE versions SET standing = 'retracted' WHERE version = 3", "versions.standing"),
    ],
)
def test_views_that_are_not_what_the_events_come_to_are_found(record, statement, field):
    with undone(record):
        record.execute(statement)
        found = judge(record, with_views=True).findings
    assert field in {one.field for one in found}


def test_every_column_of_every_table_is_tried(record):
    found = {
        table: tuple(row[1] for row in record.execute(f"PRAGMA table_info({table})"))
        for (table,) in record.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    }
    for unproven in ("webhooks", "dead_letters"):
        del found[unproven]
    assert found == {**TABLES, **VIEWS}


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_a_tampering_is_found_and_located(record, attempt):
    assert attempt.is_found(record)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_it_is_found_where_no_key_is_given_unless_it_is_about_signatures(record, attempt):
    with undone(record):
        attempt.tamper(record)
        found = judge(record, Keys()).findings
    about_signatures = "a history signed anew with a new key", "a cosignature moved to another checkpoint"
    assert len(found) or attempt.name in about_signatures


@pytest.mark.parametrize("attempt", UNTOLD, ids=lambda attempt: attempt.name)
def test_what_is_signed_anew_shows_only_against_a_checkpoint_that_was_kept(record, kept, attempt):
    with undone(record):
        attempt.tamper(record)
        assert judge(record).holds
        if "deleted checkpoint" in attempt.name:
            # Nothing of the record itself was rewritten: so it does go on from the checkpoint that was kept.
            assert audit_record(record, MAPPER, kept).size == EVENTS
        elif "cut off" in attempt.name:
            later = read_checkpoint(_note(record, 10), KEY.verifier)
            assert audit_record(record, MAPPER, later).size == 10
        else:
            with pytest.raises(Unproven, match="the first 10 events of the record are not those"):
                audit_record(record, MAPPER, kept)


def test_an_end_that_was_cut_off_shows_against_a_checkpoint_of_it(record):
    whole = read_checkpoint(_note(record, 12), KEY.verifier)
    with undone(record):
        UNTOLD[2].tamper(record)
        with pytest.raises(Unproven, match="its end was cut off"):
            audit_record(record, MAPPER, whole)


def test_an_audit_relies_on_no_entry_and_no_tile_that_is_stored(record, kept):
    with undone(record):
        OTHER(record)
        with pytest.raises(Unproven, match="the first 10 events"):
            audit_record(record, MAPPER, kept)


def test_a_fork_is_told_as_one(record):
    with undone(record):
        fork(record)
        (finding,) = judge(record).findings
    assert "the log was forked" in finding.says


def test_what_was_covered_up_is_told_between_the_checkpoints_that_hold_and_do_not(record):
    with undone(record):
        then(OTHER, cover_up)(record)
        (finding,) = judge(record).findings
    assert "from position 4 to 7" in finding.says
    assert "nor do the 2 after it" in finding.says


def test_a_new_key_is_believed_where_no_other_is_known(record):
    """So the key that is trusted has to come from elsewhere than the record."""
    with undone(record):
        then(OTHER, cover_up, sign_anew(KEY))(record)
        assert judge(record, Keys()).holds


def test_one_altered_field_is_one_finding(record):
    with undone(record):
        OTHER(record)
        (finding,) = judge(record).findings
    assert finding.as_json() == {
        "field": "stored_events.state",
        "says": "it is not what the log's entry commits to",
        "position": 5,
        "stream": finding.stream,
        "version": 1,
    }


def test_where_the_check_values_were_altered_too_every_field_that_it_can_be_is_named(record):
    with undone(record):
        ((checks,),) = record.execute("SELECT checks FROM log_leaves WHERE position = 5").fetchall()
        then(OTHER, cover_up)(record)
        ((after,),) = record.execute("SELECT checks FROM log_leaves WHERE position = 5").fetchall()
        assert checks != after
    with undone(record):
        OTHER(record)
        record.execute("UPDATE log_leaves SET checks = ? WHERE position = 5", (after,))
        (finding,) = judge(record).findings
    assert "stored_events.state or stored_events.recorded_at or log_leaves.salt" in finding.field


def test_there_are_as_many_changes_as_bytes(record):
    assert sum(1 for _ in changes(record, "log_tiles")) == EVENTS * 32 + 2


def test_findings_beyond_a_thousand_are_counted(record, monkeypatch):
    monkeypatch.setattr("service.proving.findings.MOST_FINDINGS", 3)
    with undone(record):
        record.execute("UPDATE stored_events SET topic = 'x'")
        findings = judge(record).findings
    assert (len(findings.kept), findings.more > 3, len(findings)) == (3, True, 3 + findings.more)


def _note(record, size):
    ((note,),) = record.execute("SELECT note FROM checkpoints WHERE size = ?", (size,)).fetchall()
    assert Note.parse(note)
    return note


def cut_acts(record):
    """Cut off the last administrative act."""
    record.execute("DELETE FROM administration WHERE position = (SELECT max(position) FROM administration)")


def test_acts_that_were_cut_off_show_against_one_that_was_kept(record):
    kept = judge(record).last_act
    assert kept.startswith("2:")
    with undone(record):
        cut_acts(record)
        verified = judge(record)
        assert verified.holds, "what is left holds: it takes what was kept elsewhere"
        check_kept(record, kept, verified.findings)
        (found,) = verified.findings

    assert (found.field, found.position) == ("administration.position", 2)
    assert "was cut off" in found.says


def test_acts_that_were_rewritten_with_all_their_hashes_show_against_one_that_was_kept(record):
    kept = judge(record).last_act
    with undone(record):
        cut_acts(record)
        reword_act(record, rebind=True)
        append(record.cursor(), [TokenRevoked(by="eve", token="x")], datetime.now(UTC))
        verified = judge(record)
        assert verified.holds
        check_kept(record, kept, verified.findings)
        (found,) = verified.findings

    assert (found.field, found.position) == ("administration.chain", 2)


def test_an_act_that_was_kept_is_there(record):
    verified = judge(record)
    check_kept(record, verified.last_act, verified.findings)

    assert verified.holds
    for nothing in ("", "2", "2:", "0:" + "A" * 43 + "=", verified.last_act + "x", "2:" + "A" * 44):
        with pytest.raises(Malformed, match="expected its place and its hash"):
            check_kept(record, nothing, verified.findings)
