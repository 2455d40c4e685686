"""The tables themselves: texts stand in them as they are, whatever marks are in them."""

import re
from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

WIDE_ENOUGH = 40
"""How wide a column is in which ids stand beneath other words."""
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], empty: str = "") -> Table | Text:
    """A table under a title; where there are no rows, the words for that.

    Ids stand in one line each, so that they can be copied into the next command.
    """
    made = Table(*columns, title=Text(title), title_justify="left", title_style="bold")
    for column in made.columns:
        column.overflow = "fold"
    for row in rows:
        made.add_row(*map(Text, row))
        for column, cell in zip(made.columns, row, strict=True):
            if _ID.fullmatch(cell):
                column.no_wrap = True
            elif _ID.search(cell):
                column.width = WIDE_ENOUGH
    return made if made.row_count or not empty else Text(f"{title}: {empty}.")
