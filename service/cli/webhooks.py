"""Commands that have a running service send what is recorded to an address."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from service.cli.lazily import add as add_command
from service.cli.lazily import examples
from service.cli.reaching import talking
from service.cli.terms import LOCAL, AsJson, At, Token, console, print_json, say_line

if TYPE_CHECKING:
    from service.client import Client

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
    as_json: AsJson = False,
) -> None:
    """Have events sent to an address as they are recorded; print its id, and the secret this once.

    Messages are signed as Standard Webhooks has it. The receiver verifies each with the secret.
    """
    choices = {"dossiers": dossier, "kinds": kind, "events": event, "actors": actor}
    body: dict[str, Any] = {"url": address, "wanted": {name: one for name, one in choices.items() if one}}
    with talking(at, token) as client:
        made = client.post("/v1/webhooks", {**body, "from": int(start) if start.isdecimal() else start})
    if as_json:
        print_json(made)
    else:
        say_line(f"{made['id']}\n{made['secret']}")


@examples("depositary webhooks list", "depositary webhooks list --json")
def show(at: At = LOCAL, token: Token = "", as_json: AsJson = False) -> None:
    """Show one's webhooks, and how each fares."""
    with talking(at, token) as client:
        webhooks = client.get("/v1/webhooks")["webhooks"]
    if as_json:
        print_json({"webhooks": webhooks})
        return
    from service.showing.tables import table

    columns = ("id", "address", "of", "up to", "dead letters", "how it fares")
    rows = (
        (one["id"], one["url"], _wanted(one), str(one["position"]), str(one["dead_letters"]), _fares(one))
        for one in webhooks
    )
    console.print(table("Webhooks", columns, rows, "none of them is yours"))


@examples("depositary webhooks remove $WEBHOOK")
def remove(webhook: Webhook, at: At = LOCAL, token: Token = "", as_json: AsJson = False) -> None:
    """Send nothing more, and forget the secret and the dead letters."""
    with talking(at, token) as client:
        client.delete(f"/v1/webhooks/{webhook}")
    if as_json:
        print_json({"id": str(webhook), "removed": True})
    else:
        say_line(f"{webhook} is removed.")


@examples("depositary webhooks dead-letters $WEBHOOK")
def dead_letters(webhook: Webhook, at: At = LOCAL, token: Token = "", as_json: AsJson = False) -> None:
    """Show the events that were not taken, however often they were sent."""
    with talking(at, token) as client:
        letters = list(_letters(client, webhook))
    if as_json:
        print_json({"dead_letters": letters})
        return
    from service.showing.tables import table

    columns = ("position", "given up", "attempts", "why", "")
    rows = (
        (
            *(str(one["position"]), one["died_at"], str(one["attempts"]), one["error"]),
            "is sent again" if one["again"] else "",
        )
        for one in letters
    )
    console.print(table("Dead letters", columns, rows, "every event was taken, or is still being sent"))


@examples("depositary webhooks retry $WEBHOOK")
def retry(
    webhook: Webhook,
    position: Annotated[list[int] | None, typer.Option(help="Only this one; may be repeated.")] = None,
    at: At = LOCAL,
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Send dead letters once more, and go on with a webhook that is paused."""
    with talking(at, token) as client:
        retried = client.post(f"/v1/webhooks/{webhook}/retries", {"positions": position or []})
    if as_json:
        print_json(retried)
    else:
        say_line(f"{webhook} goes on, and {'these are' if position else 'all dead letters are'} sent again.")


def _letters(client: "Client", webhook: UUID) -> Iterator[dict[str, Any]]:
    """All pages of them."""
    after: int | None = 0
    while after is not None:
        page = client.get(f"/v1/webhooks/{webhook}/dead-letters", after=after)
        yield from page["dead_letters"]
        after = page["next"]


def _wanted(webhook: dict[str, Any]) -> str:
    """Of which events it is told."""
    told = {name: ", ".join(some) for name, some in webhook["wanted"].items() if some}
    return "; ".join(f"{name} {some}" for name, some in told.items()) or "every event"


def _fares(webhook: dict[str, Any]) -> str:
    if webhook["paused"]:
        return f"paused: {webhook['paused']}"
    if webhook["attempts"]:
        return f"sent in vain {webhook['attempts']} times: {webhook['error']}"
    return "it goes on"


webhooks_app = typer.Typer(help="What is recorded, sent to an address.", no_args_is_help=True)
add_command(webhooks_app, "add", add)
add_command(webhooks_app, "list", show)
add_command(webhooks_app, "dead-letters", dead_letters)
add_command(webhooks_app, "retry", retry)
add_command(webhooks_app, "remove", remove)
