"""Performance: what a stipulation promised, what was carried out, and how far it has been implemented."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from domain.developments.agreements import Agreement, Stipulation
from domain.developments.humanitarian import Return
from domain.developments.utterances import AssessmentGiven
from domain.quantity import total_of
from domain.time import Certainty
from domain.values import Slug, Text, Value, side_of
from projections.cut import Cut, Held
from projections.returns import Returned, Stage, returned
from projections.succession import Step, outlook
from projections.view import Grounds, grounds

Level = Literal["not_initiated", "minimal", "intermediate", "full"]
LEVELS: tuple[Level, ...] = ("not_initiated", "minimal", "intermediate", "full")
"""The scale of the Peace Accords Matrix: 0, 1, 2, 3."""


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
    root: UUID, thread: Sequence[tuple[Held, Agreement]], roots: Mapping[UUID, UUID], cut: Cut
) -> Iterator[Performance]:
    """The performance of every stipulation of one agreement."""
    for name in dict.fromkeys(terms.id for _, told in thread for terms in told.stipulations):
        held, terms = _latest(name, thread)
        stages = list(_stages(root, terms, roots, cut))
        assessed = list(_assessments(root, name, roots, cut))
        levels = _assessed(assessed, cut) if assessed else _counted(terms, returned(stages))
        yield Performance(
            stipulation=name,
            text=terms.text,
            issue=terms.issue,
            terms=terms.model_dump(mode="json", exclude_unset=True),
            agreed=held.certainty,
            carried_out=returned(stages),
            level=levels[0] if len(levels) == 1 else None,
            possible=levels,
            basis="assessed" if assessed else "counted",
            rests_on=grounds([held, *(stage.held for stage in stages), *(one for one, _ in assessed)]),
        )


def _latest(name: str, thread: Sequence[tuple[Held, Agreement]]) -> tuple[Held, Stipulation]:
    """The latest terms that are certain, else the latest that are possible."""
    told = [(held, terms) for held, one in thread for terms in one.stipulations if terms.id == name]
    certain = [pair for pair in told if pair[0].certain]
    return (certain or told)[-1]


def _stages(root: UUID, terms: Stipulation, roots: Mapping[UUID, UUID], cut: Cut) -> Iterator[Stage]:
    promised_to = tuple(side_of(one.side) for one in terms.promised)
    for held, told in cut.of(Return):
        under = told.under
        if under is not None and (roots.get(under.agreement, under.agreement), under.stipulation) == (
            root,
            terms.id,
        ):
            yield Stage(held, told, promised_to)


def _assessments(root: UUID, name: str, roots: Mapping[UUID, UUID], cut: Cut) -> Iterator[tuple[Held, int]]:
    for held, said in cut.of(AssessmentGiven):
        judged = said.implementation
        if judged and (roots.get(judged.agreement, judged.agreement), judged.stipulation) == (root, name):
            yield held, judged.level


def _assessed(assessed: Sequence[tuple[Held, int]], cut: Cut) -> tuple[int, ...]:
    steps = [Step(LEVELS[level], held.bounds, held) for held, level in assessed]
    now = outlook(steps, cut.as_of, "not_initiated")
    return tuple(LEVELS.index(level) for level in now.possible)


def _counted(terms: Stipulation, done: Returned) -> tuple[int, ...]:
    """The levels that the counts leave open. Only counts can say that all that was promised was done."""
    if done.stages.certain == 0 and done.stages.possible == 0:
        return (0,)
    begun = () if done.stages.certain else (0,)
    promised = {side_of(one.side): total_of(one.count) for one in terms.promised}
    returned_to = {side.side: side.persons for side in done.persons}
    if promised and all(side in returned_to for side in promised):
        certain = [(goal, returned_to[side].certain) for side, goal in promised.items()]
        if all(goal.max is not None and count.at_least >= goal.max for goal, count in certain):
            return (3,)
        most = [(goal, returned_to[side].with_possible.at_most) for side, goal in promised.items()]
        if any(at_most is not None and at_most < goal.min for goal, at_most in most):
            return (*begun, 1, 2)
    return (*begun, 1, 2, 3)
