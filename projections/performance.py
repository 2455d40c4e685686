"""Performance: what a stipulation promised, what was carried out, and how far it has been implemented."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from domain.developments.agreements import PromisedPersons, Stipulation
from domain.developments.base import Happening
from domain.developments.utterances import AssessmentGiven
from domain.entry import Standing
from domain.quantity import total_of
from domain.time import Certainty
from domain.values import Slug, Text, Value, side_of
from projections.cut import Cut, Held
from projections.promises import Promise, Promises, Under, is_about_exchange, living, remains
from projections.returns import Returned
from projections.succession import Step, outlook
from projections.view import Grounds, attributed_to, grounds

Level = Literal["not_initiated", "minimal", "intermediate", "full"]
LEVELS: tuple[Level, ...] = ("not_initiated", "minimal", "intermediate", "full")
"""The scale of the Peace Accords Matrix: 0, 1, 2, 3."""


EVERY_LEVEL = (0, 1, 2, 3)


class LevelGiven(Value):
    """The level that somebody judged a stipulation to have reached."""

    id: UUID
    version: int
    by: str
    level: int
    earliest: date | None
    latest: date | None
    certainty: Certainty
    standing: Standing
    attributed_to: tuple[str, ...]


class Performance(Value):
    """One stipulation: its promise in the latest terms, and its performance by the day."""

    stipulation: Slug
    text: Text | None
    issue: Slug | None
    terms: dict[str, Any]
    """The stipulation as it was put in, in its latest terms: what an amendment does not tell is as before."""
    agreed: Certainty
    carried_out: Returned
    """Those who came back alive under it, in exchanges and by release: as in the view of exchanges."""
    remains: Returned
    """The dead whose remains came back under it; they are in no number of the living."""
    level: int | None
    """0 not initiated, 1 minimal, 2 intermediate, 3 full; null where more than one may hold."""
    possible: tuple[int, ...]
    basis: Literal["assessed", "counted"]
    """Whether somebody assessed the level, or it follows from the counts alone."""
    assessments: tuple[LevelGiven, ...]
    """Every level that somebody gave by the day; of each who judged it, the last counts."""
    rests_on: Grounds


@dataclass(frozen=True, slots=True)
class _Judged:
    held: Held
    by: str
    level: int


def performances(every: Promises, cut: Cut) -> dict[UUID | None, list[Performance]]:
    """The performance of every stipulation, by the family of agreements that it is of."""
    judged = _judged(every, cut)
    found: dict[UUID | None, list[Performance]] = {}
    for (root, name), promise in every.made.items():
        if name is not None:
            told = _performance((root, name), promise, judged.get((root, name), []), every, cut)
            found.setdefault(root, []).append(told)
    return found


def _performance(
    under: Under, promise: Promise, assessed: Sequence[_Judged], every: Promises, cut: Cut
) -> Performance:
    stages, unassigned = every.kept.get(under, []), every.kept.get((under[0], None), [])
    alive, dead = living(stages, cut.most_within), remains(stages, cut.most_within)
    counted = _counted(promise, (alive, dead), every, cut.as_of, more=bool(unassigned))
    levels = tuple(sorted(set(_assessed(assessed, counted, cut))))
    done = [one.held for one in (*stages, *unassigned)]
    rests_on = [*(held for held, _ in promise.told), *done, *(one.held for one in assessed)]
    terms = promise.terms
    return Performance(
        stipulation=terms.id,
        text=terms.text,
        issue=terms.issue,
        terms=terms.model_dump(mode="json", exclude_unset=True),
        agreed=promise.agreed,
        carried_out=alive,
        remains=dead,
        level=levels[0] if len(levels) == 1 else None,
        possible=levels,
        basis="assessed" if assessed else "counted",
        assessments=tuple(_given(one) for one in assessed),
        rests_on=grounds(rests_on, cut.most_within),
    )


# What somebody judged


def _judged(every: Promises, cut: Cut) -> dict[Under, list[_Judged]]:
    """What somebody judged, by the stipulation; every level once that any report of it has."""
    judged: dict[Under, list[_Judged]] = {}
    for held, said in cut.of(AssessmentGiven):
        levels = (level for report in held.reports for level in _levels(report.development, every))
        for under, level in dict.fromkeys(levels):
            judged.setdefault(under, []).append(_Judged(held, side_of(said.speaker), level))
    return judged


def _levels(told: Happening, every: Promises) -> Iterator[tuple[Under, int]]:
    if isinstance(told, AssessmentGiven) and (judged := told.implementation):
        yield (every.families.root(judged.agreement), judged.stipulation), judged.level


def _given(judged: _Judged) -> LevelGiven:
    held = judged.held
    return LevelGiven(
        id=held.entry.id,
        version=held.entry.version,
        by=judged.by,
        level=judged.level,
        earliest=held.bounds.earliest,
        latest=held.bounds.latest,
        certainty=held.certainty,
        standing=held.standing,
        attributed_to=attributed_to(held.sources),
    )


def _assessed(assessed: Sequence[_Judged], counted: Iterable[int], cut: Cut) -> Iterator[int]:
    """The last level of each who judged it; what the counts leave open where nobody has for certain."""
    by_speaker: dict[str, list[Step[Level | Literal["unjudged"]]]] = {}
    for one in assessed:
        by_speaker.setdefault(one.by, []).append(Step(LEVELS[one.level], one.held.bounds, one.held))
    outlooks = [outlook(steps, cut.as_of, "unjudged") for steps in by_speaker.values()]
    for outcome in outlooks:
        yield from (LEVELS.index(level) for level in outcome.possible if level != "unjudged")
    if all("unjudged" in outcome.possible for outcome in outlooks):
        yield from counted


# What the counts leave open


def _counted(
    promise: Promise, done: tuple[Returned, Returned], every: Promises, day: date, *, more: bool
) -> Iterator[int]:
    """The levels that the counts leave open. Only counts can say that all that was promised was done.

    `more` is whether something else was done under the agreement that may count towards it.
    """
    measured = [one for one in done if one.stages.certain or one.stages.possible]
    if not measured:
        yield from EVERY_LEVEL if more or not _surely_about_exchange(promise, every, day) else (0,)
    begun = any(one.stages.certain for one in measured)
    # The terms do not say whether the living or the dead were promised: each is measured by itself.
    for returned in measured:
        for promised in promise.may_be("promised", every.families, day):
            yield from _measured(promised, returned, begun=begun, more=more)


def _surely_about_exchange(promise: Promise, every: Promises, day: date) -> bool:
    """Whether it promises a return of persons, whichever of its terms are the latest."""
    fields = {name: promise.may_be(name, every.families, day) for name in ("formula", "promised", "issue")}
    plain = Stipulation(id=promise.terms.id)
    return any(
        all(is_about_exchange(plain.model_copy(update={name: value})) for value in values)
        for name, values in fields.items()
    )


def _measured(
    promised: tuple[PromisedPersons, ...], done: Returned, *, begun: bool, more: bool
) -> tuple[int, ...]:
    none = () if begun else (0,)
    goals = {side_of(one.side): total_of(one.count) for one in promised}
    returned_to = {side.side: side.persons for side in done.persons}
    if goals and all(side in returned_to for side in goals):
        certain = [(goal, returned_to[side].certain) for side, goal in goals.items()]
        if all(goal.max is not None and count.at_least >= goal.max for goal, count in certain):
            return (3,)
        most = [(goal, returned_to[side].with_possible.at_most) for side, goal in goals.items()]
        if not more and any(at_most is not None and at_most < goal.min for goal, at_most in most):
            return (*none, 1, 2)
    return (*none, 1, 2, 3)
