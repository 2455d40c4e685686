"""The only reader of projections: settles the clocks, fetches what a view is folded from, and folds it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from domain.access import Authority, Right
from domain.commands import Dossier
from domain.developments import Development
from domain.entry import Entry
from domain.errors import UnknownActor, UnknownDevelopment, UnknownDossier
from domain.events import DossierOpened, Stamped
from domain.values import actor_key
from projections.cut import NO_LENS, Cut, Held, Lens, Moment, cut
from projections.history import ChangeInFull, Changes, History, change_in_full, history
from projections.on_record import DevelopmentOnRecord, on_record
from projections.registry import Projection
from projections.timeline import Sought, Timeline, timeline
from projections.view import View
from service.clock import Clock
from service.moments import Asked, Moments
from service.record import Record
from service.selecting import EVERY_KIND, NOT_RETRACTED, moving, select
from service.spans import Span, no_span
from service.store.places import Place, place_of
from service.store.ports import LARGEST
from service.store.versions import Selection


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the timeline, and where the next one starts."""

    timeline: Timeline
    moment: Moment
    next: Place | None


@dataclass(frozen=True, slots=True)
class Exported:
    """A development as it was known, and all that had been recorded of it by then."""

    entry: Entry
    events: tuple[Stamped, ...]


class Views:
    """Answers questions about the record."""

    span: Span = staticmethod(no_span)
    """Makes a span of each folding, where there are traces."""

    def __init__(self, record: Record, clock: Clock, patience: float = 2.0) -> None:
        self._reading = record.reading
        self._versions = record.reading.versions
        self.moments = Moments(record.store, clock, patience, record.reading.log)
        self._seen_by: Authority | None = None

    def as_seen_by(self, authority: Authority | None) -> "Views":
        """The views of what somebody may read; the others are to them as if there were none."""
        seen = copy(self)
        seen._seen_by = authority  # noqa: SLF001 - it is another of the same
        return seen

    def _may_read(self, dossier: str) -> bool:
        return self._seen_by is None or self._seen_by.may(Right.READ, dossier)

    # Dossiers

    def dossiers(self, asked: Asked) -> tuple[Moment, Sequence[Dossier]]:
        """Every dossier."""
        moment = self.moments.settle(asked)
        dossiers = self._versions.dossiers(moment.position)
        return moment, [one for one in dossiers if self._may_read(one.id)]

    def dossier(self, dossier: str, asked: Asked) -> tuple[Moment, Dossier]:
        """One dossier; raise `UnknownDossier`."""
        moment = self.moments.settle(asked)
        return moment, self._require(dossier, moment.position)

    def size(self, dossier: str, position: int) -> int:
        """How many developments a dossier holds, as known at a position."""
        return self._versions.size(dossier, position)

    def names(self, dossier: str, position: int) -> Mapping[str, str]:
        """What to call those whom a dossier names, by key; who has no name goes by the key."""
        parties = self._require(dossier, position)
        told = {actor_key(one.actor): one.name for one in (*parties.parties, *parties.observers) if one.name}
        return {**self._versions.names.all(dossier, position), **told}

    # One development

    def development(self, development: UUID, asked: Asked) -> DevelopmentOnRecord:
        """One development; raise `UnknownDevelopment`."""
        moment = self.moments.settle(asked)
        entry = self._versions.entry(development, moment.position)
        if entry is None or not self._may_read(entry.dossier):
            raise self._unknown(development)
        retracted = self._versions.retracted(entry.dossier, moment.position)
        return on_record(entry, moment, retracted, self._versions.naming_as_same(entry, moment.position))

    def history(self, development: UUID, asked: Asked) -> History:
        """Every version of one development; raise `UnknownDevelopment`."""
        moment = self.moments.settle(asked)
        stream = (
            stamped for stamped in self._reading.stream(development) if stamped.position <= moment.position
        )
        told = history(stream, moment)
        if told is None or not self._may_read(told.dossier):
            raise self._unknown(development)
        return told

    def _unknown(self, development: UUID) -> UnknownDevelopment:
        """What is said of a development that is not on record yet, or not for whoever asks."""
        now = self._versions.entry(development, LARGEST)
        return UnknownDevelopment(development, later=now is not None and self._may_read(now.dossier))

    # Views of a dossier

    def view(self, projection: Projection, dossier: str, asked: Asked, lens: Lens = NO_LENS) -> View:
        """A view of a dossier, through a lens."""
        return self.view_at(projection, dossier, self.moments.settle(asked), lens)

    def view_at(
        self,
        projection: Projection,
        dossier: str,
        moment: Moment,
        lens: Lens = NO_LENS,
        most: int | None = None,
    ) -> View:
        """A view of a dossier at a moment that is settled; with all items of lists, or so many at least."""
        self.require(dossier, moment.position, lens)
        with self.span("fold", view=projection.answer.__name__, position=moment.position):
            entries = moving(self._versions, projection, dossier, moment, lens)
            return projection.fold(replace(self._cut(dossier, moment, entries, lens), most=most))

    def moments_of(self, dossier: str, asked: Asked) -> Iterator[datetime]:
        """The moments at which something was recorded in a dossier."""
        moment = self.moments.settle(asked)
        self._require(dossier, moment.position)
        return self._versions.moments_of(dossier, moment.position)

    def days_of(self, dossier: str, position: int) -> list[date]:
        """The days on which anything of a dossier begins or ends, as known at a position."""
        return self._versions.days_of(dossier, position)

    def nearest(self, dossier: str, moment: datetime) -> datetime | None:
        """The moment, or that of the first event for one before it; `None` is now, for one to come."""
        if moment > self.moments.now():
            return None
        return max(moment, next(self.moments_of(dossier, Asked()), moment))

    def timeline(
        self, dossier: str, asked: Asked, sought: Sought, limit: int, after: Place | None = None
    ) -> Page:
        """One page of the timeline."""
        moment = self.moments.settle(asked)
        self.require(dossier, moment.position, sought.lens)
        self._require_actor(dossier, moment.position, "actor", sought.actor)
        if sought.is_plain and not self._versions.has_links(dossier, moment.position):
            return self._page_of_rows(dossier, moment, sought, limit, after)
        return self._page_of_cut(dossier, moment, sought, limit, after)

    def _page_of_rows(
        self, dossier: str, moment: Moment, sought: Sought, limit: int, after: Place | None
    ) -> Page:
        """A page that the store can cut out by itself: each entry is a happening of its own."""
        selection = replace(
            Selection(dossier, moment.position, until=moment.as_of),
            standings=sought.lens.standings or NOT_RETRACTED,
            kinds=sought.kinds,
            actor=sought.actor,
            after=after,
            limit=limit + 1,
        )
        entries = list(self._versions.entries(selection))
        page = self._cut(dossier, moment, entries[:limit], sought.lens)
        more = place_of(entries[limit - 1]) if len(entries) > limit else None
        return Page(timeline(page), moment, more)

    def _page_of_cut(
        self, dossier: str, moment: Moment, sought: Sought, limit: int, after: Place | None
    ) -> Page:
        """A page of what is left after accounts are told apart, reports joined, and texts searched."""
        every = self._every(dossier, moment, sought)
        found = [held for held in every.held if sought.finds(held) and _follows(held, after)]
        more = place_of(found[limit - 1].entry) if len(found) > limit else None
        return Page(timeline(replace(every, held=tuple(found[:limit]))), moment, more)

    def found(self, dossier: str, moment: Moment, sought: Sought) -> list[Held]:
        """Everything that is sought, in the order of time."""
        self.require(dossier, moment.position, sought.lens)
        self._require_actor(dossier, moment.position, "actor", sought.actor)
        return [held for held in self._every(dossier, moment, sought).held if sought.finds(held)]

    def told(self, development: UUID, position: int) -> Development | None:
        """What one development says; `None` where it was not known, or is not theirs to read."""
        entry = self._versions.entry(development, position)
        return entry.development if entry and self._may_read(entry.dossier) else None

    def _every(self, dossier: str, moment: Moment, sought: Sought) -> Cut:
        selection = replace(select(dossier, moment, sought.lens), kinds=sought.kinds or EVERY_KIND)
        return self._cut(dossier, moment, self._versions.gathered(selection), sought.lens)

    def export(self, dossier: str, asked: Asked) -> tuple[Moment, Stamped, Iterator[Exported]]:
        """The dossier's opening, and every development of it, retracted ones too, in the order of time."""
        moment, _ = self.dossier(dossier, asked)
        entries = self._versions.entries(Selection(dossier, moment.position))
        return moment, self._reading.opening(dossier), map(self._exported, entries)

    def _exported(self, entry: Entry) -> Exported:
        return Exported(entry, tuple(islice(self._reading.stream(entry.id), entry.version)))

    def changes(
        self,
        dossier: str,
        known_from: datetime | None,
        known_to: datetime | None,
        limit: int,
        after: int | None = None,
    ) -> tuple[Changes, int | None]:
        """What was recorded after one moment and up to another, and the position to go on from."""
        first = self.moments.position_at(known_from, "known_from") if known_from else 0
        known_to, last = self._end_of_window(known_from, known_to)
        self._require(dossier, last)
        positions = self._versions.positions_of(dossier, first if after is None else after, last, limit + 1)
        told = Changes(
            dossier=dossier,
            known_from=known_from,
            known_to=known_to,
            position_from=first,
            position_to=last,
            known_at=known_to,
            position=last,
            changes=tuple(self._change(position) for position in positions[:limit]),
        )
        return told, positions[limit - 1] if len(positions) > limit else None

    def last_changes(self, dossier: str, position: int, limit: int) -> list[ChangeInFull]:
        """The last events of a dossier that were known at a position, the last one first."""
        return [self._change(one) for one in self._versions.last_positions_of(dossier, position, limit)]

    # What a view is folded from

    def _cut(self, dossier: str, moment: Moment, entries: Iterable[Entry], lens: Lens) -> Cut:
        return cut(dossier, moment, entries, self._versions.retracted(dossier, moment.position), lens)

    def _end_of_window(
        self, known_from: datetime | None, known_to: datetime | None
    ) -> tuple[datetime | None, int]:
        """Where a window ends that was left open: at the last event, but not before it begins."""
        if known_to is not None:
            return known_to, self.moments.position_at(known_to, "known_to")
        last = self.moments.settle(Asked())
        if known_from and last.known_at:
            return max(known_from, last.known_at), last.position
        return last.known_at, last.position

    def require(self, dossier: str, position: int, lens: Lens) -> None:
        """Raise `UnknownDossier`, or `UnknownActor` for a lens on somebody whom the dossier does not name."""
        self._require(dossier, position)
        self._require_actor(dossier, position, "according_to", lens.party)

    def _require_actor(self, dossier: str, position: int, parameter: str, actor: str | None) -> None:
        names = self._versions.names
        if actor is not None and not names.has(dossier, actor, position):
            raise UnknownActor(parameter, actor, names.all(dossier, position))

    def _require(self, dossier: str, position: int) -> Dossier:
        found = self._versions.dossier(dossier, position)
        if found is None or not self._may_read(dossier):
            known = {one.id for one in self.dossiers(Asked())[1]}
            raise UnknownDossier(dossier, known, later=dossier in known)
        return found

    def _change(self, position: int) -> ChangeInFull:
        stamped = self._reading.at(position)
        if isinstance(stamped.event, DossierOpened):
            return change_in_full(stamped, stamped.event.dossier.title, None)
        entry = self._versions.entry(stamped.originator_id, position)
        assert entry is not None
        return change_in_full(stamped, entry.development.headline(), entry.development.kind)


def _follows(held: Held, after: Place | None) -> bool:
    return after is None or place_of(held.entry) > after
