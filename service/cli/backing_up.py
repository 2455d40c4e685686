"""Commands that make a copy of a record, and put one in place.

Exit codes: 0 it is there and holds, 1 it does not hold, 2 it could not be done; then nothing is there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from service.cli.lazily import examples
from service.cli.proved import EARLIER_VIEWS
from service.cli.terms import AsJson, console, errors, fail, is_url, print_json
from service.keyfiles import UnsafeKey, read_key, read_witnesses
from service.log.errors import Malformed, Unproven
from service.log.notes import VerifierKey
from service.settings import Settings, is_dsn

if TYPE_CHECKING:
    from service.proving.copying import Progress as Told
    from service.proving.verifying import Verified

DOES_NOT_HOLD = 1
NOT_DONE = 2

WITHOUT = (
    "Not in it, and to be kept elsewhere: the private key of the log, the witnesses' keys. "
    "In it: the keys of personal texts. Whatever is erased from now on is to be erased in it too."
)
AGED = (
    "What was recorded after the copy was made is not in it. What was erased since is readable in it again: "
    "erase it anew, with `depositary erase`."
)
UNKNOWN = (
    "Whether it is the latest copy, or was rewritten as a whole, shows only against a checkpoint that was "
    "kept elsewhere: none was given as --since."
)
OF_A_DATABASE = (
    "A record in PostgreSQL is copied by PostgreSQL's own means: pg_basebackup and an archive of its "
    "write-ahead log, as deploy/README.md says under Backups. `depositary verify` proves what was restored. "
    "The record alone, without who may do what, is taken out by `depositary export --record DSN --with-keys`."
)
OF_A_SERVICE = (
    "give the file that its record is in. What it may show of its record from afar is taken out by "
    "`depositary export --record`."
)

Key = Annotated[str | None, typer.Option(help="The public key of the log; else that beside the record.")]


@examples("depositary backup var/demo.db copy.db")
def backup(
    record: Annotated[str, typer.Argument(metavar="FILE", help="The SQLite file of the record.")],
    out: Annotated[Path, typer.Argument(help="The copy: a file that is not there yet.")],
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Copy a record while a service may be writing to it, and prove the copy before it gets its name.

    It is the record alone, readable to its owner alone, since it holds the keys of all personal texts that
    are not erased. The private key of the log and the witnesses' keys are files of their own.
    Exit codes: 0 it is there and holds, 1 the record does not hold, 2 it could not be copied.
    """
    _require_file(record)
    verified = _copied(Path(record), out, Settings.of(record), key, None)
    if as_json:
        print_json({"copy": str(out), **verified.as_json()})
        return
    console.print(
        f"{out} is a copy of the first {verified.events} events, and all of it holds.", soft_wrap=True
    )
    _tell_views(verified)
    console.print(WITHOUT, soft_wrap=True)


@examples("depositary restore copy.db restored.db --since checkpoint.txt")
def restore(
    copy: Annotated[str, typer.Argument(metavar="BACKUP", help="A copy that `depositary backup` made.")],
    into: Annotated[
        str, typer.Argument(metavar="FILE", help="Where the record is to be; nothing may be there.")
    ],
    since: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="A checkpoint that was kept elsewhere: a signed note."
        ),
    ] = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Put a copy of a record in place, once all of it was found to hold. Nothing is written over.

    With --since it is proved that it goes on from that checkpoint: nothing before it was rewritten, or is
    missing. Exit codes: 0 it is there and holds, 1 it does not hold, 2 it could not be done.
    """
    _require_file(copy)
    _require_file(into)
    verified = _copied(Path(copy), Path(into), Settings.of(into), key, since)
    if as_json:
        print_json({"record": into, **verified.as_json(), "goes_on_from": str(since) if since else None})
        return
    console.print(f"{into} holds {verified.events} events, and all of it holds.", soft_wrap=True)
    _tell_views(verified)
    if since is None:
        console.print(UNKNOWN, soft_wrap=True)
    else:
        console.print(f"It goes on from the checkpoint in {since}.", soft_wrap=True)
    console.print(AGED, soft_wrap=True)


def _tell_views(verified: "Verified") -> None:
    if verified.earlier_views:
        console.print(EARLIER_VIEWS, soft_wrap=True)


def _copied(
    source: Path, target: Path, settings: Settings, key: str | None, since: Path | None
) -> "Verified":
    from service.proving.auditing import read_checkpoint
    from service.proving.checkpoints import Keys
    from service.proving.copying import Trust, copy
    from service.proving.findings import NotChecked

    try:
        log = _key_of(settings, key)
        kept = read_checkpoint(since.read_bytes(), log) if since else None
        with _showing() as progress:
            trust = Trust(Keys(log, read_witnesses(settings.witnesses_file)), kept)
            verified = copy(source, target, trust, progress)
    except (NotChecked, Malformed, UnsafeKey, OSError) as error:
        raise fail(f"It could not be done: {error}", NOT_DONE) from error
    except Unproven as error:
        raise fail(f"It does not hold, and {target} was not made: {error}", DOES_NOT_HOLD) from error
    if not verified.holds:
        found = "\n".join(one.line for one in verified.findings)
        raise fail(f"{found}\n{source} does not hold, and {target} was not made.", DOES_NOT_HOLD)
    return verified


def _key_of(settings: Settings, key: str | None) -> VerifierKey | None:
    if key is not None:
        return VerifierKey.parse(key)
    beside = read_key(settings.log_key_file)
    if beside is None:
        errors.print("Signatures are not checked: no --key was given, and no key lies beside the record.")
    return beside.verifier if beside else None


def _require_file(named: str) -> None:
    if is_dsn(named):
        raise fail(OF_A_DATABASE, NOT_DONE)
    if is_url(named):
        raise fail(f"{named} is a running service: {OF_A_SERVICE}", NOT_DONE)


@contextmanager
def _showing() -> Iterator["Told"]:
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        tasks = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=of)
            progress.update(tasks[what], completed=done, total=of)

        yield tell
