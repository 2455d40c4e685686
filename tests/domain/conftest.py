"""Builders that the tests of the domain share: tellings, sources, moments, and the life of one development.

They are fixtures of the session's scope that give plain functions, so that hypothesis can call them
as often as it likes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain import decisions
from domain.commands import (
    AdoptRectification,
    Amend,
    Corroborate,
    Dispute,
    JudgeNotSame,
    JudgeSame,
    Object,
    ProposeRectification,
    RefuseRectification,
    Reinstate,
    Resolve,
    Retract,
    Saying,
)
from domain.developments import DEVELOPMENT, Development
from domain.entry import Entry, evolve
from domain.events import Event, Stamped
from domain.plausibility import Plausibility
from domain.values import Source

GAZETTE = {"outlet": "The Port Solace Gazette (invented)"}
REASON = "So the test tells it."
NOON = "T12:00:00+00:00"


def moment_of(text: str) -> datetime:
    """A moment in UTC: a day stands for its noon."""
    return datetime.fromisoformat(text if "T" in text else text + NOON).astimezone(UTC)


def plausible_on(day: str, *, any_year: bool = False) -> Plausibility:
    """The checks as of a day."""
    return Plausibility(moment_of(day), any_year=any_year)


def tell(kind: str = "other-development", **told: Any) -> Development:
    """A development: by default an invented one of 10 March 2031, with one source."""
    plain = {"occurred": "2031-03-10", "sources": [GAZETTE]}
    label = {"label": "A ferry race"} if kind == "other-development" else {}
    return DEVELOPMENT.validate_python({"kind": kind, **plain, **label, **told})


@dataclass
class Life:
    """One development's stream: what is decided on a day is recorded on that day."""

    entry: Entry | None = None
    history: list[Stamped] = field(default_factory=list)

    def take(self, event: Event, on: str) -> Entry:
        """Record an event."""
        stamped = Stamped(len(self.history) + 1, moment_of(on), event)
        self.entry = evolve(self.entry, stamped)
        self.history.append(stamped)
        return self.entry

    def amend(self, on: str = "2031-05-01", resting_on: Any = (), **changes: Any) -> Entry:
        """Correct fields."""
        command = Amend(changes=changes, reason=REASON, sources=resting_on)
        return self.take(decisions.amend(self.entry, command, "ada", plausible_on(on)), on)

    def corroborate(self, on: str = "2031-05-01", **source: Any) -> Entry:
        """Add a source."""
        command = Corroborate(source=Source.model_validate(source))
        return self.take(decisions.corroborate(self.entry, command, "ada", plausible_on(on)), on)

    def dispute(self, by: Any = "XB", on: str = "2031-05-01", resting_on: Any = (), **says: Any) -> Entry:
        """Put on record what a party says instead, or its denial."""
        command = Dispute(by=by, says=says, reason=REASON, sources=resting_on)
        return self.take(decisions.dispute(self.entry, command, "ada", plausible_on(on)), on)

    def resolve(self, dispute: int, outcome: Any, on: str = "2031-05-01") -> Entry:
        """Close a dispute."""
        command = Resolve(dispute=dispute, outcome=outcome, reason=REASON)
        return self.take(decisions.resolve(self.entry, command, "ada", plausible_on(on)), on)

    def say(self, command: Saying, on: str = "2031-05-01") -> Entry:
        """Say anything of it."""
        return self.take(decisions.decide(self.entry, command, "ada", plausible_on(on)), on)

    def propose(
        self, until: str = "2031-05-10", on: str = "2031-05-01", resting_on: Any = (), **changes: Any
    ) -> Entry:
        """Propose a rectification that can be objected to until a day."""
        command = ProposeRectification(
            changes=changes, objections_until=until, reason=REASON, sources=resting_on
        )
        return self.say(command, on)

    def object_to(
        self, rectification: int, by: Any = "XB", on: str = "2031-05-05", resting_on: Any = ()
    ) -> Entry:
        """Object to a proposed rectification."""
        command = Object(rectification=rectification, by=by, reason=REASON, sources=resting_on)
        return self.say(command, on)

    def adopt(self, rectification: int, on: str = "2031-05-11", resting_on: Any = ()) -> Entry:
        """Adopt a proposed rectification."""
        command = AdoptRectification(rectification=rectification, reason=REASON, sources=resting_on)
        return self.say(command, on)

    def refuse(self, rectification: int, on: str = "2031-05-05", resting_on: Any = ()) -> Entry:
        """Refuse a proposed rectification."""
        command = RefuseRectification(rectification=rectification, reason=REASON, sources=resting_on)
        return self.say(command, on)

    def judge_same(self, other: UUID, on: str = "2031-05-01", resting_on: Any = ()) -> Entry:
        """Judge it to be the same happening as another."""
        return self.say(JudgeSame(other=other, reason=REASON, sources=resting_on), on)

    def judge_not_same(self, other: UUID, on: str = "2031-05-01", resting_on: Any = ()) -> Entry:
        """Take that judgement back."""
        return self.say(JudgeNotSame(other=other, reason=REASON, sources=resting_on), on)

    def retract(self, on: str = "2031-05-01") -> Entry:
        """Take it back."""
        return self.take(decisions.retract(self.entry, Retract(reason=REASON), "ada", plausible_on(on)), on)

    def reinstate(self, on: str = "2031-05-01") -> Entry:
        """Put it back."""
        return self.take(
            decisions.reinstate(self.entry, Reinstate(reason=REASON), "ada", plausible_on(on)), on
        )


def begin(development: Development | None = None, on: str = "2031-04-01", identity: int = 7) -> Life:
    """The life of a development that was first recorded on a day."""
    told = development or tell()
    recorded = decisions.record(told, "solace-2031", UUID(int=identity), "ada", plausible_on(on))
    life = Life()
    life.take(recorded, on)
    return life


@pytest.fixture(scope="session")
def telling() -> Callable[..., Development]:
    """Tells a development of a kind: `telling("round-held", parties=["XA", "XB"])`."""
    return tell


@pytest.fixture(scope="session")
def recorded() -> Callable[..., Life]:
    """Begins the life of a development: `recorded(telling(), on="2031-04-01")`."""
    return begin


@pytest.fixture(scope="session")
def plausible() -> Callable[..., Plausibility]:
    """The checks of plausibility as of a day."""
    return plausible_on


@pytest.fixture(scope="session")
def moment() -> Callable[[str], datetime]:
    """A moment in UTC from its text; a day stands for its noon."""
    return moment_of
