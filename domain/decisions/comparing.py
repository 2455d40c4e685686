"""Comparing accounts: more sources, contradictions, and two reports of one happening."""

from domain.commands import Corroborate, Dispute, JudgeNotSame, JudgeSame, Resolve
from domain.decisions.base import (
    next_version,
    over,
    refuse_contradictions,
    refuse_retracted,
    taken_over,
    with_changes,
)
from domain.developments import Development
from domain.entry import Entry, OpenedDispute, differing_fields
from domain.errors import DisputeClosed, NoSuchDispute, NothingChanged, NotTwoReports
from domain.events import Corroborated, Disputed, DisputeResolved, NotSameAs, SameAs
from domain.plausibility import Plausibility


def corroborate(entry: Entry, command: Corroborate, recorder: str, plausible: Plausibility) -> Corroborated:
    """Add a source; raise `IsRetracted`, or `NothingChanged` for one that is there already."""
    refuse_retracted(entry)
    if command.source in entry.sources:
        raise NothingChanged("/source", "this source is on record for the development already")
    plausible.check_source(command.source, "/source")
    return Corroborated(**next_version(entry, recorder), source=command.source, reason=command.reason)


def dispute(entry: Entry, command: Dispute, recorder: str, plausible: Plausibility) -> Disputed:
    """Put a contradiction on record; raise `IsRetracted`, `NothingChanged`, `UnknownField` or `Invalid`."""
    refuse_retracted(entry)
    account = with_changes(entry.development, command.says, "/says") if command.says else None
    fields = differing_fields(entry.development, account) if account else ()
    if account is not None:
        if not fields:
            raise NothingChanged("/says", "the party says what is on record, so it disputes nothing")
        plausible.check(account, "/says")
        refuse_contradictions(account, entry.development, command.says, "/says")
    plausible.check_sources(command.sources)
    return Disputed(
        **next_version(entry, recorder),
        by=command.by,
        fields=fields,
        account=account,
        reason=command.reason,
        sources=command.sources,
    )


def resolve(entry: Entry, command: Resolve, recorder: str, plausible: Plausibility) -> DisputeResolved:
    """Close a dispute; raise `IsRetracted`, `NoSuchDispute`, `DisputeClosed` or `AccountOutdated`."""
    refuse_retracted(entry)
    plausible.check_sources(command.sources)
    opened = _open_dispute(entry, command.dispute)
    upheld = command.outcome == "upheld" and opened.account is not None
    account = account_of(entry, opened) if upheld else None
    return DisputeResolved(
        **next_version(entry, recorder),
        dispute=command.dispute,
        outcome=command.outcome,
        development=account and taken_over(entry.development, account, opened.number),
        reason=command.reason,
        sources=command.sources,
    )


def judge_same(entry: Entry, command: JudgeSame, recorder: str, plausible: Plausibility) -> SameAs:
    """Judge it to be the same happening as another; raise `NotTwoReports` where it is judged so already.

    Whether the other is fit for it is for `domain.references.check_reference`.
    """
    refuse_retracted(entry)
    if command.other in entry.same_as:
        raise NotTwoReports("/other", f"it is judged to be the same happening as {command.other} already")
    plausible.check_sources(command.sources)
    return SameAs(
        **next_version(entry, recorder),
        kind=entry.development.kind,
        other=command.other,
        reason=command.reason,
        sources=command.sources,
    )


def judge_not_same(entry: Entry, command: JudgeNotSame, recorder: str, plausible: Plausibility) -> NotSameAs:
    """Take that judgement back; raise `NotTwoReports` where there is none."""
    refuse_retracted(entry)
    if command.other not in entry.same_as:
        known = ", ".join(map(str, entry.same_as)) or "none"
        raise NotTwoReports(
            "/other",
            f"it is not judged to be the same as {command.other}; it is as: {known}. A judgement that was "
            "made of the other development is taken back there",
        )
    plausible.check_sources(command.sources)
    return NotSameAs(
        **next_version(entry, recorder), other=command.other, reason=command.reason, sources=command.sources
    )


def account_of(entry: Entry, opened: OpenedDispute) -> Development:
    """The development as the disputing party tells it; raise `AccountOutdated`, and as `over`."""
    assert opened.account is not None
    return over(entry.development, opened.account, opened.fields, opened.number)


def _open_dispute(entry: Entry, number: int) -> OpenedDispute:
    opened = next((one for one in entry.disputes if one.number == number), None)
    if opened is None:
        known = ", ".join(str(one.number) for one in entry.disputes) or "none"
        raise NoSuchDispute("/dispute", f"no dispute {number}; the disputes on record: {known}")
    if opened.outcome is not None:
        raise DisputeClosed(number)
    return opened
