"""An event as a line has it, once it is found to be the one that its entry commits to."""

from base64 import b64decode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import MapperDeserialisationError

from domain.events import Stamped
from service.log.form import commit
from service.store.leaves import form_of
from service.store.mapper import EventMapper, StampedNotification
from service.store.personal_keys import KEPT_BACK, PersonalKey, within
from service.store.ports import Cursor
from service.store.tables import moment_text, read_moment
from service.travelling.lines import Altered, Members


@dataclass(slots=True)
class Arriving:
    """An event of a line, before it is written."""

    line: int
    stored: StampedNotification
    salt: bytes
    entry: bytes
    key: PersonalKey | None


def event_of(number: int, told: Members, mapper: EventMapper, *, keys_included: bool) -> Arriving:
    """The event of a line; raise `Altered`, or as its values have it."""
    stored = StampedNotification(
        id=told["position"],
        originator_id=UUID(told["stream"]),
        originator_version=told["version"],
        topic=told["event"],
        state=mapper.pack(told["state"].encode()),
        recorded_at=read_moment(checked_moment(told["recorded_at"])),
    )
    salt, entry = b64decode(told["salt"], validate=True), b64decode(told["entry"], validate=True)
    if commit(form_of(stored, told["state"].encode()), salt) != entry:
        raise Altered(number, f"the event of position {stored.id} is not the one that its entry commits to")
    return Arriving(
        number, stored, salt, entry, _key_of(told.get("personal_key"), keys_included=keys_included)
    )


def _key_of(told: dict[str, Any] | None, *, keys_included: bool) -> PersonalKey | None:
    """The key that came along; in its place, that it was kept back, or is to be destroyed by an erasure."""
    if told is None:
        return None
    secret = b64decode(told["key"], validate=True) if keys_included and "key" in told else KEPT_BACK
    return PersonalKey(secret, told["number"])


def read(event: Arriving, mapper: EventMapper, c: Cursor) -> Stamped:
    """The event, once it is found to say what an event of its name is stored as."""
    try:
        stamped = mapper.to_stamped(event.stored, within(c))
    except MapperDeserialisationError as error:
        raise Altered(event.line, str(error)) from error
    topic, state = stamped.event.stored_name, mapper.unpack(event.stored.state)
    if topic != event.stored.topic or mapper.written_as(stamped.event, state) != state:
        raise Altered(event.line, f"no event {event.stored.topic!r} that is recorded would be stored so")
    return stamped


def checked_moment(text: str) -> str:
    """A moment exactly as the record writes one; raise `ValueError`."""
    if moment_text(read_moment(text)) != text:
        raise ValueError(f"{text!r} is not a moment as the record writes it")
    return text
