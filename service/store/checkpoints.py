"""Checkpoints that were signed, and what witnesses added to them: kept for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.log.notes import Note, Signature
from service.store.checks import checks_of
from service.store.ports import Cursor
from service.store.recorder import Recorder
from service.store.tables import moment_text, read_moment

KEEP = "INSERT INTO checkpoints VALUES (?,?,?,?) ON CONFLICT DO NOTHING"
ADD = "INSERT INTO cosignatures VALUES (?,?,?,?) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint with its size, the note with all its signatures, and when it was signed."""

    size: int
    note: Note
    signed_at: datetime


class Checkpoints:
    """The checkpoints of one record, in the order of their sizes."""

    def __init__(self, store: Recorder) -> None:
        self._store = store

    def latest(self) -> Kept | None:
        """That of the largest size."""
        kept = self._select("ORDER BY size DESC LIMIT 1", ())
        return kept[0] if kept else None

    def of(self, size: int) -> Kept | None:
        """That of a size."""
        kept = self._select("WHERE size = ?", (size,))
        return kept[0] if kept else None

    def after(self, size: int, limit: int) -> Sequence[Kept]:
        """Those of larger sizes, the smallest first."""
        return self._select("WHERE size > ? ORDER BY size LIMIT ?", (size, limit))

    def keep(self, c: Cursor, size: int, note: Note, signed_at: datetime) -> None:
        """Keep one that has been signed, unless another process has kept it already."""
        row = (size, note.format(), moment_text(signed_at))
        c.execute(KEEP, (*row, checks_of(*row)))

    def add(self, size: int, signatures: Sequence[Signature], received_at: datetime) -> None:
        """Add cosignatures to one that is kept; those that it has already are passed over."""
        with self._store.database.writing() as c:
            for one in signatures:
                row = (size, one.line.rstrip("\n"), moment_text(received_at))
                c.execute(
                    ADD,
                    (*row, checks_of(*row)),
                )

    def _select(self, which: str, params: Sequence[object]) -> list[Kept]:
        rows = self._store.reads.fetch(f"SELECT size, note, signed_at FROM checkpoints {which}", params)
        return [Kept(row[0], self._with_cosignatures(row[0], row[1]), read_moment(row[2])) for row in rows]

    def _with_cosignatures(self, size: int, note: bytes) -> Note:
        lines = self._store.reads.fetch(
            "SELECT signature FROM cosignatures WHERE size = ? ORDER BY received_at", (size,)
        )
        return Note.parse(note).plus(*(Signature.parse(line) for (line,) in lines))
