"""The timeline of a page: what is sought, one stretch of it drawn, and how much lies outside."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from domain.errors import Invalid
from projections.cut import Held
from projections.timeline import Sought
from service.web.drawing import timeline as drawing
from service.web.reading import Reading
from service.words import days

Told = dict[str, Any]
STRETCH = 60
"""So many developments are drawn at a time: more are neither legible nor quick."""


AROUND = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """Developments that follow each other, as they are paged through."""

    number: int
    count: int
    title: str


def read(reading: Reading) -> Told:
    """One stretch of the timeline: the last one where none is asked for."""
    sought = Sought(
        kinds=tuple(reading.query.kind),
        actor=reading.query.actor,
        text=reading.query.text,
        lens=reading.lens,
    )
    found = reading.views.found(reading.dossier.id, reading.moment, sought)
    parts = _parts(found)
    number = _number(reading.query.stretch, len(parts))
    shown = parts[number - 1] if parts else []
    lanes = reading.query.lanes or "kind"
    return {
        "drawing": drawing.draw(shown, lanes, reading.names, reading.moment.as_of),
        "lanes": lanes,
        "shown": shown,
        "found": len(found),
        "before": sum(map(len, parts[: number - 1])),
        "after": sum(map(len, parts[number:])),
        "number": number,
        "stretches": [
            _stretch(index, one) for index, one in enumerate(parts, 1) if _is_near(index, number, len(parts))
        ],
        "standings": Counter(held.standing for held in found),
        "groups": drawing.kinds_by_group(),
        "hatch": "timeline",
    }


def _parts(found: Sequence[Held]) -> list[Sequence[Held]]:
    """As few stretches as will do, about as long as each other."""
    count = -(-len(found) // STRETCH)
    cuts = [index * len(found) // count for index in range(count + 1)] if count else [0]
    return [found[start:end] for start, end in pairwise(cuts)]


def _number(asked: int | None, count: int) -> int:
    if asked is not None and count and not 1 <= asked <= count:
        raise Invalid("stretch", f"there are {count} stretches: give a number from 1 to {count}")
    return asked or count


def _stretch(number: int, part: Sequence[Held]) -> Stretch:
    return Stretch(number, len(part), _title(part))


def _is_near(number: int, shown: int, count: int) -> bool:
    """Whether a stretch is offered: the first, the last, and those around the one that is shown."""
    return number in {1, count} or abs(number - shown) <= AROUND


def _title(part: Sequence[Held]) -> str:
    begins = [held.bounds.earliest for held in part if held.bounds.earliest]
    if not begins:
        return "no first day"
    return _days(begins[0], begins[-1])


def _days(first: date, last: date) -> str:
    return days.day(first) if first == last else f"{days.day(first)} to {days.day(last)}"
