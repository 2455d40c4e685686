"""The formats by name: what each is sent as, and how it is written, with what it cannot hold."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec

from pydantic_core import to_json

from domain.errors import Invalid
from service.formats.archive import File, zipped
from service.formats.crate import crate
from service.formats.csv_text import csv_lines
from service.formats.ftm import statements
from service.formats.json_lines import dossier_lines
from service.formats.parquet import parquet
from service.formats.provenance import provenance
from service.formats.read_me import CONVENTIONS, read_me
from service.formats.tables import LOSSES, TABLES, Table, every_loss
from service.formats.telling import Telling
from service.formats.timeline_js import timeline_js
from service.formats.whole import Ledger, LossRow


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished of a format besides."""

    table: Table = TABLES["developments"]
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A format that a dossier can be written in."""

    says: str
    media_type: str
    ending: str
    write: Callable[[Telling, Ledger, Wish], Iterable[bytes]]
    """Writes a dossier, and notes in the ledger what it could not hold."""
    needs: tuple[str, ...] = ()
    """Libraries without which it cannot be written."""
    takes_table: bool = False

    def require(self, name: str) -> None:
        """Raise `Invalid` where a library that it needs is not installed."""
        missing = [library for library in self.needs if find_spec(library) is None]
        if missing:
            raise Invalid(
                "format",
                f"{name} is written with {' and '.join(missing)}, not installed here: whoever runs "
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
    about = f"{read_me(telling)}losses.csv: {LOSSES.says}\n\n{CONVENTIONS}".encode()
    return zipped([("README.txt", [about]), *csv_files(telling, ledger)])


def _parquet(telling: Telling, ledger: Ledger, wish: Wish) -> Iterator[bytes]:
    return parquet(wish.table, telling, ledger)


def _crate(telling: Telling, _: Ledger, wish: Wish) -> Iterator[bytes]:
    return crate(telling, wish.licence)


def csv_files(telling: Telling, ledger: Ledger) -> Iterator[File]:
    """Every table as a file, and what none of them holds."""
    for table in TABLES.values():
        yield f"{table.name}.csv", csv_lines(table.columns, table.rows(telling))
    yield "losses.csv", csv_lines(LOSSES.columns, [LossRow(**asdict(one)) for one in ledger.losses])


FORMATS = {
    "jsonl": Format(
        "JSON Lines: all of it, with its history, fit to be recorded again.",
        "application/x-ndjson",
        "jsonl",
        _json_lines,
    ),
    "csv": Format("One table as CSV.", "text/csv; charset=utf-8", "csv", _csv, takes_table=True),
    "csv-zip": Format("Every table as CSV, in a zip.", "application/zip", "zip", _every_csv),
    "parquet": Format(
        "One table as Parquet.",
        "application/vnd.apache.parquet",
        "parquet",
        _parquet,
        needs=("pyarrow",),
        takes_table=True,
    ),
    "timelinejs": Format(
        "For TimelineJS.",
        "application/json",
        "timeline.json",
        lambda told, ledger, _: timeline_js(told, ledger),
    ),
    "prov": Format(
        "The history in W3C PROV, as PROV-JSON.",
        "application/json",
        "prov.json",
        lambda told, ledger, _: provenance(told, ledger),
        needs=("prov",),
    ),
    "ftm": Format(
        "Statements of FollowTheMoney, as CSV.",
        "text/csv; charset=utf-8",
        "statements.csv",
        lambda told, ledger, _: statements(told, ledger),
    ),
    "ro-crate": Format(
        "A release to be cited: an RO-Crate, zipped, with all of these, their losses and a proof.",
        "application/zip",
        "crate.zip",
        _crate,
        needs=("rocrate", "pyarrow", "prov"),
    ),
}
"""Every format, by its name."""
