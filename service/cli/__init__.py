"""The command line: serve a record, demonstrate one, play or import to it, ask it, prove it, and erase.

A module for each theme; here they are put together as `depositary`.
"""

import typer

from service.cli import (
    access,
    asking,
    backing_up,
    configuring,
    erasing,
    exporting,
    importing,
    keys,
    proving,
    serving,
    webhooks,
)

app = typer.Typer(
    help="Depositary: an event-sourced record of diplomatic developments.", no_args_is_help=True
)
for command in (
    serving.serve,
    serving.demo,
    configuring.config,
    asking.load,
    asking.get,
    asking.post,
    exporting.export,
    serving.rebuild,
    erasing.erase,
    backing_up.backup,
    backing_up.restore,
    proving.verify,
    proving.verify_receipt,
    proving.audit,
    proving.checkpoint,
):
    app.command()(command)

app.command("import")(importing.import_file)

tokens_app = typer.Typer(help="Who may write.", no_args_is_help=True)
tokens_app.command("issue")(access.issue_token)
tokens_app.command("list")(access.list_tokens)
tokens_app.command("revoke")(access.revoke_token)
app.add_typer(tokens_app, name="tokens")

roles_app = typer.Typer(help="Who may do what.", no_args_is_help=True)
roles_app.command("grant")(access.grant_role)
roles_app.command("withdraw")(access.withdraw_role)
roles_app.command("list")(access.list_roles)
app.add_typer(roles_app, name="roles")

keys_app = typer.Typer(help="What the log is signed with.", no_args_is_help=True)
keys_app.command("new")(keys.new_key)
keys_app.command("show")(keys.show_key)
app.add_typer(keys_app, name="keys")

webhooks_app = typer.Typer(help="What is recorded, sent to an address.", no_args_is_help=True)
webhooks_app.command("add")(webhooks.add)
webhooks_app.command("list")(webhooks.show)
webhooks_app.command("remove")(webhooks.remove)
webhooks_app.command("dead-letters")(webhooks.dead_letters)
webhooks_app.command("retry")(webhooks.retry)
app.add_typer(webhooks_app, name="webhooks")
