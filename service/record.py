"""The record: the only writer.

A command comes in, what it is about is replayed from the events, `domain.decisions` decides, and the event is
saved. Every method answers a `Receipt` once it is on disk, or raises a `Refusal` and leaves no trace.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from uuid import UUID, uuid4, uuid5

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import ApplicationRecorder, IntegrityError, Mapper
from eventsourcing.utils import EnvType

from domain import decisions
from domain.access import Right
from domain.commands import Dossier, Erase, Saying
from domain.developments import KINDS, Development
from domain.developments.base import Reference
from domain.entry import Entry, replay
from domain.errors import DossierTaken, Refusal, StaleVersion, UnknownDevelopment, UnknownDossier
from domain.events import DossierOpened, Event, Stamped
from domain.plausibility import Plausibility
from domain.references import check_reference
from service.access.administration import Administration
from service.callers import Caller, KeyReused, Outcome, Receipt
from service.clock import Clock, system_clock
from service.reading import DOSSIERS, Reading
from service.store.admission import Append
from service.store.layout import NAME
from service.store.leaves import Leaves
from service.store.log import Log
from service.store.mapper import EventMapper
from service.store.personal_keys import fits
from service.store.projecting import Projection
from service.store.rebuilding import Progress, Rebuilding
from service.store.recorder import Recorder
from service.store.versions import Selection, Versions
from service.store.writing import Taken

MOST_ATTEMPTS = 100
"""So often a decision that names no version is made again, while others are faster."""

NO_CACHE = {"AGGREGATE_CACHE_MAXSIZE": ""}
"""What is erased in one process is erased in all: none keeps a stream that it has read."""


class Record(Application[UUID]):
    """The event-sourced application; its store is named by `PERSISTENCE_MODULE` as the library does it."""

    env = {"PERSISTENCE_MODULE": "service.store.sqlite:Factory"}  # noqa: RUF012 - the library's own way

    def __init__(
        self,
        env: EnvType | None = None,
        clock: Clock = system_clock,
        new_id: Callable[[], UUID] = uuid4,
        progress: Progress = lambda done, of: None,
    ) -> None:
        self._clock = clock
        self._new_id = new_id
        self._opened: set[str] = set()  # What has been opened stays open.
        super().__init__({**(env or {}), **NO_CACHE})
        self._rebuilding.bring_up(progress)
        self._bring_up_log()

    def construct_mapper(self) -> Mapper[UUID]:
        """Stores events under names chosen by hand."""
        self._mapper = EventMapper(
            self.construct_transcoder(), self.factory.compressor(), self.factory.cipher()
        )
        return self._mapper

    def construct_recorder(self) -> ApplicationRecorder:
        """The store, with the record's clock and its views."""
        recorder = super().construct_recorder()
        assert isinstance(recorder, Recorder)
        self.store = recorder
        self.primary = Reading(recorder, self._mapper)
        standby = recorder.database.standby
        self.reading = Reading(Log(standby, NAME), self._mapper) if standby else self.primary
        recorder.clock, self._mapper.fetch = self._clock, recorder.reads.fetch
        recorder.projection, recorder.views = Projection(self._mapper), NAME
        self.administration = Administration(recorder)
        self._rebuilding = Rebuilding(recorder, self._mapper)
        self.leaves = recorder.leaves = Leaves(recorder.reads, self._mapper)
        return recorder

    def rebuild(self, progress: Progress = lambda done, of: None) -> None:
        """Fold the views from the events anew, while others go on reading and writing."""
        self._rebuilding.rebuild(progress)

    def _bring_up_log(self) -> None:
        """Take what was recorded before there was a log into it, once."""
        if self.leaves.size < self.store.max_notification_id():
            with self.store.database.writing() as c:
                self.leaves.bring_up(c)

    def close(self) -> None:
        """Write who is waiting, then close the store."""
        if hasattr(self, "store"):
            self.store.close()
        super().close()

    # Commands

    def open_dossier(self, dossier: Dossier, caller: Caller) -> tuple[Receipt, bool]:
        """Open a dossier; the same content again answers the first opening and `False`.

        Raise `DossierTaken` where its id is taken by other content.
        """
        caller.require(Right.EDIT, dossier.id)
        stream = uuid5(DOSSIERS, dossier.id)
        event = DossierOpened(
            originator_id=stream, originator_version=1, recorded_by=caller.principal, dossier=dossier
        )
        try:
            return self._once(caller, lambda: event), True
        except IntegrityError:
            opened = next(self.stream(stream))
            if opened.event.model_copy(update={"recorded_by": caller.principal}) != event:
                raise DossierTaken(dossier.id) from None
            return self._receipt(opened), False

    def record(self, dossier: str, development: Development, caller: Caller) -> Receipt:
        """Record a development; raise `UnknownDossier` or `Invalid`."""
        return self._once(caller, lambda: self._decide_record(dossier, development, caller))

    def record_all(self, dossier: str, told: Sequence[tuple[Development, Caller]]) -> list[Outcome]:
        """Record each by itself; answer in their order its receipt, or the error that `record` raises."""
        return self._all(
            [(caller, partial(self._decide_record, dossier, one, caller)) for one, caller in told]
        )

    def say(self, development: UUID, command: Saying, seen: Sequence[int], caller: Caller) -> Receipt:
        """Say something of a development; raise `UnknownDevelopment`, `StaleVersion`, or as its decision.

        `seen` holds the versions that the caller has seen; one of them has to be the current one.
        """
        try:
            return self._once(caller, lambda: self._decide(development, command, seen, caller))
        except IntegrityError:
            raise StaleVersion(seen, self._entry(development).version) from None

    def erase(self, development: UUID, command: Erase, caller: Caller) -> Receipt:
        """Erase what is marked personal; raise `UnknownDevelopment`, or as its decision.

        The key is destroyed in the event's own transaction. What else is recorded of the development
        meanwhile is erased with the rest.
        """
        for _ in range(MOST_ATTEMPTS):
            with suppress(IntegrityError):
                return self._once(
                    caller, lambda: decisions.erase(self._entry(development), command, caller.principal)
                )
        raise StaleVersion((), self._entry(development).version)

    # Events as they were recorded

    @property
    def versions(self) -> Versions:
        """The tables of views, as the last commit left them."""
        return self.primary.versions

    def stream(self, stream: UUID) -> Iterator[Stamped]:
        """The events of one stream, in order; none where there is no such stream."""
        return self.primary.stream(stream)

    def at(self, position: int) -> Stamped:
        """The event at a position."""
        return self.primary.at(position)

    # From a decision to a receipt

    def _decide_record(self, dossier: str, development: Development, caller: Caller) -> Event:
        caller.require(Right.RECORD, dossier)
        self.require_dossier(dossier, caller.may_read)
        event = decisions.record(
            development, dossier, self._new_id(), caller.principal, self._plausibility(caller)
        )
        for reference in event.references():
            self._check(reference, dossier, event.originator_id, caller)
        return event

    def _decide(self, development: UUID, command: Saying, seen: Sequence[int], caller: Caller) -> Event:
        entry = caller.readable(self._entry(development))
        caller.require(command.right, entry.dossier)
        if entry.version not in seen:
            raise StaleVersion(seen, entry.version)
        event = decisions.decide(entry, command, caller.principal, self._plausibility(caller))
        known = {(one.id, one.part, one.kinds) for one in entry.development.references()}
        for reference in event.references():
            if (reference.id, reference.part, reference.kinds) not in known:
                self._check(reference, entry.dossier, entry.id, caller)
        return event

    def _check(self, reference: Reference, dossier: str, referrer: UUID, caller: Caller) -> None:
        def others(kinds: Sequence[str]) -> Iterator[Entry]:
            return self.versions.entries(Selection(dossier, self.store.max_notification_id(), kinds=kinds))

        named = None
        with suppress(UnknownDevelopment):
            named = caller.readable(self._entry(reference.id))
        check_reference(reference, named, dossier, referrer, others)

    def has_to_look(self, dossier: str, development: Development) -> bool:
        """Whether to decide on a development, and to seal what is personal in it, is to read the record."""
        return dossier not in self._opened or any(development.references()) or bool(development.personal)

    def decide(self, dossier: str, development: Development, caller: Caller) -> Append | Outcome:
        """What is to be written of a development, or what its caller is answered at once."""
        return self._decided(caller, partial(self._decide_record, dossier, development, caller))

    def decide_said(self, of: UUID, said: Saying, seen: Sequence[int], caller: Caller) -> Append | Outcome:
        """The same of what is said of a development."""
        return self._decided(caller, partial(self._decide, of, said, seen, caller))

    def conclude(self, caller: Caller, append: Append, written: Taken | Exception) -> Outcome:
        """What a caller is answered once it is written, or has failed to be."""
        if isinstance(written, Exception):
            return self._earlier(caller, written)
        (recorded,), (event,) = written, append.events
        return self._receipt(Stamped(recorded.id, recorded.recorded_at, event))

    def _once(self, caller: Caller, decide_event: Callable[[], Event]) -> Receipt:
        (outcome,) = self._all([(caller, decide_event)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _all(self, asked: Sequence[tuple[Caller, Callable[[], Event]]]) -> list[Outcome]:
        """Save what is decided, or answer what the same key recorded before."""
        decided = [self._decided(*one) for one in asked]
        written = iter(self.store.append_all([one for one in decided if isinstance(one, Append)]))
        outcomes = [
            self.conclude(caller, one, next(written)) if isinstance(one, Append) else one
            for (caller, _), one in zip(asked, decided, strict=True)
        ]
        if any(isinstance(one, Receipt) and one.repeated for one in outcomes):
            self.store.assure()
        return outcomes

    def _decided(self, caller: Caller, decide_event: Callable[[], Event]) -> Append | Outcome:
        try:
            event = decide_event()
            return Append([self._mapper.to_stored_event(event)], [event], caller.key, warrant=caller.warrant)
        except Exception as error:  # noqa: BLE001 - what one has earned is told to that one
            return self._earlier(caller, error)

    def _earlier(self, caller: Caller, error: Exception) -> Outcome:
        """What this very request was answered before, by whose key it is known; else the error."""
        try:
            earlier = self._answered(caller) if isinstance(error, Refusal | IntegrityError) else None
        except KeyReused as reused:
            return reused
        return error if earlier is None else earlier

    def _answered(self, caller: Caller) -> Receipt | None:
        key = caller.key
        if key is None or (used := self.store.find_key(key.principal, key.key)) is None:
            return None
        fingerprint, position = used
        (stored,) = self.store.select_notifications(start=position, limit=1)
        same = fits(self.store.reads.fetch, stored, fingerprint, key.fingerprint)
        if not same:
            raise KeyReused(key.key, erased=same is None)
        return replace(self._receipt(self._mapper.to_stamped(stored)), repeated=True)

    def _receipt(self, stamped: Stamped) -> Receipt:
        event = stamped.event.stored_name
        return Receipt(
            id=stamped.originator_id,
            kind=event if event in KINDS else self.versions.kind(stamped.originator_id),
            event=event,
            version=stamped.originator_version,
            position=stamped.position,
            recorded_at=stamped.recorded_at,
        )

    # What a decision needs to know

    def _entry(self, development: UUID) -> Entry:
        try:
            return self.repository.get(development, projector_func=replay)
        except AggregateNotFoundError:
            raise UnknownDevelopment(development) from None

    def require_dossier(self, dossier: str, may_read: Callable[[str], bool] = lambda one: True) -> None:
        """Raise `UnknownDossier` where none of this id has been opened; hint at none that may not be read."""
        if dossier in self._opened:
            return
        if not self.store.select_events(uuid5(DOSSIERS, dossier), limit=1):
            known = [one.id for one in self.versions.dossiers(self.store.max_notification_id())]
            raise UnknownDossier(dossier, list(filter(may_read, known)))
        self._opened.add(dossier)

    def _plausibility(self, caller: Caller) -> Plausibility:
        return Plausibility(self._clock(), caller.any_year)
