"""Who is named, against a clerk's own reading of the same acts."""

from typing import Any

from hypothesis import given

from tests.projections.clerk import Paper, certainty, keys_of
from tests.projections.reports import standing_papers
from tests.scenarios.chronicle import Chronicle
from tests.scenarios.histories import days, histories, moments

GUARD = {"type": "organisation", "id": "guard", "name": "The guard", "part_of": "XB"}
THE_SAME = {**GUARD, "name": "The Coast Guard"}
CAPTAIN = {"type": "person", "id": "orlo", "name": "B. Orlo", "role": "captain", "acts_for": THE_SAME}
HERALD = [{"outlet": "Herald"}]


def test_everybody_is_told_with_their_names_roles_and_to_whom_they_belong():
    lake = Chronicle()
    call = lake.record("call-held", "2031-03-01", parties=["XA", GUARD], sources=HERALD)
    talk = lake.record("round-held", "2031-03-05~", parties=["XA", THE_SAME], sources=HERALD)
    lake.dispute(talk, by=CAPTAIN)

    told = {one.id: one for one in lake.view("actors", "2031-03-05").actors}

    assert list(told) == ["XA", "XB", "guard", "orlo", "outlet: Herald"]
    guard, captain = told["guard"], told["orlo"]
    assert (guard.type, guard.belongs_to, guard.roles) == ("organisation", ("XB",), ())
    assert [one.name for one in guard.names] == ["The guard", "The Coast Guard"]
    assert str(guard.names[0].earliest) == str(guard.names[0].latest) == "2031-03-01"
    assert guard.names[1].earliest < guard.names[1].latest
    assert (captain.type, captain.belongs_to, captain.roles) == ("person", ("guard",), ("captain",))
    assert (guard.developments.certain, guard.developments.possible) == (1, 1)
    assert [one.id for one in guard.rests_on.certain] == [call]
    assert [one.id for one in guard.rests_on.possible] == [talk]
    assert told["outlet: Herald"].type == "outlet"


def named(told: Any) -> set[str]:
    """Every key that a telling names, wherever it does so."""
    if isinstance(told, list):
        return set().union(*map(named, told))
    if isinstance(told, str):
        return {told} & {"XA", "XB", "XC"}
    if not isinstance(told, dict):
        return set()
    own = {f"outlet: {told['outlet']}"} if "outlet" in told else set()
    actor = set(keys_of(told)) if told.get("type") in {"person", "organisation", "unnamed"} else set()
    return own.union(actor, *(named(one) for one in told.values()))


def named_on(paper: Paper) -> set[str]:
    """Every key on a paper: in what is told, in what was added, disputed and proposed."""
    disputes = [[says, paper.by[n], paper.cited[n]] for n, says in paper.disputes.items()]
    proposed = [[one.changes, ["XB"] * one.objections] for one in paper.proposals.values()]
    return named([paper.told, paper.added, disputes, proposed])


@given(history=histories(), as_of=days(), known_at=moments())
def test_nobody_is_left_out_and_every_happening_is_counted_once(history, as_of, known_at):
    shown = history.chronicle.view("actors", as_of, known_at=known_at)

    counts: dict[str, list[int]] = {}
    for paper in standing_papers(history.acts, as_of, known_at):
        for key in set().union(*map(named_on, paper.reports)):
            counts.setdefault(key, [0, 0])[certainty(paper, as_of) != "certain"] += 1

    assert {one.id: [one.developments.certain, one.developments.possible] for one in shown.actors} == counts
