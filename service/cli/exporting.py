"""The command that takes out a dossier, or a whole record."""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import travelling
from service.cli.asking import talking
from service.cli.terms import LOCAL, Token, Url, fail

NOT_CARRIED_OUT = 2

Out = Annotated[Path | None, typer.Option(help="The file to write; else standard output.", dir_okay=False)]


def export(
    dossier: Annotated[str | None, typer.Argument(help="The id of a dossier of a running service.")] = None,
    record: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|DSN|URL",
            help="A whole record in its place: a SQLite file, a PostgreSQL database, or a running service.",
        ),
    ] = None,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Of a whole record, the keys of personal texts too.")
    ] = False,
    out: Out = None,
    url: Url = LOCAL,
    token: Token = "",
) -> None:
    """Write a dossier as JSON Lines: a line for itself, then one for each development.

    With --record, write a whole record, with every event as it is stored and its proof in the log, for
    `depositary import --record`. Exit codes: 0 all is written, 2 it could not be carried out.
    """
    if (dossier is None) == (record is None):
        raise fail("give the id of a dossier, or --record with a whole record: one of them", NOT_CARRIED_OUT)
    if record is not None:
        travelling.leave(record, out, token, with_keys=with_keys)
        return
    with talking(url, token) as client, travelling.written_whole(out) as file:
        for line in client.lines(f"/v1/dossiers/{dossier}/export"):
            file.write(line.encode() + b"\n")
