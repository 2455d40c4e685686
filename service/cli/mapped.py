"""Rows of somebody's table as developments: `depositary import FILE.csv --mapping FILE.yaml`.

Every row is decided on by the service, in a dry run, before any is recorded.
"""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from service.cli.terms import console, errors, fail
from service.client import Client
from service.formats.csv_text import unguarded
from service.formats.mapping import (
    Mapped,
    Mapping,
    UnreadableMapping,
    mapped,
    read_mapping,
    require_columns,
)
from service.sending import MOST_BYTES, MOST_LINES, BrokenOff, Sending

SOME_REFUSED = 1
NOT_CARRIED_OUT = 2
FIRST_ROW = 2
"""The row after the header, as a spreadsheet counts."""
MOST_TOLD = 20


@dataclass(slots=True)
class Foreseen:
    """What would come of the rows."""

    recorded: int = 0
    repeated: int = 0
    refused: set[int] = field(default_factory=set)
    skipped: int = 0
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    """Each row with what would come of it; where not all are wanted, the first that are wrong."""


class Rows:
    """The rows of a table, by a mapping. They are read again for each pass."""

    def __init__(self, file: BufferedReader, mapping: Path) -> None:
        if not file.seekable():
            raise fail("a table is read twice, so it cannot come from a pipe", NOT_CARRIED_OUT)
        try:
            self._file = file
            self._mapping = read_mapping(mapping)
            require_columns(self._mapping, self._header())
        except (UnreadableMapping, OSError) as error:
            raise fail(str(error), NOT_CARRIED_OUT) from error
        self.mark = mapping.read_bytes()

    def key(self, dossier: str) -> str:
        """An Idempotency-Key that the same table, by the same mapping, has again."""
        self._file.seek(0)
        content = sha256(self._file.read()).digest()
        return f"import-{sha256(dossier.encode() + content + self.mark).hexdigest()}"

    def __iter__(self) -> Iterator[tuple[int, Mapped]]:
        """Each row with its number."""
        for number, cells in enumerate(self._cells(), start=FIRST_ROW):
            yield number, _mapped(self._mapping, cells, self._header_read)

    def _header(self) -> list[str]:
        header = next(self._lines(), [])
        self._header_read = [name.strip() for name in header]
        return self._header_read

    def _cells(self) -> Iterator[list[str]]:
        lines = self._lines()
        next(lines, None)
        return lines

    def _lines(self) -> Iterator[list[str]]:
        self._file.seek(0)
        form = self._mapping.csv
        text = TextIOWrapper(self._file, form.encoding, newline="")
        try:
            for cells in csv.reader(text, delimiter=form.delimiter, strict=True):
                yield [unguarded(cell) for cell in cells] if form.guarded else cells
        except UnicodeError as error:
            is_in = form.encoding.removesuffix("-sig").upper()
            words = f"the table is not in {is_in}: say in the mapping what it is in, such as "
            raise fail(f"{words}`csv: {{encoding: cp1252}}` ({error})", NOT_CARRIED_OUT) from error
        except csv.Error as error:
            raise fail(f"the table cannot be read as CSV: {error}", NOT_CARRIED_OUT) from error
        finally:
            text.detach()


def _mapped(mapping: Mapping, cells: list[str], header: list[str]) -> Mapped:
    if not any(cells):
        return Mapped(skipped=True)
    if len(cells) != len(header):
        return Mapped(wrong=[f"it has {len(cells)} cells, and the header {len(header)} columns"])
    return mapped(mapping, dict(zip(header, cells, strict=True)))


def foresee(client: Client, dossier: str, rows: Rows, key: str, *, every: bool) -> Foreseen:
    """Have the service decide on every row, and record none."""
    path, foreseen = f"/v1/dossiers/{dossier}/developments:import", Foreseen()
    waiting: dict[int, Mapped] = {}
    for piece in pieces_of(_lines_of(rows, waiting)):
        body = b"".join(line for _, line in piece)
        answers = client.post_lines(path, body, key=key, from_line=piece[0][0], dry_run="true")
        with closing(answers):
            told = {answer["line"]: answer for answer in answers if "line" in answer}
        for number, _ in piece:
            _take(foreseen, number, waiting.pop(number), told.get(number), every=every)
    return foreseen


def _lines_of(rows: Rows, waiting: dict[int, Mapped]) -> Iterator[tuple[int, bytes]]:
    """Rows as lines; each waits for what will be answered."""
    for number, one in rows:
        waiting[number] = one
        yield number, line_of(one)


def record(client: Client, dossier: str, rows: Rows, key: str, refused: set[int]) -> Sending:
    """Have the service record every row that is not refused."""
    sending = Sending(client, dossier, key)
    lines = ((number, b"\n" if number in refused else line_of(one)) for number, one in rows)
    for answer in sending.send(lines):
        if "problem" in answer:
            errors.print(f"row {answer['line']}: {answer['problem'].get('detail')}", markup=False)
    return sending


def line_of(one: Mapped) -> bytes:
    """A row as a line of an import: blank, so counted and not answered, where it tells nothing."""
    if one.skipped or one.wrong:
        return b"\n"
    return json.dumps(one.development, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def pieces_of(lines: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    """Lines with their numbers, as many as are sent at once."""
    piece: list[tuple[int, bytes]] = []
    size = 0
    for number, line in lines:
        piece.append((number, line))
        size += len(line)
        if len(piece) == MOST_LINES or size >= MOST_BYTES:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def _take(
    foreseen: Foreseen, number: int, one: Mapped, answer: dict[str, Any] | None, *, every: bool
) -> None:
    """Count what would come of a row."""
    outcome: dict[str, Any] = {"row": number}
    if one.skipped:
        foreseen.skipped += 1
        outcome["would_be"] = "skipped"
    elif one.wrong or (answer is not None and "problem" in answer):
        foreseen.refused.add(number)
        outcome |= {"would_be": "refused", "wrong": one.wrong or wrong_in(one, answer or {})}
    elif answer is None:
        raise BrokenOff
    else:
        which = answer["would_be"]
        setattr(foreseen, which, getattr(foreseen, which) + 1)
        outcome |= {name: answer[name] for name in ("would_be", "kind", "headline") if name in answer}
        outcome |= {"development": one.development} if every else {}
    if every or (outcome["would_be"] == "refused" and len(foreseen.outcomes) < MOST_TOLD):
        foreseen.outcomes.append(outcome)


def wrong_in(one: Mapped, answer: dict[str, Any]) -> list[str]:
    """What the service finds wrong with a row, each with the column that it came from."""
    problem = answer["problem"]
    found = problem.get("errors") or [{"message": problem.get("detail")}]
    return [_placed(one, entry.get("pointer", ""), entry["message"]) for entry in found]


def _placed(one: Mapped, pointer: str, message: str) -> str:
    column = one.column_of(pointer)
    if column is not None:
        return f"column {column}: {message}"
    return f"the mapping at {pointer}: {message}" if pointer else message


@dataclass(frozen=True, slots=True)
class How:
    """How rows are imported."""

    dry_run: bool
    keep_going: bool
    as_json: bool


def import_rows(client: Client, dossier: str, rows: Rows, key: str | None, how: How) -> None:
    """Have every row decided on, and recorded if that is wanted and none of them is wrong."""
    key = key or rows.key(dossier)
    foreseen = foresee(client, dossier, rows, key, every=how.dry_run)
    stops = how.dry_run or (bool(foreseen.refused) and not how.keep_going)
    if not how.as_json:
        _tell(foreseen)
    if stops:
        _end(foreseen, how)
        return
    sent = record(client, dossier, rows, key, foreseen.refused).sent
    counts = {"recorded": sent.recorded, "repeated": sent.repeated}
    refused = len(foreseen.refused) + sent.refused
    if how.as_json:
        wrong = [one for one in foreseen.outcomes if "wrong" in one]
        console.print_json(data={**counts, "refused": refused, "key": key, "rows": wrong})
    else:
        before = f"{sent.recorded} recorded, {sent.repeated} on record before, {refused} refused"
        console.print(f"Into {dossier}: {before}.", highlight=False, soft_wrap=True)
    if refused:
        raise typer.Exit(SOME_REFUSED)


def _end(foreseen: Foreseen, how: How) -> None:
    """End without anything recorded."""
    if how.as_json:
        counts = {"recorded": foreseen.recorded, "repeated": foreseen.repeated, "skipped": foreseen.skipped}
        told = {**counts, "refused": len(foreseen.refused), "rows": foreseen.outcomes}
        console.print_json(data={"dry_run": True, **told})
    else:
        console.print(
            f"{foreseen.recorded} rows would be recorded, {foreseen.repeated} are on record already, "
            f"{len(foreseen.refused)} would be refused, {foreseen.skipped} are left out.",
            highlight=False,
            soft_wrap=True,
        )
        if not how.dry_run:
            _say("Nothing was recorded: correct these rows, or say --keep-going to record the others.")
    if foreseen.refused:
        raise typer.Exit(SOME_REFUSED)


def foresee_lines(
    client: Client, dossier: str, key: str, lines: Iterable[tuple[int, bytes]], *, as_json: bool
) -> None:
    """Say what would come of each line of an import."""
    refused = 0
    path = f"/v1/dossiers/{dossier}/developments:import"
    for piece in pieces_of(lines):
        body = b"".join(line for _, line in piece)
        for answer in client.post_lines(path, body, key=key, from_line=piece[0][0], dry_run="true"):
            refused += "problem" in answer
            if "line" in answer:
                _tell_line(answer, as_json=as_json)
    if refused:
        raise typer.Exit(SOME_REFUSED)


def _tell_line(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    elif "problem" in answer:
        _say(f"line {answer['line']}: {answer['problem'].get('detail')}", style="red")
    else:
        _say(f"line {answer['line']}: {_would_be(answer)}", to=console)


def _tell(foreseen: Foreseen) -> None:
    """Say what would come of the rows, each that is held in one line."""
    for one in foreseen.outcomes:
        if "wrong" in one:
            _say(f"row {one['row']}: {'; '.join(one['wrong'])}", style="red")
        else:
            _say(f"row {one['row']}: {_would_be(one)}", to=console)


def _would_be(one: dict[str, Any]) -> str:
    if one["would_be"] == "recorded":
        return f"would be recorded: {one['kind']}, {one['headline']}"
    return "is on record already" if one["would_be"] == "repeated" else "is left out"


def _say(words: str, to: Console = errors, style: str = "") -> None:
    to.print(words, markup=False, highlight=False, soft_wrap=True, style=style)
