"""The command that checks what a running service promises.

Exit codes: 0 every promise is kept, 1 one is broken, 2 it could not be checked.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import httpx2
import typer
from rich.progress import Progress
from rich.table import Table

from service.cli.lazily import examples
from service.cli.terms import Token, console, errors, fail
from service.clock import system_clock
from service.conformance.desk import Desk, expect, name_of_run
from service.conformance.promises import Outcome, outcomes
from service.conformance.suite import promises

BROKEN, NOT_CHECKED = 1, 2
MARKS = {"kept": "[green]kept[/]", "broken": "[red]broken[/]", "not there": "[yellow]not there[/]"}


@examples("depositary conformance $DEPOSITARY_URL --yes")
def conformance(
    url: Annotated[str, typer.Argument(help="The service: https://record.example")],
    token: Token = "",
    yes: Annotated[bool, typer.Option("--yes", help="Write a dossier to it, for good.")] = False,
    key: Annotated[
        str | None, typer.Option(help="The public key of its log, as its keeper handed it on.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Check what a running service promises, promise by promise, over HTTP alone.

    It writes a dossier of its own, of some eighty invented developments, which stays: nothing is ever
    deleted. It reads nothing else. Exit codes: 0 every promise is kept, 1 one is broken, 2 it could not be
    checked.
    """
    dossier = name_of_run(system_clock())
    intent = f"This writes the dossier {dossier}, all of it invented, to {url}, where it stays for good"
    if not yes:
        raise fail(f"{intent}. Nothing was written: say --yes to have it done.", NOT_CHECKED)
    if not token:
        raise fail("it takes a --token of somebody who may open a dossier: nothing was written", NOT_CHECKED)
    errors.print(f"{intent}.", markup=False, highlight=False, soft_wrap=True)
    with (
        _at_desk(url, token, dossier, key) as desk,
        Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress,
    ):
        task = progress.add_task("Checking", total=len(promises()))
        found = []
        for outcome in outcomes(desk, promises()):
            found.append(outcome)
            progress.advance(task)
    _print_json(url, dossier, found) if as_json else _print_table(found)
    if any(one.result == "broken" for one in found):
        raise typer.Exit(BROKEN)


@contextmanager
def _at_desk(url: str, token: str, dossier: str, key: str | None) -> Iterator[Desk]:
    """A desk whose dossier is open; what keeps it from opening ends the command."""
    with httpx2.Client(base_url=url, timeout=60) as http:
        desk = Desk(http, token, dossier, key)
        try:
            desk.taken(desk.open())
            expect(desk.ask(f"/v1/dossiers/{dossier}", min_position=desk.position), 200)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise fail(f"no service answers at {url}: {error}", NOT_CHECKED) from error
        except (ValueError, KeyError) as error:
            raise fail(f"the dossier cannot be opened: {error}", NOT_CHECKED) from error
        yield desk


def _print_table(found: list[Outcome]) -> None:
    table = Table("about", "promise", "is", "because", show_lines=False)
    for one in found:
        table.add_row(one.theme, one.sentence, MARKS[one.result], one.why)
    console.print(table)
    console.print(_sum(found), highlight=False)


def _print_json(url: str, dossier: str, found: list[Outcome]) -> None:
    report = {"url": url, "dossier": dossier, "promises": [asdict(one) for one in found]}
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")


def _sum(found: list[Outcome]) -> str:
    count = Counter(one.result for one in found)
    there = f", {count['not there']} not there" if count["not there"] else ""
    return f"{count['kept']} of {len(found)} promises kept, {count['broken']} broken{there}."
