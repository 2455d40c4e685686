"""Refusals: what the record will not do, in words that say what would be right."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import PydanticCustomError


def wrong_part(message: str, *path: str | int) -> PydanticCustomError:
    """What a model's validator raises where it knows which part of the value is the wrong one."""
    return PydanticCustomError(WRONG_PART, "{message}", {"message": message, "path": path})


WRONG_PART = "wrong_part"
"""The type of an error whose context has the `path` to the part."""


class Refusal(Exception):
    """A command that the record refuses; nothing of it is recorded."""


class NotFound(Refusal):
    """What the caller named is not on record."""


class UnknownDossier(NotFound):
    """No dossier has this name."""

    def __init__(self, dossier: str, known: Collection[str] = (), *, later: bool = False) -> None:
        near = get_close_matches(dossier, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        then = f"the dossier {dossier!r} was not on record yet at that moment of knowledge"
        super().__init__(then if later else f"no dossier {dossier!r} is on record{hint}")
        self.dossier = dossier


class UnknownDevelopment(NotFound):
    """No development has this id."""

    def __init__(self, development: UUID, *, later: bool = False) -> None:
        then = f"the development {development} was not on record yet at that moment of knowledge"
        super().__init__(then if later else f"no development {development} is on record")
        self.development = development


class NotAllowed(Exception):
    """Whoever asks is known, and may not do that."""

    def __init__(self, principal: str, right: str, dossier: str | None) -> None:
        where = f"the dossier {dossier!r}" if dossier else "all dossiers"
        super().__init__(
            f"{principal} may not {right} in {where}: an administrator can grant a role that allows it"
        )


class AuthorityChanged(NotAllowed):
    """What whoever asks may do was changed while the request was under way."""

    def __init__(self) -> None:
        Exception.__init__(
            self, "what the credential allows was changed while this was under way: nothing was recorded"
        )


class Conflict(Refusal):
    """The command does not fit what is on record."""


class DossierTaken(Conflict):
    """The name is taken by a dossier with other content."""

    def __init__(self, dossier: str) -> None:
        super().__init__(
            f"a dossier {dossier!r} was opened before with other content; a dossier is opened once: "
            "choose another id, or send the same content to get the one on record"
        )


class StaleVersion(Conflict):
    """The caller has seen another version than the current one."""

    def __init__(self, seen: Sequence[int | str], current: int) -> None:
        named = ", ".join(map(str, seen)) or "none"
        super().__init__(
            f"the current version is {current}, If-Match names {named}: read the development again, "
            f'see what changed, and repeat with If-Match: "{current}" if it still applies'
        )
        self.current = current


class IsRetracted(Conflict):
    """The development has been retracted, so nothing more is said of it until it is reinstated."""

    def __init__(self) -> None:
        super().__init__("the development is retracted; reinstate it before anything else is said of it")


class NotRetracted(Conflict):
    """Only what has been retracted can be reinstated."""

    def __init__(self) -> None:
        super().__init__("the development is not retracted, so there is nothing to reinstate")


class DisputeClosed(Conflict):
    """The dispute has been resolved before."""

    def __init__(self, dispute: int) -> None:
        super().__init__(f"dispute {dispute} is resolved; raise a new one if it has flared up again")


class AccountOutdated(Conflict):
    """An account that would be taken over no longer fits the development."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"what version {number} says does not fit the rest of the development as it stands now: "
            "amend the development to what is right, and close this without taking it over"
        )


class RectificationClosed(Conflict):
    """The rectification has been adopted or refused before."""

    def __init__(self, rectification: int) -> None:
        super().__init__(
            f"rectification {rectification} is closed; propose a new one if more has been learned"
        )


class NothingPersonal(Conflict):
    """There is nothing to erase: no text of the development is marked as personal."""

    def __init__(self) -> None:
        super().__init__(
            "no text of the development is marked as personal, so none is kept sealed and none can be erased"
        )


class ErasedBefore(Conflict):
    """All that was marked as personal has been erased before."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"what was marked as personal was erased by version {version}, and no more has been told since"
        )


class TooEarly(Conflict):
    """A rectification is not adopted while objections can still be raised."""

    def __init__(self, rectification: int, until: date) -> None:
        super().__init__(
            f"objections to rectification {rectification} can be raised until the end of {until} (UTC): "
            "adopt it after that day"
        )


class TooLate(Conflict):
    """The time for objections has passed."""

    def __init__(self, rectification: int, until: date) -> None:
        super().__init__(
            f"objections to rectification {rectification} could be raised until the end of {until} (UTC): "
            "dispute the development instead"
        )


class ObjectedTo(Conflict):
    """A rectification that somebody objected to is not adopted."""

    def __init__(self, rectification: int, by: Sequence[str]) -> None:
        super().__init__(
            f"{', '.join(by)} objected to rectification {rectification}, so it cannot be adopted: refuse it, "
            "and amend the development if you know better"
        )


class Invalid(Refusal):
    """A field of the command is wrong. `pointer` is its JSON Pointer in the command."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer


class UnknownActor(Invalid):
    """Nobody of this key is named in the dossier, so nothing can be told of it, not even that it is not so.

    `known` are the names of those who are, by their keys.
    """

    def __init__(self, parameter: str, actor: str, known: Mapping[str, str]) -> None:
        near = ", ".join(
            f"{key!r} ({known[key]})" if known[key] != key else repr(key) for key in _near(actor, known)
        )
        hint = f"; did you mean {near}?" if near else ""
        super().__init__(
            parameter,
            f"nobody is recorded as {actor!r} in this dossier at that moment of knowledge: "
            f"a code or an id is meant, not a name{hint}",
        )


def _near(actor: str, known: Mapping[str, str]) -> Sequence[str]:
    """The keys whose actors may have been meant: called so, called so among else, or nearly so."""
    wanted, found = actor.casefold(), list[str]()
    spelled = [(spelling.casefold(), key) for key, name in known.items() for spelling in (key, name)]
    found += [key for spelling, key in spelled if spelling == wanted]
    found += [key for spelling, key in spelled if len(wanted) > 2 and wanted in spelling]
    close = get_close_matches(wanted, {spelling for spelling, _ in spelled}, n=3)
    found += [key for spelling, key in spelled if spelling in close]
    return list(dict.fromkeys(found))[:3]


class LiesInFuture(Invalid):
    """Something that is said to have happened lies in the future."""


class ImprobableYear(Invalid):
    """A year that is probably a slip of the pen. It is asked about, not swallowed."""

    def __init__(self, pointer: str, text: str, year: int) -> None:
        super().__init__(
            pointer,
            f"{text!r} was read as the year {year}: is that meant? If not, give all four digits, such as "
            f"20{year % 100:02}; if so, repeat the request with ?confirm=improbable-year",
        )


class ContradictsItself(Invalid):
    """Two values of one development that cannot both be right."""


class UnresolvedReference(Invalid):
    """It rests on a development that is not there, is elsewhere, or is of another kind."""


class NothingChanged(Invalid):
    """An amendment that would leave everything as it is."""


class NoSuchDispute(Invalid):
    """The number is not that of a dispute on this development."""


class NoSuchRectification(Invalid):
    """The number is not that of a rectification of this development."""


class NotTwoReports(Invalid):
    """The two are not, or are already, judged to be reports of one happening."""


class InvalidValues(Refusal):
    """Values that the kind's schema refuses for the fields that they are to change.

    `values` are those that were given, at `pointer` in the command.
    """

    def __init__(self, error: ValidationError, values: Mapping[str, Any], pointer: str) -> None:
        super().__init__(str(error))
        self.error = error
        self.values = values
        self.pointer = pointer


class UnknownField(Invalid):
    """The kind has no such field, or not one that can be changed."""

    def __init__(self, pointer: str, field: str, known: Collection[str]) -> None:
        super().__init__(
            pointer, f"no field {field!r} can be changed; expected one of {', '.join(sorted(known))}"
        )
