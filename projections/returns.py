"""Returns of people: how many stages took place, and who came back, as intervals in both certainties."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.developments.humanitarian import CategoryCount, ExchangeStageCarriedOut, Return
from domain.quantity import UNKNOWN, Count, Exact, NotApplicable, Total, reconciled, total
from domain.values import Slug, Value, side_of
from projections.cut import Held
from projections.view import Grounds, grounds


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


@dataclass(frozen=True, slots=True)
class Stage:
    """A return that may have taken place, with what all of its reports tell of it."""

    held: Held
    told: Return
    between: tuple[str, ...]
    """The sides that it was to bring persons back to, where they are named."""
    listed: dict[str, Count]
    """The counts that are published, or that are said not to be; one for all tellings of the stage."""
    counted: tuple[tuple[str, CategoryCount], ...]
    """The categories that somebody counted, each with its side."""
    categories: tuple[str, ...]
    """The categories that it was said to cover, then those that somebody counted."""

    def counts(self, every: Iterable[str]) -> dict[str, Count]:
        """The count of each side; one that may have got persons back and is not listed has none published.

        In an exchange that is each of its sides. Where it is not said who they are, it may be any.
        """
        if self.listed and not isinstance(self.told, ExchangeStageCarriedOut):
            return self.listed
        return dict.fromkeys(self.between or every, UNKNOWN) | self.listed

    def of_category(self, side: str, category: str) -> Count:
        """How many of one side's persons were of one category: unknown unless published, or nobody came."""
        told = [one.count for who, one in self.counted if (who, one.category) == (side, category)]
        if told:
            return reconciled(told)
        count = self.listed.get(side, UNKNOWN)
        return count if isinstance(count, NotApplicable) or count == NOBODY else UNKNOWN

    @property
    def has_count(self) -> bool:
        """Whether any side's count is published."""
        return any(
            count.type not in {"unknown", "withheld", "not_applicable"} for count in self.listed.values()
        )


NOBODY = Exact(type="exact", value=0)


def stage_of(held: Held, done: Return, promised_to: Sequence[str]) -> Stage:
    """A return as its reports tell it; persons were promised to some sides under its stipulation."""
    reports = (report.development for report in held.reports)
    tellings = [told for told in reports if isinstance(told, Return)]
    by_side: dict[str, list[Count]] = {}
    counted: list[tuple[str, CategoryCount]] = []
    for persons in (one for told in tellings for one in told.persons):
        side = side_of(persons.side)
        by_side.setdefault(side, []).append(persons.count)
        counted += ((side, one) for one in persons.by_category)
    said = [category for told in tellings for category in told.categories]
    return Stage(
        held,
        done,
        between=(*(side_of(party) for told in tellings for party in told.parties), *promised_to),
        listed={side: reconciled(counts) for side, counts in by_side.items()},
        counted=tuple(counted),
        categories=(*said, *(one.category for _, one in counted)),
    )


def returned(stages: Sequence[Stage], most: int | None = None) -> Returned:
    """Sum up several stages; of their grounds no more than so many are listed."""
    every = sorted({side for stage in stages for side in (*stage.between, *stage.listed)})
    return Returned(
        stages=_stage_count(stages),
        without_count=_stage_count([stage for stage in stages if not stage.has_count]),
        persons=tuple(_sides(stages, every)),
        categories=tuple(_categories(stages, every)),
        named_categories=tuple(dict.fromkeys(name for stage in stages for name in stage.categories)),
        rests_on=grounds([stage.held for stage in stages], most),
    )


def _stage_count(stages: Sequence[Stage]) -> StageCount:
    certain = sum(stage.held.certain for stage in stages)
    return StageCount(certain=certain, possible=len(stages) - certain)


def _sides(stages: Sequence[Stage], every: Sequence[str]) -> Iterator[SideTally]:
    counted = [(stage.held, stage.counts(every)) for stage in stages]
    for side in every:
        counts = [(held, count[side]) for held, count in counted if side in count]
        yield SideTally(side=side, persons=_tally(counts))


def _categories(stages: Sequence[Stage], every: Sequence[str]) -> Iterator[CategoryTally]:
    """A stage that does not say how many were of a category may have had any number of them."""
    published = {(side, one.category) for stage in stages for side, one in stage.counted}
    for side, category in sorted(published):
        among = [stage for stage in stages if side in stage.counts(every)]
        counts = [(stage.held, stage.of_category(side, category)) for stage in among]
        yield CategoryTally(side=side, category=category, persons=_tally(counts))


def _tally(counts: Sequence[tuple[Held, Count]]) -> Tally:
    certain = total(count for held, count in counts if held.certain)
    possible = total(count for held, count in counts if not held.certain)
    return tally(certain, certain + possible)


def tally(certain: Total, begun: Total) -> Tally:
    """The sum over the certain stages, and over those that may have begun as well.

    Any of the possible stages may have taken place: they may all add, or none of them.
    """
    possible = Total(certain.min, begun.max, begun.parts, begun.unknown, begun.withheld)
    return Tally(certain=_persons(certain), with_possible=_persons(possible))


def _persons(sum_of: Total) -> Persons:
    return Persons(
        at_least=sum_of.min,
        at_most=sum_of.max,
        stages=sum_of.parts,
        unknown=sum_of.unknown,
        withheld=sum_of.withheld,
    )
