"""What may be recorded of a development next: decisions on its state.

A decision takes the state, a command, who records it and the moment's plausibility, and returns the
event; or it raises a `Refusal`, and nothing has changed. Values that the kind's schema refuses raise
pydantic's `ValidationError`.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from domain.commands import Amend, Corroborate, Dispute, Reinstate, Resolve, Retract
from domain.developments import DEVELOPMENT, Development
from domain.entry import Entry, OpenedDispute, differing_fields
from domain.errors import (
    AccountOutdated,
    DisputeClosed,
    IsRetracted,
    NoSuchDispute,
    NothingChanged,
    NotRetracted,
    UnknownField,
)
from domain.events import (
    Amended,
    Corroborated,
    DevelopmentRecorded,
    Disputed,
    DisputeResolved,
    Reinstated,
    Retracted,
)
from domain.plausibility import Plausibility


def record(
    development: Development, dossier: str, identity: UUID, recorder: str, plausible: Plausibility
) -> DevelopmentRecorded:
    """Take in a new development; raise `Invalid` where it cannot have happened as told."""
    plausible.check(development)
    return DevelopmentRecorded(
        originator_id=identity,
        originator_version=1,
        recorded_by=recorder,
        dossier=dossier,
        development=development,
    )


def amend(entry: Entry, command: Amend, recorder: str, plausible: Plausibility) -> Amended:
    """Correct fields; raise `IsRetracted`, `NothingChanged`, `UnknownField` or `Invalid`."""
    _refuse_retracted(entry)
    amended = _with(entry.development, command.changes, "/changes")
    fields = differing_fields(entry.development, amended)
    if not fields:
        raise NothingChanged("/changes", "every field has this value already")
    plausible.check(amended, "/changes")
    plausible.check_sources(command.sources)
    return Amended(
        **_next(entry, recorder),
        fields=fields,
        development=amended,
        reason=command.reason,
        sources=command.sources,
    )


def corroborate(entry: Entry, command: Corroborate, recorder: str, plausible: Plausibility) -> Corroborated:
    """Add a source; raise `IsRetracted`, or `NothingChanged` for one that is there already."""
    _refuse_retracted(entry)
    if command.source in entry.sources:
        raise NothingChanged("/source", "this source is on record for the development already")
    plausible.check_source(command.source, "/source")
    return Corroborated(**_next(entry, recorder), source=command.source, reason=command.reason)


def dispute(entry: Entry, command: Dispute, recorder: str, plausible: Plausibility) -> Disputed:
    """Put a contradiction on record; raise `IsRetracted`, `NothingChanged`, `UnknownField` or `Invalid`."""
    _refuse_retracted(entry)
    account = _with(entry.development, command.says, "/says") if command.says else None
    fields = differing_fields(entry.development, account) if account else ()
    if account is not None:
        if not fields:
            raise NothingChanged("/says", "the party says what is on record, so it disputes nothing")
        plausible.check(account, "/says")
    plausible.check_sources(command.sources)
    return Disputed(
        **_next(entry, recorder),
        by=command.by,
        fields=fields,
        account=account,
        reason=command.reason,
        sources=command.sources,
    )


def resolve(entry: Entry, command: Resolve, recorder: str, plausible: Plausibility) -> DisputeResolved:
    """Close a dispute; raise `IsRetracted`, `NoSuchDispute`, `DisputeClosed` or `AccountOutdated`."""
    _refuse_retracted(entry)
    plausible.check_sources(command.sources)
    opened = _open_dispute(entry, command.dispute)
    upheld = command.outcome == "upheld" and opened.account is not None
    return DisputeResolved(
        **_next(entry, recorder),
        dispute=command.dispute,
        outcome=command.outcome,
        development=account_of(entry, opened) if upheld else None,
        reason=command.reason,
        sources=command.sources,
    )


def retract(entry: Entry, command: Retract, recorder: str, plausible: Plausibility) -> Retracted:
    """Take it back; raise `IsRetracted` if it has been."""
    _refuse_retracted(entry)
    plausible.check_sources(command.sources)
    return Retracted(**_next(entry, recorder), reason=command.reason, sources=command.sources)


def reinstate(entry: Entry, command: Reinstate, recorder: str, plausible: Plausibility) -> Reinstated:
    """Put it back; raise `NotRetracted` if it has not been taken back."""
    if not entry.retracted:
        raise NotRetracted
    plausible.check_sources(command.sources)
    return Reinstated(**_next(entry, recorder), reason=command.reason, sources=command.sources)


def account_of(entry: Entry, opened: OpenedDispute) -> Development:
    """The development as the disputing party tells it: its own fields over those on record now.

    Raise `AccountOutdated` where amendments since then leave no room for it.
    """
    assert opened.account is not None
    theirs = {field: getattr(opened.account, field) for field in opened.fields}
    try:
        return DEVELOPMENT.validate_python({**_told(entry.development), **theirs})
    except ValidationError as error:
        raise AccountOutdated(opened.number) from error


def _told(development: Development) -> dict[str, Any]:
    return {name: getattr(development, name) for name in development.model_fields_set}


def _with(development: Development, changes: Mapping[str, Any], pointer: str) -> Development:
    known = type(development).model_fields.keys() - {"kind"}
    for field in changes:
        if field not in known:
            raise UnknownField(f"{pointer}/{field}", field, known)
    return type(development).model_validate({**_told(development), **changes})


def _next(entry: Entry, recorder: str) -> dict[str, Any]:
    return {
        "originator_id": entry.id,
        "originator_version": entry.version + 1,
        "recorded_by": recorder,
    }


def _open_dispute(entry: Entry, number: int) -> OpenedDispute:
    opened = next((one for one in entry.disputes if one.number == number), None)
    if opened is None:
        known = ", ".join(str(one.number) for one in entry.disputes) or "none"
        raise NoSuchDispute("/dispute", f"no dispute {number}; the disputes on record: {known}")
    if opened.outcome is not None:
        raise DisputeClosed(number)
    return opened


def _refuse_retracted(entry: Entry) -> None:
    if entry.retracted:
        raise IsRetracted
