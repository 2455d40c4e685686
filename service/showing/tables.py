"""The tables themselves: texts stand in them as they are, whatever marks are in them."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], empty: str = "") -> Table | Text:
    """A table under a title; where there are no rows, the words for that."""
    made = Table(*columns, title=Text(title), title_justify="left", title_style="bold")
    for column in made.columns:
        column.overflow = "fold"
    for row in rows:
        made.add_row(*map(Text, row))
    return made if made.row_count or not empty else Text(f"{title}: {empty}.")
