"""What became of every ceasefire, in one possible world after the other, told day by day.

In a world every day is known, so nothing has to be weighed. The rules of one ceasefire, in plain words:

- It is proposed, agreed, declared, suspended, terminated, never implemented or has lapsed as somebody says.
- A later one that is to take its place does so on any day from its agreement to its start.
- None comes before what it carries on, answers, ends or replaces.
- Once it is agreed or declared, its terms take effect on the day that they set for their start, though not
  before they were agreed; and it lapses on the day after the one that they set for its end.
- Later terms may set another start or end, and then the earlier ones no longer come. Terms that set no start
  carry on the one that was set before. Whether terms that set no end carry on the one that was set before,
  nobody knows.
- While it is in effect, agreeing on it once more does not take it out of effect.
- Suspension keeps a start that was set from coming; an end of any sort keeps start and end from coming.
- It stands while it is agreed, declared, suspended or in effect. Proposals of it and answers to them decide
  its status only while it does not stand. So does talk for all of them together.
- What terms set for a day after the last one of which anything is known may come, or not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import assume

from tests.projections.clerk import Paper
from tests.projections.worlds import LONG_AGO, Span, in_turn, known_days, named_by, worlds
from tests.scenarios.histories import WHEN, When

Came = tuple[str, Paper]
"""A status, and the development that brought it."""

ENDS = ["lapsed", "terminated", "superseded", "not_implemented"]
NEVER = When("", date.max, date.max)
STRENGTH = ["agreed", "declared", "suspended", "in_effect"]
OF_KIND = {
    "ceasefire-proposed": "proposed",
    "ceasefire-suspended": "suspended",
    "ceasefire-lapsed": "lapsed",
    "ceasefire-terminated": "terminated",
    "ceasefire-not-implemented": "not_implemented",
    "ceasefire-agreed": "agreed",
    "ceasefire-declared": "declared",
}
OF_OUTCOME = {
    "agreed": "accepted_in_principle",
    "no_agreement": "no_agreement",
    "dropped": "no_agreement",
    "deferred": "under_discussion",
    "referred": "under_discussion",
    "discussed": "under_discussion",
}
OF_ANSWER = {
    "accepted": "accepted_in_principle",
    "accepted_with_conditions": "accepted_in_principle",
    "countered": "under_discussion",
    "rejected": "rejected",
    "withdrawn": "no_agreement",
    "expired": "no_agreement",
}


@dataclass(frozen=True)
class Item:
    """Something that happens on a day of a world: what somebody reports, or what terms set for it."""

    paper: Paper
    status: str
    thread: str | None = None
    stage: int = 0
    exact: bool = False
    planned: bool = False

    @property
    def place(self) -> tuple[int, int]:
        """Its place among those whose day is known for certain."""
        return self.paper.position, self.stage

    @property
    def when(self) -> Any:
        """What has its day in a world."""
        return (self.paper, "supersedes") if self.status == "superseded" else self.paper


@dataclass(frozen=True)
class Truce:
    """One ceasefire so far."""

    status: str = "none"
    since: Came | None = None
    start: date | None = None
    """The start that was set last, if any was."""
    due: frozenset[tuple[date, Item]] = frozenset()
    """What terms have set, and has not come yet."""
    said_last: Came | None = None

    @property
    def stands(self) -> bool:
        """Whether it stands."""
        return self.status in STRENGTH

    @property
    def told(self) -> str:
        """Its status, talk of it included."""
        begun = self.status != "none"
        return self.status if begun else self.said_last[0] if self.said_last else "none"

    def becomes(self, item: Item) -> "Truce":
        """This one after a step of its own."""
        came = (item.status, item.paper)
        since = self.since if item.status == self.status else came
        return replace(self, status=item.status, since=since, said_last=came)

    def without(self, *statuses: str) -> "Truce":
        """This one where some of what was set comes no more."""
        return replace(self, due=frozenset(one for one in self.due if one[1].status not in statuses))


@dataclass(frozen=True)
class State:
    """All ceasefires so far, and what was said or done last of all."""

    truces: tuple[tuple[str, Truce], ...]
    last: Came | None = None
    run: Came | None = None
    """The first of the run of one status that `last` belongs to; the end of a ceasefire is its own run."""

    def after(self, truces: dict[str, Truce], came: Came, run: Came | None) -> "State":
        """All of them after one more step."""
        repeated = self.last is not None and self.last[0] == came[0]
        return State(tuple(truces.items()), came, run or (self.run if repeated else came))

    @property
    def standing(self) -> str | None:
        """The strongest status in which one stands."""
        return max(
            (truce.status for _, truce in self.truces if truce.stands), key=STRENGTH.index, default=None
        )

    @property
    def status(self) -> str:
        """The status of all together."""
        return self.standing or (self.last[0] if self.last else "none")

    @property
    def since(self) -> frozenset[Came]:
        """What brought it."""
        if self.standing is None:
            return frozenset([self.run] if self.run else [])
        return frozenset(truce.since for _, truce in self.truces if truce.status == self.standing)


class Truces:
    """The ceasefires on record as of a day, as far as anything is known up to another."""

    def __init__(self, papers: Sequence[Paper], as_of: date, knowing: date) -> None:
        self.papers = papers
        self.as_of = as_of
        self.knowing = min(as_of, knowing)
        self.items = {paper: list(self._items(paper)) for paper in papers}

    @property
    def threads(self) -> dict[str, list[Paper]]:
        """Every ceasefire on record, by its first development, with all that belongs to it."""
        threads: dict[str, list[Paper]] = {}
        for paper in self.papers:
            if (thread := self.thread_of(paper)) is not None:
                threads.setdefault(thread, []).append(paper)
        return threads

    def thread_of(self, paper: Paper) -> str | None:
        """The first development of the ceasefire that one belongs to; of a circle, that with the least id."""
        if not ("ceasefire" in paper.told or paper.kind in OF_KIND or self._answers_one(paper)):
            return None
        return self._root_of(str(paper.id))

    def _root_of(self, identity: str) -> str:
        carries_on = {str(p.id): p.told.get("ceasefire") or p.told.get("to") for p in self.papers}
        path = [identity]
        while (named := carries_on.get(path[-1])) and named not in path:
            path.append(named)
        return min(path[path.index(named) :]) if named else path[-1]

    def states(self) -> set[State]:
        """Every state that may hold at the end of the day."""
        spans: dict[Any, Any] = {}
        for paper in self.papers:
            if self.items[paper]:
                spans[paper] = paper.span
                for name in self._terms(paper):
                    spans[paper, name] = term(paper, name)
                if any(item.status == "superseded" for item in self.items[paper]):
                    spans[paper, "supersedes"] = self._takes_over(paper)
        telling = [paper for paper in self.papers if self.items[paper]]
        found = [world for world in worlds(spans, self.as_of) if self._possible(world, telling)]
        assume(found)
        self.known = known_days(found)
        for paper in telling:
            self.items[paper] = [replace(one, exact=one.when in self.known) for one in self.items[paper]]
        return {state for world in found for state in self._ends(world)}

    def _takes_over(self, paper: Paper) -> Span:
        first, last = paper.span
        if "start" not in self._terms(paper):
            return first, last
        _, start = term(paper, "start")
        return first, max(last, start) if start and start <= self.knowing else None

    def _possible(self, world: dict[Any, date | None], telling: Sequence[Paper]) -> bool:
        """Whether nothing comes before what it names, and every succession between agreement and start."""
        successions = [key[0] for key in world if isinstance(key, tuple) and key[1] == "supersedes"]
        for paper in successions:
            agreed = world[paper] or date.max
            start = world.get((paper, "start"), agreed) or date.max
            takes_over = world[paper, "supersedes"] or date.max
            if not agreed <= takes_over <= max(agreed, start):
                return False
            last = self._takes_over(paper)[1] or date.max
            older = [one for one in telling if str(one.id) == paper.told.get("supersedes")]
            if any(takes_over < (world[one] or date.max) for one in older if last >= (one.span[0] or last)):
                return False
        return in_turn(world, telling)

    def _answers_one(self, paper: Paper) -> bool:
        proposals = {str(p.id) for p in self.papers if p.kind == "ceasefire-proposed"}
        return paper.told.get("to") in proposals

    def _commits(self, paper: Paper) -> bool:
        return OF_KIND.get(paper.kind) in {"agreed", "declared"}

    def _terms(self, paper: Paper) -> list[str]:
        return [name for name in ("start", "end") if self._commits(paper) and term(paper, name)]

    def _items(self, paper: Paper) -> Iterator[Item]:
        kind = paper.kind
        findings = [one.told["finding"] for one in paper.reports if one.told.get("finding")]
        on_agenda = [*paper.told.get("agenda", ()), *findings]
        for outcome in [one["outcome"] for one in on_agenda if one["issue"] == "ceasefire"]:
            yield Item(paper, OF_OUTCOME[outcome])
        asks = kind in {"demand-made", "offer-made", "proposal-made", "ultimatum-issued"}
        told = [one.told for one in paper.reports]
        if asks and any("ceasefire" in (*one.get("issues", ()), one.get("condition_for")) for one in told):
            yield Item(paper, "under_discussion")
        status = OF_ANSWER.get(paper.told["answer"]) if kind == "answer-given" else OF_KIND.get(kind)
        thread = self.thread_of(paper) if status else None
        if thread:
            yield Item(paper, status, thread)
        older = {one.told["supersedes"] for one in paper.reports if "supersedes" in one.told}
        for root in sorted({self._root_of(one) for one in older} & self.threads.keys()):
            if self._commits(paper):
                yield Item(paper, "superseded", root)

    # One world

    def _ends(self, world: dict[Any, date | None]) -> set[State]:
        states = {State(tuple((thread, Truce()) for thread in self.threads))}
        for today in [LONG_AGO, *(date(2031, 3, n) for n in range(1, self.as_of.day + 1))]:
            told = frozenset(
                item for paper, items in self.items.items() for item in items if world[item.when] == today
            )
            day = Day(self, world, today)
            states = {after for state in states for after in day.orders(state, told)}
        return states


class Day:
    """One day of a world: whatever happens on it, in every order that it may have happened in."""

    def __init__(self, truces: Truces, world: dict[Any, date | None], today: date) -> None:
        self._truces = truces
        self._world = world
        self._today = today
        self.orders = cache(self._orders)

    def _orders(
        self, state: State, told: frozenset[Item], before: tuple[int, int] = (0, 0)
    ) -> frozenset[State]:
        """The states that may hold after the rest of the day; no known place comes before the last one."""
        due = {item for _, truce in state.truces for when, item in truce.due if when <= self._today}
        items = told | due
        if not items:
            return frozenset([state])
        ends: set[State] = set()
        # Of a circle, in which each comes after another, any may be next.
        for item in [one for one in items if self._may_be_next(one, items, before)] or items:
            place = item.place if item.exact else before
            for after in self._after(state, item, scheduled=item in due):
                ends |= self.orders(after, told - {item}, place)
        return frozenset(ends)

    def _may_be_next(self, item: Item, items: frozenset[Item], before: tuple[int, int]) -> bool:
        names = bool(named_by(item.paper, self._truces.papers))
        too_late = item.exact and item.place < before and not names
        return not too_late and not any(self._precedes(other, item) for other in items)

    def _precedes(self, one: Item, other: Item) -> bool:
        """Whether one certainly comes before another on this day."""
        if one.paper is other.paper:
            return one.stage < other.stage
        if replaces(one, other) or replaces(other, one):
            return replaces(other, one)
        if one.thread and other.thread and one.stage == 0 and named_by(other.paper, [one.paper]):
            return True
        if one.thread and other.thread and other.stage == 0 and named_by(one.paper, [other.paper]):
            return False
        return one.exact and other.exact and one.place < other.place

    def _after(self, state: State, item: Item, *, scheduled: bool) -> Iterator[State]:
        if item.thread is None:
            yield state.after(dict(state.truces), (item.status, item.paper), None)
            return
        truces = dict(state.truces)
        before = truces[item.thread]
        for truce in self._scheduled(before, item) if scheduled else self._told(before, item):
            if truce.said_last == (item.status, item.paper) != before.said_last:
                ended = truce.since if item.status in ENDS else None
                yield state.after({**truces, item.thread: truce}, truce.said_last, ended)
            else:
                yield replace(state, truces=tuple({**truces, item.thread: truce}.items()))

    def _scheduled(self, truce: Truce, item: Item) -> Iterator[Truce]:
        rest = truce.without(item.status)
        if item.planned:
            yield rest
        if item.status == "in_effect":
            yield rest.becomes(item) if rest.status in {"agreed", "declared"} else rest
        else:
            yield rest.without("in_effect").becomes(item) if rest.stands else rest

    def _told(self, truce: Truce, item: Item) -> Iterator[Truce]:
        match item.status:
            case "agreed" | "declared" if item.paper.kind != "answer-given":
                yield from self._agreed(truce, item)
            case "suspended":
                yield truce.without("in_effect").becomes(item)
            case "lapsed" | "terminated" | "superseded" | "not_implemented":
                yield truce.without("in_effect", "lapsed").becomes(item)
            case status:
                yield replace(truce, said_last=(status, item.paper))

    def _agreed(self, truce: Truce, item: Item) -> Iterator[Truce]:
        after = truce if truce.status == "in_effect" else truce.becomes(item)
        own = self._truces._terms(item.paper)
        if "start" in own:
            after = replace(after.without("in_effect"), start=self._set(item, "start"))
        coming = any(one.status == "in_effect" for _, one in after.due)
        if after.start is not None and not coming:
            after = replace(after, due=after.due | {self._due(item, "in_effect", after.start)})
        if "end" in own:
            end = self._set(item, "end")
            after = after.without("lapsed")
            yield replace(after, due=after.due | {self._due(item, "lapsed", _next(end))})
            return
        yield after
        if after != (without := after.without("lapsed")):
            yield without

    def _set(self, item: Item, name: str) -> date:
        return self._world[item.paper, name] or date.max

    def _due(self, item: Item, status: str, scheduled: date) -> tuple[date, Item]:
        name = {"in_effect": "start", "lapsed": "end"}[status]
        stage = ["start", "end"].index(name) + 1
        exact, planned = self._is_exact(item.paper, name, scheduled), scheduled > self._truces.knowing
        due = Item(item.paper, status, item.thread, stage, exact, planned)
        return max(scheduled, self._today), due

    def _is_exact(self, paper: Paper, name: str, scheduled: date) -> bool:
        """Whether it comes on the same day in every world."""
        if name not in self._truces._terms(paper):
            first = last = scheduled
        else:
            first, last = term(paper, name)
            last = last or date.max
            first, last = (_next(first), _next(last)) if name == "end" else (first, last)
        known = self._truces.known.get(paper)
        began, by = (known, known) if known else paper.span
        return max(first, began or date.min) == max(last, by)


def replaces(one: Item, other: Item) -> bool:
    """Whether one is that a ceasefire takes the place of that which the other reports."""
    older = {report.told.get("supersedes") for report in one.paper.reports}
    reported = other.stage == 0 and other.status != "superseded"
    return one.status == "superseded" and reported and str(other.paper.id) in older


def term(paper: Paper, name: str) -> Span:
    """The days that the reports of a ceasefire set for its start or end; nothing where none sets any."""
    days = [WHEN[report.told[name]] for report in paper.reports if name in report.told]
    if name == "end" and any(report.told.get("open_ended") for report in paper.reports):
        days.append(NEVER)
    if not days:
        return ()
    lasts = [one.last for one in days]
    return min(one.first for one in days), None if None in lasts else max(lasts)


def _next(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day
