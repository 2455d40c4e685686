r"""Tables as CSV (RFC 4180): UTF-8, CRLF, and nothing that a spreadsheet would take for a formula.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a line's end is written after an apostrophe, as OWASP
asks for. So is one that begins with an apostrophe, so that whoever reads the file takes one off each cell
that begins with one, and has what was written. The items of a list stand with `; ` between them, where a `;`
or a `\` within an item has a `\` before it. What is missing is an empty cell.

>>> guarded("=1+1"), guarded("'tis"), guarded("5 of 7")
("'=1+1", "''tis", '5 of 7')
>>> unguarded("'=1+1"), unguarded("''tis"), unguarded("5 of 7")
('=1+1', "'tis", '5 of 7')
>>> split_items(joined(["a; b", "c"]))
['a; b', 'c']
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import StringIO
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from service.formats.columns import Column, Kind

_RISKY = re.compile(r"[=+\-@\t\r\n']")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell.removeprefix("'")


def joined(items: Sequence[str]) -> str:
    """A list as one text."""
    return "; ".join(item.replace("\\", "\\\\").replace(";", "\\;") for item in items)


def split_items(text: str) -> list[str]:
    """What `joined` was given."""
    items = re.split(r"(?<!\\)((?:\\\\)*); ", text)
    parts = ["".join(items[at : at + 2]) for at in range(0, len(items), 2)]
    return [re.sub(r"\\(.)", r"\1", part) for part in parts] if text else []


def csv_lines(columns: Sequence[Column], rows: Iterable[BaseModel]) -> Iterator[bytes]:
    """A header, then a line for each row."""
    yield _line([column.name for column in columns])
    for row in rows:
        yield _line([_cell(column.kind, column.read(row)) for column in columns])


def _line(cells: Sequence[str]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()


def _cell(kind: Kind, value: Any) -> str:
    if value is None:
        return ""
    match kind:
        case Kind.TRUTH:
            return "true" if value else "false"
        case Kind.TEXTS:
            return guarded(joined(value))
        case Kind.JSON:
            return guarded(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
        case Kind.MOMENT:
            assert isinstance(value, datetime)
            return str(to_jsonable_python(value))
    return guarded(str(value))
