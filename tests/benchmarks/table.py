"""The table: each figure beside its reference, how far it reaches, and what holds it back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.benchmarks.measuring import Line, Spread


def show(console: Console, facts: Mapping[str, str], lines: Sequence[Line]) -> None:
    """Print it all."""
    console.print(" · ".join(f"{name} {fact}" for name, fact in facts.items()), highlight=False)
    table = Table("figure", "measured", "reference", "", "times", "reach", "")
    for column in table.columns[1:3]:
        column.justify = "right"
    name = None
    for line in lines:
        table.add_row(*_cells(line, first=line.row.name != name))
        name = line.row.name
    console.print(table)
    for row, beside in {line.row.name: line.beside for line in lines if line.beside}.items():
        figures = (f"{name} {value:,.4g}" for name, value in beside.items())
        console.print(f"{escape(row)}: {escape('; '.join(figures))}", highlight=False, style="dim")
    for row in dict.fromkeys(line.row.name for line in lines if line.factor and not line.is_reached):
        (why,) = {line.row.held_back for line in lines if line.row.name == row}
        console.print(f"[bold]{escape(row)}[/]: held back because {escape(why)}", highlight=False)


def _cells(line: Line, *, first: bool) -> list[str]:
    figure = line.row.name if first else ""
    reach = f"{'≥' if line.reach.bound == 'at least' else '≤'} {line.reach.factor:g}"
    if line.own is None or line.reference is None or line.factor is None:
        return [figure, "not measured", line.why_not, "", "", reach, ""]
    unit = line.reach.unit
    return [
        f"{figure} ({line.reach.figure})" if first else f"  ({line.reach.figure})",
        f"{_number(line.own)} {unit}",
        f"{_number(line.reference)} {unit}",
        f"{line.reach.against}, {line.reach.of}",
        f"{line.factor:.3g}",
        reach,
        "reached" if line.is_reached else "[bold]not reached[/]",
    ]


def _number(spread: Spread) -> str:
    """The median, and how far the farthest run lies off it."""
    return f"{spread.median:,.4g} ±{spread.off:.0%}"


def as_json(facts: Mapping[str, str], lines: Sequence[Line]) -> dict[str, Any]:
    """The same for machines, with every run."""
    return {"machine": facts, "figures": [_line(line) for line in lines]}


def _line(line: Line) -> dict[str, Any]:
    told = {"row": line.row.name, **asdict(line.reach)}
    if line.factor is None:
        return {**told, "not_measured": line.why_not}
    assert line.own is not None
    assert line.reference is not None
    return {
        **told,
        "own_runs": line.own.runs,
        "reference_runs": line.reference.runs,
        "times": line.factor,
        "reached": line.is_reached,
        "beside": line.beside,
        **({} if line.is_reached else {"held_back": line.row.held_back}),
    }
