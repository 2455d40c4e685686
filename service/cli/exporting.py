"""The command that takes out a dossier, in a format of the caller's choice, or a whole record."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli import travelling
from service.cli.lazily import examples
from service.cli.reaching import talking
from service.cli.terms import LOCAL, NOT_CARRIED_OUT, At, Token, errors, fail
from service.client import Client

Out = Annotated[Path | None, typer.Option(help="The file to write; else standard output.", dir_okay=False)]
Record = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|DSN|URL",
        help="A whole record in its place: a SQLite file, a PostgreSQL database, or a running service.",
        show_default=False,
    ),
]


@examples(
    "depositary export ua-ru-2025 > ua-ru-2025.ndjson",
    "depositary export ua-ru-2025 --format ro-crate --out ua-ru-2025.zip",
    "depositary export --record var/demo.db > record.jsonl",
)
def export(
    dossier: Annotated[str | None, typer.Argument(help="The id of a dossier of a running service.")] = None,
    form: Annotated[
        str,
        typer.Option("--format", help="jsonl, csv, csv-zip, parquet, timelinejs, prov, ftm or ro-crate."),
    ] = "jsonl",
    table: Annotated[str | None, typer.Option(help="Of csv and parquet, which table: developments.")] = None,
    licence: Annotated[str | None, typer.Option(help="Of ro-crate, the address of its licence.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The day, such as 2025-06-14; else today.")] = None,
    known_at: Annotated[str | None, typer.Option(help="A moment of knowledge (RFC 3339); else now.")] = None,
    ledger: Annotated[bool, typer.Option("--ledger", help="In its place, what the format loses.")] = False,
    record: Record = None,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Of a whole record, the keys of personal texts too.")
    ] = False,
    out: Out = None,
    at: At = LOCAL,
    token: Token = "",
) -> None:
    """Write a dossier: as JSON Lines, or in another format with what it loses.

    JSON Lines are a line for the dossier, then one for each development, and lose nothing. Beside an --out
    file of a format that does, FILE.losses.jsonl names each field that it could not hold. With --record,
    write a whole record, with every event as it is stored and its proof in the log, for `depositary import
    --record`. Exit codes: 0 all is written, 2 it could not be carried out.
    """
    if (dossier is None) == (record is None):
        raise fail("give the id of a dossier, or --record with a whole record: one of them", NOT_CARRIED_OUT)
    if record is not None:
        travelling.leave(record, out, token, with_keys=with_keys)
        return
    wished = {"format": form, "table": table, "licence": licence, "as_of": as_of, "known_at": known_at}
    with talking(at, token) as client:
        _take_out(client, f"/v1/dossiers/{dossier}", _given(wished), out, ledger=ledger)


def _take_out(client: Client, path: str, wished: dict[str, Any], out: Path | None, *, ledger: bool) -> None:
    """Write the export, and what it loses of the very same moment."""
    clocks = {name: wished.pop(name) for name in ("as_of", "known_at") if name in wished}
    moment = client.get(path, **clocks)
    asked = {**wished, "as_of": moment["as_of"], "at_position": moment["position"]}
    with travelling.written_whole(out) as file:
        for piece in client.download(f"{path}/export", **asked, **({"ledger": "true"} if ledger else {})):
            file.write(piece)
    if not ledger and wished["format"] != "jsonl":
        _tell_losses(b"".join(client.download(f"{path}/export", **asked, ledger="true")), out)


def _tell_losses(ledger: bytes, out: Path | None) -> None:
    """Write a ledger beside what it is of, and say so; where nothing is lost, leave it at that."""
    losses = json.loads(ledger.splitlines()[-1])["losses"]
    if not losses:
        return
    where = "--ledger has them"
    if out is not None:
        beside = out.with_name(out.name + ".losses.jsonl")
        with travelling.written_whole(beside) as file:
            file.write(ledger)
        where = f"{beside} names them"
    errors.print(f"{losses} fields could not be held: {where}.", highlight=False, soft_wrap=True)


def _given(wished: dict[str, str | None]) -> dict[str, Any]:
    return {name: value for name, value in wished.items() if value is not None}
