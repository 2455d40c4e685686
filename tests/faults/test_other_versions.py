"""A record that another version of Depositary has written: it is refused with words, or brought up."""

import subprocess
import sys
from pathlib import Path

import pytest
from eventsourcing.persistence import InfrastructureFactoryError

from service.record import Record
from service.store.layout import NAME
from service.store.tables import LAYOUT
from tests.service.cli.calling import answered, call
from tests.service.recording import ADA, DOSSIER, assert_sound, labels, open_record, tell
from tests.service.stores import environment, place_of, run_on

GIVEN_BACK = f"UPDATE tracking SET application_name = '{NAME}' WHERE application_name = 'versions-99'"
LATER = "the (file|database) has layout 99, this version of Depositary knows (up to )?3"
ALTERED = "UPDATE stored_events SET originator_version = 7 WHERE position = 2"
TAKEN_OVER = f"UPDATE tracking SET application_name = 'versions-99' WHERE application_name = '{NAME}'"
"""What a later version leaves, whose tables of views took the place of those of this one."""


def laid_out_later(file, engine):
    """Have a record say that a later version has laid it out."""
    with open_record(file) as record:
        record.record(DOSSIER.id, tell("kept"), ADA)
    run_on(file, "PRAGMA user_version=99" if engine == "sqlite" else "UPDATE layout SET number = 99")


def test_a_record_of_a_later_layout_is_refused_with_words_and_left_as_it_is(file, engine):
    laid_out_later(file, engine)
    for _ in range(2):
        with pytest.raises(InfrastructureFactoryError, match=LATER):
            Record(environment(file))
    assert run_on(file, "SELECT max(position) FROM stored_events") == [(2,)]

    run_on(
        file,
        f"PRAGMA user_version={LAYOUT}" if engine == "sqlite" else f"UPDATE layout SET number = {LAYOUT}",
    )
    with open_record(file) as record:
        assert labels(record) == ["kept"]
        assert_sound(record)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["serve", "rebuild"])
def test_a_command_says_so_in_one_line(file, engine, command):
    laid_out_later(file, engine)
    program = Path(sys.executable).with_name("depositary")
    told = subprocess.run(
        [program, command, "--database", place_of(file)], capture_output=True, text=True, check=False
    )

    assert told.returncode == 2
    assert "layout 99" in told.stderr
    assert "open it with the version that wrote it, or a later one\n" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_service_whose_views_a_later_version_took_over_neither_reads_nor_writes(desk, file):
    view = desk.view("timeline")
    run_on(file, TAKEN_OVER)

    for refused in (
        desk.try_recording("call-held"),
        desk.client.get(f"/v1/dossiers/{desk.dossier}/timeline"),
        desk.post("/v1/dossiers", {"id": "other-2021", "title": "Other talks (invented)"}),
    ):
        assert desk.refused(refused).told == (503, "store-of-another-version")
        assert "the later version" in desk.refused(refused).detail
    run_on(file, GIVEN_BACK)
    assert desk.view("timeline") == view


def test_views_of_earlier_version_are_not_compared_and_the_rest_is(file):
    """They are laid out otherwise, and folded anew by whoever opens the record: what counts are events."""
    with open_record(file) as record:
        record.record(DOSSIER.id, tell("kept"), ADA)
    run_on(file, TAKEN_OVER.replace("99", "1"), "ALTER TABLE versions DROP COLUMN contested")
    told = call("verify", place_of(file))
    verified = answered("verify", place_of(file))
    run_on(file, ALTERED)

    assert (told[0], verified["holds"], verified["views_of_earlier_version"]) == (0, True, "versions-1")
    assert "Its views are of an earlier version, and were not compared" in told[1]
    assert call("verify", place_of(file))[0] == 1


@pytest.mark.sqlite
def test_a_copy_that_an_earlier_version_made_is_put_in_place(file, tmp_path):
    with open_record(file) as record:
        record.record(DOSSIER.id, tell("kept"), ADA)
    run_on(file, TAKEN_OVER.replace("99", "1"), "ALTER TABLE versions DROP COLUMN contested")
    code, told, errors = call("restore", file, tmp_path / "restored.db")

    assert code == 0, errors
    assert "Its views are of an earlier version" in told
    with open_record(tmp_path / "restored.db") as record:
        assert labels(record) == ["kept"]
        assert_sound(record)


def test_an_earlier_version_that_is_opened_again_folds_its_own_views(file):
    with open_record(file) as record:
        record.record(DOSSIER.id, tell("kept"), ADA)
    run_on(file, TAKEN_OVER)
    with open_record(file) as record:
        assert labels(record) == ["kept"]
        assert record.versions.dossier(DOSSIER.id, 2) == DOSSIER
        assert_sound(record)
    assert run_on(file, "SELECT application_name, notification_id FROM tracking") == [(NAME, 2)]
