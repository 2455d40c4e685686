"""Events to stored events and back, under names chosen by hand."""

from copy import copy
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
from pydantic import ValidationError

from domain.events import EVENTS, Event, Stamped
from domain.personal import is_erased
from domain.versions import brought_up, is_older, stamped
from service.store.personal_keys import Fetch, SealedEvent, key_to_seal, secret_for
from service.store.sealing import as_sealed, may_be_sealed, sealed_state, unsealed_state


@dataclass(frozen=True)
class StampedNotification(Notification):
    """A stored event with its position (`id`) and the moment that the store took it in."""

    recorded_at: datetime


class EventMapper(Mapper[UUID]):
    """Stores an event's own fields as JSON, exactly those that were set, under its stored name.

    The library's mapper stores the import path of the class, so that a rename would lose history.
    Texts that are marked personal are sealed on the way in, and unsealed on the way out.
    """

    fetch: Fetch = staticmethod(lambda statement, params: ())
    """How keys are read; no key is kept in memory. Without a store there are none."""

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The event as it is written."""
        assert isinstance(domain_event, Event)
        state = _state_of(domain_event)
        stream, version = domain_event.originator_id, domain_event.originator_version
        texts = domain_event.personal_texts()
        if secret := [pointer for pointer, text in texts.items() if not is_erased(text)]:
            key = key_to_seal(self.fetch, stream, version)
            sealed = self.pack(sealed_state(state, secret, key.secret, stream, version))
            return SealedEvent(stream, version, domain_event.stored_name, sealed, key)
        return StoredEvent(stream, version, domain_event.stored_name, self.pack(state))

    def written_as(self, event: Event, stored: bytes) -> bytes:
        """The state that an event is written as, unpacked, with sealed texts as they were stored.

        What an earlier version of its class wrote is never written again, and stays as it is stored.
        """
        if is_older(event.stored_name, stored):
            return stored
        return as_sealed(_state_of(event), stored)

    def reading(self, fetch: Fetch) -> "EventMapper":
        """The same, with keys read from elsewhere."""
        other = copy(self)
        other.fetch = fetch
        return other

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The event as it was recorded, as the library's repository asks for it."""
        assert isinstance(stored_event, StampedNotification)
        return self.to_stamped(stored_event)

    def to_stamped(self, stored: StampedNotification, fetch: Fetch | None = None) -> Stamped:
        """The event as it was recorded; raise `MapperDeserialisationError` where it cannot be read.

        Texts that have been erased since read as such. Within a transaction, `fetch` sees its keys.
        """
        try:
            sealed = self.unpack(stored.state)
            state = brought_up(stored.topic, self._unsealed(stored, sealed, fetch or self.fetch))
            event = EVENTS[stored.topic].model_validate_json(_with_stream(stored, state))
        except (KeyError, ValueError) as error:
            raise MapperDeserialisationError(
                f"position {stored.id}, stream {stored.originator_id} version "
                f"{stored.originator_version}: cannot read {stored.topic!r}: {_in_words(error)}"
            ) from None  # The library's error shows what it could not read, and that may be personal.
        return Stamped(stored.id, stored.recorded_at, event)

    def _unsealed(self, stored: StampedNotification, state: bytes, fetch: Fetch) -> bytes:
        if not may_be_sealed(state):
            return state
        stream, version = stored.originator_id, stored.originator_version
        assert isinstance(stream, UUID)
        return unsealed_state(state, lambda: secret_for(fetch, stream, version), stream, version)

    def pack(self, state: bytes) -> bytes:
        """Compress and encrypt, where the library's environment variables ask for it."""
        packed = self.compressor.compress(state) if self.compressor else state
        return self.cipher.encrypt(packed) if self.cipher else packed

    def unpack(self, packed: bytes) -> bytes:
        """What `pack` was given."""
        state = self.cipher.decrypt(packed) if self.cipher else packed
        return self.compressor.decompress(state) if self.compressor else state


def _state_of(event: Event) -> bytes:
    state = event.model_dump_json(exclude={"originator_id", "originator_version"}, exclude_unset=True)
    return stamped(event.stored_name, state.encode())


def _in_words(error: Exception) -> str:
    """What is wrong and where, without what stands there."""
    if not isinstance(error, ValidationError):
        return str(error)
    found = error.errors(include_input=False, include_url=False)
    return "; ".join(f"/{'/'.join(map(str, one['loc']))}: {one['msg']}" for one in found)


def _with_stream(stored: StampedNotification, state: bytes) -> bytes:
    """The event's state with the stream and version that the library keeps beside it."""
    stream = b'{"originator_id":"%s","originator_version":%d,'
    return stream % (str(stored.originator_id).encode(), stored.originator_version) + state[1:]
