"""Records of any size, invented and always the same: what was told of talks, in the order it became known.

A record is planned as dossiers of 10² developments up to 10⁵, each size with an equal share of all
developments. One development in twenty is amended later, one in a hundred disputed or retracted, and a tenth
have uncertain dates. Most become known within days, one in ten only weeks later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush, merge
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from domain.commands import Amend, Dispute, Dossier, Retract, Saying
from tests.benchmarks.teller import SIDES, Known
from tests.benchmarks.tellings import RESTED_ON, telling

SCALES = (100, 316, 1_000, 3_162, 10_000, 31_623, 100_000)
LAST_DAY = date(2025, 6, 1)
"""The day on which every dossier ends."""
MOST_A_DAY = 14
"""So many developments a day, in a dossier of any length."""

AMENDED, DISPUTED, RETRACTED = 0.05, 0.056, 0.06
"""Up to which of a lot from 0 to 1 a development has this fate."""


@dataclass(frozen=True)
class Plan:
    """A dossier that is to be: its id, how many developments it gets, and from which day on."""

    id: str
    size: int
    seed: int

    @property
    def first_day(self) -> date:
        """The day on which it is opened."""
        return LAST_DAY - timedelta(days=max(90, self.size // MOST_A_DAY))

    def dossier(self) -> Dossier:
        """Its opening."""
        parties = [{"actor": side, "name": f"State {side} (invented)"} for side in SIDES]
        return Dossier.model_validate(
            {"id": self.id, "title": f"Talks {self.id} (invented)", "parties": parties}
        )


@dataclass(frozen=True)
class Opened:
    """A dossier is opened."""

    moment: datetime
    dossier: Dossier


@dataclass(frozen=True)
class Told:
    """A development is recorded: its id, and its body as a caller would send it."""

    moment: datetime
    dossier: str
    id: UUID
    body: dict[str, Any]


@dataclass(frozen=True)
class Said:
    """Something is said of a development."""

    moment: datetime
    id: UUID
    command: Saying


Step = Opened | Told | Said


def plans(size: int, seed: int = 7) -> list[Plan]:
    """The dossiers of a record of so many developments."""
    scales = [scale for number, scale in enumerate(SCALES, start=1) if scale * number <= size] or [size]
    each = [scale for scale in scales for _ in range(size // len(scales) // scale)]
    rest = size - sum(each)
    sizes = [*each, *([rest] if rest else [])]
    return [Plan(f"talks-{number}-of-{length}", length, seed + number) for number, length in enumerate(sizes)]


def steps(planned: list[Plan]) -> Iterator[Step]:
    """All that is told of these dossiers, in the order in which it became known."""
    return merge(*(Life(plan).steps() for plan in planned), key=lambda step: step.moment)


class Life:
    """One dossier, from its opening on. A development is told before anything rests on it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._draw = Random(plan.seed)
        self._known = Known()
        self._order = count()
        self._coming: list[tuple[datetime, int, Told | Said]] = []

    def steps(self) -> Iterator[Step]:
        """Everything, in the order in which it becomes known."""
        yield Opened(_begin(self._plan.first_day), self._plan.dossier())
        for number in range(self._plan.size):
            day = self._day(number)
            yield from self._known_before(_begin(day))
            self._happens(day)
        yield from self._known_before(None)

    def more(self, number: int) -> Iterator[Told]:
        """Once all steps are taken, further tellings that rest on nothing but what was told in them."""
        for _ in range(number):
            yield self._tell(LAST_DAY, LAST_DAY)

    def _day(self, number: int) -> date:
        days = (LAST_DAY - self._plan.first_day).days
        return self._plan.first_day + timedelta(days=1 + number * (days - 1) // self._plan.size)

    def _happens(self, day: date) -> None:
        """Something happens; when it becomes known, and what becomes of the report, is drawn now."""
        lag = self._draw.randint(20, 60) if self._draw.random() < 0.1 else self._draw.randint(0, 3)
        told = self._tell(day, day + timedelta(days=lag))
        self._comes(told)
        later = told.moment + timedelta(days=self._draw.randint(7, 90))
        command = self._fate(told, day)
        if command is not None:
            self._comes(Said(later, told.id, command))

    def _tell(self, day: date, known: date) -> Told:
        identity = UUID(int=self._draw.getrandbits(128), version=4)
        within_the_day = timedelta(seconds=self._draw.randrange(1, 86_000))
        body = telling(self._draw, self._known, day)
        return Told(_begin(known) + within_the_day, self._plan.id, identity, body)

    def _fate(self, told: Told, day: date) -> Saying | None:
        lot, reason = self._draw.random(), "A later source says otherwise (invented)."
        earlier = {"occurred": str(day - timedelta(days=self._draw.randint(21, 60)))}
        if lot < AMENDED:
            summary = {"summary": f"Told again of {told.body['kind']} (invented)."}
            return Amend(changes=self._draw.choice((earlier, summary)), reason=reason)
        rested_on = told.body["kind"] in RESTED_ON
        if lot < DISPUTED or (lot < RETRACTED and rested_on):
            return Dispute(by=self._draw.choice(SIDES), says=earlier, reason=reason)
        return Retract(reason=reason) if lot < RETRACTED else None

    def _comes(self, step: Told | Said) -> None:
        heappush(self._coming, (step.moment, next(self._order), step))

    def _known_before(self, moment: datetime | None) -> Iterator[Told | Said]:
        while self._coming and (moment is None or self._coming[0][0] < moment):
            _, _, step = heappop(self._coming)
            if isinstance(step, Told) and step.body["kind"] in RESTED_ON:
                self._known.add(step.body["kind"], step.id)
            yield step


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
