"""The layout of the tables that views are read from: dossiers, versions and names.

They are made in two places: under their own names, and beside them with `_next` to be filled by a rebuild.
Indexes keep their names when a table is renamed, so each making gives its own another ending.
"""

from collections.abc import Sequence
from secrets import token_hex

from service.store.ports import Cursor

NAME = "versions-6"
"""Names these tables' layout and rules; a change of either gets a new name and so a rebuild."""
NEXT = "_next"
"""The ending of the tables that a rebuild fills."""
FILLED = f"{NAME} next"
"""Under this name `tracking` has how far those tables have come."""
VIEWS = ("dossiers", "versions", "names")

_TABLES = (
    """CREATE TABLE dossiers{ending} (
        id TEXT PRIMARY KEY,
        known_from INTEGER NOT NULL,
        body BLOB NOT NULL
    )""",
    """CREATE TABLE versions{ending} (
        development TEXT NOT NULL,
        version INTEGER NOT NULL,
        dossier TEXT NOT NULL,
        kind TEXT NOT NULL,
        known_from INTEGER NOT NULL,
        known_until INTEGER,
        earliest TEXT NOT NULL,
        latest TEXT NOT NULL,
        recorded INTEGER NOT NULL,
        standing TEXT NOT NULL,
        same_as TEXT NOT NULL,
        actors TEXT NOT NULL,
        disputes INTEGER NOT NULL,
        contested INTEGER NOT NULL,
        gist TEXT,
        issues TEXT NOT NULL,
        sealed_by INTEGER,
        digest INTEGER,
        entry BLOB NOT NULL,
        PRIMARY KEY (development, version)
    )""",
    """CREATE TABLE names{ending} (
        dossier TEXT NOT NULL,
        key TEXT NOT NULL,
        known_from INTEGER NOT NULL,
        name BLOB NOT NULL,
        PRIMARY KEY (dossier, key)
    ) WITHOUT ROWID""",
)
_INDEXES = (
    # These hold all that a moment selects by, so versions that others took the place of are passed over in
    # them. Whoever asks for a page finds its rows in one, for a view what names and counts them in the other.
    """CREATE INDEX versions_by_time_{making} ON versions{ending}
        (dossier, earliest, latest, recorded, known_from, known_until, standing)""",
    """CREATE INDEX versions_of_kind_{making} ON versions{ending}
        (dossier, kind, earliest, latest, recorded, known_from, known_until, standing, gist, issues,
         digest)""",
    """CREATE INDEX versions_linked_{making} ON versions{ending} (dossier, known_from)
        WHERE same_as <> ''""",
    "CREATE INDEX versions_by_position_{making} ON versions{ending} (dossier, known_from)",
    """CREATE INDEX versions_disputed_{making} ON versions{ending} (dossier, known_from)
        WHERE disputes > 0""",
    # Every view asks which developments are retracted, and few are.
    """CREATE INDEX versions_retracted_{making} ON versions{ending} (dossier, known_from)
        WHERE standing = 'retracted'""",
)


def make(ending: str = "") -> Sequence[str]:
    """The statements that make the tables and their indexes."""
    making = token_hex(4)
    return [one.format(making=making, ending=ending) for one in (*_TABLES, *_INDEXES)]


def drop(ending: str = "") -> Sequence[str]:
    """The statements that drop them where they are."""
    return [f"DROP TABLE IF EXISTS {table}{ending}" for table in VIEWS]


def swap() -> Sequence[str]:
    """The statements that put what a rebuild has filled in the place of what is read."""
    return [*drop(), *(f"ALTER TABLE {table}{NEXT} RENAME TO {table}" for table in VIEWS)]


def forget(c: Cursor) -> None:
    """Forget how far tables of any layout have come, filled ones and those to be."""
    c.execute("DELETE FROM tracking WHERE substr(application_name, 1, 9) = 'versions-'")
