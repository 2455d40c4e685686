"""The record as it is read: from the database that is written, or from a copy of it on a standby."""

from collections.abc import Iterator, Sequence
from uuid import UUID, uuid5

from domain.events import Stamped
from service.store.log import Log
from service.store.mapper import EventMapper
from service.store.versions import Versions

DOSSIERS = UUID("5b0a5d0e-5a55-5c57-9f3e-0d0551e25000")
"""The namespace of dossiers' streams: each is a UUIDv5 of the dossier's id, so that it is opened once."""


class Reading:
    """Events as they were recorded, and the tables of views, of one database."""

    def __init__(self, log: Log, mapper: EventMapper) -> None:
        self.log = log
        self.mapper = mapper.reading(log.reads.fetch)
        self.versions = Versions(log.reads, mapper)

    def stream(self, stream: UUID) -> Iterator[Stamped]:
        """The events of one stream, in order; none where there is no such stream."""
        return map(self.mapper.to_stamped, self.log.select_events(stream))

    def opening(self, dossier: str) -> Stamped:
        """The event that opened a dossier."""
        return next(self.stream(uuid5(DOSSIERS, dossier)))

    def at(self, position: int) -> Stamped:
        """The event at a position."""
        (stored,) = self.log.select_notifications(start=position, limit=1)
        return self.mapper.to_stamped(stored)

    def after(self, position: int, until: int, limit: int, names: Sequence[str] = ()) -> list[Stamped]:
        """The first events after one position and up to another, of these names where any are given."""
        found = self.log.select_notifications(position + 1, limit, stop=until, topics=names)
        return [self.mapper.to_stamped(stored) for stored in found]

    def these(self, positions: Sequence[int]) -> list[Stamped]:
        """The events at positions, in their order."""
        return [self.mapper.to_stamped(stored) for stored in self.log.select_these(positions)]
