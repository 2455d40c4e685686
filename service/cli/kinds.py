"""The command that says what can be recorded."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.fields import branches
from service.cli.lazily import examples
from service.cli.reaching import talking
from service.cli.terms import LOCAL, AsJson, At, Token, console, fail, kind_names, print_json, say_line

if TYPE_CHECKING:
    from service.answers import KindOfDevelopment


@examples("depositary kinds", "depositary kinds call-held", "depositary kinds call-held --json")
def kinds(
    kind: Annotated[
        str | None, typer.Argument(help="One of them, in full.", autocompletion=kind_names)
    ] = None,
    at: At = LOCAL,
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """List the kinds of development, or describe one: its fields, its codes, an example."""
    with talking(at, token) as client:
        every = {one.kind: one for one in client.kinds().kinds}
    if kind is not None and kind not in every:
        raise _no_such_kind(kind, every)
    if as_json:
        told = {name: one.model_dump(mode="json") for name, one in every.items()}
        print_json(told[kind] if kind else {"kinds": list(told.values())})
    elif kind is not None:
        _describe(every[kind])
    else:
        _list(every)


def _no_such_kind(kind: str, every: Mapping[str, Any]) -> typer.Exit:
    from difflib import get_close_matches

    near = get_close_matches(kind, every, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "`depositary kinds` lists them"
    return fail(f"{kind!r} is no kind of development; {hint}")


def _list(every: Mapping[str, "KindOfDevelopment"]) -> None:
    from service.showing.tables import table

    rows = ((name, one.description.split("\n\n")[0].replace("\n", " ")) for name, one in every.items())
    console.print(table("Kinds of development", ("kind", "what it is"), rows))


def _describe(one: "KindOfDevelopment") -> None:
    from service.showing.tables import table

    say_line(f"{one.kind}: {one.description}\n")
    codes = (f"{name.upper().replace('_', ' ')} {code}" for name, code in one.codes if code)
    say_line(f"In the event datasets: {', '.join(codes) or 'no code'}.\n")
    console.print(table("Fields", ("field", "", "form", "what it says"), _fields(one.body)))
    say_line("\nFor example:")
    print_json(one.example)


def _fields(body: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for name, part in body["properties"].items():
        if name != "kind":
            required = "required" if name in body.get("required", ()) else ""
            yield name, required, _form(part, body), _described(part, body)


def _form(part: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """The forms that a value may have, in words."""
    forms = (_form_of(one, body) for one in branches(part, body) if one.get("type") != "null")
    return ", or ".join(dict.fromkeys(forms))


def _form_of(one: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    if "enum" in one:
        return "one of " + ", ".join(map(str, one["enum"]))
    if "const" in one:
        return str(one["const"])
    match one.get("type"):
        case "array":
            return f"list of: {_form(one.get('items', {}), body)}"
        case "object":
            return f"{one.get('title', 'object')} {{{', '.join(one.get('properties', ()))}}}"
        case "string":
            return {"edtf": "date in EDTF", "date": "day", "uuid": "id", "duration": "length of time"}.get(
                one.get("format", ""), "text"
            )
        case "integer" | "number":
            return "number"
        case "boolean":
            return "true or false"
    return "anything"


def _described(part: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """What a field says, in its own words or in those of its form."""
    own = part.get("description")
    of_form = next((one["description"] for one in branches(part, body) if "description" in one), "")
    return str(own or of_form).split("\n\n")[0].replace("\n", " ")
