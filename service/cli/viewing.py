"""Commands that answer people: dossiers, views as of a day, the history of one development, differences."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.lazily import examples
from service.cli.reaching import talking
from service.cli.terms import (
    LOCAL,
    NOT_CARRIED_OUT,
    AsJson,
    At,
    Only,
    Token,
    console,
    fail,
    print_part,
    say_line,
    view_names,
)

if TYPE_CHECKING:
    from service.client import Client

Name = Annotated[
    str,
    typer.Argument(help="The view: timeline, ceasefire, exchanges …", autocompletion=view_names),
]
Dossier = Annotated[str, typer.Argument(help="The dossier.")]
On = Annotated[
    str | None,
    typer.Option("--on", help="What had occurred by the end of this day; else today.", show_default=False),
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        help="What the record knew at this moment, such as 2025-07-01T12:00:00Z; else now.",
        show_default=False,
    ),
]
Standing = Annotated[
    list[str] | None,
    typer.Option(
        help="Only developments of this standing; several may be given.",
        autocompletion=lambda: ["reported", "claimed", "corroborated", "disputed", "retracted"],
        show_default=False,
    ),
]
AccordingTo = Annotated[
    str | None, typer.Option(help="Only the account of this party: a code or an id.", show_default=False)
]


@examples("depositary dossiers", "depositary dossiers --json")
def dossiers(known_at: KnownAt = None, at: At = LOCAL, token: Token = "", as_json: AsJson = False) -> None:
    """List the dossiers."""
    with talking(at, token) as client:
        answer = client.dossiers(**_given(known_at=known_at))
    if as_json:
        print_part(answer.model_dump(mode="json"), None)
        return
    from service.showing.tables import table

    rows = (
        (one["id"], one["title"], ", ".join(map(_party, one.get("parties", ())))) for one in answer.dossiers
    )
    console.print(table("Dossiers", ("id", "title", "parties"), rows, "none is open"))


@examples(
    "depositary as-of ceasefire ua-ru-2025 --on 2025-05-16",
    "depositary as-of exchanges ua-ru-2025 --known-at $MOMENT --according-to RU",
    "depositary as-of timeline ua-ru-2025 --limit 5",
    "depositary as-of timeline ua-ru-2025 --json --only position",
)
def as_of(
    view: Name,
    dossier: Dossier,
    on: On = None,
    known_at: KnownAt = None,
    at_position: Annotated[
        int | None,
        typer.Option(help="The same as --known-at: the first so many events.", min=0, show_default=False),
    ] = None,
    standing: Standing = None,
    according_to: AccordingTo = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say by which rule each status holds.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(help="So many items of each list at most; else all.", min=1, show_default=False),
    ] = None,
    at: At = LOCAL,
    token: Token = "",
    as_json: AsJson = False,
    only: Only = None,
) -> None:
    """Answer a view as of a day, as known at a moment.

    What is possible is told apart from what is certain, and figures are intervals: nothing is rounded to a
    number that no source gives.
    """
    _require_view(view)
    question = _given(
        as_of=on, known_at=known_at, at_position=at_position, standing=standing, according_to=according_to
    )
    with talking(at, token) as client:
        if view == "timeline":
            answer = _timeline(client, dossier, question, limit)
        else:
            much = _given(explain=explain or None, limit=limit, whole=limit is None)
            answer = client.view(view, dossier, **question, **much)
    if as_json or only:
        print_part(answer.model_dump(mode="json"), only, as_json=as_json)
        return
    from service.showing import answers

    for shown in answers.view(view, answer):
        console.print(shown)


@examples("depositary history $ID", "depositary history $ID --json --only versions.0.recorded_by")
def history(
    development: Annotated[str, typer.Argument(help="The development, by its id.")],
    known_at: KnownAt = None,
    at: At = LOCAL,
    token: Token = "",
    as_json: AsJson = False,
    only: Only = None,
) -> None:
    """Show every version of a development: who recorded it, when and why, and what changed."""
    when = _given(known_at=known_at)
    with talking(at, token) as client:
        answer = client.history(development, **when)
        headline = client.development(development, **when).headline
    if as_json or only:
        print_part(answer.model_dump(mode="json"), only, as_json=as_json)
        return
    from service.showing import answers

    console.print(answers.history(answer, headline))


@examples(
    "depositary diff ua-ru-2025 ceasefire --from 2025-05-15 --to 2025-05-16",
    "depositary diff ua-ru-2025 exchanges --from 2020-01-01T00:00:00Z --on 2025-06-26",
)
def diff(
    dossier: Dossier,
    view: Name,
    begin: Annotated[
        str, typer.Option("--from", metavar="DAY|MOMENT", help="Since when: a day, or a moment of knowledge.")
    ],
    end: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DAY|MOMENT", help="Until when, the like; else until now.", show_default=False
        ),
    ] = None,
    on: On = None,
    known_at: KnownAt = None,
    standing: Standing = None,
    according_to: AccordingTo = None,
    at: At = LOCAL,
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Say how the answer of a view changed, and what changed it.

    Between two days: what came to be. Between two moments, such as 2025-07-01T12:00:00Z: what came to be
    known, of one day (--on), with who recorded it and why.
    """
    _require_view(view)
    ends = ("known_from", "known_to") if "T" in begin.upper() else ("as_of_from", "as_of_to")
    between = _given(**dict(zip(ends, (begin, end), strict=True)), as_of=on, known_at=known_at)
    with talking(at, token) as client:
        answer = client.diff(dossier, view, **between, **_given(standing=standing, according_to=according_to))
    if as_json:
        print_part(answer.model_dump(mode="json"), None)
        return
    from service.showing import answers

    for sentence in answers.difference(answer):
        say_line(sentence)


def _given(**question: Any) -> Any:
    """What is asked, without what was left out."""
    return {name: value for name, value in question.items() if value is not None and value != []}


def _require_view(name: str) -> None:
    from difflib import get_close_matches

    if name not in (names := view_names()):
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(names)}"
        raise fail(f"{name!r} is no view; {hint}", NOT_CARRIED_OUT)


def _timeline(client: "Client", dossier: str, question: Any, limit: int | None) -> Any:
    """The whole timeline, all pages of it; or the first one, of so many."""
    first = client.timeline(dossier, **question, limit=limit or 500)
    if limit is not None:
        return first
    rest = client.all_happened(dossier, **question, limit=500, cursor=first.next) if first.next else ()
    return first.model_copy(update={"developments": (*first.developments, *rest), "next": None})


def _party(party: Any) -> str:
    actor = party["actor"]
    name = actor if isinstance(actor, str) else actor.get("name", actor.get("description"))
    return f"{party['name']} ({name})" if "name" in party else str(name)
