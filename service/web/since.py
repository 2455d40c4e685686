"""What changed since: the events between two moments of knowledge, and how they moved each answer."""

from datetime import datetime
from typing import Any

from projections.diff import ChangedByKnowledge
from projections.history import ChangeInFull
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
MOST_EVENTS = 200
"""So many events are told one by one; of more, only how they moved the answers."""
MOST_MOVED = 40


def read(reading: Reading) -> Told:
    """The events between two moments, the last one first, and the answers that they moved."""
    since = reading.query.since
    changes, more = _changes(reading, since)
    return {
        "since": since,
        "changes": changes[::-1],
        "more": more,
        "moved": {title: _moved(reading, view, since) for view, title in VIEWS.items()} if not more else {},
        "most": MOST_MOVED,
    }


def _changes(reading: Reading, since: datetime | None) -> tuple[list[ChangeInFull], int | None]:
    told, more = reading.views.changes(reading.dossier.id, since, reading.moment.known_at, MOST_EVENTS)
    return list(told.changes), more


def _moved(reading: Reading, view: str, since: datetime | None) -> list[ChangedByKnowledge]:
    question = Question(view, reading.dossier.id, reading.lens)
    told = reading.diffs.by_knowledge(question, reading.moment.as_of, since, reading.moment.known_at)
    return [one for one in told.differences if differences.is_told(one.path)]
