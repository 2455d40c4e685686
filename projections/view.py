"""What every view says: its clocks, what it rests on, and the accounts that differ, side by side."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from pydantic import JsonValue

from domain.developments import Development
from domain.developments.base import actor_name
from domain.entry import Entry, differing_fields
from domain.values import Slug, Source, Value, actor_key, independent_origins
from projections.accounts import account
from projections.cut import Cut, Held
from projections.receipt import Receipt
from projections.short import short


class Account(Value):
    """One telling of a happening that others tell otherwise."""

    id: UUID
    version: int
    by: str | None
    """The party whose contradiction it is; null for what a report on record tells."""
    denies: bool
    """Whether it is that it did not happen."""
    says: dict[str, Any]
    """The fields in which the accounts differ, as this one has them; null is a field it does not give."""
    attributed_to: tuple[str, ...]
    """The chains that it rests on, each from its origin to its outlet."""
    independent_origins: int


class Contested(Value):
    """A happening of which accounts differ."""

    id: UUID
    version: int
    headline: str
    accounts: tuple[Account, ...]


class Ground(Value):
    """A development that something rests on, at the version that was known."""

    id: UUID
    version: int


class Grounds(Value):
    """The developments that an answer rests on, by whether they had occurred by the day."""

    certain: tuple[Ground, ...] = ()
    possible: tuple[Ground, ...] = ()


class Explained(Value):
    """One status or number of an answer: by which rule, and on what it rests."""

    path: str
    """Its place in the answer, as a JSON Pointer."""
    answer: JsonValue
    rule: str
    rests_on: Grounds


class LeftOut(Value):
    """A list of an answer of which only the first items are shown."""

    path: str
    """Its place in the answer, as a JSON Pointer."""
    shown: int
    of: int
    """How many items it has in all."""
    next: str | None = None
    """The address of the items that follow."""


class View(Value):
    """What every answer says of itself: the dossier, both clocks, and the position that it reflects."""

    dossier: Slug
    as_of: date
    """Valid time: what had occurred by the end of this day."""
    known_at: datetime | None
    """Knowledge time: what the record knew at this moment; null while it knows nothing."""
    position: int
    """How many events the answer rests on: those recorded by `known_at`."""
    contested: tuple[Contested, ...] = ()
    """The happenings that it rests on of which accounts differ, each account beside the others."""
    left_out: tuple[LeftOut, ...] = ()
    """The lists of which only the first items are shown, where the answer comes in pages."""
    explanation: tuple[Explained, ...] | None = None
    """Every status and number opened, where `explain=true` was asked."""
    receipt: Receipt | None = None
    """What ties the answer to the log of the record, where that was asked."""


def ground(held: Held) -> Ground:
    """The reference to one entry."""
    return Ground(id=held.entry.id, version=held.entry.version)


def grounds(held: Iterable[Held], most: int | None = None) -> Grounds:
    """The references to several entries of one cut, each of them once; of each list no more than so many."""
    certain: list[Held] = []
    possible: list[Held] = []
    for one in dict.fromkeys(held):
        (certain if one.certain else possible).append(one)
    return Grounds.model_construct(certain=_references(certain, most), possible=_references(possible, most))


def _references(held: Sequence[Held], most: int | None) -> tuple[Ground, ...]:
    shown = islice((report for one in held for report in _reports(one)), most)
    return short(shown, sum(1 + len(one.others) for one in held))


def fallen_references(held: Sequence[Held], retracted: frozenset[UUID]) -> tuple[UUID, ...]:
    """What entries rest on that has been retracted."""
    if not retracted:
        return ()
    named = (reference.id for one in held for reference in one.entry.development.references())
    return tuple(dict.fromkeys(one for one in named if one in retracted))


def _reports(held: Held) -> Iterator[Ground]:
    yield ground(held)
    for other in held.others:
        yield Ground(id=other.id, version=other.version)


def attributed_to(sources: Iterable[Source]) -> tuple[str, ...]:
    """The chains that report it, each from its origin to its outlet."""
    chains = ([*(actor_name(link.actor) for link in source.chain), source.outlet] for source in sources)
    return tuple(" → ".join(chain) for chain in chains)


def of_view(cut: Cut) -> dict[str, Any]:
    """What an answer says of itself, for the constructor of its `View`."""
    moment = cut.moment
    return {
        "dossier": cut.dossier,
        "as_of": moment.as_of,
        "known_at": moment.known_at,
        "position": moment.position,
        "contested": tuple(contested(held) for held in cut.held if accounts(held)),
    }


def contested(held: Held) -> Contested:
    """A happening with its accounts."""
    return Contested(
        id=held.entry.id,
        version=held.entry.version,
        headline=held.entry.development.headline(),
        accounts=accounts(held),
    )


def accounts(held: Held) -> tuple[Account, ...]:
    """Each account of a happening; none where nobody tells it otherwise."""
    if not held.others and not held.entry.disputes:
        return ()
    told = [told for report in held.reports for told in _told(report)]
    fields = _differing([one.development for one in told if one.development is not None])
    if not fields and all(one.development is not None for one in told):
        return ()
    return tuple(_account(one, fields) for one in told)


@dataclass(frozen=True, slots=True)
class _Told:
    report: Entry
    by: str | None
    development: Development | None
    sources: tuple[Source, ...]


def _told(report: Entry) -> Iterator[_Told]:
    yield _Told(report, None, report.development, report.sources)
    for dispute in report.open_disputes:
        told = account(report, dispute) if dispute.account else None
        yield _Told(report, actor_key(dispute.by), told, dispute.sources)


def _differing(developments: Sequence[Development]) -> tuple[str, ...]:
    first = developments[0]
    fields = {field for one in developments for field in differing_fields(first, one)}
    return tuple(sorted(fields - {"sources", "summary"}))


def _account(told: _Told, fields: Sequence[str]) -> Account:
    says = told.development.model_dump(mode="json", exclude_unset=True) if told.development else {}
    return Account(
        id=told.report.id,
        version=told.report.version,
        by=told.by,
        denies=told.development is None,
        says={field: says.get(field) for field in fields} if told.development else {},
        attributed_to=attributed_to(told.sources),
        independent_origins=independent_origins(told.sources),
    )
