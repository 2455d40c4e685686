"""Performance: what a stipulation promised, what was carried out, and how far it has been implemented."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from domain.developments.agreements import Stipulation
from domain.developments.base import Happening
from domain.developments.humanitarian import Return
from domain.developments.utterances import AssessmentGiven
from domain.quantity import total_of
from domain.time import Certainty
from domain.values import Slug, Text, Value, side_of
from projections.cut import Cut, Held
from projections.returns import Returned, Stage, returned
from projections.succession import Step, outlook
from projections.terms import is_about_exchange, stipulations_of, under_of
from projections.view import Grounds, grounds

Level = Literal["not_initiated", "minimal", "intermediate", "full"]
LEVELS: tuple[Level, ...] = ("not_initiated", "minimal", "intermediate", "full")
"""The scale of the Peace Accords Matrix: 0, 1, 2, 3."""


EVERY_LEVEL = (0, 1, 2, 3)

_Told = tuple[Held, Stipulation]
_Judged = tuple[Held, str, int]


class Performance(Value):
    """One stipulation: its promise in the latest terms, and its performance by the day."""

    stipulation: Slug
    text: Text | None
    issue: Slug | None
    terms: dict[str, Any]
    """The stipulation as it was put in, in its latest terms."""
    agreed: Certainty
    carried_out: Returned
    level: int | None
    """0 not initiated, 1 minimal, 2 intermediate, 3 full; null where more than one may hold."""
    possible: tuple[int, ...]
    basis: Literal["assessed", "counted"]
    """Whether somebody assessed the level, or it follows from the counts alone."""
    rests_on: Grounds


def performance(
    root: UUID, thread: Sequence[Held], roots: Mapping[UUID, UUID], cut: Cut
) -> Iterator[Performance]:
    """The performance of every stipulation of one agreement."""
    told = [(held, terms) for held in thread for terms in stipulations_of(held)]
    for name in dict.fromkeys(terms.id for _, terms in told):
        yield _performance(root, [one for one in told if one[1].id == name], roots, cut)


def _performance(root: UUID, told: Sequence[_Told], roots: Mapping[UUID, UUID], cut: Cut) -> Performance:
    held, terms = ([one for one in told if one[0].certain] or told)[-1]
    stages = [Stage(one, done, _promised_to(terms)) for one, done in _done(root, terms.id, roots, cut)]
    unassigned = [one for one, _ in _done(root, None, roots, cut)]
    assessed = list(_assessments(root, terms.id, roots, cut))
    done = returned(stages)
    may_apply = _may_apply(told, cut)
    counted = [level for one in may_apply for level in _counted(one, done, more=bool(unassigned))]
    levels = tuple(sorted(set(_assessed(assessed, counted, cut))))
    rests_on = [one for one, _ in told] + [one.held for one in stages] + [one for one, _, _ in assessed]
    return Performance(
        stipulation=terms.id,
        text=terms.text,
        issue=terms.issue,
        terms=terms.model_dump(mode="json", exclude_unset=True),
        agreed=held.certainty,
        carried_out=done,
        level=levels[0] if len(levels) == 1 else None,
        possible=levels,
        basis="assessed" if assessed else "counted",
        rests_on=grounds([*rests_on, *unassigned]),
    )


def _may_apply(told: Sequence[_Told], cut: Cut) -> Iterator[Stipulation]:
    """The terms that may be the latest by the day."""
    by_id = {str(held.entry.id): (held, terms) for held, terms in told}
    steps = [Step(one, held.bounds, held) for one, (held, _) in by_id.items()]
    for step in outlook(steps, cut.as_of, "none").last:
        yield by_id[step.state][1]


def _promised_to(terms: Stipulation) -> tuple[str, ...]:
    return tuple(side_of(one.side) for one in terms.promised)


def _done(
    root: UUID, name: str | None, roots: Mapping[UUID, UUID], cut: Cut
) -> Iterator[tuple[Held, Return]]:
    """What was carried out under a stipulation, or under the agreement without saying under which."""
    for held, told in cut.of(Return):
        under = under_of(held)
        if under and (roots.get(under.agreement, under.agreement), under.stipulation) == (root, name):
            yield held, told


def _assessments(root: UUID, name: str, roots: Mapping[UUID, UUID], cut: Cut) -> Iterator[_Judged]:
    for held, said in cut.of(AssessmentGiven):
        levels = (_level(report.development, root, name, roots) for report in held.reports)
        for level in dict.fromkeys(levels):
            if level is not None:
                yield held, side_of(said.speaker), level


def _level(told: Happening, root: UUID, name: str, roots: Mapping[UUID, UUID]) -> int | None:
    judged = told.implementation if isinstance(told, AssessmentGiven) else None
    if judged is None or judged.stipulation != name:
        return None
    return judged.level if roots.get(judged.agreement, judged.agreement) == root else None


def _assessed(assessed: Sequence[_Judged], counted: Sequence[int], cut: Cut) -> Iterator[int]:
    """The last level of each who judged it; what the counts leave open where nobody has for certain."""
    by_speaker: dict[str, list[Step[Level | Literal["unjudged"]]]] = {}
    for held, speaker, level in assessed:
        by_speaker.setdefault(speaker, []).append(Step(LEVELS[level], held.bounds, held))
    outlooks = [outlook(steps, cut.as_of, "unjudged") for steps in by_speaker.values()]
    for one in outlooks:
        yield from (LEVELS.index(level) for level in one.possible if level != "unjudged")
    if all("unjudged" in one.possible for one in outlooks):
        yield from counted


def _counted(terms: Stipulation, done: Returned, *, more: bool) -> tuple[int, ...]:
    """The levels that the counts leave open. Only counts can say that all that was promised was done.

    `more` is whether something else was done under the agreement that may count towards it.
    """
    if done.stages.certain == 0 and done.stages.possible == 0:
        return (0,) if is_about_exchange(terms) and not more else EVERY_LEVEL
    begun = () if done.stages.certain else (0,)
    promised = {side_of(one.side): total_of(one.count) for one in terms.promised}
    returned_to = {side.side: side.persons for side in done.persons}
    if promised and all(side in returned_to for side in promised):
        certain = [(goal, returned_to[side].certain) for side, goal in promised.items()]
        if all(goal.max is not None and count.at_least >= goal.max for goal, count in certain):
            return (3,)
        most = [(goal, returned_to[side].with_possible.at_most) for side, goal in promised.items()]
        if not more and any(at_most is not None and at_most < goal.min for goal, at_most in most):
            return (*begun, 1, 2)
    return (*begun, 1, 2, 3)
