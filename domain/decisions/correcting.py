"""Correcting a development: at once, or as a rectification that parties can object to."""

from typing import Any

from domain.commands import AdoptRectification, Amend, Object, ProposeRectification, RefuseRectification
from domain.decisions.base import (
    next_version,
    over,
    refuse_contradictions,
    refuse_retracted,
    taken_over,
    with_changes,
)
from domain.entry import Entry, Rectification, differing_fields
from domain.errors import (
    Invalid,
    NoSuchRectification,
    NothingChanged,
    ObjectedTo,
    RectificationClosed,
    TooEarly,
    TooLate,
)
from domain.events import (
    Amended,
    ObjectionRaised,
    RectificationAdopted,
    RectificationProposed,
    RectificationRefused,
)
from domain.plausibility import Plausibility
from domain.values import actor_key


def amend(entry: Entry, command: Amend, recorder: str, plausible: Plausibility) -> Amended:
    """Correct fields; raise `IsRetracted`, `NothingChanged`, `UnknownField` or `Invalid`."""
    refuse_retracted(entry)
    amended = with_changes(entry.development, command.changes, "/changes")
    fields = differing_fields(entry.development, amended)
    if not fields:
        raise NothingChanged("/changes", "every field has this value already")
    plausible.check(amended, "/changes")
    refuse_contradictions(amended, entry.development, command.changes, "/changes")
    plausible.check_sources(command.sources)
    return Amended(
        **next_version(entry, recorder),
        fields=fields,
        development=amended,
        reason=command.reason,
        sources=command.sources,
    )


def propose(
    entry: Entry, command: ProposeRectification, recorder: str, plausible: Plausibility
) -> RectificationProposed:
    """Propose a correction; raise as `amend`, or `Invalid` for a time limit that has passed."""
    amended = amend(entry, Amend(**_amendment(command)), recorder, plausible)
    if command.objections_until < plausible.now.date():
        raise Invalid("/objections_until", "it has passed already; give a day on which one can still object")
    return RectificationProposed(
        **next_version(entry, recorder),
        fields=amended.fields,
        development=amended.development,
        objections_until=command.objections_until,
        reason=command.reason,
        sources=command.sources,
    )


def object_to(entry: Entry, command: Object, recorder: str, plausible: Plausibility) -> ObjectionRaised:
    """Object; raise `NoSuchRectification`, `RectificationClosed` or `TooLate`."""
    refuse_retracted(entry)
    proposed = _open_rectification(entry, command.rectification)
    if plausible.now.date() > proposed.objections_until:
        raise TooLate(proposed.number, proposed.objections_until)
    plausible.check_sources(command.sources)
    return ObjectionRaised(
        **next_version(entry, recorder),
        rectification=command.rectification,
        by=command.by,
        reason=command.reason,
        sources=command.sources,
    )


def adopt(
    entry: Entry, command: AdoptRectification, recorder: str, plausible: Plausibility
) -> RectificationAdopted:
    """Adopt; raise `NoSuchRectification`, `RectificationClosed`, `ObjectedTo` or `TooEarly`."""
    refuse_retracted(entry)
    proposed = _open_rectification(entry, command.rectification)
    if proposed.objections:
        raise ObjectedTo(proposed.number, [actor_key(one.by) for one in proposed.objections])
    if plausible.now.date() <= proposed.objections_until:
        raise TooEarly(proposed.number, proposed.objections_until)
    plausible.check_sources(command.sources)
    combined = over(entry.development, proposed.development, proposed.fields, proposed.number)
    return RectificationAdopted(
        **next_version(entry, recorder),
        rectification=command.rectification,
        fields=proposed.fields,
        development=taken_over(entry.development, combined, proposed.number),
        reason=command.reason,
        sources=command.sources,
    )


def refuse(
    entry: Entry, command: RefuseRectification, recorder: str, plausible: Plausibility
) -> RectificationRefused:
    """Refuse; raise `NoSuchRectification` or `RectificationClosed`."""
    refuse_retracted(entry)
    _open_rectification(entry, command.rectification)
    plausible.check_sources(command.sources)
    return RectificationRefused(
        **next_version(entry, recorder),
        rectification=command.rectification,
        reason=command.reason,
        sources=command.sources,
    )


def _amendment(command: ProposeRectification) -> dict[str, Any]:
    return {"changes": command.changes, "reason": command.reason, "sources": command.sources}


def _open_rectification(entry: Entry, number: int) -> Rectification:
    proposed = next((one for one in entry.rectifications if one.number == number), None)
    if proposed is None:
        known = ", ".join(str(one.number) for one in entry.rectifications) or "none"
        raise NoSuchRectification("/rectification", f"no rectification {number}; those on record: {known}")
    if proposed.outcome is not None:
        raise RectificationClosed(number)
    return proposed
