"""What views would say otherwise of what a form says, decided and folded with nothing recorded."""

from dataclasses import dataclass

from domain.entry import Entry, evolve
from domain.events import Stamped
from projections.cut import Moment
from projections.diff import ChangedByKnowledge
from projections.difference import Difference
from service.callers import Outcome, Receipt
from service.diffs import Diffs
from service.moments import Asked
from service.record import Record
from service.store.admission import Append
from service.web.since import VIEWS
from service.words import differences


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would come of recording a development, or of amending it."""

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


def foresee(
    record: Record, diffs: Diffs, dossier: str, decided: Append | Outcome, before: Entry | None = None
) -> Foreseen:
    """Compare each answer of today with and without what was decided of a development, as it was before.

    Raise whatever it was refused with.
    """
    moment = diffs.moments.settle(Asked())
    if isinstance(decided, Exception):
        raise decided
    if isinstance(decided, Receipt):
        return Foreseen("", moment, {}, {}, decided)
    (event,) = decided.events
    entry = evolve(before, Stamped(moment.position + 1, diffs.moments.now(), event))
    headline = entry.development.headline()
    found = diffs.with_another(dossier, entry, moment, tuple(VIEWS))
    names = {**record.versions.names.all(dossier, moment.position), str(entry.id): headline}
    return Foreseen(headline, moment, names, {VIEWS[one]: _moved(found[one]) for one in found})


def _moved(found: list[Difference]) -> list[differences.Moved]:
    told = (
        ChangedByKnowledge(path=one.path, before=one.before, after=one.after, made_by=()) for one in found
    )
    return differences.moved(told)
