"""The layout of the tables that views are read from: dossiers, versions and names."""

NAME = "versions-4"
"""Names these tables' layout and rules; a change of either gets a new name and so a rebuild."""

TABLES = (
    """CREATE TABLE IF NOT EXISTS dossiers (
        id TEXT PRIMARY KEY,
        known_from INTEGER NOT NULL,
        body BLOB NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS versions (
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
        sealed_by INTEGER,
        entry BLOB NOT NULL,
        PRIMARY KEY (development, version)
    )""",
    "CREATE INDEX IF NOT EXISTS versions_by_time ON versions (dossier, earliest, latest, recorded)",
    "CREATE INDEX IF NOT EXISTS versions_linked ON versions (dossier, known_from) WHERE same_as <> ''",
    "CREATE INDEX IF NOT EXISTS versions_by_position ON versions (dossier, known_from)",
    # Every view asks which developments are retracted, and few are.
    """CREATE INDEX IF NOT EXISTS versions_retracted ON versions (dossier, known_from)
        WHERE standing = 'retracted'""",
    """CREATE TABLE IF NOT EXISTS names (
        dossier TEXT NOT NULL,
        key TEXT NOT NULL,
        known_from INTEGER NOT NULL,
        name BLOB NOT NULL,
        PRIMARY KEY (dossier, key)
    ) WITHOUT ROWID""",
)
DROP = tuple(f"DROP TABLE IF EXISTS {table}" for table in ("versions", "dossiers", "names"))
FORGET = "DELETE FROM tracking WHERE application_name LIKE 'versions-%'"
