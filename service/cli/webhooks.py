"""Commands that have a running service send what is recorded to an address."""

import sys
from typing import Annotated, Any
from uuid import UUID

import typer

from service.cli.asking import talking
from service.cli.terms import LOCAL, Token, Url, console

Webhook = Annotated[UUID, typer.Argument(help="Its id.")]


def add(
    address: Annotated[str, typer.Argument(help="Where to send it: https://newsroom.example/depositary")],
    dossier: Annotated[list[str] | None, typer.Option(help="Only of this dossier; may be repeated.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only of developments of this kind.")] = None,
    event: Annotated[list[str] | None, typer.Option(help="Only of this name, such as retracted.")] = None,
    actor: Annotated[list[str] | None, typer.Option(help="Only where this actor takes part.")] = None,
    start: Annotated[str, typer.Option("--from", help="now, start, or the first position.")] = "now",
    url: Url = LOCAL,
    token: Token = "",
) -> None:
    """Have events sent to an address as they are recorded; print its id, and the secret this once.

    Messages are signed as Standard Webhooks has it. The receiver verifies each with the secret.
    """
    choices = {"dossiers": dossier, "kinds": kind, "events": event, "actors": actor}
    body: dict[str, Any] = {"url": address, "wanted": {name: one for name, one in choices.items() if one}}
    with talking(url, token) as client:
        made = client.post("/v1/webhooks", {**body, "from": int(start) if start.isdecimal() else start})
    sys.stdout.write(f"{made['id']}\n{made['secret']}\n")


def show(url: Url = LOCAL, token: Token = "") -> None:
    """Show one's webhooks, and how each fares."""
    with talking(url, token) as client:
        console.print_json(data=client.get("/v1/webhooks")["webhooks"])


def remove(webhook: Webhook, url: Url = LOCAL, token: Token = "") -> None:
    """Send nothing more, and forget the secret and the dead letters."""
    with talking(url, token) as client:
        client.delete(f"/v1/webhooks/{webhook}")


def dead_letters(webhook: Webhook, url: Url = LOCAL, token: Token = "") -> None:
    """Show the events that were not taken, however often they were sent; a line of JSON each."""
    with talking(url, token) as client:
        after: int | None = 0
        while after is not None:
            page = client.get(f"/v1/webhooks/{webhook}/dead-letters", after=after)
            for letter in page["dead_letters"]:
                console.print_json(data=letter, indent=None)
            after = page["next"]


def retry(
    webhook: Webhook,
    position: Annotated[list[int] | None, typer.Option(help="Only this one; may be repeated.")] = None,
    url: Url = LOCAL,
    token: Token = "",
) -> None:
    """Send dead letters once more, and go on with a webhook that is paused."""
    with talking(url, token) as client:
        console.print_json(data=client.post(f"/v1/webhooks/{webhook}/retries", {"positions": position or []}))
