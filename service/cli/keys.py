"""Commands that make the key of the log."""

from typing import Annotated

import typer

from service.cli.lazily import add, examples
from service.cli.terms import AsJson, Database, fail, print_part, settings_of


@examples("depositary keys new archive.example/lake --at lake.db")
def new_key(
    name: Annotated[
        str, typer.Argument(help="The name of the log, for good: like an address, archive.example/record")
    ],
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make the key that the log of a record is signed with, and print the public one.

    Give the public key to whoever is to verify the record, and let them keep it.
    """
    from service.keyfiles import UnsafeKey, make_key
    from service.log.errors import Malformed

    try:
        key = make_key(settings_of(database).log_key_file, name)
    except (UnsafeKey, Malformed) as error:
        raise fail(str(error)) from error
    print_part({"verifier_key": key.verifier.format()}, None if as_json else "verifier_key")


@examples("depositary keys show --at var/demo.db")
def show_key(database: Database = None, as_json: AsJson = False) -> None:
    """Print the public key of the log of a record, for whoever is to verify it."""
    from service.keyfiles import UnsafeKey, read_key

    file = settings_of(database).log_key_file
    try:
        key = read_key(file)
    except UnsafeKey as error:
        raise fail(str(error)) from error
    if key is None:
        raise fail(f"there is no key in {file}: make one with `depositary keys new`")
    print_part({"verifier_key": key.verifier.format()}, None if as_json else "verifier_key")


keys_app = typer.Typer(help="What the log is signed with.", no_args_is_help=True)
add(keys_app, "new", new_key)
add(keys_app, "show", show_key)
