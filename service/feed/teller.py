"""Reads events to be told: of a record, in the order of positions, none left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.entry import Entry
from domain.events import DossierOpened, Stamped
from projections.history import change_in_full
from service.feed.envelope import Told, enclose
from service.feed.wanted import EVERYTHING, Facts, Wanted
from service.reading import Reading
from service.store.recorder import Recorder

PAGE = 100
"""So many events are read at once."""


@dataclass(frozen=True, slots=True)
class Page:
    """Events that are wanted, and the position up to which there are no others."""

    told: Sequence[Told]
    reached: int


class Teller:
    """Tells what is recorded."""

    def __init__(self, store: Recorder, reading: Reading, address: str | None) -> None:
        """`address` is that of the service, as others reach it."""
        self._store = store
        self._reading = reading
        self._address = address
        self._assured = 0

    def last(self) -> int:
        """The last position."""
        return self._store.max_notification_id()

    def settled(self) -> int:
        """The last position, once it is as lasting as what is acknowledged: only up to it is anything told.

        What is told and lost afterwards would give its position to something else, which nobody would hear
        of.
        """
        head = self._store.head()
        if head.recorded_at is not None and head.position > self._assured:
            self._store.assure()
            self._store.reads.reached(head.position, head.recorded_at)
            self._assured = head.position
        return head.position

    def page(self, after: int, until: int, wanted: Wanted = EVERYTHING) -> Page:
        """The first events that are wanted after one position, and up to another that is settled."""
        events = self._events(after, until, wanted)
        reached = events[-1].position if len(events) == PAGE else until
        entries = self._reading.versions.made_by(events)
        told = (self._told(one, entries.get((one.originator_id, one.originator_version))) for one in events)
        return Page([one for one in told if wanted.takes(one.facts)], reached)

    def _events(self, after: int, until: int, wanted: Wanted) -> Sequence[Stamped]:
        if not wanted.dossiers:
            return self._reading.after(after, until, PAGE, wanted.events)
        versions = self._reading.versions
        positions = (versions.positions_of(one, after, until, PAGE) for one in set(wanted.dossiers))
        return self._reading.these(sorted(position for some in positions for position in some)[:PAGE])

    def _told(self, stamped: Stamped, entry: Entry | None) -> Told:
        event = stamped.event
        if isinstance(event, DossierOpened):
            dossier, kind, actors = event.dossier.id, None, frozenset[str]()
            change = change_in_full(stamped, event.dossier.title, None)
        else:
            assert entry is not None
            development = entry.development
            dossier, kind, actors = entry.dossier, development.kind, development.actor_keys()
            change = change_in_full(stamped, development.headline(), kind)
        body = enclose(change, dossier, self._address).model_dump_json()
        return Told(stamped.position, Facts(dossier, event.stored_name, kind, actors), body)
