"""A whole record arrives in a new and empty one: all of it in one transaction, or nothing.

Ids, positions, moments, salts and so every leaf and root are those that it left with. The views are folded
meanwhile.
"""

from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventsourcing.persistence import IntegrityError

from domain.entry import OutOfOrder
from domain.events import PersonalDataErased
from service.log.checkpoint import Checkpoint
from service.log.errors import Unproven
from service.log.keys import encode
from service.log.notes import Note, Signature, VerifierKey
from service.log.tree import Frontier, leaf_hash
from service.record import Record
from service.store.checkpoints import ADD, KEEP
from service.store.checks import checks_of
from service.store.mapper import EventMapper
from service.store.personal_keys import KEPT_BACK, destroy, keep_as
from service.store.ports import Cursor
from service.store.tables import INSERT_EVENT, INSERT_KEY, event_row, moment_text, reflect
from service.travelling.events import Arriving, checked_moment, event_of, read
from service.travelling.leaving import AT_A_TIME, FORMAT, INCLUDED, Progress
from service.travelling.lines import Altered, Members, Unchain


class NotEmpty(ValueError):
    """Something is recorded already where a record is to arrive."""

    def __init__(self, position: int) -> None:
        super().__init__(
            f"a record of {position} events is there already: a whole record is imported into a new one"
        )


@dataclass(slots=True)
class Arrived:
    """What has arrived, and what is proved of it."""

    events: int = 0
    checkpoints: int = 0
    idempotency: int = 0
    root: bytes = b""
    latest: Checkpoint | None = None
    """The last checkpoint, which the tree was compared with."""
    checked_by: str | None = None
    """The key that every checkpoint's signature was checked by; `None` where none was."""
    keys_kept_back: int = 0
    """So many keys of personal texts did not come along."""

    def as_json(self) -> dict[str, Any]:
        """All of it for machines."""
        checkpoint = {"origin": self.latest.origin, "size": self.latest.size} if self.latest else None
        return {
            "events": self.events,
            "checkpoints": self.checkpoints,
            "idempotency": self.idempotency,
            "root": encode(self.root),
            "latest_checkpoint": checkpoint,
            "signatures_checked_by": self.checked_by,
            "keys_kept_back": self.keys_kept_back,
        }


def arrive(
    record: Record,
    lines: Iterable[bytes],
    key: VerifierKey | None = None,
    progress: Progress = lambda done, of: None,
) -> Arrived:
    """Take in the lines of a whole record; raise `Altered` or `NotEmpty`, and then nothing is taken in.

    With the log's key, at least one checkpoint has to be there, and each has to be signed by it.
    """
    number = 0
    try:
        with record.store.database.writing() as c:
            head = record.store.head_within(c)
            if head.position:
                raise NotEmpty(head.position)
            taking = _Taking(record, c, key, progress)
            for number, members in Unchain(lines):
                taking.take(number, members)
            return taking.finish(number + 1)
    except IntegrityError as error:
        raise Altered(number, f"it, or a line before it, brings what is there already: {error}") from error


@dataclass(slots=True)
class _Taking:
    record: Record
    c: Cursor
    key: VerifierKey | None
    progress: Progress
    arrived: Arrived = field(default_factory=Arrived)
    closed_until: str = ""
    of: int = 0
    keys_included: bool = False
    ended: bool = False
    waiting: list[Arriving] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    last_moment: str = ""

    @property
    def mapper(self) -> EventMapper:
        """How states are written here."""
        assert self.record.store.projection is not None
        return self.record.store.projection.mapper

    def take(self, number: int, members: Members) -> None:
        """Take in a line."""
        try:
            self._take(number, members)
        except Altered:
            raise
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, Unproven) as error:
            raise Altered(number, f"it is no line of a record as it is exported: {error}") from error

    def finish(self, number: int) -> Arrived:
        """Close the record after the last line; the number is that of a line that would come next."""
        if not self.ended:
            raise Altered(number, "the last line is missing: the end was cut off")
        if self.key is not None:
            if self.arrived.latest is None:
                raise Altered(number, f"no checkpoint came along that {self.key.name} could have signed")
            self.arrived.checked_by = self.key.format()
        row = (self.arrived.events, max(checked_moment(self.closed_until), self.last_moment))
        self.c.execute("UPDATE head SET position = ?, closed_until = ?, checks = ?", (*row, checks_of(*row)))
        reflect(self.c, self.record.store.views, self.arrived.events)
        return self.arrived

    def _take(self, number: int, members: Members) -> None:
        if (number == 1) != ("depositary_record" in members) or self.ended:
            raise Altered(number, "a record begins with its first line, and ends with its last")
        match members:
            case {"depositary_record": version}:
                self._begin(number, version, members)
            case {"position": _}:
                self._take_event(event_of(number, members, self.mapper, keys_included=self.keys_included))
            case {"checkpoint": checkpoint}:
                self._take_checkpoint(number, checkpoint)
            case {"idempotency": used}:
                self._take_idempotency(number, used)
            case {"end": end}:
                self._end(number, end)
            case _:
                raise Altered(number, "it is no line of a record as it is exported")

    def _begin(self, number: int, version: object, members: Members) -> None:
        if version != FORMAT:
            raise Altered(number, f"it is of form {version!r}; this version of Depositary reads {FORMAT}")
        self.of, self.closed_until = int(members["events"]), members["closed_until"]
        self.keys_included = members["personal_keys"] == INCLUDED

    # Events

    def _take_event(self, event: Arriving) -> None:
        stored = event.stored
        if stored.id != self.frontier.size + 1:
            raise Altered(event.line, f"position {stored.id} cannot follow {self.frontier.size}")
        moment = moment_text(stored.recorded_at)
        if moment <= self.last_moment:
            raise Altered(event.line, f"{moment} is not after the moment of the event before it")
        self.last_moment = moment
        self.frontier.append(leaf_hash(event.entry))
        self.waiting.append(event)
        if len(self.waiting) >= AT_A_TIME:
            self._write()

    def _write(self) -> None:
        """Write the events that wait, and fold the views over them."""
        events, self.waiting = self.waiting, []
        if not events:
            return
        first, stored = events[0].stored.id, [one.stored for one in events]
        self.c.executemany(INSERT_EVENT, [event_row(one) for one in stored])
        self.record.leaves.extend(self.c, first - 1, stored, [one.salt for one in events])
        for one in events:
            self._keep_key(one)
        self._fold(events)
        self.arrived.events = stored[-1].id
        self.progress(self.arrived.events, self.of)

    def _keep_key(self, event: Arriving) -> None:
        if event.key is not None:
            keep_as(self.c, event.key, event.stored.originator_id, event.stored.originator_version)
            self.arrived.keys_kept_back += event.key.secret == KEPT_BACK
        if event.stored.topic == PersonalDataErased.name:
            destroy(self.c, event.stored.originator_id)

    def _fold(self, events: Sequence[Arriving]) -> None:
        projection = self.record.store.projection
        assert projection is not None
        stamped = [read(one, projection.mapper, self.c) for one in events]
        try:
            projection.project(self.c, stamped)
        except OutOfOrder as error:
            raise Altered(events[error.position - events[0].stored.id].line, str(error)) from error
        except Exception as error:
            says = f"an event here or up to line {events[-1].line} cannot follow those before it: {error}"
            raise Altered(events[0].line, says) from error

    # What lies beside them

    def _take_checkpoint(self, number: int, told: Members) -> None:
        note = Note.parse(told["note"].encode())
        checkpoint = Checkpoint.parse(note.text)
        if (checkpoint.size, checkpoint.root) != (self.frontier.size, self.frontier.root):
            raise Altered(
                number,
                f"the checkpoint of {checkpoint.size} is of another root than the {self.frontier.size} "
                "events before it come to: one of them was altered",
            )
        if told["size"] != checkpoint.size:
            raise Altered(number, f"the checkpoint is of size {checkpoint.size}, not {told['size']}")
        if self.key is not None and not note.signed_by([self.key]):
            raise Altered(number, f"the checkpoint of {checkpoint.size} is not signed by {self.key.name}")
        row = (checkpoint.size, told["note"].encode(), checked_moment(told["signed_at"]))
        self.c.execute(KEEP, (*row, checks_of(*row)))
        for one in told["cosignatures"]:
            line = Signature.parse(one["signature"]).line.rstrip("\n")
            cosigned = (checkpoint.size, line, checked_moment(one["received_at"]))
            self.c.execute(ADD, (*cosigned, checks_of(*cosigned)))
        self.arrived.checkpoints += 1
        self.arrived.latest = checkpoint

    def _take_idempotency(self, number: int, told: Members) -> None:
        if not 0 < told["position"] <= self.frontier.size:
            raise Altered(number, f"there is no event at position {told['position']}")
        row = (
            told["principal"],
            told["key"],
            b64decode(told["fingerprint"], validate=True),
            told["position"],
        )
        self.c.execute(INSERT_KEY, (*row, checks_of(*row)))
        self.arrived.idempotency += 1

    # The end

    def _end(self, number: int, told: Members) -> None:
        self._write()
        self.ended = True
        self.arrived.root = self.frontier.root
        found = (self.frontier.size, self.arrived.checkpoints, self.arrived.idempotency, self.frontier.root)
        named = (told["events"], told["checkpoints"], told["idempotency"], b64decode(told["root"]))
        if found != named or self.frontier.size != self.of:
            raise Altered(number, "the lines before it are not those that it counts, or come to another root")
