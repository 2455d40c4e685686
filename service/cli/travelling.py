"""A whole record, out of where it is and into a new one: what `export --record` and `import --record` do."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, TYPE_CHECKING, BinaryIO

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.cli.reaching import reached, talking
from service.cli.terms import NOT_CARRIED_OUT, REFUSED, errors, fail, is_url, settings_of
from service.client import Client, NotUnderstood
from service.log.errors import Malformed
from service.log.keys import encode
from service.log.notes import VerifierKey
from service.settings import is_dsn

if TYPE_CHECKING:
    from service.travelling.arriving import Arrived

BEGINNING = '{"depositary_record":'
"""How the first line of a record begins."""
KEYS_ARE_IN_IT = (
    "The keys of personal texts are in what was exported: whoever has it can read those texts, also after "
    "they are erased here. Keep it as you keep the record, and for a limited time."
)


@contextmanager
def written_whole(out: Path | None, *, private: bool = False) -> Iterator[IO[bytes]]:
    """What is written to: standard output, or a file that takes its name once all of it is on disk."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = out.with_name(out.name + ".part")
    try:
        with _opened(part, 0o600 if private else 0o666) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
    except OSError as error:
        raise fail(f"{out} cannot be written: {error.strerror}", NOT_CARRIED_OUT) from error
    finally:
        part.unlink(missing_ok=True)


def _opened(file: Path, mode: int) -> IO[bytes]:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb")


def leave(named: str, out: Path | None, token: str, *, with_keys: bool) -> None:
    """Write a whole record, of a file, a database or a running service."""
    with written_whole(out, private=with_keys) as file:
        if is_url(named):
            if with_keys:
                raise fail("a service keeps its keys back: export from the file or the DSN", NOT_CARRIED_OUT)
            with talking(named, token) as client:
                _leave_service(client, file)
        else:
            _leave_record(named, file, with_keys=with_keys)
    if with_keys:
        errors.print(KEYS_ARE_IN_IT, style="yellow", soft_wrap=True)


def _leave_service(client: Client, file: IO[bytes]) -> None:
    for number, line in enumerate(client.lines("/v1/record")):
        if number == 0 and not line.startswith(BEGINNING):
            raise NotUnderstood
        file.write(line.encode() + b"\n")


def _leave_record(named: str, file: IO[bytes], *, with_keys: bool) -> None:
    from service.proving.findings import NotChecked
    from service.proving.opening import mapper_of_environment, opened
    from service.travelling.leaving import Damaged, lines_of

    try:
        with opened(named) as snapshot, progressing("Exporting events") as progress:
            fetch = lambda statement, params: snapshot.execute(statement, params).fetchall()  # noqa: E731
            for line in lines_of(fetch, mapper_of_environment(), progress, with_keys=with_keys):
                file.write(line)
    except (NotChecked, Damaged) as error:
        raise fail(str(error), NOT_CARRIED_OUT) from error


def arrive(file: BinaryIO, into: str, key: str | None) -> "Arrived":
    """Take in a whole record; end the command where any of it is refused, with nothing taken in."""
    from eventsourcing.persistence import PersistenceError

    from service.serving import rest_collector
    from service.travelling import arriving
    from service.travelling.lines import Altered

    rest_collector()
    trusted = _trusted(key)
    made = _new_file(into)
    try:
        return _taken_in(file, into, trusted)
    except Altered as error:
        raise fail(f"Nothing was imported: {error}", REFUSED) from _discarded(error, made)
    except arriving.NotEmpty as error:
        raise fail(str(error), NOT_CARRIED_OUT) from error
    except PersistenceError as error:
        raise fail(f"the record cannot be written: {error}", NOT_CARRIED_OUT) from _discarded(error, made)


def _taken_in(file: BinaryIO, into: str, trusted: VerifierKey | None) -> "Arrived":
    from service.record import Record
    from service.travelling import arriving

    with (
        Record(settings_of(into).store_environment) as record,
        progressing("Importing events") as progress,
    ):
        return arriving.arrive(record, file, trusted, progress)


def told(arrived: "Arrived") -> Iterator[str]:
    """What came of it, in sentences."""
    yield (
        f"{arrived.events} events, {arrived.checkpoints} checkpoints and {arrived.idempotency} keys of "
        f"requests are on record. The root of the log is {encode(arrived.root)}."
    )
    if arrived.latest is None:
        yield "No checkpoint came along, so nothing proves that these are the events that were recorded."
    elif arrived.checked_by is None:
        yield (
            f"It is the log that {arrived.latest.origin} signed at {arrived.latest.size} events; the "
            "signature was NOT checked: give the log's public key as --log-key."
        )
    else:
        yield f"The checkpoint of {arrived.latest.size} events is signed by {arrived.checked_by}."
    if arrived.keys_kept_back:
        yield (
            f"{arrived.keys_kept_back} keys of personal texts were kept back: those texts read as "
            "erased here."
        )


@contextmanager
def at_hand(named: str, token: str, key: str | None) -> Iterator[str]:
    """Where a record is at hand: of a service, a copy for as long as it is needed; raise `Altered`."""
    if not is_url(named):
        yield named
        return
    with TemporaryDirectory() as folder, TemporaryFile() as file:
        with reached(named, token) as client:
            _leave_service(client, file)
        file.seek(0)
        copy = str(Path(folder) / "record.db")
        _taken_in(file, copy, VerifierKey.parse(key) if key else None)
        yield copy


@contextmanager
def progressing(what: str) -> Iterator[Callable[[int, int], None]]:
    """Shows how far it has come, on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def _trusted(key: str | None) -> VerifierKey | None:
    try:
        return VerifierKey.parse(key) if key else None
    except Malformed as error:
        raise fail(f"--log-key: {error}", NOT_CARRIED_OUT) from error


def _new_file(into: str) -> Path | None:
    """The file that is made for the record; `None` for one that is there, or a database."""
    return None if is_dsn(into) or Path(into).exists() else Path(into)


def _discarded(error: Exception, made: Path | None) -> Exception:
    """The error, once the file that was made for nothing is gone."""
    for ending in ("", "-wal", "-shm") if made else ():
        Path(f"{made}{ending}").unlink(missing_ok=True)
    return error
