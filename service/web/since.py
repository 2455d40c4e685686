"""What changed since: the events between two moments of knowledge, and how they moved each answer."""

from datetime import datetime
from typing import Any

from service.diffs import Question
from service.web.reading import Reading
from service.words import differences

Told = dict[str, Any]
VIEWS = {
    "ceasefire": "Ceasefire",
    "exchanges": "Exchanges",
    "agreements": "Agreements",
    "positions": "Positions",
    "agenda": "Agenda",
}
"""The answers that are compared, and what to call each."""
MOST_EVENTS = 100
"""So many events are told one by one; of more, the answers are not compared event by event."""
MOST_MOVED = 40
BY_DEFAULT = 25
"""Where no moment is given, the last so many events are told."""


def read(reading: Reading) -> Told:
    """The events between two moments, the last one first, and the answers that they moved."""
    since = reading.query.since or _before_the_last(reading)
    told, more = reading.views.changes(reading.dossier.id, since, reading.moment.known_at, MOST_EVENTS)
    return {
        "since": since,
        "changes": told.changes[::-1],
        "more": more,
        "moved": {} if more else {title: _moved(reading, view, since) for view, title in VIEWS.items()},
        "most": MOST_MOVED,
    }


def _before_the_last(reading: Reading) -> datetime | None:
    last = reading.views.last_changes(reading.dossier.id, reading.moment.position, BY_DEFAULT + 1)
    return last[-1].recorded_at if len(last) > BY_DEFAULT else None


def _moved(reading: Reading, view: str, since: datetime | None) -> list[differences.Moved]:
    question = Question(view, reading.dossier.id, reading.lens)
    told = reading.diffs.by_knowledge(question, reading.moment.as_of, since, reading.moment.known_at)
    return differences.moved(told.differences)
