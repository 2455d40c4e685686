"""Positions: what each party holds on each issue, and whether what it asked is open, answered or expired."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from projections.positions import positions
from tests.projections.clerk import certainty, keys_of
from tests.projections.grounds import grounds, rested_on
from tests.projections.reports import standing_papers
from tests.projections.worlds import last_of, worlds
from tests.scenarios.chronicle import Chronicle
from tests.scenarios.histories import ASKING, WHEN, days, histories, moments

# Against every possible world

ASKED = ASKING[:3]
DEADLINE = "deadline"


def issues_of(paper):
    """The issues that something said is about."""
    named = [*paper.told["issues"], paper.told.get("issue"), paper.told.get("condition_for")]
    return {one for one in named if one} or {"unspecified"}


def stances_in(papers, as_of):
    """The stances that may be the last."""
    found = set()
    for world in worlds({paper: paper.span for paper in papers}, as_of):
        last = last_of(world, papers)
        found |= {one.told["stance"] for paper in last for one in paper.reports} or {"none"}
    return found


def day_after(deadline):
    """The days on which a deadline may first have passed."""
    when = WHEN[deadline]
    return when.first + timedelta(days=1), when.last and when.last + timedelta(days=1)


def side_of(actor):
    """Whom an actor speaks for."""
    return keys_of(actor)[-1]


def states_of(asked, answers, as_of, known_on):
    """What may have become of it: for each who was asked, by its own answers and those of who asked."""
    asker = side_of(asked.told["speaker"])
    parties = {side_of(one) for one in asked.told["addressees"]}
    if not parties:
        parties = {side_of(answer.told["by"]) for answer in answers} - {asker} or {"anybody"}
    found = set()
    for party in parties:
        own = [answer for answer in answers if side_of(answer.told["by"]) in (party, asker)]
        found |= states_for_one(asked, own, as_of, known_on)
    return found


def last_answers(answers, as_of):
    """What may be the last of one party's answers."""
    found = set()
    for world in worlds({paper: paper.span for paper in answers}, as_of):
        last = last_of(world, answers)
        found |= {one.told["answer"] for paper in last for one in paper.reports} or {"open"}
    return found


def check_answers(ask, asked, answers, as_of):
    """Each party's last answer is shown, whether it was asked or not."""
    asker, named = side_of(asked.told["speaker"]), {side_of(one) for one in asked.told["addressees"]}
    parties = list(dict.fromkeys(side_of(answer.told["by"]) for answer in answers))
    assert [one.by for one in ask.answers] == parties
    for one in ask.answers:
        own = [answer for answer in answers if side_of(answer.told["by"]) == one.by]
        possible = last_answers(own, as_of)
        assert one.addressed == (one.by in named if named else one.by != asker)
        assert set(one.possible) == possible
        assert one.answer == (next(iter(possible)) if len(possible) == 1 else None)
        shown = ([answer for answer in own if answer.certain(as_of)] or own)[-1]
        assert (one.earliest, one.latest, one.certainty) == (*shown.span, certainty(shown, as_of))
        assert rested_on(one) == grounds(own, as_of)


def states_for_one(asked, answers, as_of, known_on):
    """What may have become of it, were only one party asked."""
    spans = {paper: paper.span for paper in answers}
    deadline = asked.told.get("deadline")
    if deadline:
        spans[DEADLINE] = day_after(deadline)
    found = set()
    for world in worlds(spans, as_of):
        passed = world.pop(DEADLINE, None)
        last = last_of(world, answers)
        if last:
            found |= {one.told["answer"] for paper in last for one in paper.reports}
        elif passed is None:
            found.add("open")
        else:
            found |= {"expired"} if passed <= known_on else {"expired", "open"}
    return found


@given(
    history=st.sampled_from([(*ASKING, "position-taken"), ("ultimatum-issued", "answer-given")]).flatmap(
        lambda kinds: histories(kinds, addressing=True)
    ),
    as_of=days(),
    known_at=moments(),
)
def test_every_position_and_all_that_is_asked_is_as_some_world_leaves_it(history, as_of, known_at):
    papers = standing_papers(history.acts, as_of, known_at)
    said = [paper for paper in papers if paper.kind in (*ASKED, "position-taken")]

    shown = positions(history.chronicle.cut(as_of, known_at)).positions

    assert [(one.party, one.issue) for one in shown] == sorted(
        {(keys_of(paper.told["speaker"])[-1], issue) for paper in said for issue in issues_of(paper)}
    )
    for one in shown:
        own = [p for p in said if keys_of(p.told["speaker"])[-1] == one.party and one.issue in issues_of(p)]
        taken = [paper for paper in own if paper.told.get("issue") == one.issue]
        stances = stances_in(taken, as_of)
        assert set(one.possible) == stances
        assert one.stance == (next(iter(stances)) if len(stances) == 1 else None)
        assert [stance.id for stance in one.stances] == [paper.id for paper in taken]
        asked = [paper for paper in own if paper.kind in ASKED]
        answers = {p: [a for a in papers if a.told.get("to") == str(p.id)] for p in asked}
        assert [ask.id for ask in one.asked] == [paper.id for paper in asked]
        for ask, paper in zip(one.asked, asked, strict=True):
            states = states_of(paper, answers[paper], as_of, min(as_of, known_at.date()))
            assert set(ask.possible) == states
            assert ask.state == (next(iter(states)) if len(states) == 1 else None)
            check_answers(ask, paper, answers[paper], as_of)
        every = {*own, *(answer for given in answers.values() for answer in given)}
        assert rested_on(one) == grounds(every, as_of)


# Told


def asked_on(day, lake, known_at=None):
    ((one,),) = [one.asked for one in lake.view("positions", day, known_at=known_at).positions]
    return one.state, set(one.possible)


def test_an_ultimatum_is_open_until_its_deadline_has_passed_and_then_expired():
    lake = Chronicle()
    lake.record("ultimatum-issued", "2031-03-10", deadline="2031-03-20", on="2031-03-10")

    assert asked_on("2031-03-20", lake)[0] == "open"
    lake.record("other-development", "2031-03-25", on="2031-03-25")
    assert asked_on("2031-03-21", lake)[0] == "expired"
    assert asked_on("2031-03-21", lake, "2031-03-11") == (None, {"open", "expired"})


def test_an_uncertain_deadline_leaves_open_whether_it_has_passed():
    lake = Chronicle()
    lake.record("ultimatum-issued", "2031-03-10", deadline="[2031-03-15..2031-03-20]")

    assert asked_on("2031-03-15", lake)[0] == "open"
    assert asked_on("2031-03-18", lake) == (None, {"open", "expired"})
    assert asked_on("2031-03-21", lake)[0] == "expired"


def test_a_late_answer_is_an_answer_and_until_then_it_was_expired():
    lake = Chronicle()
    demand = lake.record("ultimatum-issued", "2031-03-10", deadline="2031-03-20")
    lake.record("answer-given", "2031-03-25", to=demand, answer="rejected")

    assert asked_on("2031-03-24", lake)[0] == "expired"
    assert asked_on("2031-03-25", lake)[0] == "rejected"


def test_a_final_demand_without_a_deadline_never_expires():
    lake = Chronicle()
    lake.record("ultimatum-issued", "2031-03-10")
    assert asked_on(date(2031, 5, 1), lake)[0] == "open"


def asked_of_both(lake, **more):
    return lake.record("demand-made", "2031-03-01", speaker="XC", addressees=["XA", "XB"], **more)


def answered(lake, demand, by, answer, occurred):
    return lake.record("answer-given", occurred, to=str(demand), by=by, answer=answer)


def answers_on(day, lake):
    ((one,),) = [one.asked for one in lake.view("positions", day).positions]
    return {told.by: (told.answer, told.certainty) for told in one.answers}


def test_the_answers_of_two_parties_stand_side_by_side():
    """Given a demand to both; when one rejects and the other accepts; then neither outdoes the other."""
    lake = Chronicle()
    demand = asked_of_both(lake)
    answered(lake, demand, "XA", "rejected", "2031-03-05")

    assert asked_on("2031-03-05", lake) == (None, {"open", "rejected"})
    answered(lake, demand, "XB", "accepted", "2031-03-07")
    assert asked_on("2031-03-10", lake) == (None, {"accepted", "rejected"})
    assert answers_on("2031-03-10", lake) == {"XA": ("rejected", "certain"), "XB": ("accepted", "certain")}


def test_a_party_that_changes_its_mind_has_its_last_answer_alone():
    lake = Chronicle()
    demand = asked_of_both(lake)
    answered(lake, demand, "XA", "rejected", "2031-03-05")
    answered(lake, demand, "XB", "accepted", "2031-03-07")
    answered(lake, demand, "XA", "accepted", "2031-03-09")

    assert asked_on("2031-03-10", lake)[0] == "accepted"


def test_an_answer_of_somebody_who_was_not_asked_is_listed_and_moves_nothing():
    lake = Chronicle()
    demand = asked_of_both(lake)
    answered(lake, demand, "XD", "rejected", "2031-03-05")

    assert asked_on("2031-03-10", lake)[0] == "open"
    assert answers_on("2031-03-10", lake) == {"XD": ("rejected", "certain")}


def test_who_asked_may_withdraw_it_for_all():
    lake = Chronicle()
    demand = asked_of_both(lake)
    answered(lake, demand, "XA", "rejected", "2031-03-05")
    answered(lake, demand, "XC", "withdrawn", "2031-03-07")

    assert asked_on("2031-03-10", lake)[0] == "withdrawn"


def test_a_deadline_passes_for_each_who_has_not_answered():
    lake = Chronicle()
    ultimatum = lake.record(
        "ultimatum-issued", "2031-03-01", speaker="XC", addressees=["XA", "XB"], deadline="2031-03-08"
    )
    answered(lake, ultimatum, "XA", "accepted", "2031-03-05")

    assert asked_on("2031-03-08", lake) == (None, {"accepted", "open"})
    assert asked_on("2031-03-09", lake) == (None, {"accepted", "expired"})


def test_where_nobody_is_named_the_answer_of_each_who_answered_counts():
    lake = Chronicle()
    demand = lake.record("demand-made", "2031-03-01", speaker="XC")
    answered(lake, demand, "XA", "rejected", "2031-03-05")
    assert asked_on("2031-03-10", lake)[0] == "rejected"
    answered(lake, demand, "XB", "accepted", "2031-03-07")
    assert asked_on("2031-03-10", lake) == (None, {"accepted", "rejected"})
