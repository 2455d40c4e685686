"""Cumulative exchanges: what was carried out, in all and by stipulation, against what was promised."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from domain.developments.agreements import Agreement, Stipulation
from domain.developments.humanitarian import DetaineesReleased, ExchangeStageCarriedOut, Return
from domain.quantity import Count
from domain.time import Certainty
from domain.values import Slug, Value, side_of
from projections.cut import Cut, Held
from projections.promises import Promise, Promises, living, promises, remains
from projections.returns import Returned, Stage, returned
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
    """Those who came back alive under it, in exchanges and by release: as in the view of agreements."""
    remains: Returned
    """The dead whose remains came back under it; they are in no number of the living."""
    rests_on: Grounds
    """The agreement and all that signed or amended it; the returns are under the two figures."""


class Exchanges(View):
    """Exchanges, repatriations of remains, and releases, as of the day; each has figures of its own."""

    exchanges: Returned
    by_stipulation: tuple[UnderStipulation, ...]
    """Every return by the stipulation that it was carried out under, releases and remains among them."""
    remains: Returned
    releases: Returned


def exchanges(cut: Cut) -> Exchanges:
    """Count what had been carried out by the day, in all and under each stipulation."""
    every = promises(cut)
    return Exchanges(
        **of_view(cut),
        exchanges=returned(of_kind(ExchangeStageCarriedOut, every.stages), cut.most),
        by_stipulation=tuple(_by_stipulation(cut, every)),
        remains=remains(every.stages, cut.most),
        releases=returned(of_kind(DetaineesReleased, every.stages), cut.most),
    )


def of_kind(kind: type[Return], stages: Sequence[Stage]) -> list[Stage]:
    """The returns of one kind."""
    return [stage for stage in stages if isinstance(stage.told, kind)]


def _by_stipulation(cut: Cut, every: Promises) -> Iterator[UnderStipulation]:
    promised = {under: one for under, one in every.made.items() if one.is_about_exchange}
    for under in dict.fromkeys([*promised, *every.kept]):
        stages = every.kept.get(under, [])
        agreement, stipulation = under
        family = every.families.members.get(agreement, ()) if agreement else ()
        yield UnderStipulation(
            agreement=agreement,
            stipulation=stipulation,
            title=_title(family),
            retracted=agreement in cut.retracted,
            carried_out=living(stages, cut.most_within),
            remains=remains(stages, cut.most_within),
            rests_on=grounds(family, cut.most_within),
            **(_promised(promised[under]) if under in promised else {}),
        )


def _title(family: Sequence[Held]) -> str | None:
    told = (held.entry.development for held in family)
    return next((one.title for one in told if isinstance(one, Agreement) and one.title), None)


def _promised(promise: Promise) -> dict[str, Any]:
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
