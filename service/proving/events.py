"""One stored event with its leaf: whether it is as it was recorded, and else which of its fields is not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from eventsourcing.persistence import MapperDeserialisationError

from domain.events import EVENTS, Stamped
from service.log.form import Form, commit
from service.log.tree import HASH_BYTES, leaf_hash
from service.proving.findings import Finding, Findings, columns
from service.proving.snapshots import Snapshot
from service.store.checks import altered
from service.store.leaves import form_of
from service.store.mapper import EventMapper, StampedNotification
from service.store.tables import CHECKED, moment_text, read_moment, stamped_row

EVENT = "stored_events"
LEAF = "log_leaves"
ENTRY_FIELDS = [*(f"{EVENT}.{name}" for name in CHECKED[:-1]), f"{LEAF}.salt"]
"""What an entry is made of."""

_ROWS = (
    "SELECT e.position, originator_id, originator_version, topic, state, recorded_at, l.position, salt, "
    "entry, checks FROM {} LEFT JOIN {} USING (position) WHERE {}.position > ? AND {}.position <= ?"
)
ROWS = (
    _ROWS.format("stored_events e", "log_leaves l", "e", "e")
    + " UNION ALL "
    + _ROWS.format("log_leaves l", "stored_events e", "l", "l")
    + " AND e.position IS NULL"
)
"""Events with their leaves, and leaves without an event, of some positions."""

PREDECESSOR = "SELECT position FROM stored_events WHERE originator_id = ? AND originator_version = ?"


@dataclass(frozen=True, slots=True)
class Row:
    """What is stored of one position: the event, its leaf, or both, each value as it lies there."""

    event: tuple[Any, ...] | None
    """The columns of `stored_events`."""
    leaf: tuple[Any, ...] | None
    """The columns of `log_leaves`."""

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> "Row":
        """A row of `ROWS`."""
        event, leaf = row[:6], row[6:]
        return cls(event if event[0] is not None else None, leaf if leaf[0] is not None else None)

    @property
    def position(self) -> int:
        """Its position."""
        return int((self.event or self.leaf or (0,))[0])

    def altered(self) -> list[str]:
        """The columns that are not as their check values have it."""
        if self.event is None or self.leaf is None:
            return []
        values = dict(zip(CHECKED, (*self.event[1:], self.leaf[1]), strict=True))
        found = altered(values, self.leaf[3])
        return [f"{LEAF if name == 'salt' else EVENT}.{name}" for name in found]


class EventCheck:
    """Checks events in the order of positions."""

    def __init__(
        self,
        connection: Snapshot,
        mapper: EventMapper,
        findings: Findings,
        fold: Callable[[Stamped | None], None] | None = None,
    ) -> None:
        self._connection = connection
        self._fold = fold
        self._mapper = mapper
        self._findings = findings
        self.last_moment = ""
        self.dossiers = 0

    def leaf(self, row: Row, in_tile: bytes | None) -> bytes | None:
        """The leaf's hash that the tree goes on with, once the event has been checked.

        It is what two of three tell: the event, the entry, and the tile. So one that was altered is named,
        and what comes after it is judged as if it had not been.
        """
        altered = row.altered()
        if row.event is not None:
            self._check_event(row.event, altered)
        own = hash_of_event(row, self._mapper)
        entry = _hash_of_entry(row)
        if row.event is not None and row.leaf is not None and (own is None or own != entry):
            self._say_which(row, altered, own, entry, in_tile)
        elif altered:
            self._doubt_checks(row, altered)
        told = [one for one in (own, entry, in_tile) if one is not None]
        return next((one for one in told if told.count(one) > 1), entry or in_tile or own)

    # The event by itself

    def _check_event(self, event: tuple[Any, ...], altered: list[str]) -> None:
        self._check_moment(event)
        stamped = self._read(event, altered)
        if self._fold is not None:
            self._fold(stamped)
        if stamped is not None:
            self._check_rewritten(event, stamped)
        self._check_stream(event)
        self.dossiers += event[3] == "dossier-opened"

    def _check_moment(self, event: tuple[Any, ...]) -> None:
        moment = event[5]
        if not is_moment(moment):
            self._add(event, "recorded_at", f"{moment!r} is not a moment as the record writes it")
        elif moment <= self.last_moment:
            self._add(event, "recorded_at", f"{moment} is not after that of the event before it")
        if is_moment(moment):
            self.last_moment = max(self.last_moment, moment)

    def _read(self, event: tuple[Any, ...], altered: list[str]) -> Stamped | None:
        if event[3] not in EVENTS:
            self._add(event, "topic", f"{event[3]!r} is the name of no event")
            return None
        try:
            return self._mapper.to_stamped(stamped_row((*event[:5], _any_moment(event[5]))))
        except MapperDeserialisationError as error:
            likely = [name for name in altered if name != f"{EVENT}.recorded_at"]
            names = likely or [f"{EVENT}.state", f"{EVENT}.topic"]
            self._findings.add(self._finding(event, " or ".join(names), _reason(error)))
        except Exception as error:  # noqa: BLE001 - whatever a cipher or a broken value raises, it cannot be read
            names = altered or [f"{EVENT}.state", f"{EVENT}.originator_id"]
            self._findings.add(self._finding(event, " or ".join(names), f"it cannot be read: {error!r}"))
        return None

    def _check_rewritten(self, event: tuple[Any, ...], stamped: Stamped) -> None:
        topic, stored = stamped.event.stored_name, self._mapper.unpack(event[4])
        if topic != event[3]:
            self._add(event, "topic", f"the state is that of {topic!r}")
        elif self._mapper.written_as(stamped.event, stored) != stored:
            self._add(event, "state", "it says what no event that is recorded would be stored as")

    def _check_stream(self, event: tuple[Any, ...]) -> None:
        position, stream, version = event[:3]
        if not isinstance(stream, str) or _stream(stream) is None:
            self._add(event, "originator_id", f"{stream!r} is not the name of a stream")
        elif not isinstance(version, int) or version < 1:
            self._add(event, "originator_version", f"{version!r} is not the version of anything")
        elif version > 1:
            before = self._connection.execute(PREDECESSOR, (stream, version - 1)).fetchone()
            if before is None or before[0] >= position:
                self._findings.add(
                    self._finding(
                        event,
                        columns(EVENT, ("originator_version", "originator_id")),
                        f"no version {version - 1} of its stream comes before it",
                    )
                )

    # The event against the log

    def _say_which(
        self, row: Row, altered: list[str], own: bytes | None, entry: bytes | None, in_tile: bytes | None
    ) -> None:
        assert row.event is not None
        if own is not None and own == in_tile:
            self._add(row.event, "entry", "it is not that of the event, and the log's tile is", table=LEAF)
        elif altered:
            says = "it is not what the log's entry commits to"
            for name in altered:
                self._findings.add(self._finding(row.event, name, says))
        else:
            names = ENTRY_FIELDS if entry == in_tile else [*ENTRY_FIELDS, f"{LEAF}.entry"]
            says = "one of these was altered, and the check values with it: the entry is another"
            self._findings.add(self._finding(row.event, " or ".join(names), says))

    def _doubt_checks(self, row: Row, altered: list[str]) -> None:
        assert row.event is not None
        names = " or ".join([f"{LEAF}.checks", *altered])
        says = "the check value is not that of the column, and the log's entry is that of the event"
        self._findings.add(self._finding(row.event, names, says))

    def _add(self, event: tuple[Any, ...], name: str, says: str, table: str = EVENT) -> None:
        self._findings.add(self._finding(event, f"{table}.{name}", says))

    def _finding(self, event: tuple[Any, ...], field: str, says: str) -> Finding:
        return Finding(field, says, position=event[0], stream=str(event[1]), version=event[2])


def hash_of_event(row: Row, mapper: EventMapper) -> bytes | None:
    """The leaf's hash as the event and its salt have it; `None` where either is missing or cannot be read."""
    if row.event is None or row.leaf is None:
        return None
    try:
        return leaf_hash(commit(_form(row.event, mapper), row.leaf[1]))
    except Exception:  # noqa: BLE001 - whatever a cipher or a broken value raises, it has no entry
        return None


def _form(event: tuple[Any, ...], mapper: EventMapper) -> Form:
    """What the log commits to, of the values as they are stored and not as they might be read."""
    stored = StampedNotification(
        id=event[0],
        originator_id=_stream(event[1]),  # type: ignore[arg-type]
        originator_version=event[2],
        topic=event[3],
        state=event[4],
        recorded_at=read_moment(_any_moment(event[5])),
    )
    return replace(form_of(stored, mapper.unpack(event[4])), recorded_at=event[5])


def is_moment(text: object) -> bool:
    """Whether it is a moment exactly as the record writes one."""
    try:
        return isinstance(text, str) and moment_text(read_moment(text)) == text
    except (ValueError, OverflowError):
        return False


def _any_moment(text: object) -> str:
    """The moment, or where it cannot be read another one, so that the rest can be judged."""
    return text if isinstance(text, str) and is_moment(text) else "0001-01-01T00:00:00.000000Z"


def _stream(text: object) -> UUID | None:
    try:
        stream = UUID(str(text))
    except ValueError:
        return None
    return stream if stream.hex == text else None


def _hash_of_entry(row: Row) -> bytes | None:
    entry = row.leaf[2] if row.leaf else None
    return leaf_hash(entry) if isinstance(entry, bytes) and len(entry) == HASH_BYTES else None


def _reason(error: Exception) -> str:
    return f"it cannot be read: {str(error.__cause__ or error).splitlines()[0]}"
