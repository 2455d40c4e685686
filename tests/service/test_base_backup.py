"""PostgreSQL's own copies, as deploy/README.md has them, taken while others write: each holds what it says.

The server archives its write-ahead log; a base backup is taken under load; and the record is brought back
twice from both, to the end of the archive and to a moment before a mistake.
"""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from service.keyfiles import make_key
from service.transparency import Transparency
from tests.postgres import Postmaster, as_child, binaries, folder, own_postmaster
from tests.service.cli.calling import answered, call
from tests.service.recording import ADA, DOSSIER, assert_sound, labels, now, open_record, positions, tell
from tests.service.stores import NOTE

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]  # It starts servers of its own, so once is enough.


def run(*command: object) -> str:
    done = subprocess.run(
        as_child(*map(str, command)), cwd="/", capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def configured(data: Path, **settings: str) -> None:
    """Add settings to those of a server that does not run."""
    with (data / "postgresql.conf").open("a") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())


@contextmanager
def archiving() -> Iterator[tuple[Postmaster, Path]]:
    """A server that archives its log, and where to."""
    with own_postmaster(fsync=False) as postmaster, folder("archive") as archive:
        configured(
            postmaster.home / "data",
            archive_mode="on",
            archive_command=f"test ! -f {archive}/%f && cp %p {archive}/%f",
        )
        postmaster.end(signal.SIGINT)
        postmaster.start()
        yield postmaster, archive


def copy_of(postmaster: Postmaster, base: Path) -> None:
    """Take a base backup, which is whole."""
    where = ("--host", postmaster.home, "--username", "depositary", "--pgdata", base)
    run(binaries() / "pg_basebackup", *where, "--wal-method=stream", "--checkpoint=fast", "--no-sync")
    run(binaries() / "pg_verifybackup", base)


@contextmanager
def brought_back(base: Path, archive: Path, **settings: str) -> Iterator[str]:
    """The DSN of a new server, on a copy of the base backup and what was archived."""
    with folder("restored") as home:
        run("cp", "-a", base, home / "data")
        configured(
            home / "data",
            archive_mode="off",
            restore_command=f"cp {archive}/%f %p",
            recovery_target_action="promote",
            **settings,
        )
        run("touch", home / "data" / "recovery.signal")
        postmaster = Postmaster(home, fsync=False)
        try:
            postmaster.wait_until_ready()
            recovered(postmaster.dsn)
            yield postmaster.dsn
        finally:
            postmaster.end(signal.SIGQUIT)


def recovered(dsn: str) -> None:
    """Wait until the server has taken in what it is to take in."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        while connection.execute("SELECT pg_is_in_recovery()").fetchone() != (False,):
            connection.execute("SELECT pg_sleep(0.05)")


@contextmanager
def load(record) -> Iterator[None]:
    """Record beside the block, one development after the other."""
    enough = Event()

    def write() -> None:
        number = 0
        while not enough.is_set():
            number += 1
            record.record(DOSSIER.id, tell(f"meanwhile {number}"), ADA)

    thread = Thread(target=write, daemon=True)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join(30)
        assert not thread.is_alive()


def noted(file: Path, dsn: str) -> Path:
    """A file that names the database, by which tests open it."""
    file.write_text(NOTE + dsn)
    return file


def moment(dsn: str) -> str:
    with psycopg.connect(dsn) as connection:
        return str(connection.execute("SELECT clock_timestamp()").fetchone()[0])


def test_a_record_is_brought_back_from_a_base_backup_and_the_archive(tmp_path):
    key = make_key(tmp_path / "log.key", "solace.example/log")
    kept = {name: tmp_path / f"{name}.txt" for name in ("before", "after")}
    with archiving() as (postmaster, archive), folder("backup") as backup:
        file = noted(tmp_path / "record.db", postmaster.dsn)
        with open_record(file) as record:
            log = Transparency(record, now, key)
            for number in range(20):
                record.record(DOSSIER.id, tell(f"before {number}"), ADA)
            kept["before"].write_bytes(log.checkpoint().kept.note.format())
            with load(record):
                copy_of(postmaster, backup / "base")
            right = labels(record)
            before_the_mistake = moment(postmaster.dsn)
            record.record(DOSSIER.id, tell("the mistake"), ADA)
            kept["after"].write_bytes(log.checkpoint().kept.note.format())
            every, last = labels(record), positions(record)[-1]
            with psycopg.connect(postmaster.dsn, autocommit=True) as connection:
                connection.execute("SELECT pg_switch_wal()")
        postmaster.end(signal.SIGINT)  # A server that stops in order archives all it has.

        verifier = ("--key", key.verifier.format())
        with brought_back(backup / "base", archive) as dsn:
            verified = answered("verify", dsn, *verifier)
            audited = [answered("audit", dsn, "--since", note, *verifier) for note in kept.values()]
            with open_record(noted(tmp_path / "whole.db", dsn)) as record:
                assert labels(record) == every
                record.record(DOSSIER.id, tell("and on it goes"), ADA)
                assert_sound(record)
        with brought_back(backup / "base", archive, recovery_target_time=before_the_mistake) as dsn:
            earlier = answered("verify", dsn, *verifier)
            held = answered("audit", dsn, "--since", kept["before"], *verifier)
            code, _, errors = call("audit", dsn, "--since", kept["after"], *verifier)
            with open_record(noted(tmp_path / "earlier.db", dsn)) as record:
                assert labels(record) == right

    assert (verified["holds"], verified["events"], len(every) > 22) == (True, last, True)
    assert [one["holds"] for one in audited] == [True, True]
    assert (earlier["holds"], earlier["events"], held["holds"]) == (True, last - 1, True)
    assert code == 1
    assert "its end was cut off" in errors
