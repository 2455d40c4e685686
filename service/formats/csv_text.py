r"""Tables as CSV (RFC 4180): UTF-8, CRLF, and nothing that a spreadsheet would take for a formula.

A cell that begins with `=`, `+`, `-`, `@` or what looks like one of them, blanks and quotes before it
included, or with a tab or a line's end, is written after an apostrophe, as OWASP asks for. The same holds
after a `;` within a cell, where a spreadsheet may begin a new one, and for what begins with an apostrophe
itself: so whoever reads the file takes one off each cell that begins with one, and one after each `;`, and
has what was written. A cell with a mark that may part cells is in quotes. The items of a list stand with
`; ` between them, where a `;` or a `\` within an item has a `\` before it. What is missing is an empty cell.

>>> guarded("=1+1"), guarded("'tis"), guarded("5 of 7"), guarded("a;=1+1")
("'=1+1", "''tis", '5 of 7', "a;'=1+1")
>>> unguarded("'=1+1"), unguarded("''tis"), unguarded("5 of 7"), unguarded("a;'=1+1")
('=1+1', "'tis", '5 of 7', 'a;=1+1')
>>> split_items(joined(["a; b", "c"]))
['a; b', 'c']
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from service.formats.columns import Column, Kind

_RISKY = re.compile(
    r"""\A(?=[\t\r\n]) |
    (?:\A|(?<=;))(?=' | [\s\ufeff\u200b"]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212])""",
    re.VERBOSE,
)
"""Where an apostrophe is put. Some spreadsheets take full-width signs, too, for what they look like."""
_GUARD = re.compile(r"(?:\A|(?<=;))'")
_PARTING = re.compile(r'[,;|\t\r\n"]')


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    if ";" in text:
        return _RISKY.sub("'", text)
    return f"'{text}" if _RISKY.match(text) else text


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return _GUARD.sub("", cell)


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
    return (",".join(map(_quoted, cells)) + "\r\n").encode()


def _quoted(cell: str) -> str:
    """A cell that no reader takes for several, whichever mark it takes for what parts them."""
    return '"{}"'.format(cell.replace('"', '""')) if _PARTING.search(cell) else cell


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
