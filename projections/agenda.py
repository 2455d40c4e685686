"""The agenda: how each issue stood, and which planned steps wait for what or are overdue."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from domain.developments.agreements import AGREEMENTS, Agreement
from domain.developments.base import Happening
from domain.developments.ceasefires import CEASEFIRES, CeasefireAgreed
from domain.developments.contacts import AgendaItem, Contact, Outcome
from domain.developments.plans import Condition, StepDropped, StepFulfilled, StepPlanned
from domain.developments.utterances import AssessmentGiven, Finding
from domain.entry import Entry, Standing
from domain.time import Bounds, Certainty
from domain.values import Slug, Text, Value, actor_key, side_of
from projections.cut import Cut, Held
from projections.deadlines import passed
from projections.succession import Outlook, Step, outlook
from projections.view import (
    Ground,
    Grounds,
    View,
    attributed_to,
    fallen_references,
    ground,
    grounds,
    of_view,
)

RESTS_ON = (Happening,)
"""The kinds that this view is folded from: all, since a development of any kind may meet a condition."""
READS = (Contact, AssessmentGiven, Agreement, CeasefireAgreed, StepPlanned, StepFulfilled, StepDropped)
"""The kinds of which each development can move it, awaited or not."""

IssueState = Literal[
    "agreed", "no_agreement", "deferred", "referred", "dropped", "discussed", "not_discussed"
]
_MADE = (AGREEMENTS, CEASEFIRES)
StepState = Literal["planned", "fulfilled", "dropped"]


class LeftBy(Value):
    """What may have been the last to leave an issue as it stood: a contact, a finding or an agreement."""

    outcome: IssueState
    earliest: date | None
    latest: date | None
    rests_on: Ground


class Issue(Value):
    """How one issue stood."""

    issue: Slug
    outcome: IssueState | None
    """Null where more than one may hold, as `possible` lists."""
    possible: tuple[IssueState, ...]
    left_by: tuple[LeftBy, ...]
    rests_on: Grounds


class Waiting(Value):
    """What a step waits for."""

    condition: Text
    met: bool
    """Whether it had certainly been met by the day."""
    certainty: Certainty
    """Whether the development that meets it is on record, and had occurred by the day."""
    met_by: UUID | None


class PlannedStep(Value):
    """A step that somebody plans, and what became of it."""

    id: UUID
    version: int
    step: Text
    planned_by: str
    planned_for: str | None
    after: Waiting | None
    state: StepState | None
    """Null where more than one may hold, as `possible` lists."""
    possible: tuple[StepState, ...]
    certainty: Certainty
    """Whether it had been planned by the day."""
    overdue: Certainty
    """Whether the day that it was planned for had passed while it was still only planned."""
    standing: Standing
    attributed_to: tuple[str, ...]
    rests_on: Grounds
    """The plan itself, what ended it, and what met its condition."""
    rests_on_retracted: tuple[UUID, ...] = ()
    """Developments that any of them rests on and that have since been retracted."""


class Agenda(View):
    """The issues and the planned steps as of the day."""

    issues: tuple[Issue, ...]
    steps: tuple[PlannedStep, ...]


def agenda(cut: Cut) -> Agenda:
    """Fold the cut into the issues that were on the table and the steps that are planned."""
    by_issue: dict[str, list[Step[IssueState]]] = {}
    for issue, step in _outcomes(cut):
        by_issue.setdefault(issue, []).append(step)
    return Agenda(
        **of_view(cut),
        issues=tuple(_issue(issue, by_issue[issue], cut) for issue in sorted(by_issue)),
        steps=tuple(_planned(cut)),
    )


def _outcomes(cut: Cut) -> Iterator[tuple[str, Step[IssueState]]]:
    for held, told in cut.of(Contact, AssessmentGiven):
        for issue, outcome in outcomes_of(held):
            yield issue, Step(outcome, held.bounds, held, by=finder_of(told))
    for held, _ in cut.of(Agreement, CeasefireAgreed):
        for issue in agreed_in(held):
            yield issue, Step("agreed", held.bounds, held, names=_carried_on(held, cut))


def finder_of(told: Happening) -> str | None:
    """Who alone finds that an issue was left so; `None` for those who met, who left it so together."""
    return side_of(told.speaker) if isinstance(told, AssessmentGiven) else None


def outcomes_of(held: Held) -> list[tuple[str, Outcome]]:
    """How a contact or a finding left each issue, as all reports of it have it."""
    told = (item for report in held.reports for item in _items(report.development))
    return list(dict.fromkeys((item.issue, item.outcome) for item in told))


def agreed_in(held: Held) -> list[str]:
    """The issues that an agreement or an agreed ceasefire is on, as all reports of it have it."""
    issues = (issue for report in held.reports for issue in _issues(report.development))
    return list(dict.fromkeys(issues))


def _issues(told: Happening) -> Iterator[str]:
    yield from told.issues
    match told:
        case Agreement(stipulations=stipulations):
            yield from (one.issue for one in stipulations if one.issue)
        case CeasefireAgreed():
            yield "ceasefire"


def _carried_on(held: Held, cut: Cut) -> frozenset[UUID]:
    """What it signs, amends, carries on or replaces, by the first report of each: it came after."""
    told = (report.development for report in reversed(held.reports))
    references = (one for development in told for one in development.references() if one.kinds in _MADE)
    named = {reference.pointer: cut.happening(reference.id) for reference in references}
    return frozenset(named.values())


def _items(told: Happening) -> Sequence[AgendaItem | Finding]:
    match told:
        case Contact(agenda=agenda):
            return agenda
        case AssessmentGiven(finding=finding) if finding:
            return (finding,)
    return ()


def _issue(issue: str, steps: list[Step[IssueState]], cut: Cut) -> Issue:
    state = outlook(steps, cut.as_of, "not_discussed")
    return Issue(
        issue=issue,
        outcome=state.state,
        possible=state.possible,
        left_by=tuple(_left_by(step) for step in state.last),
        rests_on=grounds([step.held for step in steps], cut.most_within),
    )


def _left_by(step: Step[IssueState]) -> LeftBy:
    return LeftBy(
        outcome=step.state,
        earliest=step.bounds.earliest,
        latest=step.bounds.latest,
        rests_on=ground(step.held),
    )


def _planned(cut: Cut) -> list[PlannedStep]:
    ends: dict[UUID, list[Step[StepState]]] = {}
    for held, fulfilled in cut.of(StepFulfilled):
        ends.setdefault(cut.happening(fulfilled.step), []).append(Step("fulfilled", held.bounds, held))
    for held, dropped in cut.of(StepDropped):
        ends.setdefault(cut.happening(dropped.step), []).append(Step("dropped", held.bounds, held))
    on_record = {held.entry.id: held for held in cut.held}
    return [
        _step(held, planned, ends.get(held.entry.id, []), _met_by(planned, on_record, cut), cut)
        for held, planned in cut.of(StepPlanned)
    ]


def awaited(entry: Entry) -> Iterator[UUID]:
    """What is said to meet the condition of a planned step, by the record or by whoever disputes it."""
    for told in (entry.development, *(dispute.account for dispute in entry.disputes)):
        if isinstance(told, StepPlanned) and told.after and told.after.met_by:
            yield told.after.met_by


def _met_by(planned: StepPlanned, on_record: Mapping[UUID, Held], cut: Cut) -> Held | None:
    if planned.after is None or planned.after.met_by is None:
        return None
    return on_record.get(cut.happening(planned.after.met_by))


def _step(
    held: Held, planned: StepPlanned, ends: Sequence[Step[StepState]], met_by: Held | None, cut: Cut
) -> PlannedStep:
    state = outlook(ends, cut.as_of, "planned")
    by_now = passed(planned.planned_for.bounds, cut) if planned.planned_for else None
    rests_on = [held, *(end.held for end in ends), *([met_by] if met_by else [])]
    return PlannedStep(
        id=held.entry.id,
        version=held.entry.version,
        step=planned.step,
        planned_by=actor_key(planned.planned_by),
        planned_for=str(planned.planned_for) if planned.planned_for else None,
        after=_waiting(planned.after, met_by) if planned.after else None,
        state=state.state,
        possible=state.possible,
        certainty=held.certainty,
        overdue=_overdue(by_now, state, cut.as_of),
        standing=held.standing,
        attributed_to=attributed_to(held.sources),
        rests_on=grounds(rests_on),
        rests_on_retracted=fallen_references(rests_on, cut.retracted),
    )


def _overdue(passed: Bounds | None, state: Outlook[StepState], day: date) -> Certainty:
    """Whether a day had passed with nothing to end the step, be it for certain or possibly."""
    by_now = passed.occurred_by(day) if passed else Certainty.NOT
    if by_now is Certainty.NOT or "planned" not in state.possible:
        return Certainty.NOT
    return by_now if state.state == "planned" else Certainty.POSSIBLE


def _waiting(after: Condition, met_by: Held | None) -> Waiting:
    certainty = met_by.certainty if met_by else Certainty.NOT
    return Waiting(
        condition=after.text,
        met=certainty is Certainty.CERTAIN,
        certainty=certainty,
        met_by=after.met_by,
    )
