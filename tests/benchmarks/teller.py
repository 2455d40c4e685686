"""An invented chronicler: what it knows, and how it tells who spoke, how many there were, and in which words.

Everything is drawn from the `Random` that is handed in, so the same seed tells the same story.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

SIDES = ("XA", "XB")
MEDIATORS = ("XC", "XD", "XE")
WORDS = (
    "the harbour the ferry the eastern shore delegations pilots families observers ships lights a pledge "
    "return open close inspect within a month without conditions before winter under the lake treaty "
    "by both sides as agreed again quietly on the quay at dawn in writing through the hosts"
).split()

Fields = dict[str, Any]


@dataclass
class Known:
    """What a dossier holds already that something new may rest on: the last few of each kind."""

    by_kind: dict[str, list[UUID]] = field(default_factory=dict)

    def add(self, kind: str, identity: UUID) -> None:
        """Remember one more; what lies far back is rested on no longer."""
        held = self.by_kind.setdefault(kind, [])
        held.append(identity)
        del held[:-20]

    def one(self, draw: Random, kinds: Sequence[str]) -> str | None:
        """The id of one that is of some of these kinds; `None` where there is none yet."""
        held = [identity for kind in kinds for identity in self.by_kind.get(kind, ())]
        return str(draw.choice(held)) if held else None


@dataclass(frozen=True)
class Teller:
    """What a telling is drawn from."""

    draw: Random
    known: Known
    day: date

    def day_after(self, most: int) -> str:
        """A day that is to come."""
        return str(self.day + timedelta(days=self.draw.randint(1, most)))

    def words(self, least: int, most: int) -> str:
        """A sentence that says little."""
        some = self.draw.choices(WORDS, k=self.draw.randint(least, most))
        return " ".join(some).capitalize() + "."

    def two(self) -> tuple[str, str]:
        """The sides, in either order."""
        return SIDES if self.draw.random() < 0.5 else SIDES[::-1]

    def count(self, most: int = 400) -> Fields:
        """A count as sources give them: six in ten exact, the others as intervals, or not at all."""
        low = self.draw.randint(1, most)
        other = [
            {"type": "at_least", "min": low},
            {"type": "at_most", "max": low},
            {"type": "between", "min": low, "max": low + self.draw.randint(1, 50)},
            {"type": "unknown"},
            {"type": "withheld", "by": self.draw.choice(SIDES), "reason": "until the families are told"},
        ]
        return {"type": "exact", "value": low} if self.draw.random() < 0.6 else self.draw.choice(other)

    def speaker(self) -> Any:
        """A state, or one of the persons who speak for it."""
        side = self.draw.choice(SIDES + MEDIATORS)
        if self.draw.random() < 0.5:
            return side
        number = self.draw.randint(1, 9)
        return {
            "type": "person",
            "id": f"envoy-{side.lower()}-{number}",
            "name": f"Envoy {number} of {side}",
            "acts_for": side,
        }
