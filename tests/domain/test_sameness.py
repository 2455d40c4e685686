"""Two reports of one happening: judged so, and the judgement taken back.

Given the life of a development so far, when it is judged to be the same happening as another, then the
entry names the other until the judgement is taken back; what each of them tells is left alone.
"""

from uuid import UUID

import pytest

from domain.commands import JudgeNotSame, JudgeSame
from domain.errors import ImprobableYear, IsRetracted, LiesInFuture, NotTwoReports, UnresolvedReference
from domain.events import NotSameAs, SameAs
from domain.references import check_reference
from domain.values import Source

OTHER, THIRD = UUID(int=8), UUID(int=9)
HERALD = {"outlet": "The Lake Herald (invented)"}


@pytest.fixture
def life(recorded, telling):
    """A development recorded on 1 April 2031."""
    return recorded(telling(), on="2031-04-01")


# Judge the same


def test_a_judgement_names_the_other_report_and_leaves_what_is_told(life):
    """Given two reports; when they are judged to be one happening; then only `same_as` and version change."""
    before = life.entry
    entry = life.judge_same(OTHER)

    assert entry == before.model_copy(update={"version": 2, "same_as": (OTHER,)})


def test_the_event_of_a_judgement_says_of_what_why_and_from_which_source(life):
    """It says the kind too, so that it can be read by itself."""
    life.judge_same(OTHER, resting_on=[HERALD])

    event = life.history[-1].event
    assert isinstance(event, SameAs)
    assert (event.kind, event.other, event.recorded_by) == ("other-development", OTHER, "ada")
    assert (event.sources, bool(event.reason)) == ((Source(**HERALD),), True)


def test_one_happening_may_have_many_reports(life):
    """They stand in the order in which they were judged."""
    life.judge_same(OTHER)

    assert life.judge_same(THIRD).same_as == (OTHER, THIRD)


def test_the_same_judgement_is_not_made_twice(life):
    """Given that it is judged so; when it is judged so again; then nothing is recorded."""
    life.judge_same(OTHER)

    with pytest.raises(NotTwoReports, match="already") as refused:
        life.judge_same(OTHER)
    assert refused.value.pointer == "/other"


@pytest.mark.parametrize(
    ("day", "kind", "dossier", "words"),
    [
        (None, "", "", "no development"),
        ("2031-03-10", "call-held", "solace-2031", "of the kind call-held; expected other-development"),
        ("2031-03-10", "other-development", "elsewhere", "belongs to the dossier"),
    ],
)
def test_the_other_report_has_to_be_on_record_of_the_same_kind_in_the_same_dossier(
    life, recorded, telling, day, kind, dossier, words
):
    """Given another that is not there, of another kind, or elsewhere; then it is refused with the reason."""
    parties = {"parties": ["XA", "XB"]}
    found = day and recorded(telling(kind, occurred=day, **parties)).entry.model_copy(
        update={"id": OTHER, "dossier": dossier}
    )
    life.judge_same(OTHER)
    (reference,) = life.history[-1].event.references()

    with pytest.raises(UnresolvedReference, match=words) as refused:
        check_reference(reference, found, "solace-2031", life.entry.id)
    assert refused.value.pointer == "/other"


def test_a_development_is_no_second_report_of_itself(life):
    """Given a judgement on itself; then it is refused."""
    life.judge_same(life.entry.id)
    (reference,) = life.history[-1].event.references()

    with pytest.raises(UnresolvedReference):
        check_reference(reference, life.entry, "solace-2031", life.entry.id)


def test_a_retracted_report_cannot_be_judged_the_same(life, recorded, telling):
    """Neither side of the judgement may be retracted."""
    other = recorded(telling())
    other.retract()
    life.judge_same(OTHER)
    (reference,) = life.history[-1].event.references()
    found = other.entry.model_copy(update={"id": OTHER})

    with pytest.raises(UnresolvedReference, match="retracted"):
        check_reference(reference, found, "solace-2031", life.entry.id)
    life.retract()
    with pytest.raises(IsRetracted):
        life.judge_same(THIRD)
    with pytest.raises(IsRetracted):
        life.judge_not_same(OTHER)


# Judge not the same


def test_a_judgement_that_is_taken_back_leaves_it_as_it_was(life):
    """Given a judgement; when it is taken back; then only the version tells the difference."""
    before = life.entry
    life.judge_same(OTHER)
    entry = life.judge_not_same(OTHER, resting_on=[HERALD])

    assert entry == before.model_copy(update={"version": 3})
    event = life.history[-1].event
    assert isinstance(event, NotSameAs)
    assert (event.other, event.sources) == (OTHER, (Source(**HERALD),))
    assert list(event.references()) == []


def test_taking_back_one_judgement_leaves_the_others(life):
    """Each is taken back by the id of the other report."""
    life.judge_same(OTHER)
    life.judge_same(THIRD)

    assert life.judge_not_same(OTHER).same_as == (THIRD,)


def test_only_a_judgement_on_record_can_be_taken_back(life):
    """The refusal names those that there are, or says that there is none."""
    with pytest.raises(NotTwoReports, match=r"it is as: none\. A judgement") as refused:
        life.judge_not_same(OTHER)
    assert refused.value.pointer == "/other"
    life.judge_same(OTHER)
    with pytest.raises(NotTwoReports, match=rf"it is as: {OTHER}\."):
        life.judge_not_same(THIRD)


def test_a_judgement_may_be_made_again_once_it_was_taken_back(life):
    """A judgement is reversible, and so is its reversal."""
    life.judge_same(OTHER)
    life.judge_not_same(OTHER)

    assert life.judge_same(OTHER).same_as == (OTHER,)


@pytest.mark.parametrize("judged", [False, True])
@pytest.mark.parametrize(
    ("published", "refusal"), [("2031-06-01", LiesInFuture), ("0031-04-01", ImprobableYear)]
)
def test_what_a_judgement_rests_on_has_to_be_plausible(life, judged, published, refusal):
    """Given that it is 1 May; then it rests on no source of June, nor on one of the first century."""
    if judged:
        life.judge_same(OTHER)
    command = JudgeNotSame if judged else JudgeSame
    sources = [{**HERALD, "published": published}]

    with pytest.raises(refusal) as refused:
        life.say(command(other=OTHER, reason="why", sources=sources), on="2031-05-01")
    assert refused.value.pointer == "/sources/0/published"
