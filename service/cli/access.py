"""Commands about who may do what: tokens and roles, on the record itself or through its service."""

from datetime import UTC, datetime, timedelta
from getpass import getuser
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer
from pydantic import ValidationError

from domain.access import RIGHTS, Grant
from service.cli.lazily import add, examples
from service.cli.reaching import talking
from service.cli.terms import AsJson, Keeper, Token, fail, print_json, print_part, say_line

if TYPE_CHECKING:
    from service.settings import Settings

Principal = Annotated[str, typer.Argument(help="Whose it is: the name that goes into the record.")]
RoleName = Annotated[str, typer.Option("--role", help=f"The role: {', '.join(RIGHTS)}.")]
InDossier = Annotated[str | None, typer.Option("--dossier", help="In this dossier alone; else in all.")]
Reason = Annotated[str | None, typer.Option(help="Why; it goes into the record.")]
Days = Annotated[
    int | None, typer.Option(min=1, max=36_500, help="How many days it is good for; else until revoked.")
]
Narrowed = Annotated[bool, typer.Option("--narrowed", help="Let the token do no more than that role.")]
ADMINISTRATION = "/v1/administration"


@examples("depositary token issue archivist --at var/demo.db")
def issue_token(
    principal: Principal,
    role: RoleName = "editor",
    dossier: InDossier = None,
    days: Days = None,
    narrowed: Narrowed = False,
    at: Keeper = None,
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Make a token for a principal, which gets the role, and print it once."""
    grant = _grant(role, dossier)
    body: dict[str, Any] = {"principal": principal, "roles": [grant], "only": [grant] if narrowed else []}
    if days:
        body["expires_at"] = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    with talking(at, token, makes=True) as client:
        issued = client.post(f"{ADMINISTRATION}/tokens", body)
    print_part({"principal": principal, **issued}, None if as_json else "token")


def issue(settings: "Settings", principal: str) -> str:
    """A token of an editor of all dossiers, for whoever has the record at hand."""
    from service.record import Record

    with Record(settings.store_environment) as record:
        return record.administration.issue(principal, getuser(), roles=(Grant(role="editor"),)).token


@examples("depositary token list --at var/demo.db")
def list_tokens(at: Keeper = None, token: Token = "", as_json: AsJson = False) -> None:
    """List the tokens that are good, by name: never the tokens themselves."""
    with talking(at, token) as client:
        tokens = client.get(f"{ADMINISTRATION}/access")["tokens"]
    if as_json:
        print_json({"tokens": tokens})
        return
    for one in tokens:
        ends = one["expires_at"]
        until = f"until {datetime.fromisoformat(ends):%Y-%m-%d %H:%M} UTC" if ends else "until it is revoked"
        only = f", only {', '.join(map(_words, one['only']))}" if one["only"] else ""
        say_line(f"{one['id']}  {one['principal']}, {until}{only}")


@examples("depositary token revoke $TOKEN --at var/demo.db")
def revoke_token(
    name: Annotated[
        str, typer.Argument(metavar="TOKEN", help="Its name, as `depositary token list` shows it.")
    ],
    reason: Reason = None,
    at: Keeper = None,
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Make a token good for nothing, at once, in all processes."""
    with talking(at, token) as client:
        client.post(f"{ADMINISTRATION}/tokens/{quote(name, safe='')}/revocations", {"reason": reason})
    if as_json:
        print_json({"id": name, "revoked": True})
    else:
        say_line(f"The token {name} is revoked.")


@examples("depositary role grant ada --role recorder --dossier ua-ru-2025 --at var/demo.db")
def grant_role(
    principal: Principal,
    role: RoleName,
    dossier: InDossier = None,
    reason: Reason = None,
    at: Keeper = None,
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Give a principal a role, in one dossier or in all."""
    grant = _grant(role, dossier)
    with talking(at, token, makes=True) as client:
        answer = client.post(f"{ADMINISTRATION}/grants", _of(principal, grant, reason))
    _tell(answer, f"{principal} is {_words(grant)}.", as_json=as_json)


@examples("depositary role withdraw ada --role recorder --dossier ua-ru-2025 --at var/demo.db")
def withdraw_role(
    principal: Principal,
    role: RoleName,
    dossier: InDossier = None,
    reason: Reason = None,
    at: Keeper = None,
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Take a role from a principal."""
    grant = _grant(role, dossier)
    with talking(at, token) as client:
        answer = client.post(f"{ADMINISTRATION}/withdrawals", _of(principal, grant, reason))
    _tell(answer, f"{principal} is no longer {_words(grant)}.", as_json=as_json)


@examples("depositary role list --at var/demo.db")
def list_roles(at: Keeper = None, token: Token = "", as_json: AsJson = False) -> None:
    """List who has which roles."""
    with talking(at, token) as client:
        principals = client.get(f"{ADMINISTRATION}/access")["principals"]
    if as_json:
        print_json({one["principal"]: one["roles"] for one in principals})
        return
    for one in principals:
        for role in one["roles"]:
            say_line(f"{one['principal']} is {_words(role)}")


def _grant(role: str, dossier: str | None) -> dict[str, Any]:
    try:
        return Grant.model_validate({"role": role, "dossier": dossier}).model_dump()
    except ValidationError as error:
        (first, *_) = error.errors()
        raise fail(f"{first['loc'][0]}: {first['msg']}; roles are {', '.join(RIGHTS)}") from error


def _of(principal: str, grant: dict[str, Any], reason: str | None) -> dict[str, Any]:
    return {"principal": principal, **grant, "reason": reason}


def _words(grant: dict[str, Any]) -> str:
    return str(Grant.model_validate(grant))


def _tell(answer: dict[str, Any], words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        say_line(words)


token_app = typer.Typer(help="Who may write: issue, list and revoke tokens.", no_args_is_help=True)
add(token_app, "issue", issue_token)
add(token_app, "list", list_tokens)
add(token_app, "revoke", revoke_token)

role_app = typer.Typer(help="Who may do what: grant, list and withdraw roles.", no_args_is_help=True)
add(role_app, "grant", grant_role)
add(role_app, "withdraw", withdraw_role)
add(role_app, "list", list_roles)
