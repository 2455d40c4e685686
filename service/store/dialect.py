"""The store's statements as PostgreSQL wants them."""

from functools import lru_cache

_DECLARED = {
    " BLOB": " BYTEA",
    " INTEGER": " BIGINT",
    " TEXT": ' TEXT COLLATE "C"',  # Texts sort by their code points, whatever the database's own order is.
    " WITHOUT ROWID": "",
}


@lru_cache(maxsize=1_024)
def for_postgres(statement: str) -> str:
    """A statement with PostgreSQL's placeholders, functions and types."""
    if "CREATE TABLE" in statement:
        for plain, declared in _DECLARED.items():
            statement = statement.replace(plain, declared)
    return statement.replace("?", "%s").replace("instr(", "strpos(")
