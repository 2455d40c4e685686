"""What an export says of itself, for whoever finds it."""

from service.formats.tables import TABLES
from service.formats.telling import Telling

CONVENTIONS = """\
CSV as RFC 4180 has it, in UTF-8. A cell that begins with = + - @ ' or a tab stands after an apostrophe, so
that no spreadsheet takes it for a formula: take one off each that begins with one. Items of a list stand
with "; " between them; a ; or a \\ within an item has a \\ before it. An empty cell says that nothing is
known, or that there is nothing. A date is as its source has it, in EDTF, with the earliest and the latest
day beside it. Numbers are intervals, at_least to at_most; an empty at_most has no upper bound.
"""


def read_me(telling: Telling) -> str:
    """What the tables are, for whoever finds them."""
    moment = telling.moment
    known = f" as known at {moment.known_at.isoformat()}" if moment.known_at else ""
    tables = "".join(f"{table.name}.csv: {table.says}\n" for table in TABLES.values())
    return (
        f"{telling.dossier.title}\n\n"
        f"Dossier {telling.dossier.id} as of {moment.as_of}{known}, at position {moment.position}.\n\n"
        f"{tables}"
    )
