"""Folding the views from the events anew, in batches, beside whoever reads and writes.

What is read stays as it is until the new tables have caught up with the record; then they take its place in
one transaction. A batch is one transaction too, and notes how far it came: a rebuild that was broken off
goes on from there, and two at once share the work. Between two batches others write.
"""

from collections.abc import Callable, Iterable
from time import sleep

from service.store.layout import FILLED, NAME, NEXT, drop, forget, make, swap
from service.store.mapper import EventMapper
from service.store.ports import Cursor
from service.store.projecting import Projection
from service.store.recorder import Recorder
from service.store.tables import COLUMNS, reflect

BATCH = 500
"""Events that one transaction folds: writers wait for as long as that takes."""
PAUSE = 0.003
"""Seconds between two batches: others look for the lock each millisecond, and would find it taken again."""

Progress = Callable[[int, int], None]
"""Is told the position reached and the last one."""


class Rebuilding:
    """Makes the views of one record, and makes them anew."""

    def __init__(self, recorder: Recorder, mapper: EventMapper) -> None:
        self._recorder = recorder
        self._tables = Projection(mapper)
        self._next = Projection(mapper, NEXT)

    def bring_up(self, progress: Progress) -> None:
        """Bring the tables up to the last event, from the first if their layout is new."""
        head = self._recorder.head()
        if head.reflected is None:
            self.rebuild(progress)
        elif head.reflected != head.position:
            while not self._catch_up(progress):
                pass
        database = self._recorder.database
        if not database.is_readable:
            with database.writing() as c:
                database.make_readable(c)

    def rebuild(self, progress: Progress) -> None:
        """Fold the tables from the events again, and then put them in the place of those that are read."""
        self._begin()
        while not self._fill_further(progress):
            sleep(PAUSE)

    def _catch_up(self, progress: Progress) -> bool:
        """Fold a batch of what the tables that are read have missed; whether that was all."""
        with self._recorder.database.writing() as c:
            head = self._recorder.head_within(c)
            reached = self._fold(c, self._tables, head.reflected or 0)
            reflect(c, NAME, reached)
        progress(reached, head.position)
        return reached == head.position

    def _begin(self) -> None:
        """Make the tables to be, unless a rebuild is under way or was broken off."""
        with self._recorder.database.writing() as c:
            if _filled(c) is None:
                _run(c, (*drop(NEXT), *make(NEXT)))
                reflect(c, FILLED, 0)

    def _fill_further(self, progress: Progress) -> bool:
        """Fold a batch into the tables to be; put them in place once nothing is left, and say so."""
        with self._recorder.database.writing() as c:
            filled, position = _filled(c), self._recorder.head_within(c).position
            if filled is None:
                return True  # Another process has put them in place.
            reached = self._fold(c, self._next, filled)
            reflect(c, FILLED, reached)
            if done := reached == position:
                self._put_in_place(c, position)
        progress(reached, position)
        return done

    def _put_in_place(self, c: Cursor, position: int) -> None:
        self._recorder.database.drop_readable(c)
        _run(c, swap())
        self._recorder.database.make_readable(c)
        forget(c)
        reflect(c, NAME, position)

    def _fold(self, c: Cursor, tables: Projection, reached: int) -> int:
        """Fold the events after a position; the position of the last of them."""
        c.execute(
            f"SELECT {COLUMNS} FROM stored_events WHERE position > ? ORDER BY position LIMIT ?",
            (reached, BATCH),
        )
        rows = c.fetchall()
        tables.project(c, [tables.read(c, row) for row in rows])
        return int(rows[-1][0]) if rows else reached


def _filled(c: Cursor) -> int | None:
    """How far the tables to be have come; `None` where there are none."""
    c.execute("SELECT notification_id FROM tracking WHERE application_name = ?", (FILLED,))
    row = c.fetchone()
    return row[0] if row else None


def _run(c: Cursor, statements: Iterable[str]) -> None:
    for statement in statements:
        c.execute(statement)
