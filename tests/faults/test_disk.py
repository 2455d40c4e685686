"""A disk that is full or read-only: writes are refused in words, reads go on, and room again is enough."""

import json
import os
import shutil
import stat
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest

from tests.faults.processes import served
from tests.service.api.desk import telling
from tests.service.recording import ADA, DOSSIER, assert_sound, labels, open_record, tell
from tests.service.stores import run_on, settings_for
from tests.tokens import token_for

PROGRAM = Path(sys.executable).with_name("depositary")
DEVELOPMENTS = f"/v1/dossiers/{DOSSIER.id}/developments"
LONG = "A long story. " * 300


# What is told


def fill(desk):
    """Let the record grow no further; what makes room again."""
    store = desk.client.app.state.record.store
    with store.database.datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0]}")

    def make_room():
        with store.database.datastore.transaction(commit=False) as cursor:
            cursor.execute("PRAGMA max_page_count=4294967294")

    return make_room


def fail_for_want_of_room(file):
    """Have the server fail as it does where it cannot make a file longer; what makes room again."""
    run_on(
        file,
        """CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
        END $$""",
        "CREATE TRIGGER full_disk BEFORE INSERT ON stored_events EXECUTE FUNCTION full_disk()",
    )
    return lambda: run_on(file, "DROP TRIGGER full_disk ON stored_events")


def test_a_write_without_room_is_refused_with_507_and_succeeds_once_there_is_room(desk, file, engine):
    first = desk.record("call-held")
    view = desk.view("contacts")
    make_room = fill(desk) if engine == "sqlite" else fail_for_want_of_room(file)
    told, path = telling("other-development", content=LONG), f"/v1/dossiers/{desk.dossier}/developments"

    with desk.nothing_recorded():
        refused = desk.post(path, told, idempotency_key="told-once")
        said = desk.says(first, "retractions", {"reason": LONG})
        line = json.dumps(told).encode()
        answer, tally = desk.post(
            f"{path}:import", line, content_type="application/x-ndjson"
        ).text.splitlines()
        assert desk.refused(refused).told == (507, "disk-full")
        assert "nothing was recorded" in desk.refused(refused).detail
        assert refused.headers["Retry-After"] == "60"
        assert desk.refused(said).told == (507, "disk-full")
        assert json.loads(answer)["problem"]["type"] == "/problems/disk-full"
        assert json.loads(tally)["refused"] == 1
        assert desk.view("contacts") == view
        assert desk.read(first)["version"] == 1

    make_room()
    taken = desk.post(path, told, idempotency_key="told-once")
    assert taken.status_code == 201
    assert desk.post(path, told, idempotency_key="told-once").json() == taken.json()
    assert_sound(desk.client.app.state.record)


# A disk of its own


@contextmanager
def small_disk(place, megabytes):
    """A command that runs another one with a small disk at a place, which nobody else sees."""
    script = f'mount -t tmpfs -o size={megabytes}m small "$0" && exec "$@"'
    yield ["unshare", "-rm", "sh", "-c", script, str(place)]


def can_have_a_disk():
    """Whether whoever tests may mount one in a namespace of its own."""
    if shutil.which("unshare") is None:
        return False
    tried = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=1m small /mnt"]
    return subprocess.run(tried, check=False, capture_output=True).returncode == 0


def write(http, label, **more):
    told = {"kind": "other-development", "label": label, "occurred": "2025-03-10", **more}
    told["sources"] = [{"outlet": "The Port Solace Gazette (invented)"}]
    return http.post(DEVELOPMENTS, json=told, headers={"Idempotency-Key": label})


def write_until_refused(http):
    """Record long stories until there is no room; the labels of what was acknowledged, and the refusal."""
    recorded = []
    while True:
        label = f"story-{len(recorded)}"
        response = write(http, label, content=LONG * 2)
        if not response.is_success:
            return recorded, label, response
        recorded.append(label)


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.skipif(not can_have_a_disk(), reason="nobody may mount a disk here; the test above fills a file")
def test_a_service_whose_disk_fills_up_goes_on_once_something_makes_room(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    kept, record = tmp_path / "token", disk / "record.db"
    issue = f'"{PROGRAM}" token issue ada --at "{record}" > "{kept}" && exec "$0" "$@"'
    with small_disk(disk, 4) as within, served(record, *within, "sh", "-c", issue) as (url, part):
        token = kept.read_text().strip()
        seen = Path(f"/proc/{part.process.pid}/root{disk}")
        (seen / "ballast").write_bytes(bytes(2_000_000))
        with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
            http.post("/v1/dossiers", json=DOSSIER.model_dump(mode="json", exclude_unset=True))
            recorded, label, refused = write_until_refused(http)
            assert refused.status_code == 507, refused.text
            assert refused.json()["type"] == "/problems/disk-full"
            assert write(http, label, content=LONG * 2).status_code == 507
            there = http.get(f"/v1/dossiers/{DOSSIER.id}/timeline", params={"limit": 1}).json()
            assert there["position"] == 1 + len(recorded)
            assert len(recorded) > 10

            (seen / "ballast").unlink()
            assert write(http, label, content=LONG * 2).status_code == 201
            assert write(http, "after").status_code == 201
        for one in seen.iterdir():
            shutil.copy(one, tmp_path)
    with open_record(tmp_path / "record.db") as record:
        assert labels(record) == [*recorded, label, "after"]
        assert_sound(record)


# A disk that is read-only


def bound_by_modes():
    """A command that runs another one as somebody whom the modes of files bind, even if that is root."""
    return ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []


@contextmanager
def read_only(*places):
    """They cannot be written meanwhile."""
    before = {place: stat.S_IMODE(place.stat().st_mode) for place in places}
    for place, mode in before.items():
        place.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for place, mode in before.items():
            place.chmod(mode)


@pytest.fixture
def kept(file):
    """A record with one development, closed."""
    with open_record(file) as record:
        return record.record(DOSSIER.id, tell("kept"), ADA)


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_file_that_is_read_only_is_read_and_writes_are_refused_in_words(file, kept):
    token = token_for(settings_for(file))
    with (
        read_only(file),
        served(file, *bound_by_modes()) as (url, _),
        httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as http,
    ):
        refused = write(http, "in-vain")
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/store-not-writable")
        assert "nothing was recorded" in refused.json()["detail"]
        assert http.get(f"/v1/developments/{kept.id}").json()["development"]["label"] == "kept"
    for beside in file.parent.glob("record.db-*"):
        with suppress(FileNotFoundError):
            beside.chmod(0o644)
    with open_record(file) as record:
        assert labels(record) == ["kept"]
        record.record(DOSSIER.id, tell("and on"), ADA)
        assert_sound(record)


def depositary(*arguments):
    """A command, run by somebody whom the modes of files bind."""
    program = [sys.executable, str(Path(sys.executable).with_name("depositary"))]
    return subprocess.run(
        [*bound_by_modes(), *program, *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_folder_that_is_read_only_is_refused_at_the_start_in_words_and_verified_as_ever(tmp_path):
    file = tmp_path / "medium" / "record.db"
    file.parent.mkdir()
    with open_record(file) as record:
        record.record(DOSSIER.id, tell("kept"), ADA)
    with read_only(file, file.parent):
        refused = depositary("serve", "--database", file)
        verified = depositary("verify", file)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == f"{file}: attempt to write a readonly database\n"
    assert "All of it holds: 2 events" in verified.stdout
