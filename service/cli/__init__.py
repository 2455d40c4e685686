"""The command line: serve a record, demonstrate one, play or import to it, ask, prove, check, and erase.

A module for each theme; here they are put together as `depositary`.
"""

import typer

from service.cli import asking, conforming, erasing, importing, keys, proving, serving

app = typer.Typer(
    help="Depositary: an event-sourced record of diplomatic developments.", no_args_is_help=True
)
app.command("import")(importing.import_file)
for command in (
    serving.serve,
    serving.demo,
    asking.load,
    asking.get,
    asking.post,
    asking.export,
    serving.rebuild,
    erasing.erase,
    proving.verify,
    proving.verify_receipt,
    proving.audit,
    proving.checkpoint,
    conforming.conformance,
):
    app.command()(command)

app.command("import")(importing.import_file)

tokens_app = typer.Typer(help="Who may write.", no_args_is_help=True)
tokens_app.command("issue")(keys.issue_token)
app.add_typer(tokens_app, name="tokens")

keys_app = typer.Typer(help="What the log is signed with.", no_args_is_help=True)
keys_app.command("new")(keys.new_key)
keys_app.command("show")(keys.show_key)
app.add_typer(keys_app, name="keys")
