"""The checkpoints that were kept, and what witnesses added: each signature, and each root."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from service.log.checkpoint import Checkpoint
from service.log.cosignature import WitnessKey
from service.log.errors import Unproven
from service.log.notes import Note, Signature, VerifierKey, open_note
from service.proving.events import is_moment
from service.proving.findings import Finding, Findings, columns
from service.proving.snapshots import Snapshot
from service.store.checks import altered

TABLE = "checkpoints"
COLUMNS = ("size", "note", "signed_at")
WITNESSED = ("size", "signature", "received_at")


@dataclass(frozen=True, slots=True)
class Keys:
    """Whose signatures are checked: the log's key, if it is known, and those of witnesses."""

    log: VerifierKey | None = None
    witnesses: Sequence[WitnessKey] = ()


@dataclass
class _Rewritten:
    """Checkpoints in a row whose roots are not those of the record as it is."""

    first: int
    after: int
    """The size of the last one before them that holds."""
    signed: bool
    more: int = 0


class CheckpointCheck:
    """Checks checkpoints in the order of their sizes, while the tree grows past each of them."""

    def __init__(self, connection: Snapshot, keys: Keys, findings: Findings) -> None:
        self._connection = connection
        self._keys = keys
        self._findings = findings
        self._rows = self._select(f"SELECT {', '.join(COLUMNS)}, checks FROM {TABLE} ORDER BY size")
        self._next: tuple[Any, ...] | None = next(self._rows, None)
        self._origin = keys.log.name if keys.log else None
        self._held = 0
        self._rewritten: _Rewritten | None = None
        self.count = self.cosignatures = self.strangers = 0

    @property
    def next_size(self) -> int | None:
        """The size of the tree at which a root is wanted next."""
        return self._next[0] if self._next else None

    def reached(self, size: int, root: bytes) -> None:
        """Check the checkpoint of this size, if there is one."""
        while self._next is not None and self._next[0] <= size:
            row, self._next = self._next, next(self._rows, None)
            self.count += 1
            self._check(row, root if row[0] == size else None)

    def finish(self, size: int) -> None:
        """Find what was signed of more than there is; check the cosignatures."""
        while self._next is not None:
            row, self._next = self._next, next(self._rows, None)
            self.count += 1
            if self._check(row, None):
                says = f"it was signed, and the record ends at position {size}: its end was cut off"
                self._add(row, "stored_events", says)
        self._tell_rewritten(forked=False)
        self._check_cosignatures()

    # One checkpoint

    def _check(self, row: tuple[Any, ...], root: bytes | None) -> bool:
        """Check one; whether it says of itself that it is of this size."""
        found = altered(dict(zip(COLUMNS, row[:3], strict=True)), row[3])
        before = len(self._findings)
        if not is_moment(row[2]):
            self._add(row, "signed_at", f"{row[2]!r} is not a moment as the record writes it")
        checkpoint = self._read(row)
        signed = checkpoint is not None and self._check_signature(row, checkpoint)
        if checkpoint is not None and checkpoint.size != row[0]:
            likely = found if signed else ["note"]
            names = columns(TABLE, likely or ["size", "note"])
            says = f"the note is of size {checkpoint.size}"
            self._findings.add(Finding(names, says, size=row[0]))
        elif checkpoint is not None and root is not None:
            self._compare(checkpoint, root, signed=signed)
        if found and len(self._findings) == before:
            names = columns(TABLE, [*found, "checks"])
            self._findings.add(Finding(names, "the check value is not that of the column", size=row[0]))
        return checkpoint is not None and checkpoint.size == row[0]

    def _read(self, row: tuple[Any, ...]) -> Checkpoint | None:
        try:
            note = Note.parse(row[1])
            if note.format() != row[1] or len(note.signatures) != 1:
                self._add(row, "note", "it is not a note as it is signed here, under one signature")
            return Checkpoint.parse(note.text)
        except (Unproven, TypeError, AttributeError) as error:
            self._add(row, "note", f"it is no signed checkpoint: {error}")
            return None

    def _check_signature(self, row: tuple[Any, ...], checkpoint: Checkpoint) -> bool:
        self._origin = self._origin or checkpoint.origin
        if checkpoint.origin != self._origin:
            self._add(row, "note", f"it is of the log {checkpoint.origin}, not of {self._origin}")
        if self._keys.log is None:
            return True
        try:
            open_note(row[1], [self._keys.log])
        except Unproven as error:
            self._add(row, "note", str(error))
            return False
        return True

    def _compare(self, checkpoint: Checkpoint, root: bytes, *, signed: bool) -> None:
        if checkpoint.root == root:
            self._tell_rewritten(forked=True)
            self._held = checkpoint.size
        elif self._rewritten is None:
            self._rewritten = _Rewritten(checkpoint.size, self._held, signed)
        else:
            self._rewritten.more += 1

    def _tell_rewritten(self, *, forked: bool) -> None:
        """Say of checkpoints in a row that their roots are of another record."""
        if self._rewritten is None:
            return
        one, self._rewritten = self._rewritten, None
        first = one.after + 1
        more = f"; nor do the {one.more} after it" if one.more else ""
        if not one.signed:
            says = f"its root is not that of the first {one.first} events{more}"
            self._findings.add(Finding(f"{TABLE}.note", says, size=one.first))
        elif forked:
            says = (
                f"it is signed, and a later one that holds does not go on from it: the log was forked{more}"
            )
            self._findings.add(Finding(f"{TABLE}.note", says, size=one.first))
        else:
            says = (
                f"the record no longer has the root that was signed of it: something from position {first} "
                f"to {one.first} was altered, and the log's leaves and tiles with it{more}"
            )
            only = one.first if first == one.first else None
            self._findings.add(Finding("stored_events", says, size=one.first, position=only))

    # Witnesses

    def _check_cosignatures(self) -> None:
        rows = self._select(
            f"SELECT {', '.join(WITNESSED)}, c.checks, note "
            f"FROM cosignatures c LEFT JOIN {TABLE} USING (size)"
        )
        for row in rows:
            self.cosignatures += 1
            wrong = self._wrong_with(row)
            found = altered(dict(zip(WITNESSED, row[:3], strict=True)), row[3])
            if wrong is None and found:
                wrong = (
                    columns("cosignatures", [*found, "checks"]),
                    "the check value is not that of the column",
                )
            if wrong is not None:
                self._findings.add(Finding(*wrong, size=row[0]))

    def _wrong_with(self, row: tuple[Any, ...]) -> tuple[str, str] | None:
        size, line, received_at, _, note = row
        if not is_moment(received_at):
            return "cosignatures.received_at", f"{received_at!r} is not a moment as the record writes it"
        if note is None:
            return "cosignatures.size", f"there is no checkpoint of size {size}"
        try:
            signature = Signature.parse(line)
        except (Unproven, ValueError, AttributeError) as error:
            return "cosignatures.signature", str(error)
        return self._wrong_with_signature(signature, note)

    def _wrong_with_signature(self, signature: Signature, note: bytes) -> tuple[str, str] | None:
        known = [one for one in self._keys.witnesses if _signer(one) == _signer(signature)]
        self.strangers += not known
        try:
            text = Note.parse(note).text
            for one in known:
                one.verify(text, signature.value)
        except Unproven as error:
            return "cosignatures.signature", str(error)
        return None

    def _select(self, statement: str) -> Iterator[tuple[Any, ...]]:
        return iter(self._connection.execute(statement))

    def _add(self, row: Sequence[Any], name: str, says: str) -> None:
        field = name if name == "stored_events" else f"{TABLE}.{name}"
        self._findings.add(Finding(field, says, size=row[0]))


def _signer(one: WitnessKey | Signature) -> tuple[str, bytes]:
    return one.name, one.key_id
