"""The tables of the views: how they are laid out, dropped, and noted as never folded."""

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
        linked INTEGER NOT NULL,
        actors TEXT NOT NULL,
        sealed_by INTEGER,
        entry BLOB NOT NULL,
        PRIMARY KEY (development, version)
    )""",
    "CREATE INDEX IF NOT EXISTS versions_by_time ON versions (dossier, earliest, latest, recorded)",
    "CREATE INDEX IF NOT EXISTS versions_linked ON versions (dossier, known_from) WHERE linked",
    "CREATE INDEX IF NOT EXISTS versions_by_position ON versions (dossier, known_from)",
    # Every view asks which developments are retracted, and few are.
    """CREATE INDEX IF NOT EXISTS versions_retracted ON versions (dossier, known_from)
        WHERE standing = 'retracted'""",
)
DROP = ("DROP TABLE IF EXISTS versions", "DROP TABLE IF EXISTS dossiers")
FORGET = "DELETE FROM tracking WHERE application_name LIKE 'versions-%'"
"""Has the views folded from the first event again."""
