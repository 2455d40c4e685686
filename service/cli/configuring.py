"""The command that tells what is set."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from service.cli.lazily import examples
from service.cli.terms import console, errors, fail
from service.configuration import Told, Unfit, settings_from, told, unknown


@examples("depositary config", "depositary config --json")
def config(as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False) -> None:
    """Show every setting: its variable, its value, where that comes from, and what it is.

    Passwords and keys are masked. Exit codes: 0 all can be read, 1 one is wrong, and it is said which.
    """
    try:
        settings = list(told(settings_from()))
    except Unfit as error:
        raise fail(str(error)) from error
    for variable, meant in unknown().items():
        errors.print(f"{variable} sets nothing{f': is {meant} meant?' if meant else ''}", style="yellow")
    if as_json:
        print(json.dumps([asdict(one) for one in settings], ensure_ascii=False, indent=1))
    else:
        console.print(_table(settings))


def _table(settings: list[Told]) -> Table:
    table = Table("variable", "value", "from", "is")
    table.columns[0].no_wrap = True
    table.columns[1].overflow = "fold"
    for one in settings:
        table.add_row(*(Text(part) for part in (one.variable, one.value, one.source, one.meaning)))
    return table
