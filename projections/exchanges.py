"""Cumulative exchanges: stages and persons that returned, as intervals, against what was promised."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.developments.agreements import Agreement, AgreementAmended, AgreementSigned, Stipulation
from domain.developments.humanitarian import (
    DetaineesReleased,
    ExchangeStageCarriedOut,
    RemainsRepatriated,
    Return,
)
from domain.quantity import UNKNOWN, Count, Total, total
from domain.time import Certainty
from domain.values import Slug, Value, side_of
from projections.cut import Cut, Grounds, Held, View, grounds
from projections.threads import root_of

RESTS_ON = (Agreement, Return)
"""The kinds that this view is folded from."""


class Persons(Value):
    """A number of persons as an interval; a stage without a number adds no number to it."""

    at_least: int
    at_most: int | None
    """Null where there is no upper bound: some stage has no published count, or only a lower bound."""
    stages: int
    """How many stages it is summed over."""
    unknown: int
    """How many of them no source gives a count for."""
    withheld: int
    """How many of them have a count that somebody keeps back."""


class Tally(Value):
    """A sum over the certain stages, and one over the possible ones as well."""

    certain: Persons
    with_possible: Persons


class SideTally(Value):
    """The persons who returned to one side."""

    side: str
    persons: Tally


class CategoryTally(Value):
    """The persons of one category who returned to one side. Categories overlap: they do not add up."""

    side: str
    category: Slug
    persons: Tally


class StageCount(Value):
    """How many stages had certainly taken place, and how many more possibly."""

    certain: int
    possible: int


class Returned(Value):
    """How many stages took place, and who returned."""

    stages: StageCount
    without_count: StageCount
    """Of these, the stages for which no side's count is published."""
    persons: tuple[SideTally, ...]
    categories: tuple[CategoryTally, ...]
    named_categories: tuple[Slug, ...]
    """The categories that the stages were said to cover, with or without a count."""
    rests_on: Grounds


class Promised(Value):
    """How many persons were to return to one side, by the agreement. A promise is not a count."""

    side: str
    count: Count


class UnderStipulation(Value):
    """What was promised under one stipulation, against what was carried out."""

    agreement: UUID | None
    """Null for what was carried out under no agreement on record."""
    stipulation: Slug | None
    title: str | None = None
    formula: str | None = None
    """`1000_for_1000`, `all_for_all`, `one_sided_return`."""
    categories: tuple[Slug, ...] = ()
    agreed: Certainty | None = None
    promised: tuple[Promised, ...] = ()
    promised_stages: Count | None = None
    retracted: bool = False
    """Whether the agreement has been retracted since."""
    carried_out: Returned


class Exchanges(View):
    """Exchanges, repatriations of remains, and releases, as of the day."""

    exchanges: Returned
    by_stipulation: tuple[UnderStipulation, ...]
    remains: Returned
    releases: Returned


@dataclass(slots=True)
class _Promise:
    agreement: UUID
    title: str | None
    agreed: Certainty
    terms: Stipulation | None


@dataclass(slots=True)
class _Group:
    stages: list[tuple[Held, Return]] = field(default_factory=list)
    promise: _Promise | None = None


_Under = tuple[UUID | None, str | None]


def exchanges(cut: Cut) -> Exchanges:
    """Count what had been carried out by the day, in all and under each stipulation."""
    stages = list(cut.of(ExchangeStageCarriedOut))
    return Exchanges(
        dossier=cut.dossier,
        as_of=cut.as_of,
        known_at=cut.known_at,
        position=cut.position,
        exchanges=_returned(stages),
        by_stipulation=tuple(_by_stipulation(cut, stages)),
        remains=_returned(list(cut.of(RemainsRepatriated))),
        releases=_returned(list(cut.of(DetaineesReleased))),
    )


def _by_stipulation(
    cut: Cut, stages: Sequence[tuple[Held, ExchangeStageCarriedOut]]
) -> Iterator[UnderStipulation]:
    roots = _roots(cut)
    groups: dict[_Under, _Group] = {
        under: _Group(promise=promise) for under, promise in _promises(cut, roots)
    }
    for held, stage in stages:
        under = stage.under
        root = roots.get(under.agreement, under.agreement) if under else None
        key = (root, under.stipulation if under else None)
        groups.setdefault(key, _Group()).stages.append((held, stage))
    for (agreement, stipulation), group in groups.items():
        yield _under_stipulation(agreement, stipulation, group, cut.retracted)


def _under_stipulation(
    agreement: UUID | None, stipulation: str | None, group: _Group, retracted: frozenset[UUID]
) -> UnderStipulation:
    promise = group.promise
    terms = promise.terms if promise else None
    promised = [(side_of(one.side), one.count) for one in terms.promised] if terms else []
    return UnderStipulation(
        agreement=agreement,
        stipulation=stipulation,
        title=promise.title if promise else None,
        formula=_formula(terms) if terms else None,
        categories=terms.categories if terms else (),
        agreed=promise.agreed if promise else None,
        promised=tuple(Promised(side=side, count=count) for side, count in promised),
        promised_stages=terms.promised_stages if terms else None,
        retracted=agreement in retracted,
        carried_out=_returned(group.stages, [side for side, _ in promised]),
    )


def _roots(cut: Cut) -> dict[UUID, UUID]:
    """For each agreement that signs or amends another, the one on which they all rest."""
    rests_on = {held.entry.id: amended.agreement for held, amended in cut.of(AgreementAmended)}
    for held, signed in cut.of(AgreementSigned):
        if signed.agreement is not None:
            rests_on[held.entry.id] = signed.agreement
    return {one: root_of(one, rests_on) for one in rests_on}


def _promises(cut: Cut, roots: dict[UUID, UUID]) -> Iterator[tuple[_Under, _Promise]]:
    """Every stipulation about an exchange, in its latest certain terms, else its latest possible ones."""
    latest: dict[_Under, _Promise] = {}
    titles: dict[UUID, str | None] = {}
    for held, agreement in cut.of(Agreement):
        root = roots.get(held.entry.id, held.entry.id)
        title = titles.setdefault(root, agreement.title) or agreement.title
        for terms in agreement.stipulations:
            under = (root, terms.id)
            before = latest.get(under)
            if before is None and not _about_exchange(terms):
                continue
            if before is None or held.certain or before.agreed is not Certainty.CERTAIN:
                latest[under] = _Promise(root, title, held.certainty, terms)
    yield from latest.items()


def _about_exchange(terms: Stipulation) -> bool:
    return terms.formula is not None or bool(terms.promised) or terms.issue == "prisoner_exchange"


def _formula(terms: Stipulation) -> str | None:
    match terms.formula:
        case None:
            return None
        case formula if formula.type == "n_for_m":
            return f"{formula.n}_for_{formula.m}"
        case formula:
            return formula.type


def _returned(stages: Sequence[tuple[Held, Return]], sides: Iterable[str] = ()) -> Returned:
    expected = tuple(sides)
    by_side: dict[str, list[tuple[Held, Count]]] = {}
    by_category: dict[tuple[str, str], list[tuple[Held, Count]]] = {}
    for held, stage in stages:
        for side, count in _counts(stage, expected).items():
            by_side.setdefault(side, []).append((held, count))
        for persons in stage.persons:
            for one in persons.by_category:
                key = (side_of(persons.side), one.category)
                by_category.setdefault(key, []).append((held, one.count))
    return Returned(
        stages=_stage_count([held for held, _ in stages]),
        without_count=_stage_count([held for held, stage in stages if not _has_count(stage)]),
        persons=tuple(SideTally(side=side, persons=_tally(by_side[side])) for side in sorted(by_side)),
        categories=tuple(
            CategoryTally(side=side, category=category, persons=_tally(by_category[side, category]))
            for side, category in sorted(by_category)
        ),
        named_categories=tuple(dict.fromkeys(name for _, stage in stages for name in stage.categories)),
        rests_on=grounds([held for held, _ in stages]),
    )


def _counts(stage: Return, expected: Sequence[str]) -> dict[str, Count]:
    """The count of each side; a side of an exchange that is not listed has no published count."""
    parties = stage.parties if isinstance(stage, ExchangeStageCarriedOut) else ()
    counts: dict[str, Count] = dict.fromkeys([*expected, *map(side_of, parties)], UNKNOWN)
    return counts | {side_of(persons.side): persons.count for persons in stage.persons}


def _has_count(stage: Return) -> bool:
    return any(persons.count.type not in {"unknown", "withheld"} for persons in stage.persons)


def _stage_count(held: Sequence[Held]) -> StageCount:
    certain = sum(one.certain for one in held)
    return StageCount(certain=certain, possible=len(held) - certain)


def _tally(counts: Sequence[tuple[Held, Count]]) -> Tally:
    return Tally(
        certain=_persons(total(count for held, count in counts if held.certain)),
        with_possible=_persons(_with_possible(counts)),
    )


def _with_possible(counts: Sequence[tuple[Held, Count]]) -> Total:
    """The bounds if any of the possible stages took place: they may all add, or none of them."""
    certain = total(count for held, count in counts if held.certain)
    every = total(count for _, count in counts)
    return Total(certain.min, every.max, every.parts, every.unknown, every.withheld)


def _persons(sum_of: Total) -> Persons:
    return Persons(
        at_least=sum_of.min,
        at_most=sum_of.max,
        stages=sum_of.parts,
        unknown=sum_of.unknown,
        withheld=sum_of.withheld,
    )
