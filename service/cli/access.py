"""Commands about who may do what: tokens and roles. They work on the record itself, beside its service."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from getpass import getuser
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from domain.access import RIGHTS, Grant
from domain.errors import Conflict
from service.cli.lazily import add, examples
from service.cli.terms import AsJson, Database, console, fail, print_json, print_part, settings_of

if TYPE_CHECKING:
    from service.access.administration import Administration
    from service.settings import Settings

Principal = Annotated[str, typer.Argument(help="Whose it is: the name that goes into the record.")]
RoleName = Annotated[str, typer.Option("--role", help=f"The role: {', '.join(RIGHTS)}.")]
InDossier = Annotated[str | None, typer.Option("--dossier", help="In this dossier alone; else in all.")]
Reason = Annotated[str | None, typer.Option(help="Why; it goes into the record.")]
Days = Annotated[int | None, typer.Option(min=1, help="How many days it is good for; else until revoked.")]
Narrowed = Annotated[bool, typer.Option("--narrowed", help="Let the token do no more than that role.")]


@examples("depositary token issue archivist --at var/demo.db")
def issue_token(
    principal: Principal,
    role: RoleName = "editor",
    dossier: InDossier = None,
    days: Days = None,
    narrowed: Narrowed = False,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make a token for a principal, which gets the role, and print it once."""
    grant = _grant(role, dossier)
    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
    with _administering(database) as (administration, by):
        only = (grant,) if narrowed else ()
        issued = administration.issue(principal, by, roles=(grant,), only=only, expires_at=expires_at)
    print_part({"principal": principal, "id": issued.id, "token": issued.token}, None if as_json else "token")


def issue(settings: "Settings", principal: str) -> str:
    """A token of an editor of all dossiers, for whoever has the record at hand."""
    from service.record import Record

    with Record(settings.store_environment) as record:
        return record.administration.issue(principal, getuser(), roles=(Grant(role="editor"),)).token


@examples("depositary token list --at var/demo.db")
def list_tokens(database: Database = None, as_json: AsJson = False) -> None:
    """List the tokens that are good, by name: never the tokens themselves."""
    with _administering(database) as (administration, _):
        tokens = sorted(administration.access.tokens.values(), key=lambda one: (one.principal, one.token))
        if as_json:
            shown = {"token", "principal", "only", "expires_at"}
            print_json({"tokens": [one.model_dump(mode="json", include=shown) for one in tokens]})
            return
        for one in tokens:
            until = f"until {one.expires_at:%Y-%m-%d %H:%M} UTC" if one.expires_at else "until it is revoked"
            only = f", only {', '.join(map(str, one.only))}" if one.only else ""
            console.print(f"{one.token}  {one.principal}, {until}{only}", highlight=False, soft_wrap=True)


@examples("depositary token revoke $TOKEN --at var/demo.db")
def revoke_token(
    token: Annotated[str, typer.Argument(help="Its name, as `depositary token list` shows it.")],
    reason: Reason = None,
    database: Database = None,
) -> None:
    """Make a token good for nothing, at once, in all processes."""
    with _administering(database) as (administration, by):
        administration.revoke(token, by, reason)
    console.print(f"The token {token} is revoked.", highlight=False)


@examples("depositary role grant ada --role recorder --dossier ua-ru-2025 --at var/demo.db")
def grant_role(
    principal: Principal,
    role: RoleName,
    dossier: InDossier = None,
    reason: Reason = None,
    database: Database = None,
) -> None:
    """Give a principal a role, in one dossier or in all."""
    grant = _grant(role, dossier)
    with _administering(database) as (administration, by):
        administration.grant(principal, grant, by, reason)
    console.print(f"{principal} is {grant}.", highlight=False)


@examples("depositary role withdraw ada --role recorder --dossier ua-ru-2025 --at var/demo.db")
def withdraw_role(
    principal: Principal,
    role: RoleName,
    dossier: InDossier = None,
    reason: Reason = None,
    database: Database = None,
) -> None:
    """Take a role from a principal."""
    grant = _grant(role, dossier)
    with _administering(database) as (administration, by):
        administration.withdraw(principal, grant, by, reason)
    console.print(f"{principal} is no longer {grant}.", highlight=False)


@examples("depositary role list --at var/demo.db")
def list_roles(database: Database = None, as_json: AsJson = False) -> None:
    """List who has which roles."""
    with _administering(database) as (administration, _):
        if as_json:
            roles = administration.access.grants.items()
            print_json({name: [one.model_dump() for one in sorted(some, key=str)] for name, some in roles})
            return
        for principal, grants in sorted(administration.access.grants.items()):
            for grant in sorted(grants, key=str):
                console.print(f"{principal} is {grant}", highlight=False, soft_wrap=True)


def _grant(role: str, dossier: str | None) -> Grant:
    try:
        return Grant.model_validate({"role": role, "dossier": dossier})
    except ValidationError as error:
        (first, *_) = error.errors()
        raise fail(f"{first['loc'][0]}: {first['msg']}; roles are {', '.join(RIGHTS)}") from error


@contextmanager
def _administering(database: str | None) -> Iterator[tuple["Administration", str]]:
    """What administrators do with the record, and the name of whoever does it here."""
    from service.record import Record

    try:
        with Record(settings_of(database).store_environment) as record:
            record.administration.refresh()
            yield record.administration, getuser()
    except Conflict as error:
        raise fail(str(error)) from error


token_app = typer.Typer(help="Who may write: issue, list and revoke tokens.", no_args_is_help=True)
add(token_app, "issue", issue_token)
add(token_app, "list", list_tokens)
add(token_app, "revoke", revoke_token)

role_app = typer.Typer(help="Who may do what: grant, list and withdraw roles.", no_args_is_help=True)
add(role_app, "grant", grant_role)
add(role_app, "withdraw", withdraw_role)
add(role_app, "list", list_roles)
