"""Check values: the CRC-32 of each column of a row, kept beside it, so that what was altered can be named.

An entry of the log is one hash over all fields of an event: it tells that a field was altered, and not
which. Four bytes a column do. They prove nothing, for whoever alters a row can write them anew; then the log
and its checkpoints still tell that the row was altered, and only not in which column.
"""

from collections.abc import Mapping
from itertools import zip_longest
from zlib import crc32

Column = str | int | bytes

CHECK_BYTES = 4

_TAGS = {str: crc32(b"text"), int: crc32(b"integer"), bytes: crc32(b"blob")}


def checks_of(*columns: Column) -> bytes:
    """The check values of some columns, one after the other."""
    return b"".join([_check(column) for column in columns])


def altered(columns: Mapping[str, object], checks: object) -> list[str]:
    """The names of the columns that are not as their check values have it; none of them if all are."""
    if not isinstance(checks, bytes):
        return []
    kept = [checks[place : place + CHECK_BYTES] for place in range(0, len(checks), CHECK_BYTES)]
    pairs = zip_longest(columns.items(), kept, fillvalue=None)
    return [
        column[0]
        for column, check in pairs
        if column is not None and (type(column[1]) not in _TAGS or _check(column[1]) != check)  # type: ignore[arg-type]
    ]


def _check(column: Column) -> bytes:
    plain = column if isinstance(column, bytes) else str(column).encode("utf-8", "surrogateescape")
    return crc32(plain, _TAGS[type(column)]).to_bytes(CHECK_BYTES, "big")
