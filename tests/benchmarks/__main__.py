"""One table of what the service does, each row against references measured in the same run.

`make bench` prints it; `make bench SIZE=1000000` at the full size, for which the first run fills records for
a quarter of an hour. They are kept. `python -m tests.benchmarks --help` says what else can be chosen.
"""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tests.benchmarks.filling import Shelf
from tests.benchmarks.machine import load, machine
from tests.benchmarks.measuring import Bench, Line, measure
from tests.benchmarks.rows import growing, importing, reading, rebuilding, scaling, storing, writing
from tests.benchmarks.table import as_json, show

MODULES = (writing, storing, reading, importing, rebuilding, growing, scaling)
ROWS = [row for module in MODULES for row in module.ROWS]
WIDTH = 170


def main(
    size: Annotated[int, typer.Option(help="So many developments in the record.", min=1_000)] = 100_000,
    small: Annotated[int, typer.Option(help="And in the one that it is compared with.", min=1_000)] = 10_000,
    runs: Annotated[int, typer.Option(help="How often each figure is measured.", min=1)] = 5,
    only: Annotated[str, typer.Option("-k", help="Only rows whose name has this text.")] = "",
    folder: Annotated[Path, typer.Option(help="Where filled records are kept.")] = Path("var/bench"),
    out: Annotated[Path | None, typer.Option("--json", help="A file for the table as JSON.")] = None,
) -> None:
    """Measure, and print the table."""
    told, console = Console(stderr=True), Console()
    shelf = Shelf(folder.resolve(), lambda text: told.is_terminal and told.print(text, end="\r"))
    bench = Bench(shelf, small, size, runs)
    facts = machine(folder)
    lines: list[Line] = []
    for row in ROWS:
        if only.lower() in row.name.lower():
            told.print(f"measuring {row.name}", highlight=False, soft_wrap=True)
            lines += measure(row, bench)
    facts = {**facts, "sizes": f"{small:,} and {size:,}", "runs": str(runs), "load at the end": load()}
    show(console if console.is_terminal else Console(width=WIDTH), facts, lines)
    if out is not None:
        out.write_text(json.dumps(as_json(facts, lines), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
