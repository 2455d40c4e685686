"""The server that tests use is a real one, keeps its databases apart, and never outlives those who use it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.postgres import NOBODY, as_child, own_server, server
from tests.service.recording import wait_until

ROOT = Path(__file__).parents[1]
HOLDS_ONE_OPEN = """
from tests.postgres import own_server
with own_server(fsync=False) as postgres:
    print(postgres.dsn, flush=True)
    input()
"""


@pytest.fixture(scope="module")
def postgres():
    """Not the one that `DEPOSITARY_TEST_DSN` may name."""
    with own_server() as started:
        yield started


def ask(dsn, question):
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(question).fetchone()[0]


def do(dsn, statement):
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)


def test_it_is_as_durable_as_in_earnest_unless_told_otherwise(postgres):
    assert ask(postgres.dsn, "SHOW fsync") == "on"
    assert ask(postgres.dsn, "SHOW synchronous_commit") == "on"
    with own_server(fsync=False) as hasty:
        assert ask(hasty.dsn, "SHOW fsync") == "off"


def test_every_database_is_empty_and_gone_afterwards(postgres):
    with postgres.database() as one:
        do(one, "CREATE TABLE seen (id int)")
        with postgres.database() as other:
            assert ask(other, "SELECT to_regclass('seen')") is None
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        ask(one, "SELECT 1")


def test_a_database_can_be_the_copy_of_another(postgres_dsn, postgres):
    do(postgres_dsn, "CREATE TABLE seen AS SELECT 7 AS id")

    with postgres.database(template=conninfo_to_dict(postgres_dsn)["dbname"]) as copy:
        assert ask(copy, "SELECT id FROM seen") == 7


def test_a_connection_that_was_left_open_does_not_keep_a_database(postgres):
    with postgres.database() as dsn:
        forgotten = psycopg.connect(dsn)
    with pytest.raises(psycopg.OperationalError, match="terminating connection"):
        forgotten.execute("SELECT 1")
    forgotten.close()


def test_another_server_is_used_if_one_is_named(postgres, monkeypatch):
    monkeypatch.setenv("DEPOSITARY_TEST_DSN", postgres.dsn)

    with server(fsync=False) as named, named.database() as dsn:
        assert ask(dsn, "SHOW fsync") == "on"
        assert conninfo_to_dict(dsn)["host"] == conninfo_to_dict(postgres.dsn)["host"]


@pytest.mark.skipif(os.geteuid() != 0, reason="what is not run as root needs no other user")
def test_root_has_it_run_by_nobody(postgres):
    data = Path(ask(postgres.dsn, "SHOW data_directory"))

    assert data.owner() == "nobody"
    assert int(NOBODY) == data.stat().st_uid


def test_a_program_in_a_folder_that_is_closed_to_others_is_run_all_the_same(tmp_path):
    program = tmp_path / "closed" / "program"
    program.parent.mkdir(mode=0o700)
    program.write_text('#!/bin/sh\ntest -x "$0" && id -u\n')
    program.chmod(0o700)

    said = subprocess.run(as_child(program), capture_output=True, text=True, check=True).stdout

    assert said.strip() == (NOBODY if os.geteuid() == 0 else str(os.geteuid()))


def test_it_dies_with_a_process_that_was_killed():
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS_ONE_OPEN],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    with holder:
        dsn = holder.stdout.readline().strip()
        home = Path(conninfo_to_dict(dsn)["host"])
        assert ask(dsn, "SELECT 1") == 1
        holder.kill()
    wait_until(lambda: not (home / "data" / "postmaster.pid").exists())
    with pytest.raises(psycopg.OperationalError):
        ask(dsn, "SELECT 1")
    shutil.rmtree(home)
