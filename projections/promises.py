"""Promises: what each family of agreements stipulates in its latest terms, and what was done under each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from domain.developments.agreements import Agreement, PromisedPersons, Stipulation
from domain.developments.humanitarian import RemainsRepatriated, Return
from domain.quantity import reconciled
from domain.time import Certainty
from domain.values import side_of
from projections.cut import Cut, Held
from projections.families import Families, families
from projections.returns import Returned, Stage, returned, stage_of
from projections.succession import Step, outlook

Under = tuple[UUID | None, str | None]
"""The root of a family, and one of its stipulations; nulls where it is not said."""

Told = tuple[Held, Stipulation]


@dataclass(frozen=True)
class Promise:
    """One stipulation, and how each of its family told it, none before what it signs or amends."""

    told: tuple[Told, ...]

    @property
    def agreed(self) -> Certainty:
        """Whether it had been agreed by the day."""
        certain = any(held.certain for held, _ in self.told)
        return Certainty.CERTAIN if certain else Certainty.POSSIBLE

    @cached_property
    def terms(self) -> Stipulation:
        """Its latest certain terms, else its latest possible ones; what is not told again stays as it was."""
        first, *later = [one for held, one in self.told if held.certain] or [one for _, one in self.told]
        for one in later:
            first = first.model_copy(update={name: getattr(one, name) for name in one.model_fields_set})
        return first

    @property
    def promised_to(self) -> tuple[str, ...]:
        """The sides to which persons are to return."""
        return tuple(side_of(one.side) for one in self.terms.promised)

    @property
    def is_about_exchange(self) -> bool:
        """Whether any telling of it promises a return of persons."""
        return any(is_about_exchange(terms) for _, terms in self.told)

    def may_be(self, field: str, every: Families, day: date) -> tuple[Any, ...]:
        """What a field may say by the day: as any that may be the last to set it left it."""
        setting = {str(held.entry.id): one for held, one in self.told if field in one.model_fields_set}
        steps = [
            Step(str(held.entry.id), held.bounds, held, names=every.forebears(held))
            for held, _ in self.told
            if str(held.entry.id) in setting
        ]
        last = outlook(steps, day, "unset").possible
        values = [getattr(setting[one], field) for one in last if one != "unset"]
        if len(setting) < len(self.told) and "unset" in last:
            values.append(Stipulation.model_fields[field].get_default())
        return tuple(dict.fromkeys(values))


@dataclass(frozen=True, slots=True)
class Promises:
    """Every stipulation on record, and the returns by what they were carried out under."""

    families: Families
    made: dict[Under, Promise]
    kept: dict[Under, list[Stage]]
    """Those that name no agreement, or no stipulation, are under nulls."""
    stages: list[Stage]
    """Every return, in the order of time."""


def promises(cut: Cut) -> Promises:
    """Gather what was promised, and what was carried out under each promise."""
    every = families(cut)
    told: dict[Under, list[Told]] = {}
    for root, family in every.members.items():
        for held in family:
            for terms in stipulations_of(held):
                told.setdefault((root, terms.id), []).append((held, terms))
    made = {under: Promise(tuple(tellings)) for under, tellings in told.items()}
    promised_to = {under: promise.promised_to for under, promise in made.items()}
    stages: list[Stage] = []
    kept: dict[Under, list[Stage]] = {}
    for held, done in cut.of(Return):
        under = _under(held, every)
        stages.append(stage_of(held, done, promised_to.get(under, ())))
        kept.setdefault(under, []).append(stages[-1])
    return Promises(every, made, kept, stages)


def living(stages: Sequence[Stage], most: int | None = None) -> Returned:
    """Who came back alive, in exchanges and by release."""
    return returned([one for one in stages if not isinstance(one.told, RemainsRepatriated)], most)


def remains(stages: Sequence[Stage], most: int | None = None) -> Returned:
    """Whose remains came back."""
    return returned([one for one in stages if isinstance(one.told, RemainsRepatriated)], most)


def stipulations_of(held: Held) -> Iterator[Stipulation]:
    """The stipulations of an agreement, each once; what was promised holds whichever report is right."""
    told: dict[str, list[Stipulation]] = {}
    for report in held.reports:
        if isinstance(report.development, Agreement):
            for terms in report.development.stipulations:
                told.setdefault(terms.id, []).append(terms)
    return map(_one, told.values())


def _one(tellings: list[Stipulation]) -> Stipulation:
    if len(tellings) == 1:
        return tellings[0]
    by_side: dict[str, list[PromisedPersons]] = {}
    for terms in tellings:
        for promised in terms.promised:
            by_side.setdefault(side_of(promised.side), []).append(promised)
    reconciled_promises = tuple(
        same[0].model_copy(update={"count": reconciled(one.count for one in same)})
        for same in by_side.values()
    )
    return tellings[0].model_copy(update={"promised": reconciled_promises} if by_side else {})


def _under(held: Held, every: Families) -> Under:
    """What a return was carried out under, as the first report that says so has it."""
    told = (report.development for report in held.reports)
    under = next((one.under for one in told if isinstance(one, Return) and one.under), None)
    return (every.root(under.agreement), under.stipulation) if under else (None, None)


def is_about_exchange(terms: Stipulation) -> bool:
    """Whether a stipulation promises a return of persons, so that counts can measure it."""
    return terms.formula is not None or bool(terms.promised) or terms.issue == "prisoner_exchange"
