"""The command that imports many developments into a running service."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import file_digest, sha256
from io import BufferedReader
from itertools import islice
from os import SEEK_END
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx2
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from service.cli.lazily import examples
from service.cli.reaching import reached
from service.cli.terms import LOCAL, NOT_CARRIED_OUT, At, By, Token, console, errors, fail
from service.client import Client, Refused
from service.sending import BrokenOff, Sending, Sent

SOME_REFUSED = 1

MOST_TOLD = 20
"""So many refused lines are told of to people,"""
MOST_KEPT = 1_000
"""and so many to machines; all are counted."""
LONGEST_WORDS = 400

FAILURES = (Refused, BrokenOff, httpx2.TransportError)
"""What ends an import before its end."""


@examples(
    "depositary import lake.ndjson --dossier lake",
    "depositary import docs/mappings/chronicle.csv --mapping docs/mappings/chronicle.yaml --dossier lake "
    "--dry-run",
    "depositary import --record record.jsonl --into moved.db",
)
def import_file(
    file: Annotated[
        typer.FileBinaryRead | None,
        typer.Argument(help="Developments, one a line (NDJSON), or CSV; - is standard input."),
    ] = None,
    dossier: Annotated[
        str | None, typer.Option(help="The dossier that they are recorded in.", show_default=False)
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Of a CSV, which column is which field (YAML)."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come of each line or row, and record nothing.")
    ] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Of a CSV, record the good rows though others are wrong.")
    ] = False,
    record: Annotated[
        typer.FileBinaryRead | None,
        typer.Option(help="A whole record in their place, from `export --record`; - is standard input."),
    ] = None,
    into: Annotated[
        str | None,
        typer.Option(metavar="FILE|DSN", help="Where a whole record comes: a new file or empty database."),
    ] = None,
    log_key: Annotated[
        str | None,
        typer.Option(help="The public key of its log, which is to have signed each of its checkpoints."),
    ] = None,
    at: At = LOCAL,
    token: Token = "",
    by: By = None,
    key: Annotated[
        str | None,
        typer.Option(help="An Idempotency-Key, in place of one that is made of the file's content."),
    ] = None,
    from_line: Annotated[int, typer.Option(help="Begin at this line of the file.", min=1)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Sum up in JSON.")] = False,
) -> None:
    """Import developments, one a line or one a row of a CSV, or a whole record.

    The same file again records nothing twice.

    A broken connection is taken up again where it broke. A CSV is read by a --mapping, and of it nothing is
    recorded unless every row is good, or --keep-going is said. With --record, a whole record is taken into a
    new one: all of it, or nothing where a line was altered, is missing or out of order. Exit codes: 0 all
    lines are on record, 1 some were refused, 2 it could not be carried out to its end.
    """
    if record is not None:
        _take_in(record, into, log_key, as_json=as_json)
        return
    if file is None or dossier is None:
        raise fail(
            "give a FILE of developments and the --dossier that they are recorded in, or a whole --record "
            "and where it comes --into",
            NOT_CARRIED_OUT,
        )
    with _carrying_out(at), reached(at, token, by) as client:
        if mapping is not None or dry_run:
            how = {"dry_run": dry_run, "keep_going": keep_going, "as_json": as_json}
            _decide_first(client, dossier, file, mapping, key, how)
            return
        key = key or _key(file, dossier)
        sending = Sending(client, dossier, key)
        refusals = _send(sending, file, from_line, told=not as_json)
    if as_json:
        summary = {name: count for name, count in asdict(sending.sent).items() if name != "bytes"}
        console.print_json(data={**summary, "key": key, "refusals": refusals})
    else:
        _sum_up(sending.sent, dossier, key)
    if sending.sent.refused:
        raise typer.Exit(SOME_REFUSED)


def _decide_first(
    client: Client,
    dossier: str,
    file: BufferedReader,
    mapping: Path | None,
    key: str | None,
    how: dict[str, bool],
) -> None:
    """Have every row or line decided on; rows are recorded then, if that is wanted and none is wrong."""
    from service.cli import mapped

    if mapping is not None:
        mapped.import_rows(client, dossier, mapped.Rows(file, mapping), key, mapped.How(**how))
    else:
        key = key or _key(file, dossier)
        mapped.foresee_lines(client, dossier, key, enumerate(file, 1), as_json=how["as_json"])


def _take_in(record: BufferedReader, into: str | None, log_key: str | None, *, as_json: bool) -> None:
    from service.cli import travelling

    if into is None:
        raise fail("say where the record comes --into: a new file, or the DSN of an empty database", 2)
    arrived = travelling.arrive(record, into, log_key)
    if as_json:
        console.print_json(data=arrived.as_json())
    for line in () if as_json else travelling.told(arrived):
        _say(line, to=console)


@contextmanager
def _carrying_out(url: str) -> Iterator[None]:
    try:
        yield
    except (Refused, BrokenOff) as error:
        raise fail(str(error), NOT_CARRIED_OUT) from error
    except httpx2.TransportError as error:
        raise fail(f"no service answers at {url}: {error}", NOT_CARRIED_OUT) from error


def _key(lines: BufferedReader, dossier: str) -> str:
    """A key that the same content for the same dossier has again, if it can be read twice."""
    if not lines.seekable():
        return f"import-{uuid4()}"
    beginning = lines.tell()
    content = file_digest(lines, "sha256").digest()
    lines.seek(beginning)
    return f"import-{sha256(dossier.encode() + content).hexdigest()}"


def _size(lines: BufferedReader) -> int:
    beginning, end = lines.tell(), lines.seek(0, SEEK_END)
    lines.seek(beginning)
    return end - beginning


def _send(sending: Sending, lines: BufferedReader, from_line: int, *, told: bool) -> list[dict[str, Any]]:
    """Send lines, with progress shown; what was refused, as far as it is kept."""
    refusals: list[dict[str, Any]] = []
    size = _size(lines) if lines.seekable() else None
    skipped = sum(map(len, islice(lines, from_line - 1)))
    with _progress() as progress:
        task = progress.add_task("Importing", total=size, lines=0)
        try:
            for answer in sending.send(enumerate(lines, from_line)):
                progress.update(task, completed=skipped + sending.sent.bytes, lines=sending.sent.lines)
                if "problem" in answer and len(refusals) < MOST_KEPT:
                    refusals.append(answer)
                    if told and len(refusals) <= MOST_TOLD:
                        _tell(answer)
        except FAILURES:
            if sending.sent.lines:
                last = from_line + sending.sent.lines - 1
                _say(f"Answered up to line {last}. To go on, repeat the command with --key {sending.key}.")
            raise
    return refusals


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[lines]} lines"))
    return Progress(
        *columns, TimeRemainingColumn(), console=errors, transient=True, disable=not errors.is_terminal
    )


def _say(message: str, to: Console = errors, style: str = "") -> None:
    to.print(message, markup=False, highlight=False, soft_wrap=True, style=style)


def _tell(answer: dict[str, Any]) -> None:
    words = str(answer["problem"].get("detail"))
    short = words if len(words) <= LONGEST_WORDS else words[:LONGEST_WORDS] + " …"
    _say(f"line {answer['line']}: {short}", style="red")


def _sum_up(sent: Sent, dossier: str, key: str) -> None:
    counts = f"{sent.recorded} recorded, {sent.repeated} on record before, {sent.refused} refused"
    _say(f"Into {dossier}: {counts}.", to=console)
    if sent.refused:
        more = f" Only the first {MOST_TOLD} are told of." if sent.refused > MOST_TOLD else ""
        _say(
            "Correct what was refused where it stands, and import the file again "
            f"with --key {key}, so that the rest is not recorded twice.{more}"
        )
