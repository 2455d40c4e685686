"""What a careful clerk would have on paper of each development: a fold of its own, in plain values.

It shares no code with the domain's events and states, nor with the projections: it reads the acts of a
history, which the record has taken in, in their order.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tests.scenarios.histories import WHEN, Act

EVERY_STANDING = ("reported", "claimed", "corroborated", "disputed", "retracted")


@dataclass
class Proposal:
    """A proposed correction."""

    changes: dict[str, Any]
    objections: int = 0
    outcome: str | None = None


def keys_of(actor: Any) -> list[str]:
    """What an actor is known by, and then whom it acts for or belongs to."""
    if isinstance(actor, str):
        return [actor]
    own = f"unnamed: {actor['description']}" if actor["type"] == "unnamed" else actor["id"]
    return [own, *(key for name in ("acts_for", "part_of") if name in actor for key in keys_of(actor[name]))]


def origin_of(source: dict[str, Any]) -> list[str]:
    """Who said it first, and whom that one speaks for."""
    return keys_of(source["chain"][0]["actor"]) if "chain" in source else [f"outlet: {source['outlet']}"]


def origins(sources: Iterable[dict[str, Any]]) -> int:
    """How many sides the sources certainly come from; those that nobody named may all be one."""
    sides = {origin_of(source)[-1] for source in sources}
    named = {side for side in sides if not side.startswith("unnamed")}
    return len(named) or len(sides & {"unnamed: a sailor"})


@dataclass(eq=False)
class Paper:
    """One development: what is told of it, by whom it is reported, and how it is disputed."""

    id: UUID
    position: int
    recorded_at: datetime
    told: dict[str, Any]
    known_by: date
    version: int = 1
    added: list[dict[str, Any]] = field(default_factory=list)
    disputes: dict[int, dict[str, Any]] = field(default_factory=dict)
    outcomes: dict[int, str] = field(default_factory=dict)
    by: dict[int, Any] = field(default_factory=dict)
    cited: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    proposals: dict[int, Proposal] = field(default_factory=dict)
    same: list[str] = field(default_factory=list)
    retracted: bool = False
    joined: list["Paper"] = field(default_factory=list)

    @property
    def reports(self) -> list["Paper"]:
        """All reports of what happened, the first in time before the others."""
        return self.joined or [self]

    @property
    def open_disputes(self) -> list[int]:
        """The disputes that nobody has closed."""
        return [number for number in self.disputes if number not in self.outcomes]

    @property
    def kind(self) -> str:
        """What sort of development it is."""
        return self.told["kind"]

    @property
    def sources(self) -> list[dict[str, Any]]:
        """All that report it."""
        return [*self.told["sources"], *self.added]

    @property
    def standing(self) -> str:
        """The gravest that can be said of it."""
        if self.retracted:
            return "retracted"
        if self.open_disputes:
            return "disputed"
        if origins(self.sources) > 1:
            return "corroborated"
        return self.told.get("standing", "reported")

    @property
    def span(self) -> tuple[date | None, date]:
        """The first and the last day on which it can have happened."""
        when = WHEN[self.told["occurred"]]
        if when.lasting:
            return when.first, when.last
        published = [date.fromisoformat(s["published"]) for s in self.sources if "published" in s]
        reported = [self.known_by, *(d for d in published if when.first is None or d >= when.first)]
        last = min([*reported, *([when.last] if when.last else [])])
        return when.first, max(last, when.first or last)

    @property
    def exact(self) -> bool:
        """Whether its day is known."""
        return self.span[0] == self.span[1]

    def begun(self, as_of: date) -> bool:
        """Whether it may have happened by a day."""
        return self.span[0] is None or self.span[0] <= as_of

    def certain(self, as_of: date) -> bool:
        """Whether it had happened by a day."""
        return self.span[1] <= as_of

    def take(self, act: Act) -> None:
        """Write down what is said of it."""
        self.version += 1
        match act.verb:
            case "amend":
                self._retell(act.body["changes"], act.at)
            case "corroborate":
                self.added.append(act.body["source"])
            case "dispute":
                says = act.body["says"]
                self.disputes[self.version] = {k: v for k, v in says.items() if self.told.get(k) != v}
                self.by[self.version], self.cited[self.version] = act.body["by"], act.body["sources"]
            case "resolve":
                self._close(act.body["dispute"], act.body["outcome"], act.at)
            case "retract" | "reinstate" as verb:
                self.retracted = verb == "retract"
            case _:
                self._compare(act)

    def _compare(self, act: Act) -> None:
        match act.verb:
            case "propose":
                changed = {k: v for k, v in act.body["changes"].items() if self.told.get(k) != v}
                self.proposals[self.version] = Proposal(changed)
            case "object":
                self.proposals[act.body["rectification"]].objections += 1
            case "adopt" | "refuse" as verb:
                proposal = self.proposals[act.body["rectification"]]
                proposal.outcome = "adopted" if verb == "adopt" else "refused"
                if verb == "adopt":
                    self._retell(proposal.changes, act.at)
            case "judge-same":
                self.same.append(act.body["other"])
            case "judge-not-same":
                self.same.remove(act.body["other"])

    def _retell(self, changes: dict[str, Any], at: datetime) -> None:
        self.told = self.told | changes
        first = WHEN[self.told["occurred"]].first
        if first and first > self.known_by:
            self.known_by = at.date()

    def _close(self, number: int, outcome: str, at: datetime) -> None:
        self.outcomes[number] = outcome
        if outcome == "upheld" and self.disputes[number]:
            self._retell(self.disputes[number], at)
        elif outcome == "upheld":
            self.retracted = True


def papers(acts: Iterable[Act], known_at: datetime) -> dict[UUID, Paper]:
    """Every development as it was known at a moment, by its id."""
    known: dict[UUID, Paper] = {}
    for position, act in enumerate(acts, start=2):
        if act.at > known_at:
            break
        if act.verb == "record":
            known[act.identity] = Paper(act.identity, position, act.at, act.body, act.at.date())
        else:
            known[act.identity].take(act)
    return known


def certainty(paper: Paper, as_of: date) -> str:
    """Whether it had happened by a day: one of the three words."""
    if paper.certain(as_of):
        return "certain"
    return "possible" if paper.begun(as_of) else "not"
