"""The calls that have something recorded."""

from collections.abc import Mapping
from json import loads
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote
from uuid import UUID, uuid4

from service.client.calls import Call, Lines, as_json, as_model
from service.verbs import SAYINGS

if TYPE_CHECKING:
    from domain.commands import Dossier, Said
    from domain.developments.base import Happening
    from service.answers import Opened, Recorded

Command = TypeVar("Command", bound="Said")
RECORDED = as_model("service.answers:Recorded")


def open_dossier(body: "Dossier | Mapping[str, Any]", *, key: str | None = None) -> "Call[Opened]":
    """Open a dossier under an id of the caller's choice; opened again as it was, it stays as it is."""
    return Call("POST", "/v1/dossiers", as_model("service.answers:Opened"), body=_body(body), key=key)


def record(
    dossier: str,
    body: "Happening | Mapping[str, Any]",
    *,
    key: str | None = None,
    confirm_year: bool = False,
) -> "Call[Recorded]":
    """Record a development of any kind: its model, or its JSON with the `kind`.

    `confirm_year` confirms that a year such as 0025 is meant.
    """
    path = f"/v1/dossiers/{quote(dossier, safe='')}/developments"
    return Call("POST", path, RECORDED, _confirmed(confirm_year=confirm_year), _body(body), key)


class Saying(Generic[Command]):
    """The calls that say one thing of a development, under the version that was seen."""

    def __init__(self, verb: str, does: str) -> None:
        self._verb = verb
        self.__doc__ = does

    def __call__(
        self,
        development: UUID | str,
        said: Command | Mapping[str, Any],
        *,
        seen: int,
        key: str | None = None,
        confirm_year: bool = False,
    ) -> "Call[Recorded]":
        """Say it: the command of the domain, or its JSON. `seen` is the version that it is said of."""
        return say(self._verb, development, said, seen=seen, key=key, confirm_year=confirm_year)


def say(
    verb: str,
    development: UUID | str,
    said: "Said | Mapping[str, Any]",
    *,
    seen: int,
    key: str | None = None,
    confirm_year: bool = False,
) -> "Call[Recorded]":
    """Say something of a development by its verb, as `service.verbs.SAYINGS` has it."""
    path = f"/v1/developments/{development}/{SAYINGS[verb]}"
    return Call("POST", path, RECORDED, _confirmed(confirm_year=confirm_year), _body(said), key, seen)


def post(path: str, body: Any, *, key: str | None = None, seen: int | None = None) -> Call[dict[str, Any]]:
    """Write something: `key` makes a repetition harmless, `seen` is the version it is said of."""
    return Call("POST", path, as_json, body=body, key=key, seen=seen)


def delete(path: str) -> Call[None]:
    """Remove something."""
    return Call("DELETE", path, lambda _: None)


def import_lines(
    dossier: str, lines: bytes, *, key: str | None = None, from_line: int = 1
) -> Lines[dict[str, Any]]:
    """Record developments, one a line; what each line is answered, as it comes, and at last the sum.

    A connection that breaks is not taken up again here: `service.sending` does that, under one key.
    """
    path = f"/v1/dossiers/{quote(dossier, safe='')}/developments:import"
    return post_lines(path, lines, key=key or str(uuid4()), from_line=from_line)


def post_lines(path: str, lines: bytes, *, key: str, **query: int | str) -> Lines[dict[str, Any]]:
    """Write something line by line; what the service answers, as it comes."""
    return Lines("POST", path, _as_object, query, lines, key)


def _as_object(line: str) -> dict[str, Any]:
    answer: dict[str, Any] = loads(line)
    return answer


def _body(given: Any) -> Any:
    """The JSON of a model as it was put in, with nothing filled in."""
    return given if isinstance(given, Mapping) else given.model_dump(mode="json", exclude_unset=True)


def _confirmed(*, confirm_year: bool) -> dict[str, str]:
    return {"confirm": "improbable-year"} if confirm_year else {}
