"""The agenda: how each issue was left, and what became of planned steps."""

from hypothesis import given

from projections.agenda import agenda
from tests.projections.clerk import certainty, keys_of
from tests.projections.grounds import grounds, rested_on
from tests.projections.reports import standing_papers
from tests.projections.worlds import known_days, last_of, worlds_in_turn
from tests.scenarios.chronicle import Chronicle, agenda_of
from tests.scenarios.histories import PLANS, WHEN, days, histories, moments

ON_THE_TABLE = (
    *("round-held", "round-held", "call-held", "assessment-given"),
    *("agreement-reached", "agreement-signed", "agreement-amended"),
    *("ceasefire-proposed", "ceasefire-agreed"),
)


# Against every possible world


def outcomes_of(paper):
    """How a development left each issue, as often as it says so; what is agreed on, it leaves agreed."""
    if paper.kind in ("agreement-reached", "agreement-signed", "agreement-amended", "ceasefire-agreed"):
        own = ["ceasefire"] if paper.kind == "ceasefire-agreed" else []
        return [(issue, "agreed") for report in paper.reports for issue in own + issues_in(report.told)]
    findings = [report.told["finding"] for report in paper.reports if report.told.get("finding")]
    items = [*paper.told.get("agenda", []), *findings]
    return [(item["issue"], item["outcome"]) for item in items]


def issues_in(told):
    """The issues that an agreement is on, in all and in each of its stipulations."""
    promised = [terms["issue"] for terms in told.get("stipulations", []) if "issue" in terms]
    return [*told.get("issues", []), *promised]


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
    possible = worlds_in_turn(papers, as_of)
    for world in possible:
        last = last_of(world, papers, known_days(possible))
        left_by |= {(state, paper.id) for paper in last for state in state_of(paper)}
        states |= {start} if not last else {state for paper in last for state in state_of(paper)}
    return states, left_by


@given(history=histories(ON_THE_TABLE), as_of=days(), known_at=moments())
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


@given(history=histories(PLANS), as_of=days(), known_at=moments())
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
        assert one.overdue == overdue(paper, states, as_of, min(as_of, known_at.date()))
        met_by = (paper.told["after"] or {}).get("met_by")
        met = [certainty(other, as_of) for other in papers if str(other.id) == met_by]
        assert one.after.certainty == (met[0] if met else "not")
        assert one.after.met == (met == ["certain"])
        grounds_of = {paper, *ends, *(other for other in papers if str(other.id) == met_by)}
        assert rested_on(one) == grounds(grounds_of, as_of)


def overdue(planned, states, as_of, known_on):
    """Whether a step can, or must, still be only planned when the last of its days has passed."""
    if "planned_for" not in planned.told or "planned" not in states:
        return "not"
    when = WHEN[planned.told["planned_for"]]
    if when.first and when.first >= as_of:
        return "not"
    passed = when.last and when.last < as_of and when.last < known_on
    return "certain" if passed and states == {"planned"} else "possible"


# Told


def test_what_an_agreement_is_on_is_agreed():
    """Given two deferred issues; when one is agreed on and one in a stipulation; then both are agreed."""
    lake = Chronicle()
    lake.record("round-held", "2031-03-01", agenda=agenda_of(land="deferred", water="deferred"))
    pact = lake.record(
        "agreement-reached", "2031-03-09", issues=["land"], stipulations=[{"id": "wells", "issue": "water"}]
    )

    for issue in lake.agenda().issues:
        assert (issue.outcome, [left.rests_on.id for left in issue.left_by]) == ("agreed", [pact])


def test_an_agreed_ceasefire_leaves_the_ceasefire_agreed_and_a_proposed_one_does_not():
    lake = Chronicle()
    lake.record("round-held", "2031-03-01", agenda=agenda_of(ceasefire="deferred", harbour="deferred"))
    plan = lake.record("ceasefire-proposed", "2031-03-02", issues=["harbour"])
    lake.record("ceasefire-agreed", "2031-03-04", ceasefire=str(plan), issues=["harbour"])

    assert {one.outcome for one in lake.agenda("2031-03-03").issues} == {"deferred"}
    assert {one.outcome for one in lake.agenda().issues} == {"agreed"}


def test_a_round_after_the_agreement_leaves_the_issue_open_again():
    lake = Chronicle()
    lake.record("agreement-reached", "2031-03-01", issues=["land"])
    lake.record("round-held", "2031-03-09", agenda=agenda_of(land="no_agreement"))

    assert lake.agenda().issues[0].outcome == "no_agreement"


def test_a_step_is_overdue_once_its_day_has_passed_and_nothing_ended_it():
    lake = Chronicle()
    plan = lake.record("step-planned", "2031-03-01", planned_for="[2031-03-10..2031-03-12]", on="2031-03-01")
    lake.record("other-development", "2031-03-20", on="2031-03-20")

    def late(day, known_at=None):
        return lake.agenda(day, known_at).steps[0].overdue

    assert [late(f"2031-03-{number}") for number in (10, 11, 12, 13)] == [
        "not",
        "possible",
        "possible",
        "certain",
    ]
    assert late("2031-03-13", "2031-03-02") == "possible"
    lake.record("step-fulfilled", "2031-03-15", step=str(plan), on="2031-03-21")
    assert [late("2031-03-14"), late("2031-03-15")] == ["certain", "not"]


def test_a_step_without_a_day_is_never_overdue():
    lake = Chronicle()
    lake.record("step-planned", "2031-03-01")
    assert lake.agenda().steps[0].overdue == "not"


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
