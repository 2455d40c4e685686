"""Filled records: made once, kept in a folder, and brought up to date when they are asked for again.

Everything goes the record's own way: the domain decides, the record saves, the views and the log follow in
the same transaction. Only the waits are shared: some hundreds of decisions go into one commit, under a clock
that stands at the moment at which the last of them became known.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from domain import decisions
from domain.commands import Amend, Saying
from domain.developments import DEVELOPMENT
from domain.events import DossierOpened, Event
from domain.plausibility import Plausibility
from service.keyfiles import make_key
from service.record import Caller, Record
from tests.benchmarks import generated, teller, tellings
from tests.benchmarks.generated import LAST_DAY, Opened, Plan, Step, Told, plans, steps

CLERK = Caller("clerk")
SHARED = 500
"""So many events share a commit."""

Heard = Callable[[int], object]
"""Is told how many events have been written."""


class Filler:
    """Takes steps into a record, many in one commit."""

    def __init__(self, record: Record, clock: "StandingClock", heard: Heard) -> None:
        self._record = record
        self._clock = clock
        self._heard = heard
        self._waiting: dict[UUID, Event] = {}
        self._written = 0

    def take(self, step: Step) -> None:
        """Take one more step in, at its moment."""
        self._clock.now = max(self._clock.now, step.moment)
        match step:
            case Opened(dossier=dossier):
                self._record.open_dossier(dossier, CLERK)
            case Told(dossier=dossier, id=identity, body=body):
                told = DEVELOPMENT.validate_python(body)
                self._add(decisions.record(told, dossier, identity, CLERK.principal, self._plausible))
            case _:
                self.say(step.id, step.command)

    def say(self, identity: UUID, command: Saying) -> None:
        """Say something of a development that is on record."""
        if identity in self._waiting:
            self.write()
        entry = self._record._entry(identity)
        self._add(decisions.decide(entry, command, CLERK.principal, self._plausible))

    def write(self) -> None:
        """Write what waits."""
        if events := tuple(self._waiting.values()):
            self._record.save(*events, events=events)
            self._written += len(events)
            self._heard(self._written)
        self._waiting.clear()

    def _add(self, event: Event) -> None:
        self._waiting[event.originator_id] = event
        if len(self._waiting) == SHARED:
            self.write()

    @property
    def _plausible(self) -> Plausibility:
        return Plausibility(self._clock.now)


class StandingClock:
    """A clock that says what it was set to."""

    def __init__(self) -> None:
        self.now = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        """The moment that it was set to."""
        return self.now


def fill(file: Path, told: Iterable[Step], heard: Heard) -> None:
    """Make a record of these steps, with a key to sign its log with."""
    with _filling(file, heard) as (_, filler):
        for step in told:
            filler.take(step)


def correct(file: Path, number: int, heard: Heard) -> None:
    """Back-date so many developments of a record, all of it learnt after everything else."""
    with _filling(file, heard) as (record, filler):
        filler._clock.now = datetime.combine(LAST_DAY + timedelta(days=365), datetime.min.time(), UTC)
        corrected = 0
        while corrected < number:
            for identity in list(_streams(record))[: number - corrected]:
                corrected += _back_date(record, filler, identity)
            filler.write()


def _back_date(record: Record, filler: Filler, identity: UUID) -> bool:
    filler._clock.now += timedelta(seconds=1)
    entry = record._entry(identity)
    if entry.retracted:
        return False
    earliest = entry.development.occurred.earliest or LAST_DAY
    changes = {"occurred": str(earliest - timedelta(days=1))}
    filler.say(identity, Amend(changes=changes, reason="An archive opened (invented)."))
    return True


def _streams(record: Record) -> Iterator[UUID]:
    position, last = 0, record.store.max_notification_id()
    while position < last:
        page = record.store.select_notifications(position + 1, 10_000)
        position = page[-1].id
        opening = DossierOpened.name
        yield from (one.originator_id for one in page if one.originator_version == 1 and one.topic != opening)


@contextmanager
def _filling(file: Path, heard: Heard) -> Iterator[tuple[Record, Filler]]:
    clock = StandingClock()
    with Record({"SQLITE_DBNAME": str(file)}, clock) as record:
        filler = Filler(record, clock, heard)
        yield record, filler
        filler.write()


class Shelf:
    """The folder of filled records. What was generated otherwise is another record."""

    def __init__(self, folder: Path, heard: Callable[[str], object]) -> None:
        self.folder = folder
        self._heard = heard
        folder.mkdir(parents=True, exist_ok=True)

    def record(self, size: int) -> Path:
        """A record of so many developments, in dossiers of all sizes."""
        return self._kept(f"record-{size}", lambda file, heard: fill(file, steps(plans(size)), heard))

    def dossier(self, plan: Plan) -> Path:
        """A record of this one dossier."""
        return self._kept(f"{plan.id}-{plan.size}", lambda file, heard: fill(file, steps([plan]), heard))

    def corrected(self, size: int) -> Path:
        """The record of so many developments, and as many back-dated corrections."""

        def make(file: Path, heard: Heard) -> None:
            shutil.copyfile(self.record(size), file)
            correct(file, size, heard)

        return self._kept(f"corrected-{size}", make)

    @contextmanager
    def copy(self, file: Path) -> Iterator[Path]:
        """A copy to write to, thrown away in the end."""
        with self.scratch() as folder:
            for part in (file, file.with_name(file.name + ".key")):
                shutil.copy(part, folder / part.name)
            yield folder / file.name

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder, thrown away in the end."""
        with TemporaryDirectory(prefix="scratch-", dir=self.folder) as folder:
            yield Path(folder)

    def _kept(self, name: str, make: Callable[[Path, Heard], None]) -> Path:
        file = self.folder / f"{name}-{_edition()}.db"
        if not file.exists():
            begun = self.folder / "begun.db"
            for left in self.folder.glob("begun.db*"):
                left.unlink()
            make(begun, lambda written: self._heard(f"filling {name}: {written} events"))
            make_key(file.with_name(file.name + ".key"), "solace.example/log")
            begun.rename(file)
        with Record({"SQLITE_DBNAME": str(file)}):
            return file  # with its tables as this version lays them out


def _edition() -> str:
    """What the generator is, in a few letters."""
    sources = [Path(str(module.__file__)).read_bytes() for module in (generated, teller, tellings)]
    return sha256(b"".join(sources)).hexdigest()[:8]
