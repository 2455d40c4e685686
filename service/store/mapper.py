"""Events to stored events and back, under names chosen by hand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    Mapper,
    MapperDeserialisationError,
    Notification,
    StoredEvent,
)

from domain.events import EVENTS, Event, Stamped


@dataclass(frozen=True)
class StampedNotification(Notification):
    """A stored event with its position (`id`) and the moment that the store took it in."""

    recorded_at: datetime


class EventMapper(Mapper[UUID]):
    """Stores an event's own fields as JSON, exactly those that were set, under its stored name.

    The library's mapper stores the import path of the class, so that a rename would lose history.
    """

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The event as it is written."""
        assert isinstance(domain_event, Event)
        state = domain_event.model_dump_json(
            exclude={"originator_id", "originator_version"}, exclude_unset=True
        )
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=domain_event.stored_name,
            state=self.pack(state.encode()),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The event as it was recorded, as the library's repository asks for it."""
        assert isinstance(stored_event, StampedNotification)
        return self.to_stamped(stored_event)

    def to_stamped(self, stored: StampedNotification) -> Stamped:
        """The event as it was recorded; raise `MapperDeserialisationError` where it cannot be read."""
        try:
            event = EVENTS[stored.topic].model_validate_json(_with_stream(stored, self.unpack(stored.state)))
        except (KeyError, ValueError) as error:
            raise MapperDeserialisationError(
                f"position {stored.id}, stream {stored.originator_id} version "
                f"{stored.originator_version}: cannot read {stored.topic!r}: {error}"
            ) from error
        return Stamped(stored.id, stored.recorded_at, event)

    def pack(self, state: bytes) -> bytes:
        """Compress and encrypt, where the library's environment variables ask for it."""
        packed = self.compressor.compress(state) if self.compressor else state
        return self.cipher.encrypt(packed) if self.cipher else packed

    def unpack(self, packed: bytes) -> bytes:
        """What `pack` was given."""
        state = self.cipher.decrypt(packed) if self.cipher else packed
        return self.compressor.decompress(state) if self.compressor else state


def _with_stream(stored: StampedNotification, state: bytes) -> bytes:
    """The event's state with the stream and version that the library keeps beside it."""
    stream = b'{"originator_id":"%s","originator_version":%d,'
    return stream % (str(stored.originator_id).encode(), stored.originator_version) + state[1:]
