"""Commands that are loaded when they are called: `depositary --help` is to answer at once.

What the program is made of takes a second to load. So each command is named here by where it is and what it
does, and its module is imported only once it is called, completed, or asked for its own help.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from inspect import getdoc
from typing import Any, TypeVar

import typer
from rich.markup import escape
from typer.core import TyperGroup
from typer.main import get_command

Function = TypeVar("Function", bound=Callable[..., Any])

FIELDS = {"allow_extra_args": True, "ignore_unknown_options": True}
_TAKING_FIELDS: set[Callable[..., Any]] = set()


@dataclass(frozen=True, slots=True)
class Later:
    """A command, or a group of them, that is not loaded yet."""

    name: str
    where: str
    """Its module and its name there: of a function, or of a `Typer` of several."""
    help: str
    """The first sentence of its own help."""
    panel: str
    """Under which heading it is listed."""

    def loaded(self) -> Any:
        """What is called in its place."""
        module, _, name = self.where.partition(":")
        found = getattr(import_module(module), name)
        return get_command(found if isinstance(found, typer.Typer) else alone(self.name, found))


def alone(name: str, function: Callable[..., Any]) -> typer.Typer:
    """An application of one command, with its examples at the end of its help."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    add(app, name, function)
    return app


def add(app: typer.Typer, name: str, function: Callable[..., Any]) -> None:
    """Add a command to an application: its docstring as its help, its examples at the end."""
    shown = escape("\n\n".join(["Examples:", *examples_of(function)]))
    settings = FIELDS if function in _TAKING_FIELDS else None
    told = escape(unwrapped(getdoc(function) or ""))
    app.command(name, help=told, epilog=shown, context_settings=settings)(function)


def unwrapped(text: str) -> str:
    """A text whose paragraphs are a line each, to be wrapped where it is shown."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def examples(*commands: str) -> Callable[[Function], Function]:
    """Give a command its examples: lines of a shell, which a test runs as they are."""

    def give(function: Function) -> Function:
        function.examples = commands  # type: ignore[attr-defined]
        return function

    return give


def takes_fields(function: Function) -> Function:
    """Have a command leave the options that it does not know: they are fields of what is recorded."""
    _TAKING_FIELDS.add(function)
    return function


def examples_of(function: Callable[..., Any]) -> Sequence[str]:
    """The examples of a command."""
    return getattr(function, "examples", ())


class LazyGroup(TyperGroup):
    """A group whose commands are loaded when they are called."""

    later: dict[str, Later] = {}  # noqa: RUF012 - filled once, by `group`

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, with what is left of the arguments."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, self.later[name].loaded() if name in self.later else command, rest


def group(told: str, commands: Sequence[Later]) -> typer.Typer:
    """An application of commands that are loaded when they are called."""
    cls = type("Commands", (LazyGroup,), {"later": {one.name: one for one in commands}})
    app = typer.Typer(
        cls=cls,
        help=unwrapped(told),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    for one in commands:
        app.command(one.name, help=one.help, rich_help_panel=one.panel)(lambda: None)
    return app
