"""What tests of the record share: opening one, tellings, callers, clocks, many hands at once, soundness."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from time import monotonic, sleep
from typing import Any, TypeVar

from eventsourcing.persistence import Cipher

from domain.commands import Amend, Dossier
from domain.developments import DEVELOPMENT, Development
from service.callers import Caller
from service.record import Record
from service.store.entries import ENTRY
from service.store.projecting import Projection
from service.store.sqlite import SQLiteDatabase
from tests.service.stores import environment

ROOT = Path(__file__).parents[2]
GAZETTE = {"outlet": "The Port Solace Gazette (invented)"}
DOSSIER = Dossier(id="solace-2031", title="The Port Solace talks (invented)")
ADA = Caller("ada")

Answer = TypeVar("Answer")


class Clock:
    """A clock that says what it is set to."""

    def __init__(self, text: str = "2031-04-01T12:00:00Z") -> None:
        self.now = datetime.fromisoformat(text)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> datetime:
        """Set it on, or back, by `hours=1` or the like."""
        self.now += timedelta(**by)
        return self.now


@contextmanager
def open_record(file: Path, clock: Callable[[], datetime] | None = None, **env: str) -> Iterator[Record]:
    """A record on a file, with its dossier opened; closed in the end."""
    given = {"clock": clock} if clock else {}
    record = Record(environment(file, **env), **given)
    try:
        record.open_dossier(DOSSIER, ADA)
        yield record
    finally:
        record.close()


def tell(label: str = "A ferry race", kind: str = "other-development", **told: Any) -> Development:
    """A development: by default an invented one of 10 March 2025, with one source."""
    plain = {"occurred": "2025-03-10", "sources": [GAZETTE]}
    labelled = {"label": label} if kind == "other-development" else {}
    return DEVELOPMENT.validate_python({"kind": kind, **plain, **labelled, **told})


def relabel(label: str) -> Amend:
    """A correction of the label."""
    return Amend(changes={"label": label}, reason="So the test tells it.")


def caller(key: str, fingerprint: bytes = b"a request") -> Caller:
    """A caller with an idempotency key."""
    return Caller("ada", key, fingerprint)


# Many hands


def at_once(acts: Sequence[Callable[[], Answer]]) -> list[Any]:
    """Do all of it at the same time, each in a thread of its own; what each answered or raised."""
    answers: list[Any] = [None] * len(acts)
    start = Barrier(len(acts))

    def run(index: int, act: Callable[[], Answer]) -> None:
        start.wait()
        try:
            answers[index] = act()
        except Exception as error:  # noqa: BLE001 - what was raised is an answer
            answers[index] = error

    with in_threads([lambda index=index, act=act: run(index, act) for index, act in enumerate(acts)]):
        pass
    return answers


@contextmanager
def in_threads(acts: Sequence[Callable[[], object]]) -> Iterator[None]:
    """Do all of it beside the block, each in a thread of its own; wait for their ends."""
    threads = [Thread(target=act, daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive(), "it came to no end"


def start_hand(*arguments: object, **options: Any) -> "subprocess.Popen[str]":
    """Start a process of `tests.service.store.hand`; it prints a line of JSON for each answer."""
    return subprocess.Popen(
        [
            sys.executable,
            "-W",
            "error::ResourceWarning",
            "-m",
            "tests.service.store.hand",
            *map(str, arguments),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        **options,
    )


def answers_of(hand: "subprocess.Popen[str]", told: str = "") -> list[dict[str, Any]]:
    """Wait for a hand to end well; what it answered."""
    out, _ = hand.communicate(told, timeout=60)
    assert hand.returncode == 0, f"the hand ended with {hand.returncode}"
    return [json.loads(line) for line in out.splitlines()]


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Look again and again until it holds; fail if it does not in time."""
    deadline = monotonic() + seconds
    while not holds():
        assert monotonic() < deadline, "it did not come to hold in time"
        sleep(0.001)


@contextmanager
def folding(record: Record, act: Callable[[Any], None]) -> Iterator[None]:
    """Have something done with each event of a command just before the views take it in."""
    projection = record.store.projection
    record.store.projection = _Watched(projection, act)
    try:
        yield
    finally:
        record.store.projection = projection


class _Watched:
    """A projection with somebody beside it."""

    def __init__(self, projection: Projection, act: Callable[[Any], None]) -> None:
        self._projection, self._act = projection, act

    def begin(self, c: Any, run: Any) -> Any:
        folding = self._projection.begin(c, run)
        add = folding.add

        def watched(events: Any) -> None:
            for stamped in events:
                self._act(stamped)
            add(events)

        folding.add = watched
        return folding

    def project(self, c: Any, events: Any) -> None:
        self._projection.project(c, events)


# What is there


def positions(record: Record, after: int = 0, limit: int = 100_000) -> list[int]:
    """The positions after one, as a tailer reads them."""
    return [one.id for one in record.store.select_notifications(after + 1, limit)]


def labels(record: Record) -> list[str]:
    """The labels of the developments that are on record, as they were first told."""
    events = [record.at(position).event for position in positions(record)]
    return [event.development.label for event in events if event.stored_name == "other-development"]


def views(record: Record) -> list[tuple[Any, ...]]:
    """Every row of every view; what is sealed in one is opened, since it is never sealed alike twice."""
    fetch = record.store.reads.fetch
    plain = fetch("SELECT * FROM dossiers ORDER BY id") + fetch(
        "SELECT * FROM versions WHERE sealed_by IS NULL ORDER BY development, version"
    )
    sealed = "FROM versions WHERE sealed_by IS NOT NULL ORDER BY development, version"
    columns = "development, version, known_from, known_until, earliest, latest, recorded, standing, actors"
    opened = map(record.versions._entries.read, fetch(f"SELECT {ENTRY} {sealed}"))
    return [*plain, *fetch(f"SELECT {columns} {sealed}"), *((entry.model_dump_json(),) for entry in opened)]


def assert_sound(record: Record) -> None:
    """All of the record is whole: its order, its moments, its streams, its keys, its views, its file."""
    log = record.store.select_notifications(1, 1_000_000)
    assert [one.id for one in log] == list(range(1, len(log) + 1))
    moments = [one.recorded_at for one in log]
    assert moments == sorted(set(moments))
    streams: dict[Any, list[int]] = {}
    for one in log:
        streams.setdefault(one.originator_id, []).append(one.originator_version)
    assert all(versions == list(range(1, len(versions) + 1)) for versions in streams.values())
    head = record.store.head()
    assert head.position == head.reflected == len(log)
    assert head.closed_until >= moments[-1]
    keys = record.store.reads.fetch("SELECT position FROM idempotency_keys")
    assert len({position for (position,) in keys}) == len(keys)
    assert {position for (position,) in keys} <= {one.id for one in log}
    if isinstance(record.store.database, SQLiteDatabase):
        assert record.store.reads.fetch("PRAGMA integrity_check") == [("ok",)]
    before = views(record)
    record.rebuild()
    assert views(record) == before


def now() -> datetime:
    """The moment by the machine's clock."""
    return datetime.now(UTC)


class Xor(Cipher):
    """A cipher that is good for tests only; set `CIPHER_TOPIC=tests.service.recording:Xor`."""

    def __init__(self, environment: object) -> None:
        """It has no key."""

    def encrypt(self, plaintext: bytes) -> bytes:
        """Every bit turned."""
        return bytes(byte ^ 0xFF for byte in plaintext)

    decrypt = encrypt
