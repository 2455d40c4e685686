"""Commands that make keys."""

from typing import Annotated

import typer

from service.cli.terms import Database, console, fail, settings_of
from service.keyfiles import UnsafeKey, make_key, read_key
from service.log.errors import Malformed


def new_key(
    name: Annotated[
        str, typer.Argument(help="The name of the log, for good: like an address, archive.example/record")
    ],
    database: Database = None,
) -> None:
    """Make the key that the log of a record is signed with, and print the public one.

    Give the public key to whoever is to verify the record, and let them keep it.
    """
    try:
        key = make_key(settings_of(database).log_key_file, name)
    except (UnsafeKey, Malformed) as error:
        raise fail(str(error)) from error
    console.print(key.verifier.format(), highlight=False, soft_wrap=True)


def show_key(database: Database = None) -> None:
    """Print the public key of the log of a record, for whoever is to verify it."""
    file = settings_of(database).log_key_file
    try:
        key = read_key(file)
    except UnsafeKey as error:
        raise fail(str(error)) from error
    if key is None:
        raise fail(f"there is no key in {file}: make one with `depositary keys new`")
    console.print(key.verifier.format(), highlight=False, soft_wrap=True)
