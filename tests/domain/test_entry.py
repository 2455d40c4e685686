"""What may be decided of a development, what is refused, and how the record holds it afterwards.

Given the life of a development so far, when a command is decided and recorded, then the entry says so.
"""

from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.commands import Amend, Resolve
from domain.decisions import account_of
from domain.entry import OutOfOrder, differing_fields, evolve, replay
from domain.errors import (
    Conflict,
    DisputeClosed,
    ImprobableYear,
    Invalid,
    InvalidValues,
    IsRetracted,
    LiesInFuture,
    NoSuchDispute,
    NothingChanged,
    NotRetracted,
    UnknownField,
)
from domain.events import Amended, Corroborated, DevelopmentRecorded, Stamped
from domain.values import Source, State

ORSOLIN = {"type": "person", "id": "orsolin", "name": "A. Orsolin", "acts_for": "XA"}
SOMEBODY = {"type": "unnamed", "description": "a diplomat"}
REST_OF_LIFE = [
    ("amend", {"label": "A rowing race"}),
    ("corroborate", {"outlet": "Lake Radio (invented)"}),
    ("dispute", {"label": "A rowing race"}),
    ("resolve", {"dispute": 2, "outcome": "upheld"}),
    ("retract", {}),
]


@pytest.fixture
def life(recorded, telling):
    """A development recorded on 1 April 2031."""
    return recorded(telling(), on="2031-04-01")


# Record


def test_what_is_recorded_is_the_first_version(recorded, telling):
    """Given nothing; when a development is recorded; then the entry holds it at version 1, in its dossier."""
    told = telling(summary="Two ferries raced.")

    entry = recorded(told, on="2031-04-01").entry

    assert entry.development is told
    assert (entry.version, entry.dossier, entry.id) == (1, "solace-2031", UUID(int=7))
    assert entry.recorded_at.isoformat() == "2031-04-01T12:00:00+00:00"
    assert not entry.retracted
    assert entry.standing == "reported"


def test_the_event_of_a_recording_says_who_recorded_what(life):
    """It carries the development as told, and is stored under the name of its kind."""
    event = life.history[0].event

    assert isinstance(event, DevelopmentRecorded)
    assert event.recorded_by == "ada"
    assert event.stored_name == "other-development"


def test_what_begins_after_the_day_of_its_recording_has_not_happened(recorded, telling):
    """Given that it is 1 April; when something of 5 April is told as happened; then it is refused."""
    with pytest.raises(LiesInFuture) as refused:
        recorded(telling(occurred="2031-04-05"), on="2031-04-01")
    assert refused.value.pointer == "/occurred"


# Amend


def test_an_amendment_replaces_the_named_fields_and_no_others(life):
    """Given a recorded development; when a field is amended; then the rest stands as it was told."""
    before = life.entry.development

    entry = life.amend(summary="Two ferries raced.", issues=["leisure"])

    assert entry.version == 2
    assert entry.development.summary == "Two ferries raced."
    assert differing_fields(before, entry.development) == ("summary", "issues")
    assert life.history[-1].event.fields == ("summary", "issues")


def test_an_amendment_may_take_a_field_back(recorded, telling):
    """Given a summary; when it is amended to nothing; then there is none."""
    life = recorded(telling(summary="Two ferries raced."))

    assert life.amend(summary=None).development.summary is None


def test_an_amendment_leaves_fields_unset_that_nobody_told(life):
    """What was left to its default is not stored as if somebody had said it."""
    entry = life.amend(summary="Two ferries raced.")

    told = {"kind", "occurred", "sources", "label", "summary"}
    assert entry.development.model_fields_set == told


def test_an_amendment_says_why_and_from_which_source(life):
    """The event carries reason and sources; the development's own sources stay as they were."""
    entry = life.amend(resting_on=[{"outlet": "Chronicle of the host (invented)"}], label="A rowing race")

    event = life.history[-1].event
    assert isinstance(event, Amended)
    assert event.reason
    assert event.sources == (Source(outlet="Chronicle of the host (invented)"),)
    assert entry.sources == life.history[0].event.development.sources


def test_an_amendment_that_changes_nothing_is_refused(life):
    """Given that the label is on record; when it is amended to the same; then nothing is recorded."""
    with pytest.raises(NothingChanged) as refused:
        life.amend(label="A ferry race", occurred="2031-03-10")
    assert refused.value.pointer == "/changes"


@pytest.mark.parametrize("field", ["colour", "kind", "id", "version", "stage"])
def test_an_amendment_of_a_field_that_the_kind_does_not_have_is_refused(life, field):
    """Nor can the kind itself be changed: another kind is another development. The fields are named."""
    with pytest.raises(UnknownField, match=r"expected one of .*label.*occurred") as refused:
        life.amend(**{field: "x"})
    assert refused.value.pointer == f"/changes/{field}"


@pytest.mark.parametrize(
    "changes",
    [
        {"occurred": "2031-02-30"},
        {"sources": []},
        {"label": 7},
        {"parties": ["Arvenia"]},
        {"standing": "disputed"},
    ],
)
def test_an_amendment_to_an_impossible_value_is_refused(life, changes):
    """Every amended field is validated as when it was first told."""
    with pytest.raises(InvalidValues) as refused:
        life.amend(**changes)
    assert refused.value.error.errors()[0]["loc"][0] in changes
    assert (refused.value.values, refused.value.pointer) == (changes, "/changes")


def test_an_amendment_has_to_leave_a_development_that_is_whole(recorded, telling):
    """Given an ultimatum with a deadline; when the deadline is taken away; then it needs to be final."""
    ultimatum = {"speaker": "XB", "content": "Open the harbour.", "consequence": "the talks end"}
    life = recorded(telling("ultimatum-issued", deadline="2031-03-20", **ultimatum))

    with pytest.raises(InvalidValues, match="a deadline, or is final"):
        life.amend(deadline=None)

    assert life.amend(deadline=None, final=True).development.final


@pytest.mark.parametrize(
    ("changes", "refusal", "pointer"),
    [
        ({"occurred": "2031-06-01"}, LiesInFuture, "/changes/occurred"),
        ({"occurred": "0031-03-10"}, ImprobableYear, "/changes/occurred"),
        (
            {"sources": [{"outlet": "Gazette", "published": "2031-06-01"}]},
            LiesInFuture,
            "/changes/sources/0/published",
        ),
    ],
)
def test_an_amendment_has_to_be_plausible_on_its_own_day(life, changes, refusal, pointer):
    """Given that it is 1 May; when something is moved into the future; then the field is named."""
    with pytest.raises(refusal) as refused:
        life.amend(on="2031-05-01", **changes)
    assert refused.value.pointer == pointer


def test_an_amendment_names_at_least_one_field():
    """An empty correction is no correction."""
    with pytest.raises(ValidationError):
        Amend(changes={}, reason="why")


# Corroborate


def test_a_corroboration_adds_a_source_and_leaves_the_telling_alone(life):
    """Given one source; when another reports the same; then both are on record."""
    entry = life.corroborate(outlet="Lake Radio (invented)")

    assert [source.outlet for source in entry.sources] == [
        "The Port Solace Gazette (invented)",
        "Lake Radio (invented)",
    ]
    assert entry.development is life.history[0].event.development
    assert isinstance(life.history[-1].event, Corroborated)


def test_the_same_source_does_not_corroborate_twice(life):
    """Neither a source of the first telling nor one that was added before."""
    with pytest.raises(NothingChanged) as refused:
        life.corroborate(outlet="The Port Solace Gazette (invented)")
    assert refused.value.pointer == "/source"
    life.corroborate(outlet="Lake Radio (invented)")
    with pytest.raises(NothingChanged):
        life.corroborate(outlet="Lake Radio (invented)")


@pytest.mark.parametrize(
    ("published", "refusal"), [("2031-06-01", LiesInFuture), ("0031-04-01", ImprobableYear)]
)
def test_a_corroboration_has_to_be_plausible(life, published, refusal):
    """Given that it is 1 May; then no source was published in June, nor in the first century."""
    with pytest.raises(refusal) as refused:
        life.corroborate(on="2031-05-01", outlet="Lake Radio (invented)", published=published)
    assert refused.value.pointer == "/source/published"


# Dispute


def test_a_dispute_puts_what_a_party_says_beside_what_is_on_record(life):
    """Given a telling; when a party gives another day; then both stand, each with its author."""
    entry = life.dispute(by="XB", occurred="2031-03-11")

    (opened,) = entry.open_disputes
    assert opened.number == entry.version == 2
    assert opened.by == State("XB")
    assert opened.fields == ("occurred",)
    assert opened.account.occurred.text == "2031-03-11"
    assert entry.development.occurred.text == "2031-03-10"


def test_a_party_may_deny_that_it_happened_at_all(life):
    """Given a telling; when a party says nothing instead; then it disputes all of it."""
    (opened,) = life.dispute(by="XB").open_disputes

    assert opened.fields == ()
    assert opened.account is None


def test_several_parties_may_dispute_one_development(life):
    """Each dispute is known by the version that raised it."""
    life.dispute(by="XB", label="A regatta")
    entry = life.dispute(by="XC")

    assert [(one.number, one.by) for one in entry.open_disputes] == [(2, "XB"), (3, "XC")]


def test_a_party_that_says_what_is_on_record_disputes_nothing(life):
    """A dispute without a difference is refused."""
    with pytest.raises(NothingChanged) as refused:
        life.dispute(label="A ferry race")
    assert refused.value.pointer == "/says"


@pytest.mark.parametrize(
    ("says", "refusal", "pointer"),
    [
        ({"colour": "red"}, UnknownField, "/says/colour"),
        ({"kind": "call-held"}, UnknownField, "/says/kind"),
        ({"occurred": "2031-06-01"}, LiesInFuture, "/says/occurred"),
        ({"occurred": "0031-03-10"}, ImprobableYear, "/says/occurred"),
    ],
)
def test_a_party_s_account_has_to_be_possible_too(life, says, refusal, pointer):
    """It is held to the same rules as the telling that it disputes."""
    with pytest.raises(refusal) as refused:
        life.dispute(on="2031-05-01", **says)
    assert refused.value.pointer == pointer


def test_the_account_of_a_party_is_its_own_fields_over_those_on_record_now(life):
    """Given a dispute of the day; when the label is amended; then the party's account has the new label."""
    life.dispute(by="XB", occurred="2031-03-11")
    entry = life.amend(label="A rowing race")

    account = account_of(entry, entry.open_disputes[0])

    assert (account.occurred.text, account.label) == ("2031-03-11", "A rowing race")


@pytest.mark.parametrize("act", ["amend", "dispute"])
@pytest.mark.parametrize(
    ("published", "refusal"), [("2031-06-01", LiesInFuture), ("0031-04-01", ImprobableYear)]
)
def test_what_a_correction_or_a_contradiction_rests_on_has_to_be_plausible(life, act, published, refusal):
    """Given that it is 1 May; then it rests on no source of June, nor on one of the first century."""
    sources = [{"outlet": "Gazette"}, {"outlet": "Herald", "published": published}]

    with pytest.raises(refusal) as refused:
        getattr(life, act)(on="2031-05-01", resting_on=sources, label="A regatta")
    assert refused.value.pointer == "/sources/1/published"


# Resolve


def test_a_dispute_that_is_upheld_becomes_what_the_record_tells(life):
    """Given a dispute of the day; when it is upheld; then the development has the party's day."""
    life.dispute(occurred="2031-03-11")
    entry = life.resolve(2, "upheld")

    assert entry.development.occurred.text == "2031-03-11"
    assert entry.open_disputes == ()
    assert entry.disputes[0].outcome == "upheld"


@pytest.mark.parametrize("outcome", ["dismissed", "withdrawn"])
def test_a_dispute_that_is_not_upheld_leaves_what_was_recorded(life, outcome):
    """Given a dispute; when it is dismissed or withdrawn; then what was recorded stands, and so says it."""
    before = life.entry.development
    life.dispute(occurred="2031-03-11")
    entry = life.resolve(2, outcome)

    assert entry.development is before
    assert entry.disputes[0].outcome == outcome
    assert entry.open_disputes == ()


@pytest.mark.parametrize(
    ("outcome", "retracted"), [("upheld", True), ("dismissed", False), ("withdrawn", False)]
)
def test_a_denial_that_is_upheld_takes_the_development_back(life, outcome, retracted):
    """Given that a party denies it; when the denial is upheld, and only then; then it is retracted."""
    life.dispute()

    assert life.resolve(2, outcome).retracted is retracted


@pytest.mark.parametrize("outcome", ["upheld", "dismissed", "withdrawn"])
def test_resolving_a_dispute_keeps_what_was_amended_since(life, outcome):
    """Given a disputed day and a label amended since; whatever the outcome, the label stays amended."""
    life.dispute(occurred="2031-03-11")
    life.amend(label="A rowing race")
    entry = life.resolve(2, outcome)

    assert entry.development.label == "A rowing race"
    assert entry.development.occurred.text == ("2031-03-11" if outcome == "upheld" else "2031-03-10")


def test_resolving_one_dispute_leaves_the_others_open(life):
    """Each is resolved by its own number."""
    life.dispute(by="XB", label="A regatta")
    life.dispute(by="XC", occurred="2031-03-11")
    entry = life.resolve(3, "upheld")

    assert [one.number for one in entry.open_disputes] == [2]
    assert (entry.development.label, entry.development.occurred.text) == ("A ferry race", "2031-03-11")


@pytest.mark.parametrize("number", [1, 3, 99])
def test_only_a_dispute_on_record_can_be_resolved(life, number):
    """The refusal names those that there are."""
    life.dispute(label="A regatta")

    with pytest.raises(NoSuchDispute, match=f"no dispute {number}; the disputes on record: 2$") as refused:
        life.resolve(number, "upheld")
    assert refused.value.pointer == "/dispute"


def test_where_nothing_is_disputed_there_is_nothing_to_resolve(life):
    """The refusal says that there is none."""
    with pytest.raises(NoSuchDispute, match="the disputes on record: none"):
        life.resolve(1, "dismissed")


@pytest.mark.parametrize("first", ["upheld", "dismissed", "withdrawn"])
def test_a_dispute_is_resolved_once(life, first):
    """A second outcome would rewrite the first; whoever disputes again raises a new one."""
    life.dispute(label="A regatta")
    life.resolve(2, first)

    with pytest.raises(DisputeClosed, match="dispute 2 is resolved"):
        life.resolve(2, "dismissed")


@pytest.mark.parametrize(
    "wrong", [{"dispute": 0}, {"dispute": "2"}, {"dispute": True}, {"outcome": "settled"}]
)
def test_a_resolution_names_a_dispute_by_number_and_one_of_three_outcomes(wrong):
    """Upheld, dismissed or withdrawn; a number and not a text."""
    with pytest.raises(ValidationError):
        Resolve.model_validate({"dispute": 2, "outcome": "upheld", "reason": "why", **wrong})


# Retract and reinstate


def test_what_is_retracted_stays_on_record(life):
    """Given a development; when it is retracted; then it says so, and tells what it told."""
    before = life.entry
    entry = life.retract()

    assert entry.retracted
    assert entry.standing == "retracted"
    assert entry.development is before.development


def test_what_is_reinstated_stands_as_before(life):
    """Given a retracted development; when it is reinstated; then only its version tells the difference."""
    before = life.entry
    life.retract()

    assert life.reinstate() == before.model_copy(update={"version": 3})


@pytest.mark.parametrize(("act", "arguments"), REST_OF_LIFE, ids=[act for act, _ in REST_OF_LIFE])
def test_nothing_is_said_of_a_retracted_development_until_it_is_reinstated(life, act, arguments):
    """Given a retracted development; when anything else is said of it, then it is refused; then it is not."""
    life.dispute(label="A regatta")
    life.retract()
    with pytest.raises(IsRetracted, match="reinstate it"):
        getattr(life, act)(**arguments)

    life.reinstate()

    assert getattr(life, act)(**arguments).version == 5


def test_only_what_is_retracted_can_be_reinstated(life):
    """Neither before it was retracted nor twice."""
    with pytest.raises(NotRetracted):
        life.reinstate()
    life.retract()
    life.reinstate()
    with pytest.raises(NotRetracted):
        life.reinstate()


def test_a_refusal_is_either_a_conflict_or_names_the_field_that_is_wrong(life):
    """So that a caller can tell what to send again from what to send otherwise."""
    for refusal in (IsRetracted, NotRetracted, DisputeClosed):
        assert issubclass(refusal, Conflict)
    for refusal in (NothingChanged, UnknownField, NoSuchDispute, LiesInFuture, ImprobableYear):
        assert issubclass(refusal, Invalid)


# Standing


@pytest.mark.parametrize("told", ["reported", "claimed"])
def test_what_nobody_confirms_or_contradicts_stands_as_it_was_told(recorded, telling, told):
    """Given one source, it is reported or claimed, as the recorder said."""
    assert recorded(telling(standing=told)).entry.standing == told


@pytest.mark.parametrize(
    ("origin", "standing"),
    [(None, "corroborated"), ("XB", "corroborated"), (ORSOLIN, "claimed"), (SOMEBODY, "claimed")],
)
def test_a_second_independent_origin_corroborates_and_nothing_less_does(recorded, telling, origin, standing):
    """Given a claim of one person; the same person again, or somebody unnamed, adds nothing."""
    claim = [{"outlet": "Gazette", "chain": [{"actor": ORSOLIN, "role": "speaker"}]}]
    life = recorded(telling(standing="claimed", sources=claim))

    chain = [{"actor": origin, "role": "speaker"}] if origin else []

    assert life.corroborate(outlet="Lake Radio (invented)", chain=chain).standing == standing


def test_two_independent_sources_told_at_once_corroborate_too(recorded, telling):
    """It does not matter whether the second source came with the first or later."""
    told = telling(sources=[{"outlet": "Gazette"}, {"outlet": "Herald"}])

    assert recorded(told).entry.standing == "corroborated"


def test_the_gravest_that_can_be_said_of_a_development_is_its_standing(life):
    """Retracted outweighs disputed, disputed outweighs corroborated, corroborated what was told."""
    standings = [
        life.entry.standing,
        life.corroborate(outlet="Lake Radio (invented)").standing,
        life.dispute(label="A regatta").standing,
        life.retract().standing,
        life.reinstate().standing,
        life.resolve(3, "dismissed").standing,
    ]

    assert standings == ["reported", "corroborated", "disputed", "retracted", "disputed", "corroborated"]


# Evolve and replay


def test_a_stream_begins_with_its_recording(life):
    """Given nothing; when anything else comes first; then it is out of order, and the message says what."""
    life.retract()

    with pytest.raises(OutOfOrder, match="retracted at position 2, cannot follow nothing"):
        evolve(None, life.history[1])


def test_a_stream_has_no_gaps(life):
    """Given version 3; when it follows version 1, or belongs to another stream; then the stream is broken."""
    first = life.entry
    life.retract()
    life.reinstate()

    with pytest.raises(OutOfOrder, match="version 3, reinstated at position 3, cannot follow version 1"):
        evolve(first, life.history[2])
    with pytest.raises(OutOfOrder):
        evolve(first.model_copy(update={"id": UUID(int=8)}), life.history[1])


def test_a_stream_has_one_recording(life):
    """Given a recorded development; when it is recorded again; then the stream is broken."""
    with pytest.raises(OutOfOrder, match="other-development at position 1, cannot follow version 1"):
        evolve(life.entry, life.history[0])


def test_a_replay_of_the_whole_history_gives_the_entry(life):
    """Given what was decided one by one; when it is replayed; then the same entry comes out."""
    life.dispute(occurred="2031-03-11")
    life.amend(label="A rowing race")
    life.resolve(2, "upheld")
    life.corroborate(outlet="Lake Radio (invented)")
    life.retract()

    assert replay(None, life.history) == life.entry
    assert replay(replay(None, life.history[:3]), life.history[3:]) == life.entry


def test_a_replay_of_nothing_gives_nothing():
    """No events, no entry."""
    assert replay(None, []) is None


def test_a_stamped_event_knows_its_stream_and_its_place_in_it(life):
    """The stamp adds position and moment; the stream's id and version are the event's own."""
    stamped = life.history[0]

    assert isinstance(stamped, Stamped)
    assert (stamped.originator_id, stamped.originator_version) == (UUID(int=7), 1)
    assert life.entry.position == stamped.position == 1
