"""What changed since: the events between two moments of knowledge, and how they moved each answer."""

from datetime import UTC, datetime
from typing import Any

from projections import difference
from projections.diff import ChangedByKnowledge, as_json
from projections.registry import VIEWS as PROJECTIONS
from service.moments import Asked
from service.paging import Question
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
"""So many events are told one by one, and what each of them moved; of more, the two ends are compared."""
MOST_MOVED = 40
BY_DEFAULT = 25
"""Where no moment is given, the last so many events are told."""


def read(reading: Reading) -> Told:
    """The events between two moments, the last one first, and the answers that they moved."""
    since, until = reading.query.since or _before_the_last(reading), reading.moment.known_at
    if since and until and since > until:
        return {"since": since, "changes": (), "more": None, "moved": {}, "offered": {}, "most": MOST_MOVED}
    told, more = reading.views.changes(reading.dossier.id, since, until, MOST_EVENTS)
    shown = VIEWS if not (more or reading.is_large) else _chosen(reading.query.view)
    return {
        "since": since,
        "changes": told.changes[::-1],
        "more": more,
        "moved": {title: _moved(reading, view, since, more) for view, title in shown.items()},
        "offered": VIEWS if shown is not VIEWS else {},
        "most": MOST_MOVED,
    }


def _chosen(view: str | None) -> dict[str, str]:
    """Of much, one answer at a time is compared: the one that is chosen."""
    return {view: VIEWS[view]} if view in VIEWS else {}


def _before_the_last(reading: Reading) -> datetime | None:
    last = reading.views.last_changes(reading.dossier.id, reading.moment.position, BY_DEFAULT + 1)
    return last[-1].recorded_at if len(last) > BY_DEFAULT else None


def _moved(reading: Reading, view: str, since: datetime | None, more: int | None) -> list[differences.Moved]:
    if more or reading.is_large:
        return differences.moved(_between_ends(reading, view, since))
    question = Question(view, reading.dossier.id, reading.lens)
    told = reading.diffs.by_knowledge(question, reading.moment.as_of, since, reading.moment.known_at)
    return differences.moved(told.differences)


def _between_ends(reading: Reading, view: str, since: datetime | None) -> list[ChangedByKnowledge]:
    """How the last answer differs from the first, without saying which of the events between made it so."""
    views, dossier = reading.views, reading.dossier.id
    known_at = views.nearest(dossier, since or datetime.min.replace(tzinfo=UTC))
    moment = views.moments.settle(Asked(as_of=reading.moment.as_of, known_at=known_at))
    before = as_json(views.view_at(PROJECTIONS[view], dossier, moment, reading.lens))
    found = difference.differences(before, as_json(reading.view(view)))
    return [
        ChangedByKnowledge(path=one.path, before=one.before, after=one.after, made_by=()) for one in found
    ]
