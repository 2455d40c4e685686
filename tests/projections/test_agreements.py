"""Agreements: each on its separate clocks, and every promise against its performance."""

from itertools import combinations, permutations

from hypothesis import given

from projections.agreements import agreements
from tests.projections.clerk import certainty, keys_of
from tests.projections.grounds import grounds, rested_on
from tests.projections.reports import standing_papers
from tests.projections.test_exchanges import (
    about_exchange,
    agreed_of,
    bounds_of,
    check_returned,
    dead,
    family_of,
    living,
    promised_by,
    tellings_of,
    terms_of,
    under_of,
)
from tests.projections.worlds import known_days, last_of, worlds_in_turn
from tests.scenarios.chronicle import Chronicle, persons
from tests.scenarios.histories import AGREEMENTS, EXCHANGES, days, histories, moments

STATES = {
    "agreement-reached": "agreed",
    "agreement-signed": "signed",
    "agreement-entered-into-force": "in_force",
    "agreement-suspended": "suspended",
    "agreement-terminated": "ended",
    "agreement-rejected": "rejected",
}
CLOCKS = {**STATES, "agreement-amended": "amended", "agreement-ratified": "ratified"}
EVENTS = AGREEMENTS[3:]

# Against every possible world


def thread_of(papers):
    """For each agreement all that is on record of it."""
    own = [paper for paper in papers if paper.kind in AGREEMENTS[:3]]
    threads = {}
    for paper in papers:
        named = paper.told["agreement"] if paper.kind in EVENTS else str(paper.id)
        threads.setdefault(family_of(named, own), []).append(paper)
    return threads


def newer_than(root, papers):
    """The agreements of other families that take the place of one."""
    own = [paper for paper in papers if paper.kind in AGREEMENTS[:3]]
    families = {paper: family_of(str(paper.id), own) for paper in own}
    replaced = {
        paper: family_of(paper.told["supersedes"], own) for paper in own if "supersedes" in paper.told
    }
    return [paper for paper, older in replaced.items() if older == root != families[paper]]


def begun_by(papers, newer):
    """The state that each of the developments of an agreement begins; most ratifications begin none."""
    sides = {paper: keys_of(paper.told["by"])[-1] for paper in papers if paper.kind in AGREEMENTS[6:]}
    against = {sides[paper] for paper in papers if paper.kind == "agreement-rejected"}
    began = {paper: STATES[paper.kind] for paper in papers if paper.kind in STATES}
    for paper in papers:
        if paper.kind == "agreement-ratified" and against == {sides[paper]}:
            began[paper] = "signed"
    return began | dict.fromkeys(newer, "superseded")


def states_of(began, as_of):
    """What may hold of an agreement at last."""
    moving, found = list(began), set()
    possible = worlds_in_turn(moving, as_of)
    for world in possible:
        found |= {began[paper] for paper in last_of(world, moving, known_days(possible))} or {"none"}
    return found


def check_clock(clock, papers, as_of):
    """A clock shows the last of what happened, the certain before the possible."""
    last = ([paper for paper in papers if paper.certain(as_of)] or papers)[-1:]
    assert [(clock.earliest, clock.latest)] == ([paper.span for paper in last] or [(None, None)])
    assert rested_on(clock) == grounds(papers, as_of)


@given(history=histories(AGREEMENTS), as_of=days(), known_at=moments())
def test_every_agreement_is_as_some_world_leaves_it_and_each_clock_runs_by_itself(history, as_of, known_at):
    standing = standing_papers(history.acts, as_of, known_at)
    threads = thread_of(standing)

    shown = agreements(history.chronicle.cut(as_of, known_at)).agreements

    assert {str(one.id) for one in shown} == threads.keys()
    for one in shown:
        papers = threads[str(one.id)]
        newer = newer_than(str(one.id), standing)
        states = states_of(begun_by(papers, newer), as_of)
        assert set(one.possible) == states
        assert one.state == (next(iter(states)) if len(states) == 1 else None)
        for kind, name in CLOCKS.items():
            check_clock(getattr(one.clocks, name), [paper for paper in papers if paper.kind == kind], as_of)
        check_clock(one.clocks.superseded, newer, as_of)
        assert [(told.id, told.by, told.outcome, told.certainty) for told in one.consents] == [
            (paper.id, keys_of(paper.told["by"])[-1], paper.kind.split("-")[1], certainty(paper, as_of))
            for paper in papers
            if paper.kind in AGREEMENTS[6:]
        ]
        assert rested_on(one) == grounds({*papers, *newer}, as_of)


@given(
    history=histories((*EXCHANGES, "assessment-given"), most=16),
    as_of=days(),
    known_at=moments(),
)
def test_every_stipulation_is_in_its_latest_terms_and_the_living_and_the_dead_are_counted_apart(
    history, as_of, known_at
):
    standing = standing_papers(history.acts, as_of, known_at)
    own = [paper for paper in standing if paper.kind in EXCHANGES[:3]]
    told = tellings_of(own)
    returns = {paper: under_of(paper, own) for paper in standing if paper.kind in EXCHANGES[3:]}
    promised = promised_by(returns, told, own, as_of)
    judged = [paper for paper in standing if paper.kind == "assessment-given"]

    shown = agreements(history.chronicle.cut(as_of, known_at)).agreements

    stipulations = {(str(one.id), each.stipulation): each for one in shown for each in one.stipulations}
    assert stipulations.keys() == told.keys()
    for under, one in stipulations.items():
        assert one.terms == terms_of(told[under], as_of)
        assert one.agreed == agreed_of(told[under], as_of)
        done = [paper for paper in returns if returns[paper] == under]
        check_returned(one.carried_out, living(done), promised, as_of)
        check_returned(one.remains, dead(done), promised, as_of)
        levels = [(paper, level) for paper in judged for level in levels_in(paper, under, own)]
        assert [(given.id, given.by, given.level, given.certainty) for given in one.assessments] == [
            (paper.id, keys_of(paper.told["speaker"])[-1], level, certainty(paper, as_of))
            for paper, level in levels
        ]
        assert [(given.earliest, given.latest) for given in one.assessments] == [p.span for p, _ in levels]
        unassigned = [paper for paper in returns if returns[paper] == (under[0], None)]
        every = {*(paper for paper, _ in told[under]), *done, *unassigned, *(paper for paper, _ in levels)}
        assert rested_on(one) == grounds(every, as_of)


def levels_in(paper, under, agreements):
    """The levels that an assessment gives to a stipulation, one for all reports that give the same."""
    judged = [report.told.get("implementation") or {} for report in paper.reports]
    own = [one for one in judged if judged_under(one, agreements) == under]
    return list(dict.fromkeys(one["level"] for one in own))


def judged_under(judged, agreements):
    """The family and the stipulation that a judgement is about."""
    named = judged.get("agreement")
    if named is None:
        return None
    first = {str(one.id): str(paper.id) for paper in agreements for one in paper.reports}
    return family_of(first.get(named, named), agreements), judged["stipulation"]


def latest_in_worlds(told, family, as_of):
    """Every way in which the tellings of a stipulation may lie over each other, some world to each."""
    tellings, papers = dict(told), [paper for paper, _ in told]
    possible = worlds_in_turn(family, as_of)
    known = known_days(possible)
    for world in possible:
        happened = [paper for paper in papers if world[paper]]
        for order in permutations(happened):
            if happened and not any(
                comes_first(b, a, world, known, family) for a, b in combinations(order, 2)
            ):
                latest = {}
                for paper in order:
                    latest |= tellings[paper]
                yield latest


def comes_first(one, other, world, known, family):
    """Whether one is known to have come before another in a world."""
    if world[one] != world[other]:
        return world[one] < world[other]
    if one in forebears(other, family) or other in forebears(one, family):
        return one in forebears(other, family)
    return one in known and other in known and one.position < other.position


def forebears(paper, family):
    """All that it signs or amends, and what that does."""
    found = []
    while (named := [one for one in family if str(one.id) == paper.told.get("agreement")]) and (
        named[0] not in found
    ):
        paper = named[0]
        found.append(paper)
    return found


def levels_open(terms, shown, more):
    """The levels that counts leave open under some terms, for the living and the dead by themselves."""
    done = [one for one in (shown.carried_out, shown.remains) if one.stages.certain + one.stages.possible]
    if not done:
        return {0} if about_exchange(terms) and not more else {0, 1, 2, 3}
    least = set() if any(one.stages.certain for one in done) else {0}
    return set().union(*(levels_by_counts(terms.get("promised", ()), one, least, more) for one in done))


def levels_by_counts(promised, done, least, more):
    """Full where the counts reach all that was promised, not full where they cannot."""
    nobody = {"type": "exact", "value": 0}
    counts = {keys_of(one["side"])[-1]: one["count"] for one in promised}
    goals = {
        side: bounds_of(nobody if count["type"] == "not_applicable" else count)
        for side, count in counts.items()
    }
    back = {one.side: one.persons for one in done.persons}
    if not goals or not goals.keys() <= back.keys():
        return least | {1, 2, 3}
    if all(most is not None and back[side].certain.at_least >= most for side, (_, most) in goals.items()):
        return {3}
    ends = [(back[side].with_possible.at_most, low) for side, (low, _) in goals.items()]
    short = any(end is not None and end < low for end, low in ends)
    return least | ({1, 2} if short and not more else {1, 2, 3})


@given(history=histories(EXCHANGES, most=12), as_of=days(), known_at=moments())
def test_no_terms_that_may_be_the_latest_are_left_out(history, as_of, known_at):
    standing = standing_papers(history.acts, as_of, known_at)
    own = [paper for paper in standing if paper.kind in EXCHANGES[:3]]
    done = {under_of(paper, own) for paper in standing if paper.kind in EXCHANGES[3:]}
    told = tellings_of(own)

    for agreement in agreements(history.chronicle.cut(as_of, known_at)).agreements:
        root = str(agreement.id)
        family = [paper for paper in own if family_of(str(paper.id), own) == root]
        for one in agreement.stipulations:
            possible = latest_in_worlds(told[root, one.stipulation], family, as_of)
            every = [levels_open(terms, one, (root, None) in done) for terms in possible]
            assert set().union(*every) <= set(one.possible)


# Told

PROMISE = {"id": "pilots", "issue": "prisoner_exchange", "promised": persons(XA=40, XB=55)}


def pact(**terms):
    lake = Chronicle()
    agreed = lake.record("agreement-reached", "2031-03-09", stipulations=[{**PROMISE, **terms}])
    return lake, agreed


def carried_out(lake, agreed, occurred="2031-03-12", stipulation="pilots", **counts):
    under = {"agreement": str(agreed), **({"stipulation": stipulation} if stipulation else {})}
    return lake.record("exchange-stage-carried-out", occurred, under=under, persons=persons(**counts))


def levels(lake, as_of="2031-05-01", **lens):
    ((one,),) = [agreement.stipulations for agreement in lake.view("agreements", as_of, **lens).agreements]
    return one.level, one.possible


def test_what_is_signed_is_not_in_force_and_what_ended_was_signed():
    lake, agreed = pact()
    lake.record("agreement-signed", "2031-03-14", agreement=str(agreed))
    assert lake.view("agreements").agreements[0].state == "signed"
    lake.record("agreement-terminated", "2031-03-20", agreement=str(agreed))

    (shown,) = lake.view("agreements").agreements
    assert (shown.state, shown.clocks.in_force.certainty) == ("ended", "not")
    assert str(shown.clocks.signed.latest) == "2031-03-14"


def test_a_promise_is_not_initiated_until_a_stage_took_place():
    lake, agreed = pact()
    assert levels(lake) == (0, (0,))
    carried_out(lake, agreed, "2031-03", XA=1)
    assert levels(lake, "2031-03-12") == (None, (0, 1, 2))
    assert levels(lake) == (None, (1, 2))


def test_only_known_counts_say_that_all_was_done():
    lake, agreed = pact()
    carried_out(lake, agreed, XA=40, XB={"type": "unknown"})
    assert levels(lake) == (None, (1, 2, 3))
    carried_out(lake, agreed, "2031-03-13", XA=0, XB={"type": "at_least", "min": 55})
    assert levels(lake) == (3, (3,))


def test_a_promise_of_an_unknown_number_is_never_known_to_be_kept():
    lake, agreed = pact(promised=persons(XA={"type": "unknown"}))
    carried_out(lake, agreed, XA=400)
    assert levels(lake) == (None, (1, 2, 3))


def test_no_count_measures_what_is_not_a_return_of_persons():
    lake = Chronicle()
    lake.record("agreement-reached", "2031-03-09", stipulations=[{"id": "harbour", "issue": "harbour"}])
    assert levels(lake) == (None, (0, 1, 2, 3))


def test_what_was_done_under_no_named_promise_may_have_been_done_under_any():
    lake, agreed = pact()
    carried_out(lake, agreed, stipulation=None, XA=40, XB=55)
    assert levels(lake) == (None, (0, 1, 2, 3))


def test_an_assessment_outweighs_the_counts_and_two_of_one_day_are_the_later_recorded():
    lake, agreed = pact()
    for level in (1, 2):
        judged = {"agreement": str(agreed), "stipulation": "pilots", "level": level}
        lake.record("assessment-given", "2031-04-01", implementation=judged)
    assert levels(lake) == (2, (2,))
    lake.record("assessment-given", "[2031-03-20..2031-04-05]", implementation={**judged, "level": 3})
    assert levels(lake) == (None, (2, 3))


def test_levels_that_two_parties_give_stand_side_by_side():
    lake, agreed = pact()
    for speaker, level in (("XA", 3), ("XB", 1)):
        judged = {"agreement": str(agreed), "stipulation": "pilots", "level": level}
        lake.record("assessment-given", f"2031-04-0{level}", speaker=speaker, implementation=judged)
    assert levels(lake) == (None, (1, 3))


def test_a_level_that_was_only_possibly_given_leaves_open_what_the_counts_do():
    lake, agreed = pact()
    carried_out(lake, agreed, XA=1, XB=1)
    judged = {"agreement": str(agreed), "stipulation": "pilots", "level": 3}
    lake.record("assessment-given", "2031-04", implementation=judged)
    assert levels(lake, "2031-04-10") == (None, (1, 2, 3))


def test_terms_of_which_two_may_be_the_latest_leave_the_level_open():
    lake, agreed = pact()
    carried_out(lake, agreed, XA=40, XB=55)
    assert levels(lake) == (3, (3,))
    more = {**PROMISE, "promised": persons(XA=80, XB=80)}
    lake.record("agreement-amended", "2031-04", agreement=str(agreed), stipulations=[more])
    assert levels(lake, "2031-04-10") == (None, (1, 2, 3))
    assert levels(lake) == (None, (1, 2))


def test_two_reports_of_one_agreement_promise_what_either_says():
    lake, agreed = pact()
    other = lake.record(
        "agreement-reached", "2031-03-09", stipulations=[{**PROMISE, "promised": persons(XA=50, XB=55)}]
    )
    carried_out(lake, other, XA=45, XB=55)
    lake.judge_same(agreed, other)

    assert levels(lake) == (None, (1, 2, 3))
    ((promised, _),) = [one.promised for one in lake.exchanges().by_stipulation]
    assert promised.count.model_dump() == {"type": "between", "min": 40, "max": 50}


def amended(lake, agreed, occurred, **terms):
    changed = [{"id": "pilots", **terms}]
    return lake.record("agreement-amended", occurred, agreement=str(agreed), stipulations=changed)


def test_an_amendment_changes_only_what_it_gives():
    """Given 40 for 55; when a date is added; then 40 and 55 are still promised, in both views."""
    lake, agreed = pact(formula={"type": "n_for_m", "n": 40, "m": 55})
    amended(lake, agreed, "2031-03-21", due="2031-06")

    (shown,) = lake.exchanges().by_stipulation
    assert (shown.formula, len(shown.promised)) == ("40_for_55", 2)
    ((performed,),) = [one.stipulations for one in lake.view("agreements").agreements]
    assert performed.terms["due"] == "2031-06"
    assert performed.terms["promised"] == PROMISE["promised"]
    carried_out(lake, agreed, XA=40, XB=55)
    assert levels(lake) == (3, (3,))


def test_what_is_amended_to_nothing_is_nothing():
    """When a field is given as null or as an empty list; then what stood there is gone."""
    lake, agreed = pact(formula={"type": "all_for_all"})
    amended(lake, agreed, "2031-03-21", formula=None, promised=[])

    (shown,) = lake.exchanges().by_stipulation
    assert (shown.formula, shown.promised) == (None, ())


def test_a_signing_that_repeats_a_stipulation_keeps_what_it_does_not_repeat():
    lake, agreed = pact()
    text = [{"id": "pilots", "text": "The pilots come home."}]
    lake.record("agreement-signed", "2031-03-14", agreement=str(agreed), stipulations=text)

    ((performed,),) = [one.stipulations for one in lake.view("agreements").agreements]
    assert (performed.text, performed.terms["promised"]) == (text[0]["text"], PROMISE["promised"])


def test_an_amendment_comes_after_what_it_amends_whatever_its_month_leaves_open():
    lake, agreed = pact()
    amended(lake, agreed, "2031-03", promised=persons(XA=80))

    (shown,) = lake.exchanges().by_stipulation
    assert [one.side for one in shown.promised] == ["XA"]
    carried_out(lake, agreed, XA=40, XB=55)
    assert levels(lake) == (None, (1, 2))


def test_of_two_amendments_in_one_month_either_may_be_the_last():
    lake, agreed = pact()
    for most in (40, 80):
        amended(lake, agreed, "2031-04", promised=persons(XA=most))
    amended(lake, agreed, "2031-04-20", due="2031-06")
    carried_out(lake, agreed, XA=40, XB=55)

    assert levels(lake) == (None, (1, 2, 3))


def test_the_living_and_the_dead_under_one_stipulation_are_never_one_number():
    """Given an exchange, a release and remains under one promise; then both views count the same."""
    lake, agreed = pact()
    under = {"agreement": str(agreed), "stipulation": "pilots"}
    carried_out(lake, agreed, XA=20, XB=55)
    lake.record("detainees-released", "2031-03-13", under=under, persons=persons(XA=3))
    lake.record("remains-repatriated", "2031-03-14", under=under, persons=persons(XA=30))

    ((performed,),) = [one.stipulations for one in lake.view("agreements").agreements]
    (grouped,) = lake.exchanges().by_stipulation
    for shown in (performed, grouped):
        back = {one.side: one.persons.certain.at_least for one in shown.carried_out.persons}
        assert (back, shown.carried_out.stages.certain) == ({"XA": 23, "XB": 55}, 2)
        assert shown.remains.persons[0].persons.certain.at_least == 30
    assert levels(lake) == (None, (1, 2))


def test_a_promise_of_remains_is_measured_by_remains():
    lake, agreed = pact(promised=persons(XA=30))
    under = {"agreement": str(agreed), "stipulation": "pilots"}
    lake.record("remains-repatriated", "2031-03-14", under=under, persons=persons(XA=30))
    assert levels(lake) == (3, (3,))


def test_a_level_is_shown_with_whoever_gave_it():
    lake, agreed = pact()
    judged = {"agreement": str(agreed), "stipulation": "pilots", "level": 1}
    first = lake.record("assessment-given", "2031-04-01", speaker="XB", implementation=judged)
    lake.record("assessment-given", "2031-04", implementation={**judged, "level": 3})

    ((performed,),) = [one.stipulations for one in lake.view("agreements", "2031-04-10").agreements]
    told = [(one.by, one.level, one.certainty) for one in performed.assessments]
    assert sorted(told) == [("XA", 3, "possible"), ("XB", 1, "certain")]
    assert first in {one.id for one in performed.assessments}


def signed_pact():
    lake, agreed = pact()
    lake.record("agreement-signed", "2031-03-14", agreement=str(agreed))
    return lake, str(agreed)


def state_on(lake, day="2031-05-01"):
    return lake.view("agreements", day).agreements[0].state


def test_one_party_that_ratifies_brings_nothing_into_force():
    lake, agreed = signed_pact()
    lake.record("agreement-ratified", "2031-03-20", agreement=agreed, by="XA", how="parliament")

    (shown,) = lake.view("agreements").agreements
    assert (shown.state, shown.clocks.ratified.certainty, shown.clocks.in_force.certainty) == (
        *("signed", "certain", "not"),
    )
    assert [(one.by, one.outcome, one.how) for one in shown.consents] == [("XA", "ratified", "parliament")]


def test_what_one_party_rejects_is_rejected_until_that_party_ratifies_after_all():
    """Given that Arvenia ratified; when Belmark rejects, and ratifies later; then only Belmark undoes it."""
    lake, agreed = signed_pact()
    lake.record("agreement-rejected", "2031-03-20", agreement=agreed, by="XB", how="referendum")
    lake.record("agreement-ratified", "2031-03-22", agreement=agreed, by="XA")
    lake.record("agreement-ratified", "2031-03-25", agreement=agreed, by="XB")
    lake.record("agreement-entered-into-force", "2031-03-27", agreement=agreed)

    days = ("2031-03-19", "2031-03-20", "2031-03-23", "2031-03-25", "2031-03-27")
    assert [state_on(lake, day) for day in days] == ["signed", "rejected", "rejected", "signed", "in_force"]


def test_an_agreement_in_whose_place_another_comes_is_superseded_from_then():
    lake, agreed = signed_pact()
    newer = lake.record("agreement-signed", "2031-03-20", supersedes=agreed)

    assert [state_on(lake, day) for day in ("2031-03-19", "2031-03-20")] == ["signed", "superseded"]
    older, other = lake.view("agreements").agreements
    assert (other.id, other.state) == (newer, "signed")
    assert [one.id for one in older.clocks.superseded.rests_on.certain] == [newer]
