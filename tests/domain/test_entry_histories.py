"""Random histories of one development, against a plain account of them that shares no code with it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.entry import replay
from domain.errors import (
    DisputeClosed,
    Invalid,
    IsRetracted,
    LiesInFuture,
    NoSuchDispute,
    NoSuchRectification,
    NothingChanged,
    NotRetracted,
    NotTwoReports,
    ObjectedTo,
    RectificationClosed,
    Refusal,
    TooEarly,
    TooLate,
)
from domain.events import EVENTS, Stamped

FIRST_DAY = date(2031, 4, 1)
CALENDAR = [date(2031, 1, 1) + timedelta(days=n) for n in range(365)]
MARCH, APRIL = date(2031, 3, 1), date(2031, 4, 10)
OCCURRED = {
    "2031-03-10": (date(2031, 3, 10), date(2031, 3, 10)),
    "2031-03": (MARCH, date(2031, 3, 31)),
    "[2031-03-01..]": (MARCH, CALENDAR[-1]),
    "[2031-04-10..]": (APRIL, CALENDAR[-1]),
}
PUBLISHED = {
    "2031-02-20": (date(2031, 2, 20), date(2031, 2, 20)),
    "2031-03-05": (date(2031, 3, 5), date(2031, 3, 5)),
    "2031-04": (date(2031, 4, 1), date(2031, 4, 30)),
    "2031-04-20": (date(2031, 4, 20), date(2031, 4, 20)),
}

FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "label": st.sampled_from(["A ferry race", "A regatta"]),
        "summary": st.sampled_from([None, "Two ferries raced."]),
        "occurred": st.sampled_from(sorted(OCCURRED)),
    },
)
PROPOSALS = st.tuples(
    st.just("propose"),
    st.builds(lambda told, days: {**told, "within": days}, FIELDS.filter(bool), st.integers(-1, 6)),
)
ON_PROPOSALS = st.tuples(
    st.sampled_from(["object_to", "adopt", "refuse"]),
    st.fixed_dictionaries({"rectification": st.sampled_from([0, 0, 0, 1, 2])}),
)
ACTS = st.one_of(
    st.tuples(st.just("amend"), FIELDS.filter(bool)),
    st.tuples(
        st.just("corroborate"),
        st.fixed_dictionaries(
            {
                "outlet": st.sampled_from(["Gazette", "Herald"]),
                "published": st.sampled_from([None, *PUBLISHED]),
            }
        ),
    ),
    st.tuples(st.just("dispute"), FIELDS),
    st.tuples(
        st.just("resolve"),
        st.fixed_dictionaries(
            {
                "dispute": st.integers(0, 2),
                "outcome": st.sampled_from(["upheld", "dismissed", "withdrawn"]),
            }
        ),
    ),
    PROPOSALS,
    ON_PROPOSALS,
    st.tuples(
        st.sampled_from(["judge_same", "judge_not_same"]),
        st.fixed_dictionaries({"other": st.sampled_from([UUID(int=8), UUID(int=9)])}),
    ),
    st.tuples(st.sampled_from(["retract", "reinstate", "reinstate"]), st.just({})),
)
DAYS = st.integers(0, 9)
HISTORIES = st.lists(st.tuples(DAYS, ACTS), min_size=1, max_size=15) | st.builds(
    lambda proposal, rest: [proposal, *rest],
    st.tuples(DAYS, PROPOSALS),
    st.lists(st.tuples(DAYS, ON_PROPOSALS | ACTS), min_size=2, max_size=10),
)


@dataclass
class Proposal:
    """A correction that somebody proposed, as the clerk notes it."""

    fields: dict
    until: date
    objections: int = 0
    outcome: str | None = None

    def refusal(self, act, today):
        """What the record has to refuse the act with; `None` where it has to take it."""
        if self.outcome:
            return RectificationClosed
        if act == "object_to":
            return TooLate if today > self.until else None
        if act == "refuse":
            return None
        if self.objections:
            return ObjectedTo
        return TooEarly if today <= self.until else None


@dataclass
class Account:
    """What a careful clerk would have on paper."""

    fields: dict
    sources: list
    known_by: date
    version: int = 1
    retracted: bool = False
    disputes: dict = field(default_factory=dict)
    outcomes: dict = field(default_factory=dict)
    proposals: dict = field(default_factory=dict)
    same_as: list = field(default_factory=list)

    def refusal(self, act, told, today):
        """What the record has to refuse the act with; `None` where it has to take it."""
        if act == "reinstate":
            return None if self.retracted else NotRetracted
        if self.retracted:
            return IsRetracted
        if act in {"amend", "dispute"} and told:
            return self._refused_telling(told, today)
        if act == "propose":
            changes, until = proposed(told, today)
            return self._refused_telling(changes, today) or (Invalid if until < today else None)
        if "rectification" in told:
            proposal = self.proposals.get(told["rectification"])
            return proposal.refusal(act, today) if proposal else NoSuchRectification
        if "other" in told:
            return NotTwoReports if (act == "judge_same") == (told["other"] in self.same_as) else None
        if act == "corroborate":
            return self._refused_source(told["outlet"], told["published"], today)
        if act == "resolve":
            number = told["dispute"]
            return NoSuchDispute if number not in self.disputes else self._refused_twice(number)
        return None

    def by_number(self, told):
        """What is said, with the number of the first, second or third that was opened; else 99."""
        opened = {"dispute": [*self.disputes], "rectification": [*self.proposals]}
        return {
            name: [*opened[name], 99, 99, 99][value] if name in opened else value
            for name, value in told.items()
        }

    def take(self, act, told, today):
        """Write down an act that the record has taken."""
        self.version += 1
        if act == "amend":
            self._retell(told, today)
        elif act == "corroborate":
            self.sources.append((told["outlet"], told["published"]))
        elif act == "dispute":
            self.disputes[self.version] = self._differing(told)
        elif act == "resolve":
            self._close(told["dispute"], told["outcome"], today)
        elif act == "propose":
            changes, until = proposed(told, today)
            self.proposals[self.version] = Proposal(self._differing(changes), until)
        elif "rectification" in told:
            self._rectify(act, self.proposals[told["rectification"]], today)
        elif act == "judge_same":
            self.same_as.append(told["other"])
        elif act == "judge_not_same":
            self.same_as.remove(told["other"])
        else:
            self.retracted = act == "retract"

    def standing(self):
        """The gravest that can be said."""
        if self.retracted:
            return "retracted"
        if self.disputes.keys() - self.outcomes.keys():
            return "disputed"
        return "corroborated" if len({outlet for outlet, _ in self.sources}) > 1 else "reported"

    def possible_days(self):
        """Every day of the year on which it may have happened."""
        first, last = OCCURRED[self.fields["occurred"]]
        reports = [PUBLISHED[published][1] for _, published in self.sources if published]
        reported = [self.known_by, *(d for d in reports if d >= first)]
        return {d for d in CALENDAR if first <= d <= last and all(d <= r for r in reported)} or {first}

    def _refused_telling(self, told, today):
        if all(self.fields[name] == value for name, value in told.items()):
            return NothingChanged
        first, _ = OCCURRED[told.get("occurred", self.fields["occurred"])]
        return LiesInFuture if first > tomorrow(today) else None

    def _refused_source(self, outlet, published, today):
        if (outlet, published) in self.sources:
            return NothingChanged
        return LiesInFuture if published and PUBLISHED[published][0] > tomorrow(today) else None

    def _refused_twice(self, number):
        return DisputeClosed if number in self.outcomes else None

    def _differing(self, told):
        return {name: value for name, value in told.items() if self.fields[name] != value}

    def _rectify(self, act, proposal, today):
        if act == "object_to":
            proposal.objections += 1
            return
        proposal.outcome = "adopted" if act == "adopt" else "refused"
        if act == "adopt":
            self._retell(proposal.fields, today)

    def _retell(self, told, today):
        self.fields |= told
        if OCCURRED[self.fields["occurred"]][0] > self.known_by:
            self.known_by = today

    def _close(self, number, outcome, today):
        self.outcomes[number] = outcome
        if outcome == "upheld" and self.disputes[number]:
            self._retell(self.disputes[number], today)
        elif outcome == "upheld":
            self.retracted = True


def proposed(told, today):
    """The fields that a proposal changes, and the last day on which one may object to it."""
    changes = {name: value for name, value in told.items() if name != "within"}
    return changes, today + timedelta(days=told["within"])


def do(life, act, said, today):
    """Say it of a life on a day."""
    if act == "propose":
        changes, until = proposed(said, today)
        said = {**changes, "until": until.isoformat()}
    return getattr(life, act)(on=today.isoformat(), **said)


def tomorrow(today):
    """At noon in UTC the next day has begun in the far east."""
    return today + timedelta(days=1)


@pytest.fixture(scope="session")
def lived(recorded, telling):
    """Lives a random history; gives the life, the clerk's account, and the entry at every version."""

    def live(history):
        told = telling(occurred="2031-03-10", sources=[{"outlet": "Gazette"}])
        life = recorded(told, on=FIRST_DAY.isoformat())
        fields = {"label": "A ferry race", "summary": None, "occurred": "2031-03-10"}
        account = Account(fields=fields, sources=[("Gazette", None)], known_by=FIRST_DAY)
        entries, today = [life.entry], FIRST_DAY
        for later, (act, drawn) in history:
            today += timedelta(days=later)
            said = account.by_number(drawn)
            refusal = account.refusal(act, said, today)
            if refusal:
                with pytest.raises(Refusal) as refused:
                    do(life, act, said, today)
                assert type(refused.value) is refusal
            else:
                entries.append(do(life, act, said, today))
                account.take(act, said, today)
        return life, account, entries

    return live


@settings(max_examples=400)
@given(history=HISTORIES)
def test_the_record_holds_what_a_careful_clerk_would_have_written_down(lived, history):
    """After any history: the telling, the standing, what was opened and the bounds are those on paper."""
    life, account, _ = lived(history)
    entry = life.entry

    told = entry.development
    assert entry.version == account.version == len(life.history)
    assert {"label": told.label, "summary": told.summary, "occurred": str(told.occurred)} == account.fields
    assert entry.standing == account.standing()
    assert entry.retracted == account.retracted
    assert {one.number: one.outcome for one in entry.disputes if one.outcome} == account.outcomes
    assert {one.number: set(one.fields) for one in entry.disputes} == {
        number: set(said) for number, said in account.disputes.items()
    }
    assert {one.number: (one.outcome, len(one.objections)) for one in entry.rectifications} == {
        number: (proposal.outcome, proposal.objections) for number, proposal in account.proposals.items()
    }
    assert list(entry.same_as) == account.same_as
    possible = account.possible_days()
    assert (entry.bounds.earliest, entry.bounds.latest) == (min(possible), max(possible))


@given(history=HISTORIES)
def test_a_replay_of_the_events_gives_the_entry_at_every_version(lived, history):
    """What was decided is what the state becomes, and what comes later changes nothing before it."""
    life, _, entries = lived(history)

    for version, entry in enumerate(entries, start=1):
        assert replay(None, life.history[:version]) == entry


@given(history=HISTORIES)
def test_events_that_were_written_and_read_again_give_the_same_entry(lived, history):
    """Nothing of an event is lost in its JSON, neither a value nor which fields were told."""
    life, _, _ = lived(history)
    read = []
    for stamped in life.history:
        written = stamped.event.model_dump_json(exclude_unset=True)
        event = EVENTS[stamped.event.stored_name].model_validate_json(written)
        assert event.model_dump_json(exclude_unset=True) == written
        read.append(Stamped(stamped.position, stamped.recorded_at, event))

    assert read == life.history
    assert replay(None, read) == life.entry


@given(history=HISTORIES)
def test_every_event_says_who_recorded_it_and_follows_the_one_before(lived, history):
    """Versions run without a gap on the development's own stream, and whatever corrects it says why."""
    life, _, _ = lived(history)

    assert [stamped.originator_version for stamped in life.history] == list(range(1, len(life.history) + 1))
    assert {stamped.originator_id for stamped in life.history} == {life.entry.id}
    assert {stamped.event.recorded_by for stamped in life.history} == {"ada"}
    assert all(
        stamped.event.reason
        for stamped in life.history
        if stamped.event.stored_name not in {"other-development", "corroborated"}
    )
