"""Cumulative exchanges: what was carried out, in all and by stipulation, against what was promised."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.developments.agreements import Agreement, Stipulation
from domain.developments.humanitarian import (
    DetaineesReleased,
    ExchangeStageCarriedOut,
    RemainsRepatriated,
    Return,
)
from domain.quantity import Count
from domain.time import Certainty
from domain.values import Slug, Value, side_of
from projections.agreements import agreement_roots
from projections.cut import Cut, Held
from projections.returns import Returned, Stage, returned
from projections.terms import is_about_exchange, stipulations_of, under_of
from projections.view import Grounds, View, grounds, of_view

RESTS_ON = (Agreement, Return)
"""The kinds that this view is folded from."""


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
    rests_on: Grounds
    """The agreement and all that signed or amended it; the stages are under `carried_out`."""


class Exchanges(View):
    """Exchanges, repatriations of remains, and releases, as of the day."""

    exchanges: Returned
    by_stipulation: tuple[UnderStipulation, ...]
    remains: Returned
    releases: Returned


@dataclass(frozen=True, slots=True)
class _Promise:
    terms: Stipulation
    agreed: Certainty

    @property
    def sides(self) -> tuple[str, ...]:
        return tuple(side_of(one.side) for one in self.terms.promised)


@dataclass(slots=True)
class _Family:
    """An agreement with those that signed or amended it."""

    members: list[Held] = field(default_factory=list)
    title: str | None = None


_Under = tuple[UUID | None, str | None]
_NO_FAMILY = _Family()


def exchanges(cut: Cut) -> Exchanges:
    """Count what had been carried out by the day, in all and under each stipulation."""
    roots = agreement_roots(cut)
    promises = _promises(cut, roots)
    stages = _stages(cut, roots, promises)
    return Exchanges(
        **of_view(cut),
        exchanges=returned([stage for _, stage in stages]),
        by_stipulation=tuple(_by_stipulation(cut, stages, promises, _families(cut, roots))),
        remains=returned([Stage(held, told) for held, told in cut.of(RemainsRepatriated)]),
        releases=returned([Stage(held, told) for held, told in cut.of(DetaineesReleased)]),
    )


def exchange_stages(cut: Cut) -> list[Stage]:
    """Every stage of an exchange that may have been carried out by the day."""
    roots = agreement_roots(cut)
    return [stage for _, stage in _stages(cut, roots, _promises(cut, roots))]


def _families(cut: Cut, roots: Mapping[UUID, UUID]) -> dict[UUID | None, _Family]:
    families: dict[UUID | None, _Family] = {}
    for held, agreement in cut.of(Agreement):
        family = families.setdefault(roots.get(held.entry.id, held.entry.id), _Family())
        family.members.append(held)
        family.title = family.title or agreement.title
    return families


def _promises(cut: Cut, roots: Mapping[UUID, UUID]) -> dict[_Under, _Promise]:
    """Every stipulation about an exchange, in its latest certain terms, else its latest possible ones."""
    latest: dict[_Under, _Promise] = {}
    for held, _ in cut.of(Agreement):
        root = roots.get(held.entry.id, held.entry.id)
        for terms in stipulations_of(held):
            before = latest.get((root, terms.id))
            if before is None and not is_about_exchange(terms):
                continue
            if before is None or held.certain or before.agreed is not Certainty.CERTAIN:
                latest[root, terms.id] = _Promise(terms, held.certainty)
    return latest


def _stages(
    cut: Cut, roots: Mapping[UUID, UUID], promises: Mapping[_Under, _Promise]
) -> list[tuple[_Under, Stage]]:
    """The stages of exchanges in the order of time, each with what it was carried out under."""
    stages: list[tuple[_Under, Stage]] = []
    for held, told in cut.of(ExchangeStageCarriedOut):
        under = _under(held, roots)
        promise = promises.get(under)
        stages.append((under, Stage(held, told, promise.sides if promise else ())))
    return stages


def _under(held: Held, roots: Mapping[UUID, UUID]) -> _Under:
    under = under_of(held)
    if under is None:
        return None, None
    return roots.get(under.agreement, under.agreement), under.stipulation


def _by_stipulation(
    cut: Cut,
    stages: Sequence[tuple[_Under, Stage]],
    promises: Mapping[_Under, _Promise],
    families: Mapping[UUID | None, _Family],
) -> Iterator[UnderStipulation]:
    groups: dict[_Under, list[Stage]] = {under: [] for under in promises}
    for under, stage in stages:
        groups.setdefault(under, []).append(stage)
    for (agreement, stipulation), group in groups.items():
        promise, family = promises.get((agreement, stipulation)), families.get(agreement, _NO_FAMILY)
        yield UnderStipulation(
            agreement=agreement,
            stipulation=stipulation,
            title=family.title,
            retracted=agreement in cut.retracted,
            carried_out=returned(group),
            rests_on=grounds(family.members),
            **(_promised(promise) if promise else {}),
        )


def _promised(promise: _Promise) -> dict[str, Any]:
    terms = promise.terms
    return {
        "agreed": promise.agreed,
        "formula": _formula(terms),
        "categories": terms.categories,
        "promised": tuple(Promised(side=side_of(one.side), count=one.count) for one in terms.promised),
        "promised_stages": terms.promised_stages,
    }


def _formula(terms: Stipulation) -> str | None:
    match terms.formula:
        case None:
            return None
        case formula if formula.type == "n_for_m":
            return f"{formula.n}_for_{formula.m}"
        case formula:
            return formula.type
