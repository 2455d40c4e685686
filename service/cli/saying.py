"""Commands that record: a dossier, a development, and whatever is said of one."""

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.fields import read_fields
from service.cli.lazily import examples, takes_fields
from service.cli.reaching import talking
from service.cli.terms import (
    LOCAL,
    NOT_CARRIED_OUT,
    AsJson,
    At,
    By,
    Only,
    Token,
    fail,
    kind_names,
    print_part,
    read_json,
    say_line,
)
from service.verbs import COMMANDS, SAYINGS

if TYPE_CHECKING:
    from service.answers import Recorded
    from service.client import Client

Id = Annotated[str, typer.Argument(help="The development, by its id.")]
Seen = Annotated[int, typer.Option(help="The version that was seen; `depositary history` shows it.")]
Key = Annotated[str | None, typer.Option(help="An Idempotency-Key; else one is made.", show_default=False)]
Outlet = Annotated[
    list[str] | None,
    typer.Option(
        help="A source by its outlet alone; others are given as --sources JSON.", show_default=False
    ),
]
ConfirmYear = Annotated[
    bool, typer.Option("--confirm-year", help="Confirm that a year such as 0025 is meant.")
]


@examples(
    'depositary open isle --title "The talks on the isle (invented)" --party XA=Arvenia --party XB=Belmark'
)
def open_dossier(
    dossier: Annotated[str, typer.Argument(help="Its id: a short name, such as ua-ru-2025.")],
    title: Annotated[str, typer.Option(help="What it is about.")],
    party: Annotated[
        list[str] | None, typer.Option(metavar="CODE[=NAME]", help="A party.", show_default=False)
    ] = None,
    observer: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE[=NAME]", help="Somebody who observes.", show_default=False),
    ] = None,
    description: Annotated[str | None, typer.Option(help="More about it.", show_default=False)] = None,
    key: Key = None,
    at: At = LOCAL,
    token: Token = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Open a dossier, in which developments are recorded. Opened again as it was, it stays as it is.

    Where the file that --at names is not there yet, the record is begun. Who is no state is named in full:
    `depositary post /v1/dossiers`.
    """
    told = {"parties": _parties(party), "observers": _parties(observer), "description": description}
    body = {"id": dossier, "title": title, **{name: value for name, value in told.items() if value}}
    with talking(at, token, by, makes=True) as client:
        opened = client.open_dossier(body, key=key)
    if as_json:
        print_part(opened.model_dump(mode="json"), None)
    else:
        say_line(f"The dossier {opened.id} is open, at position {opened.position}.")


@examples(
    "depositary record lake --kind call-held --occurred 2021-03-08 --parties XA --parties XB "
    '--outlet "Lake Radio (invented)"',
    """depositary record lake '{"kind": "other-development", "label": "A ferry race", "occurred": "2021-03",
  "sources": [{"outlet": "Lake Radio (invented)"}]}' --only id""",
    "depositary record lake - < race.json",
)
@takes_fields
def record(
    context: typer.Context,
    dossier: Annotated[str, typer.Argument(help="The dossier that it is recorded in.")],
    body: Annotated[
        str | None,
        typer.Argument(help="Its JSON, or - to read it from standard input; or else --kind and its fields."),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            help="What kind it is of: see `depositary kinds`.",
            autocompletion=kind_names,
            show_default=False,
        ),
    ] = None,
    outlet: Outlet = None,
    key: Key = None,
    confirm_year: ConfirmYear = False,
    only: Only = None,
    at: At = LOCAL,
    token: Token = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Record a development: as JSON, or with an option for each of its fields.

    `depositary kinds KIND` has the fields. A part of one is named with a dot (--place.name), an item of a
    list by repeating the option; what is not a text is JSON.
    """
    given, options = _told(context, dossier, body, "the development")
    if (given is None) == (kind is None):
        raise fail("give the JSON of the development, or --kind and its fields: one of them", NOT_CARRIED_OUT)
    with talking(at, token, by) as client:
        if given is None:
            given = {"kind": kind, **read_fields(options, _schema_of_kind(client, str(kind)), str(kind))}
        given = _with_outlets(given, outlet)
        recorded = client.record(dossier, given, key=key, confirm_year=confirm_year)
    _tell(recorded, "is recorded", only, as_json)


@examples(
    'depositary amend $ID --occurred 2021-03-20 --reason "The host published its chronology." --seen 1',
    """depositary amend $ID '{"summary": "They spoke twice."}' --reason "So the host says." --seen 2""",
)
@takes_fields
def amend(
    context: typer.Context,
    development: Id,
    reason: Annotated[str, typer.Option(help="Why; it stays on record.")],
    seen: Seen,
    changes: Annotated[
        str | None,
        typer.Argument(
            help="A JSON object of each field and its new value, or - for standard input; or else an option "
            "for each field."
        ),
    ] = None,
    outlet: Outlet = None,
    key: Key = None,
    confirm_year: ConfirmYear = False,
    only: Only = None,
    at: At = LOCAL,
    token: Token = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Correct fields of a development: what was known before stays known as it was.

    Each field takes the whole new value. What the correction rests on is given as --outlet; the development's
    own sources are a field like any other (--sources).
    """
    given, options = _told(context, development, changes, "what changes")
    with talking(at, token, by) as client:
        if given is None:
            name = client.development(development).kind
            given = read_fields(options, _schema_of_kind(client, name), name)
        body = _with_outlets({"changes": given, "reason": reason}, outlet)
        recorded = client.say("amend", development, body, seen=seen, key=key, confirm_year=confirm_year)
    _tell(recorded, "is amended", only, as_json)


@examples(
    """depositary say dispute $ID --by XB --says '{"occurred": "2021-03-21"}' """
    '--reason "Its ministry gives another day." --seen 3',
    'depositary say resolve $ID --dispute 4 --outcome upheld --reason "The host agrees." --seen 4',
    """depositary say retract $ID '{"reason": "The outlet withdrew its report."}' --seen 5""",
)
@takes_fields
def say(
    context: typer.Context,
    saying: Annotated[
        str,
        typer.Argument(help=f"What is said: {', '.join(SAYINGS)}.", autocompletion=lambda: list(SAYINGS)),
    ],
    development: Id,
    seen: Seen,
    body: Annotated[
        str | None,
        typer.Argument(help="Its JSON, or - for standard input; or else an option for each field."),
    ] = None,
    outlet: Outlet = None,
    key: Key = None,
    confirm_year: ConfirmYear = False,
    only: Only = None,
    at: At = LOCAL,
    token: Token = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Say something of a development: dispute it, corroborate it, retract it, and so on.

    Everything that is said names the version that was seen (--seen), and most of it a --reason. A dispute or
    a rectification is known by the version that it made.
    """
    if saying not in SAYINGS:
        raise fail(
            f"{saying!r} is nothing that can be said: expected one of {', '.join(SAYINGS)}", NOT_CARRIED_OUT
        )
    given, options = _told(context, development, body, "what is said")
    if given is None:
        schema = getattr(import_module("domain.commands"), COMMANDS[saying]).model_json_schema()
        given = read_fields(options, schema, saying)
    with talking(at, token, by) as client:
        told = _with_outlets(given, outlet)
        recorded = client.say(saying, development, told, seen=seen, key=key, confirm_year=confirm_year)
    _tell(recorded, f"is {recorded.event.replace('-', ' ')}", only, as_json)


def _parties(named: list[str] | None) -> list[dict[str, str]]:
    parts = (one.partition("=") for one in named or ())
    return [{"actor": code, **({"name": name} if name else {})} for code, _, name in parts]


def _told(context: typer.Context, named: str, body: str | None, what: str) -> tuple[Any, list[str]]:
    """The JSON that was given, or else the options that are fields: those that the command does not know.

    An option that nobody knows is left where it stood, so the first can stand in the place of the JSON.
    """
    if named.startswith("-"):
        raise fail(f"{named}: options that are fields come after the names", NOT_CARRIED_OUT)
    if body is None or body.startswith("--"):
        return None, [*([body] if body else []), *context.args]
    if context.args:
        raise fail(f"{context.args[0]}: give JSON, or an option for each field: one of them", NOT_CARRIED_OUT)
    return read_json(body, what), []


def _schema_of_kind(client: "Client", kind: str) -> Any:
    from difflib import get_close_matches

    bodies = {one.kind: one.body for one in client.kinds().kinds}
    if kind not in bodies:
        near = get_close_matches(kind, bodies, n=1)
        hint = f"did you mean {near[0]}?" if near else "`depositary kinds` lists them"
        raise fail(f"{kind!r} is no kind of development; {hint}", NOT_CARRIED_OUT)
    return bodies[kind]


def _with_outlets(body: Any, outlets: list[str] | None) -> Any:
    if not outlets or not isinstance(body, dict):
        return body
    return {**body, "sources": [*body.get("sources", ()), *({"outlet": name} for name in outlets)]}


def _tell(recorded: "Recorded", how: str, only: str | None, as_json: bool) -> None:
    if as_json or only:
        print_part(recorded.model_dump(mode="json"), only, as_json=as_json)
        return
    say_line(f"{recorded.id} ({recorded.kind}) {how}.")
    say_line(f"It is at version {recorded.version}, and the record at position {recorded.position}.")
