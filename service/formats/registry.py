"""The formats by name: what each is sent as, and how it is written, with what it cannot hold."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec

from pydantic_core import to_json

from domain.errors import Invalid
from service.formats.archive import File, zipped
from service.formats.csv_text import csv_lines
from service.formats.json_lines import dossier_lines
from service.formats.tables import LOSSES, TABLES, Table, every_loss
from service.formats.telling import Telling
from service.formats.whole import Ledger, LossRow

CONVENTIONS = """\
CSV as RFC 4180 has it, in UTF-8. A cell that begins with = + - @ ' or a tab stands after an apostrophe, so
that no spreadsheet takes it for a formula: take one off each that begins with one. Items of a list stand
with "; " between them; a ; or a \\ within an item has a \\ before it. An empty cell says that nothing is
known, or that there is nothing. A date is as its source has it, in EDTF, with the earliest and the latest
day beside it. Numbers are intervals, at_least to at_most; an empty at_most has no upper bound.
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished of a format besides."""

    table: Table = TABLES["developments"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that a dossier can be written in."""

    says: str
    media_type: str
    ending: str
    write: Callable[[Telling, Ledger, Wish], Iterable[bytes]]
    """Writes a dossier, and notes in the ledger what it could not hold."""
    needs: str | None = None
    """A library without which it cannot be written."""
    takes_table: bool = False

    def require(self, name: str) -> None:
        """Raise `Invalid` where the library that it needs is not installed."""
        if self.needs is not None and find_spec(self.needs) is None:
            raise Invalid(
                "format",
                f"{name} is written with the library {self.needs}, which is not installed here: whoever runs "
                "the service installs depositary[export]",
            )


def ledger_lines(name: str, telling: Telling, ledger: Ledger) -> Iterator[bytes]:
    """A ledger as lines of JSON: one for each loss, then one that counts them."""
    for loss in ledger.losses:
        yield to_json(asdict(loss)) + b"\n"
    moment = telling.moment
    end = {"format": name, "as_of": moment.as_of, "known_at": moment.known_at, "position": moment.position}
    yield to_json({**end, "losses": len(ledger.losses)}) + b"\n"


def _json_lines(telling: Telling, _: Ledger, __: Wish) -> Iterator[bytes]:
    for line in dossier_lines(telling.moment, telling.opening, telling.exported()):
        yield line.encode()


def _csv(telling: Telling, ledger: Ledger, wish: Wish) -> Iterator[bytes]:
    return csv_lines(wish.table.columns, wish.table.rows(telling, ledger))


def _every_csv(telling: Telling, ledger: Ledger, _: Wish) -> Iterator[bytes]:
    ledger.losses.extend(every_loss(telling).losses)
    return zipped([("README.txt", [read_me(telling).encode()]), *csv_files(telling, ledger)])


def csv_files(telling: Telling, ledger: Ledger) -> Iterator[File]:
    """Every table as a file, and what none of them holds."""
    for table in TABLES.values():
        yield f"{table.name}.csv", csv_lines(table.columns, table.rows(telling))
    yield "losses.csv", csv_lines(LOSSES.columns, [LossRow(**asdict(one)) for one in ledger.losses])


def read_me(telling: Telling) -> str:
    """What the tables are, for whoever finds them."""
    moment = telling.moment
    known = f" as known at {moment.known_at.isoformat()}" if moment.known_at else ""
    tables = "".join(f"{table.name}.csv: {table.says}\n" for table in TABLES.values())
    return (
        f"{telling.dossier.title}\n\n"
        f"Dossier {telling.dossier.id} as of {moment.as_of}{known}, at position {moment.position}.\n\n"
        f"{tables}losses.csv: {LOSSES.says}\n\n"
        f"{CONVENTIONS}"
    )


FORMATS = {
    "jsonl": Format(
        "JSON Lines: all of it, with its history, fit to be recorded again.",
        "application/x-ndjson",
        "jsonl",
        _json_lines,
    ),
    "csv": Format("One table as CSV.", "text/csv; charset=utf-8", "csv", _csv, takes_table=True),
    "csv-zip": Format("Every table as CSV, in a zip.", "application/zip", "zip", _every_csv),
}
"""Every format, by its name."""
