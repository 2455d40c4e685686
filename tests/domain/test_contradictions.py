"""What cannot both be right in one development is refused; what may agree, and what is on record, is not."""

import pytest

from domain.entry import replay
from domain.errors import AccountOutdated, ContradictsItself
from domain.events import DevelopmentRecorded, Stamped

REACHED = {"stipulations": [{"id": "first"}, {"id": "pilots", "due": "2031-03-09"}]}
ULTIMATUM = {"speaker": "XB", "content": "Open the harbour.", "consequence": "the talks end"}
STEP = {"step": "A meeting of the two presidents.", "planned_by": "XC"}
WAY = {"route": "From the eastern shore by ferry."}
SOME_AGREEMENT = "9b7e4c3d-2f1a-4d6c-b8e7-1a2b3c4d5e33"
DECLARED = {"declaration": "unilateral", "declared_by": ["XA"]}


def exactly(number):
    return {"type": "exact", "value": number}


def persons(count, *categories):
    """The persons of one side, with counts of their categories."""
    by_category = [{"category": f"category-{n}", "count": one} for n, one in enumerate(categories)]
    return [{"side": "XA"}, {"side": "XB", "count": count, "by_category": by_category}]


# Dates


@pytest.mark.parametrize(
    ("kind", "told", "pointer"),
    [
        ("ceasefire-agreed", {"start": "2031-04-02", "end": "2031-04-01"}, "/end"),
        ("ceasefire-proposed", {"proposed_by": "XC", "start": "2031-05", "end": "2031-04"}, "/end"),
        ("ceasefire-declared", {**DECLARED, "start": "2031-04-02~", "end": "2031-03-31"}, "/end"),
        ("ceasefire-agreed", {"start": "[2031-04-02..]", "end": "[..2031-04-01]"}, "/end"),
        ("ultimatum-issued", {**ULTIMATUM, "deadline": "2031-03-09"}, "/deadline"),
        ("ultimatum-issued", {**ULTIMATUM, "deadline": "2031-02", "final": True}, "/deadline"),
        ("step-planned", {**STEP, "planned_for": "2031-03-09"}, "/planned_for"),
        ("agreement-reached", REACHED, "/stipulations/1/due"),
        ("agreement-suspended", {"agreement": SOME_AGREEMENT, "until": "2031-03-09"}, "/until"),
        ("corridor-opened", {**WAY, "until": "2030"}, "/until"),
    ],
)
def test_what_certainly_ends_before_it_begins_is_refused_where_it_says_so(
    recorded, telling, kind, told, pointer
):
    """Given 10 March; when something of it is due before, whatever the exact days are; then it is refused."""
    with pytest.raises(ContradictsItself, match=r"lies before .*; correct one of the two") as refused:
        recorded(telling(kind, **told))
    assert refused.value.pointer == pointer


def test_the_refusal_gives_both_dates_and_says_why(recorded, telling):
    """Its words are for somebody who has to find the slip of the pen."""
    with pytest.raises(ContradictsItself) as refused:
        recorded(telling("ceasefire-agreed", start="2031-04-02", end="2031-04-01"))
    assert str(refused.value) == (
        "end (2031-04-01) lies before start (2031-04-02): a ceasefire ends after it starts; "
        "correct one of the two"
    )


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("ceasefire-agreed", {"start": "2031-04-01", "end": "2031-04-01"}),
        ("ceasefire-agreed", {"start": "2031-04", "end": "2031-04-01"}),
        ("ceasefire-agreed", {"start": "2031-04-02~", "end": "2031-04-01"}),
        ("ceasefire-agreed", {"start": "[..2031-04-02]", "end": "2031-04-01"}),
        ("ceasefire-agreed", {"start": "2031-04-02", "end": "[2031-04-01..]"}),
        ("ceasefire-agreed", {"end": "2031-03-01"}),
        ("ceasefire-agreed", {"start": "2031-02-01"}),
        ("ultimatum-issued", {**ULTIMATUM, "deadline": "2031-03-10"}),
        ("ultimatum-issued", {**ULTIMATUM, "deadline": "2031-03"}),
        ("ultimatum-issued", {**ULTIMATUM, "deadline": "2031-03-08", "occurred": "2031-03-07/2031-03-20"}),
        ("step-planned", {**STEP, "planned_for": "2031"}),
        ("agreement-reached", {"stipulations": [{"id": "pilots", "due": "2031-03-10"}]}),
        ("agreement-signed", REACHED),
        ("agreement-amended", {**REACHED, "agreement": SOME_AGREEMENT}),
        ("corridor-opened", {**WAY, "until": "2031-03-10"}),
        ("sanction-imposed", {"imposed_by": "XC", "target": "XA", "in_force_from": "2031-01-01"}),
    ],
)
def test_what_may_agree_is_taken(recorded, telling, kind, told):
    """Given dates that may lie in order, or need not; then they are taken as they are."""
    recorded(telling(kind, **told))


# Counts


@pytest.mark.parametrize("kind", ["exchange-stage-carried-out", "remains-repatriated", "detainees-released"])
@pytest.mark.parametrize(
    ("count", "category"),
    [
        (exactly(20), exactly(21)),
        (exactly(0), {"type": "at_least", "min": 1}),
        ({"type": "at_most", "max": 20}, {"type": "between", "min": 21, "max": 30}),
        ({"type": "between", "min": 10, "max": 20}, {"type": "at_least", "min": 30}),
    ],
)
def test_no_category_has_more_persons_than_there_are_in_all(recorded, telling, kind, count, category):
    """Given a side's count; when a category's least is above its most; then that category is pointed at."""
    released_by = {"released_by": "XB"} if kind == "detainees-released" else {}
    told = telling(kind, persons=persons(count, exactly(0), category), **released_by)

    with pytest.raises(
        ContradictsItself, match=r"category category-1, but at most \d+ persons in all"
    ) as refused:
        recorded(told)
    assert refused.value.pointer == "/persons/1/by_category/1/count"


@pytest.mark.parametrize(
    ("count", "categories"),
    [
        (exactly(20), [exactly(20), exactly(20)]),
        (exactly(20), [{"type": "between", "min": 20, "max": 30}]),
        (exactly(20), [{"type": "at_most", "max": 99}]),
        (exactly(20), [{"type": "unknown"}]),
        ({"type": "at_least", "min": 20}, [exactly(30)]),
        ({"type": "between", "min": 20, "max": 30}, [exactly(30)]),
        ({"type": "unknown"}, [exactly(30)]),
        ({"type": "withheld", "by": "XB", "reason": "until the families are told"}, [exactly(30)]),
        ({"type": "not_applicable"}, [exactly(30)]),
    ],
)
def test_counts_that_may_agree_are_taken(recorded, telling, count, categories):
    """Given overlapping categories, or a total that nobody knows; then nothing is contradicted."""
    recorded(telling("exchange-stage-carried-out", persons=persons(count, *categories)))


# What is said of it later


@pytest.fixture
def truce(recorded, telling):
    """The life of a ceasefire from 1 to 9 April."""
    return recorded(telling("ceasefire-agreed", start="2031-04-01", end="2031-04-09"))


@pytest.mark.parametrize(
    ("says", "pointer"),
    [
        ({"end": "2031-03-31"}, "/end"),
        ({"start": "2031-04-10"}, "/start"),
        ({"start": "2031-04-08", "end": "2031-04-07"}, "/end"),
    ],
)
@pytest.mark.parametrize(
    ("act", "at"), [("amend", "/changes"), ("propose", "/changes"), ("dispute", "/says")]
)
def test_no_change_may_lead_to_a_contradiction(truce, act, at, says, pointer):
    """Given a sound telling; when a change contradicts the rest; then what was changed is pointed at."""
    with pytest.raises(ContradictsItself) as refused:
        getattr(truce, act)(**says)
    assert refused.value.pointer == at + pointer
    assert truce.entry.version == 1


def test_an_ultimatum_is_not_moved_past_its_deadline(recorded, telling):
    """Given a deadline of 20 March; when its day is amended to the 21st; then the day is pointed at."""
    life = recorded(telling("ultimatum-issued", **ULTIMATUM, deadline="2031-03-20"))

    with pytest.raises(ContradictsItself) as refused:
        life.amend(occurred="2031-03-21")
    assert refused.value.pointer == "/changes/occurred"


def test_an_account_that_contradicts_what_has_been_amended_since_is_not_upheld(truce):
    """Given that a party says it began on the 8th; when its end is amended to the 7th; then it cannot be."""
    truce.dispute(start="2031-04-08")
    truce.amend(end="2031-04-07")

    with pytest.raises(AccountOutdated, match="version 2 says does not fit the rest"):
        truce.resolve(2, "upheld")
    assert truce.resolve(2, "dismissed").development.start.text == "2031-04-01"


def test_a_rectification_that_contradicts_what_has_been_amended_since_is_not_adopted(truce):
    """Given that a later start was proposed; when an earlier end is amended; then it is not adopted."""
    truce.propose(start="2031-04-08")
    truce.amend(end="2031-04-07")

    with pytest.raises(AccountOutdated):
        truce.adopt(2)


# What was recorded before this was asked


@pytest.fixture
def old(recorded, telling, moment):
    """The life of a ceasefire that was recorded with its end before its start."""
    event = DevelopmentRecorded(
        originator_id="00000000-0000-0000-0000-000000000007",
        originator_version=1,
        recorded_by="ada",
        dossier="solace-2031",
        development=telling("ceasefire-agreed", start="2031-04-02", end="2031-04-01"),
    )
    read_again = DevelopmentRecorded.model_validate_json(event.model_dump_json(exclude_unset=True))
    life = recorded()
    life.history = [Stamped(1, moment("2031-04-01"), read_again)]
    life.entry = replay(None, life.history)
    return life


def test_what_is_on_record_stays_readable(old):
    """Given an event of old that contradicts itself; then it is read as it was recorded."""
    assert (old.entry.development.start.text, old.entry.development.end.text) == ("2031-04-02", "2031-04-01")


def test_another_field_of_it_can_be_corrected_and_disputed(old):
    """A contradiction that was there before is no reason to refuse what does not touch it."""
    old.amend(summary="They agreed on a ceasefire.")
    old.dispute(form="written")

    assert old.resolve(3, "upheld").development.form == "written"


def test_it_can_be_put_right_but_not_made_wrong_in_another_way(old):
    """When its end is corrected, the correction has to be one."""
    with pytest.raises(ContradictsItself):
        old.amend(end="2031-03-31")
    assert old.amend(end="2031-04-09").development.end.text == "2031-04-09"
