"""Disputes: where accounts differ, each party's version beside the others, resolved or not."""

from typing import Any, Literal
from uuid import UUID

from domain.developments.base import Happening
from domain.entry import Entry, OpenedDispute, Standing
from domain.time import Certainty
from domain.values import Text, Value, actor_key, independent_origins
from projections.accounts import account
from projections.cut import Cut, Held
from projections.known import Known, head
from projections.short import short
from projections.view import Contested, View, attributed_to, contested, of_view

RESTS_ON = (Happening,)
"""The kinds that this view is folded from: all of them."""


class DisputedClaim(Value):
    """What one party contradicts of one development, and what became of it."""

    dispute: int
    """The version of the development that raised it."""
    by: str
    denies: bool
    """Whether it says that it did not happen."""
    on_record: dict[str, Any]
    """The fields in question as the record holds them now."""
    says: dict[str, Any]
    """The same fields as the party tells them; empty for a denial."""
    reason: Text
    attributed_to: tuple[str, ...]
    """The chains that the party's version rests on, each from its origin to its outlet."""
    independent_origins: int
    outcome: Literal["upheld", "dismissed", "withdrawn"] | None
    """Null while it is open."""


class InDispute(Value):
    """A development on record that somebody has contradicted."""

    id: UUID
    version: int
    kind: str
    headline: str
    standing: Standing
    certainty: Certainty
    attributed_to: tuple[str, ...]
    """The chains that what is on record rests on."""
    independent_origins: int
    claims: tuple[DisputedClaim, ...]
    open: int
    """How many of them nobody has resolved."""


class Disputes(View):
    """Every contradiction on record, and the reports of one happening that differ."""

    disputed: tuple[InDispute, ...]
    differing_reports: tuple[Contested, ...]
    """Developments that were judged to be one happening and tell it otherwise."""


def disputes(cut: Cut) -> Disputes:
    """Gather what is contradicted and what differs."""
    reports = [(held, report) for held in cut.held for report in held.reports]
    joined = (contested(held) for held in cut.held if held.others)
    return Disputes(
        **of_view(cut),
        disputed=tuple(_in_dispute(held, report) for held, report in reports if report.disputes),
        differing_reports=tuple(one for one in joined if one.accounts),
    )


def disputes_counted(known: Known, limit: int) -> Disputes:
    """The view of a large dossier, with the first so many items of each list; the others are counted."""
    number, held = known.disputed((), limit, contested=False)
    return Disputes.model_construct(
        **head(known, (), limit),
        disputed=short((_in_dispute(one, one.entry) for one in held), number),
        differing_reports=(),
    )


def _in_dispute(held: Held, report: Entry) -> InDispute:
    return InDispute(
        id=report.id,
        version=report.version,
        kind=report.development.kind,
        headline=report.development.headline(),
        standing=report.standing,
        certainty=held.certainty,
        attributed_to=attributed_to(report.sources),
        independent_origins=independent_origins(report.sources),
        claims=tuple(_claim(report, dispute) for dispute in report.disputes),
        open=len(report.open_disputes),
    )


def _claim(report: Entry, dispute: OpenedDispute) -> DisputedClaim:
    recorded = report.development.model_dump(mode="json", exclude_unset=True)
    told = account(report, dispute).model_dump(mode="json", exclude_unset=True) if dispute.account else {}
    return DisputedClaim(
        dispute=dispute.number,
        by=actor_key(dispute.by),
        denies=dispute.account is None,
        on_record={field: recorded.get(field) for field in dispute.fields},
        says={field: told.get(field) for field in dispute.fields},
        reason=dispute.reason,
        attributed_to=attributed_to(dispute.sources),
        independent_origins=independent_origins(dispute.sources),
        outcome=dispute.outcome,
    )
