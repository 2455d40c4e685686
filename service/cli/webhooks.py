"""Commands that have a running service send what is recorded to an address."""

import sys
from typing import Annotated, Any
from uuid import UUID

import typer

from service.cli.lazily import add as add_command
from service.cli.lazily import examples
from service.cli.reaching import talking
from service.cli.terms import LOCAL, At, Token, console

Webhook = Annotated[UUID, typer.Argument(help="Its id.")]


@examples("depositary webhooks add https://newsroom.example/depositary --dossier ua-ru-2025")
def add(
    address: Annotated[str, typer.Argument(help="Where to send it: https://newsroom.example/depositary")],
    dossier: Annotated[list[str] | None, typer.Option(help="Only of this dossier; may be repeated.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only of developments of this kind.")] = None,
    event: Annotated[list[str] | None, typer.Option(help="Only of this name, such as retracted.")] = None,
    actor: Annotated[list[str] | None, typer.Option(help="Only where this actor takes part.")] = None,
    start: Annotated[str, typer.Option("--from", help="now, start, or the first position.")] = "now",
    at: At = LOCAL,
    token: Token = "",
) -> None:
    """Have events sent to an address as they are recorded; print its id, and the secret this once.

    Messages are signed as Standard Webhooks has it. The receiver verifies each with the secret.
    """
    choices = {"dossiers": dossier, "kinds": kind, "events": event, "actors": actor}
    body: dict[str, Any] = {"url": address, "wanted": {name: one for name, one in choices.items() if one}}
    with talking(at, token) as client:
        made = client.post("/v1/webhooks", {**body, "from": int(start) if start.isdecimal() else start})
    sys.stdout.write(f"{made['id']}\n{made['secret']}\n")


@examples("depositary webhooks list")
def show(at: At = LOCAL, token: Token = "") -> None:
    """Show one's webhooks, and how each fares."""
    with talking(at, token) as client:
        console.print_json(data=client.get("/v1/webhooks")["webhooks"])


@examples("depositary webhooks remove $WEBHOOK")
def remove(webhook: Webhook, at: At = LOCAL, token: Token = "") -> None:
    """Send nothing more, and forget the secret and the dead letters."""
    with talking(at, token) as client:
        client.delete(f"/v1/webhooks/{webhook}")


@examples("depositary webhooks dead-letters $WEBHOOK")
def dead_letters(webhook: Webhook, at: At = LOCAL, token: Token = "") -> None:
    """Show the events that were not taken, however often they were sent; a line of JSON each."""
    with talking(at, token) as client:
        after: int | None = 0
        while after is not None:
            page = client.get(f"/v1/webhooks/{webhook}/dead-letters", after=after)
            for letter in page["dead_letters"]:
                console.print_json(data=letter, indent=None)
            after = page["next"]


@examples("depositary webhooks retry $WEBHOOK")
def retry(
    webhook: Webhook,
    position: Annotated[list[int] | None, typer.Option(help="Only this one; may be repeated.")] = None,
    at: At = LOCAL,
    token: Token = "",
) -> None:
    """Send dead letters once more, and go on with a webhook that is paused."""
    with talking(at, token) as client:
        console.print_json(data=client.post(f"/v1/webhooks/{webhook}/retries", {"positions": position or []}))


webhooks_app = typer.Typer(help="What is recorded, sent to an address.", no_args_is_help=True)
add_command(webhooks_app, "add", add)
add_command(webhooks_app, "list", show)
add_command(webhooks_app, "dead-letters", dead_letters)
add_command(webhooks_app, "retry", retry)
add_command(webhooks_app, "remove", remove)
