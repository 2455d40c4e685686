"""The agenda: how each issue was left, and what became of planned steps."""

from hypothesis import given

from projections.agenda import agenda
from tests.projections.clerk import certainty, keys_of
from tests.projections.grounds import grounds, rested_on
from tests.projections.reports import standing_papers
from tests.projections.worlds import last_of, worlds
from tests.scenarios.chronicle import Chronicle
from tests.scenarios.histories import PLANS, days, histories, moments

KINDS = ("round-held", "call-held", "assessment-given", *PLANS)


# Against every possible world


def outcomes_of(paper):
    """How a development left each issue, as often as it says so."""
    findings = [report.told["finding"] for report in paper.reports if report.told.get("finding")]
    items = [*paper.told.get("agenda", []), *findings]
    return [(item["issue"], item["outcome"]) for item in items]


def by_account(papers):
    """Those who met left it so together; who finds something alone has an account of its own."""
    joint = [paper for paper in papers if paper.kind != "assessment-given"]
    accounts = {}
    for paper in papers:
        if paper.kind == "assessment-given":
            accounts.setdefault(keys_of(paper.told["speaker"])[-1], []).append(paper)
    return [[paper for paper in papers if paper in [*joint, *own]] for own in accounts.values()] or [papers]


def ways_to_end(papers, as_of, start, state_of):
    """What may hold at last, and each development that may have left it so."""
    states, left_by = set(), set()
    for world in worlds({paper: paper.span for paper in papers}, as_of):
        last = last_of(world, papers)
        left_by |= {(state, paper.id) for paper in last for state in state_of(paper)}
        states |= {start} if not last else {state for paper in last for state in state_of(paper)}
    return states, left_by


@given(history=histories(KINDS), as_of=days(), known_at=moments())
def test_every_issue_is_as_some_world_leaves_it(history, as_of, known_at):
    papers = standing_papers(history.acts, as_of, known_at)

    shown = agenda(history.chronicle.cut(as_of, known_at)).issues

    assert [one.issue for one in shown] == sorted({i for paper in papers for i, _ in outcomes_of(paper)})
    for one in shown:
        about = [paper for paper in papers if one.issue in dict(outcomes_of(paper))]
        left_as = {paper: [o for i, o in outcomes_of(paper) if i == one.issue] for paper in about}
        ends = [
            ways_to_end(account, as_of, "not_discussed", left_as.__getitem__) for account in by_account(about)
        ]
        states, left_by = (set().union(*parts) for parts in zip(*ends, strict=True))
        assert set(one.possible) == states
        assert len(one.possible) == len(states)
        assert one.outcome == (next(iter(states)) if len(states) == 1 else None)
        assert {(left.outcome, left.rests_on.id) for left in one.left_by} == left_by
        assert rested_on(one) == grounds(about, as_of)


@given(history=histories(KINDS), as_of=days(), known_at=moments())
def test_every_planned_step_is_as_some_world_ends_it(history, as_of, known_at):
    papers = standing_papers(history.acts, as_of, known_at)
    planned = [paper for paper in papers if paper.kind == "step-planned"]

    shown = agenda(history.chronicle.cut(as_of, known_at)).steps

    assert [one.id for one in shown] == [paper.id for paper in planned]
    for one, paper in zip(shown, planned, strict=True):
        ends = [end for end in papers if end.told.get("step") == str(paper.id)]
        states, _ = ways_to_end(ends, as_of, "planned", lambda end: [end.kind.removeprefix("step-")])
        assert set(one.possible) == states
        assert one.state == (next(iter(states)) if len(states) == 1 else None)
        assert (one.certainty, one.version) == (certainty(paper, as_of), paper.version)
        met_by = (paper.told["after"] or {}).get("met_by")
        met = [certainty(other, as_of) for other in papers if str(other.id) == met_by]
        assert one.after.certainty == (met[0] if met else "not")
        assert one.after.met == (met == ["certain"])
        grounds_of = {paper, *ends, *(other for other in papers if str(other.id) == met_by)}
        assert rested_on(one) == grounds(grounds_of, as_of)


# Told


def test_what_two_sides_find_alone_stands_side_by_side_until_they_meet():
    lake = Chronicle()
    for number, (speaker, outcome) in enumerate([("XA", "agreed"), ("XB", "no_agreement")], start=1):
        found = {"issue": "harbour", "outcome": outcome}
        lake.record("assessment-given", f"2031-03-0{number}", speaker=speaker, finding=found)

    (harbour,) = lake.view("agenda").issues
    assert (harbour.outcome, set(harbour.possible)) == (None, {"agreed", "no_agreement"})

    lake.record("round-held", "2031-03-04", agenda=[{"issue": "harbour", "outcome": "deferred"}])
    (harbour,) = lake.view("agenda").issues
    assert (harbour.outcome, len(harbour.left_by)) == ("deferred", 1)
