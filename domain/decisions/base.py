"""What decisions share: the next version, fields put over a telling, and when nothing more is said."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from domain.developments import DEVELOPMENT, Development
from domain.developments.base import Contradiction
from domain.entry import Entry
from domain.errors import AccountOutdated, ContradictsItself, InvalidValues, IsRetracted, UnknownField
from domain.personal import plus_marks


def next_version(entry: Entry, recorder: str) -> dict[str, Any]:
    """What every event on the entry's stream says of itself."""
    return {
        "originator_id": entry.id,
        "originator_version": entry.version + 1,
        "recorded_by": recorder,
    }


def refuse_retracted(entry: Entry) -> None:
    """Raise `IsRetracted` where it has been taken back."""
    if entry.retracted:
        raise IsRetracted


def refuse_contradictions(
    told: Development, before: Development | None = None, changes: Collection[str] = (), pointer: str = ""
) -> None:
    """Raise `ContradictsItself` where two values cannot both be right, and could before the changes."""
    for found in _new_contradictions(before, told):
        raise ContradictsItself(pointer + _changed_one(found, changes), found.message)


def with_changes(development: Development, changes: Mapping[str, Any], pointer: str) -> Development:
    """A telling with some fields changed; raise `UnknownField` or `InvalidValues`."""
    known = type(development).model_fields.keys() - {"kind", "personal"}
    for field in changes:
        if field not in known:
            raise UnknownField(f"{pointer}/{field}", field, known)
    try:
        return type(development).model_validate({**_told(development), **changes})
    except ValidationError as error:
        raise InvalidValues(error, changes, pointer) from error


def over(development: Development, told: Development, fields: Sequence[str], number: int) -> Development:
    """Some fields of one telling over those on record now.

    Raise `AccountOutdated` where amendments since version `number` leave no room for them.
    """
    theirs = {field: getattr(told, field) for field in fields}
    if told.personal:
        theirs["personal"] = plus_marks(development.personal, told.personal)
    try:
        return DEVELOPMENT.validate_python({**_told(development), **theirs})
    except ValidationError as error:
        raise AccountOutdated(number) from error


def taken_over(before: Development, combined: Development, number: int) -> Development:
    """What `over` combined, to stand from now on; raise `AccountOutdated` where it contradicts itself."""
    if _new_contradictions(before, combined):
        raise AccountOutdated(number)
    return combined


def _new_contradictions(before: Development | None, after: Development) -> list[Contradiction]:
    """What contradicts itself only now: what was recorded so once is no reason to refuse another change."""
    known = set(before.contradictions()) if before else set()
    return [found for found in after.contradictions() if found not in known]


def _changed_one(found: Contradiction, changes: Collection[str]) -> str:
    """Which of the two values that contradict each other is among the changed fields."""
    return next(
        (where for where in (found.pointer, found.against) if where.split("/")[1] in changes), found.pointer
    )


def _told(development: Development) -> dict[str, Any]:
    return {name: getattr(development, name) for name in development.model_fields_set}
