"""Commands that say who may write, and that make the key of the log."""

from typing import Annotated

import typer

from service.cli.lazily import add, examples
from service.cli.terms import AsJson, Database, fail, print_part, say_line, settings_of

Principal = Annotated[str, typer.Argument(help="Whose it is: the name that goes into the record.")]


@examples("depositary token issue archivist --at var/demo.db")
def issue_token(principal: Principal, database: Database = None, as_json: AsJson = False) -> None:
    """Make a token for a principal, in place of the one it had, and print it once."""
    from service.tokens import Tokens

    token = Tokens(settings_of(database).tokens_file).issue(principal)
    print_part({"principal": principal, "token": token}, None if as_json else "token")


@examples("depositary token list --at var/demo.db")
def list_tokens(database: Database = None, as_json: AsJson = False) -> None:
    """List who may write: those for whom there is a token. The tokens themselves are kept nowhere."""
    from service.tokens import Tokens

    principals = Tokens(settings_of(database).tokens_file).principals()
    if as_json:
        print_part({"principals": list(principals)}, None)
        return
    for principal in principals:
        say_line(principal)


@examples("depositary token revoke archivist --at var/demo.db")
def revoke_token(principal: Principal, database: Database = None, as_json: AsJson = False) -> None:
    """Let a principal write no more, from now on. What it has recorded stays."""
    from service.tokens import Tokens

    if not Tokens(settings_of(database).tokens_file).revoke(principal):
        raise fail(f"there is no token for {principal}: `depositary token list` has those that there are")
    if as_json:
        print_part({"principal": principal, "revoked": True}, None)
    else:
        say_line(f"{principal} may write no more.")


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


token_app = typer.Typer(help="Who may write: issue, list and revoke tokens.", no_args_is_help=True)
add(token_app, "issue", issue_token)
add(token_app, "list", list_tokens)
add(token_app, "revoke", revoke_token)

keys_app = typer.Typer(help="What the log is signed with.", no_args_is_help=True)
add(keys_app, "new", new_key)
add(keys_app, "show", show_key)
