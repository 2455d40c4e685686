"""A correction as a treaty depositary makes it: proposed, open to objections for a time, then closed.

Given the life of a development so far, when a rectification is proposed, objected to, adopted or refused,
then the entry changes on adoption alone.
"""

from datetime import date
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.commands import Object, ProposeRectification
from domain.errors import (
    AccountOutdated,
    ImprobableYear,
    Invalid,
    InvalidValues,
    IsRetracted,
    LiesInFuture,
    NoSuchRectification,
    NothingChanged,
    ObjectedTo,
    RectificationClosed,
    TooEarly,
    TooLate,
    UnknownField,
)
from domain.events import ObjectionRaised, RectificationAdopted, RectificationProposed, RectificationRefused
from domain.values import Source, State

HERALD = {"outlet": "The Lake Herald (invented)"}
CLOSING = [("object_to", "2031-05-05"), ("adopt", "2031-05-11"), ("refuse", "2031-05-05")]

each_closing = pytest.mark.parametrize(("act", "on"), CLOSING, ids=[act for act, _ in CLOSING])


@pytest.fixture
def life(recorded, telling):
    """A development recorded on 1 April 2031."""
    return recorded(telling(), on="2031-04-01")


@pytest.fixture
def proposed(life):
    """A rectification of the label, proposed as version 2 on 1 May, open to objections until 10 May."""
    life.propose(label="A rowing race")
    return life


# Propose


def test_a_proposal_changes_nothing_of_what_is_told(life):
    """Given a telling; when a correction is proposed; then the record tells what it told."""
    before = life.entry.development

    entry = life.propose(occurred="2031-03-11", until="2031-05-10")

    assert entry.development is before
    assert (entry.version, entry.standing) == (2, "reported")
    (one,) = entry.rectifications
    assert (one.number, one.fields, one.outcome, one.objections) == (2, ("occurred",), None, ())
    assert one.development.occurred.text == "2031-03-11"
    assert one.objections_until == date(2031, 5, 10)


def test_the_event_of_a_proposal_says_what_why_and_until_when(life):
    """It carries the whole development as it would stand."""
    life.propose(label="A rowing race", resting_on=[HERALD])

    event = life.history[-1].event
    assert isinstance(event, RectificationProposed)
    assert event.development.label == "A rowing race"
    assert (event.fields, event.recorded_by, event.sources) == (("label",), "ada", (Source(**HERALD),))
    assert event.reason


@pytest.mark.parametrize("until", ["2031-05-01", "2031-05-02", "2041-05-01"])
def test_the_time_for_objections_ends_today_or_later(life, until):
    """Given that it is 1 May; then one may still object until the end of that day, or on a later one."""
    assert (
        life.propose(label="A regatta", until=until).rectifications[0].objections_until.isoformat() == until
    )


def test_a_time_for_objections_that_has_passed_is_refused(life):
    """Given that it is 1 May; when objections could be raised until 30 April; then nobody could."""
    with pytest.raises(Invalid, match="passed already") as refused:
        life.propose(label="A regatta", until="2031-04-30")
    assert refused.value.pointer == "/objections_until"
    assert len(life.history) == 1


@pytest.mark.parametrize(
    ("changes", "refusal", "pointer"),
    [
        ({"label": "A ferry race"}, NothingChanged, "/changes"),
        ({"colour": "red"}, UnknownField, "/changes/colour"),
        ({"kind": "call-held"}, UnknownField, "/changes/kind"),
        ({"label": 7}, InvalidValues, "/changes"),
        ({"occurred": "2031-06-01"}, LiesInFuture, "/changes/occurred"),
        ({"occurred": "0031-03-10"}, ImprobableYear, "/changes/occurred"),
    ],
)
def test_a_proposed_correction_has_to_be_possible_and_to_change_something(life, changes, refusal, pointer):
    """It is held to the same rules as an amendment."""
    with pytest.raises(refusal) as refused:
        life.propose(on="2031-05-01", **changes)
    assert refused.value.pointer == pointer


def test_several_rectifications_may_be_open_at_once(life):
    """Each is known by the version that proposed it, and closed by that number."""
    life.propose(label="A regatta")
    life.propose(occurred="2031-03-11")
    entry = life.adopt(3)

    assert [(one.number, one.outcome) for one in entry.rectifications] == [(2, None), (3, "adopted")]
    assert (entry.development.label, entry.development.occurred.text) == ("A ferry race", "2031-03-11")


@pytest.mark.parametrize(
    "wrong",
    [{"changes": {}}, {"objections_until": "soon"}, {"objections_until": "2031-05"}, {"reason": " "}],
)
def test_a_proposal_needs_a_change_a_day_and_a_reason(wrong):
    """An empty correction is none, and a month is no day."""
    told = {"changes": {"label": "A regatta"}, "objections_until": "2031-05-10", "reason": "why"}
    assert ProposeRectification.model_validate(told)
    with pytest.raises(ValidationError):
        ProposeRectification.model_validate({**told, **wrong})


# Object


def test_an_objection_is_put_beside_the_proposal(proposed):
    """Given a proposal; when a party objects; then its objection is on record, and nothing is decided."""
    entry = proposed.object_to(2, by="XB", resting_on=[HERALD])

    (one,) = entry.rectifications
    assert [(objection.by, objection.sources) for objection in one.objections] == [
        (State("XB"), (Source(**HERALD),))
    ]
    assert one.outcome is None
    assert entry.development.label == "A ferry race"
    assert isinstance(proposed.history[-1].event, ObjectionRaised)


def test_several_parties_may_object(proposed):
    """The objections stand in the order in which they were raised."""
    proposed.object_to(2, by="XB")
    entry = proposed.object_to(2, by="XA")

    assert [objection.by for objection in entry.rectifications[0].objections] == ["XB", "XA"]


@pytest.mark.parametrize("moment", ["2031-05-01T12:00:00+00:00", "2031-05-10T23:59:59+00:00"])
def test_one_may_object_until_the_end_of_the_last_day(proposed, moment):
    """The last day in UTC counts whole."""
    assert proposed.object_to(2, on=moment).rectifications[0].objections


def test_an_objection_after_the_last_day_is_too_late(proposed):
    """Given objections until 10 May; when a party objects as 11 May begins; then it is refused."""
    with pytest.raises(TooLate, match="2031-05-10"):
        proposed.object_to(2, on="2031-05-11T00:00:00+00:00")


# Adopt


def test_what_nobody_objected_to_becomes_what_the_record_tells(proposed):
    """Given that the time has passed without an objection; when it is adopted; then the record tells it."""
    entry = proposed.adopt(2, on="2031-05-11", resting_on=[HERALD])

    assert entry.development.label == "A rowing race"
    assert entry.rectifications[0].outcome == "adopted"
    event = proposed.history[-1].event
    assert isinstance(event, RectificationAdopted)
    assert (event.rectification, event.fields, event.sources) == (2, ("label",), (Source(**HERALD),))


@pytest.mark.parametrize("moment", ["2031-05-01T12:00:00+00:00", "2031-05-10T23:59:59+00:00"])
def test_it_is_not_adopted_while_one_may_still_object(proposed, moment):
    """Given objections until 10 May; when it is to be adopted on that day or before; then it is too early."""
    with pytest.raises(TooEarly, match="2031-05-10"):
        proposed.adopt(2, on=moment)
    assert proposed.adopt(2, on="2031-05-11T00:00:00+00:00").development.label == "A rowing race"


def test_what_a_party_objected_to_is_never_adopted(proposed):
    """Given an objection; however much later it is to be adopted, it is refused, with who objected."""
    proposed.object_to(2, by="XB")

    with pytest.raises(ObjectedTo, match="XB"):
        proposed.adopt(2, on="2032-05-11")


def test_an_adoption_keeps_what_was_amended_since(proposed):
    """Given a proposed label and a day amended since; when it is adopted; then the day stays amended."""
    proposed.amend(occurred="2031-03-11")
    entry = proposed.adopt(2)

    assert (entry.development.label, entry.development.occurred.text) == ("A rowing race", "2031-03-11")


def test_an_adoption_that_amendments_left_no_room_for_is_refused(recorded, telling):
    """Given that its deadline is to go because it is final; when it is final no more; then it is not."""
    told = {"speaker": "XB", "content": "Open the harbour.", "consequence": "the talks end"}
    life = recorded(telling("ultimatum-issued", deadline="2031-03-20", final=True, **told))
    life.propose(deadline=None)
    life.amend(final=False)

    with pytest.raises(AccountOutdated):
        life.adopt(2)


def test_an_adopted_day_is_bounded_by_what_was_known_then(recorded, telling, moment):
    """Given a day after the first recording; when it is adopted; then its own recording bounds it."""
    life = recorded(telling(occurred="[2031-03-10..]"), on="2031-04-01")
    life.propose(occurred="[2031-04-20..]", on="2031-05-01")
    entry = life.adopt(2, on="2031-05-11")

    assert entry.bounds.latest == date(2031, 5, 11)


# Refuse


@pytest.mark.parametrize("objected", [True, False])
@pytest.mark.parametrize("on", ["2031-05-05", "2031-06-05"])
def test_a_refusal_leaves_what_was_recorded(proposed, objected, on):
    """Given a proposal, objected to or not; when it is refused, at any time; then the record stands."""
    if objected:
        proposed.object_to(2)
    before = proposed.entry.development
    entry = proposed.refuse(2, on=on)

    assert entry.development is before
    assert entry.rectifications[0].outcome == "refused"
    assert len(entry.rectifications[0].objections) == int(objected)
    assert isinstance(proposed.history[-1].event, RectificationRefused)


# Closed, unknown, retracted


@each_closing
@pytest.mark.parametrize("first", ["adopt", "refuse"])
def test_a_rectification_is_closed_once(proposed, first, act, on):
    """Whoever wants it otherwise proposes a new one."""
    getattr(proposed, first)(2, on="2031-05-11")

    with pytest.raises(RectificationClosed, match="rectification 2"):
        getattr(proposed, act)(2, on="2031-05-12")


@each_closing
@pytest.mark.parametrize("number", [1, 3, 99])
def test_only_a_rectification_on_record_can_be_spoken_of(proposed, act, on, number):
    """The refusal names those that there are; a dispute's number is none of them."""
    proposed.dispute(label="A regatta")

    with pytest.raises(
        NoSuchRectification, match=f"no rectification {number}; those on record: 2$"
    ) as refused:
        getattr(proposed, act)(number, on=on)
    assert refused.value.pointer == "/rectification"


def test_where_nothing_is_proposed_there_is_nothing_to_adopt(life):
    """The refusal says that there is none."""
    with pytest.raises(NoSuchRectification, match="those on record: none"):
        life.adopt(1)


@each_closing
def test_nothing_is_said_of_a_rectification_while_the_development_is_retracted(proposed, act, on):
    """Given that it is retracted, nothing is proposed, objected to, adopted or refused until it is not."""
    proposed.retract(on="2031-05-02")
    with pytest.raises(IsRetracted):
        proposed.propose(label="A regatta", on="2031-05-03")
    with pytest.raises(IsRetracted):
        getattr(proposed, act)(2, on=on)
    proposed.reinstate(on="2031-05-04")

    assert getattr(proposed, act)(2, on=on).version == 5


@each_closing
@pytest.mark.parametrize(
    ("published", "refusal"), [("2031-06-01", LiesInFuture), ("0031-04-01", ImprobableYear)]
)
def test_what_is_said_of_a_rectification_rests_on_plausible_sources(proposed, act, on, published, refusal):
    """Neither on one of June in May, nor on one of the first century."""
    sources = [HERALD, {**HERALD, "published": published}]

    with pytest.raises(refusal) as refused:
        getattr(proposed, act)(2, on=on, resting_on=sources)
    assert refused.value.pointer == "/sources/1/published"


@pytest.mark.parametrize("wrong", [{"rectification": 0}, {"rectification": "2"}, {"by": "Belmark"}])
def test_an_objection_names_a_rectification_by_number_and_the_party(wrong):
    """A number and not a text; an actor and not a word."""
    with pytest.raises(ValidationError):
        Object.model_validate({"rectification": 2, "by": "XB", "reason": "why", **wrong})


def test_a_proposal_says_at_its_own_place_what_it_rests_on(recorded, telling):
    """Given a stage; when it is proposed to be under an agreement, then `/changes/under` names it."""
    life = recorded(telling("exchange-stage-carried-out"))
    agreement = UUID(int=9)
    life.propose(under={"agreement": str(agreement), "stipulation": "pilots"})

    (reference,) = life.history[-1].event.references()

    assert (reference.pointer, reference.id) == ("/changes/under/agreement", agreement)
    assert (reference.part_pointer, reference.part) == ("/changes/under/stipulation", "pilots")
