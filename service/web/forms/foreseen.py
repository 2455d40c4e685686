"""What views would say otherwise with one more development, decided and folded with nothing recorded."""

from dataclasses import dataclass

from domain.developments import Development
from domain.entry import evolve
from domain.events import Stamped
from projections.cut import Moment
from projections.diff import ChangedByKnowledge
from projections.difference import Difference
from service.callers import Caller, Receipt
from service.diffs import Diffs
from service.moments import Asked
from service.record import Record
from service.web.since import VIEWS
from service.words import differences


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would come of recording a development."""

    headline: str
    moment: Moment
    names: dict[str, str]
    views: dict[str, list[differences.Moved]]
    """By what each answer is called, whether it would move or not."""
    recorded: Receipt | None = None
    """That this very form was recorded before."""

    @property
    def is_still(self) -> bool:
        """Whether nothing would be said otherwise."""
        return not any(self.views.values())


def foresee(record: Record, diffs: Diffs, dossier: str, development: Development, caller: Caller) -> Foreseen:
    """Decide as if it were to be recorded, and compare each answer of today with and without it.

    Raise whatever recording it would raise.
    """
    decided = record.decide(dossier, development, caller)
    moment = diffs.moments.settle(Asked())
    if isinstance(decided, Exception):
        raise decided
    if isinstance(decided, Receipt):
        return Foreseen(development.headline(), moment, {}, {}, decided)
    (event,) = decided.events
    entry = evolve(None, Stamped(moment.position + 1, diffs.moments.now(), event))
    found = diffs.with_another(dossier, entry, moment, tuple(VIEWS))
    names = {**record.versions.names.all(dossier, moment.position), str(entry.id): development.headline()}
    return Foreseen(development.headline(), moment, names, {VIEWS[one]: _moved(found[one]) for one in found})


def _moved(found: list[Difference]) -> list[differences.Moved]:
    told = (
        ChangedByKnowledge(path=one.path, before=one.before, after=one.after, made_by=()) for one in found
    )
    return differences.moved(told)
