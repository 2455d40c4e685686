"""A table as Apache Parquet, with real types: days, moments in UTC, whole numbers, lists of texts."""

import json
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Any

from service.formats.columns import Kind
from service.formats.tables import Table
from service.formats.telling import Telling
from service.formats.whole import Ledger

ROWS_IN_A_GROUP = 10_000


def parquet(table: Table, telling: Telling, ledger: Ledger | None) -> Iterator[bytes]:
    """A table whose metadata have its dossier, its day, its moment of knowledge and its position."""
    import pyarrow as pa  # type: ignore[import-untyped] # noqa: PLC0415 - of depositary[export]
    from pyarrow import parquet as pq  # noqa: PLC0415 - the same

    types = _types(pa)
    fields = [pa.field(column.name, types[column.kind]) for column in table.columns]
    schema = pa.schema(fields, metadata=metadata_of(table, telling))
    out, rows = BytesIO(), table.rows(telling, ledger)
    with pq.ParquetWriter(out, schema) as writer:
        while some := list(islice(rows, ROWS_IN_A_GROUP)):
            cells = {
                column.name: [_value(column.kind, column.read(row)) for row in some]
                for column in table.columns
            }
            writer.write_table(pa.Table.from_pydict(cells, schema=schema))
    yield out.getvalue()


def metadata_of(table: Table, telling: Telling) -> dict[str, str]:
    """What a file says of itself."""
    moment = telling.moment
    return {
        "dossier": telling.dossier.id,
        "title": telling.dossier.title,
        "table": table.name,
        "as_of": moment.as_of.isoformat(),
        "known_at": moment.known_at.isoformat() if moment.known_at else "",
        "position": str(moment.position),
    }


def _types(pa: Any) -> dict[Kind, Any]:
    return {
        Kind.TEXT: pa.string(),
        Kind.INTEGER: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.TRUTH: pa.bool_(),
        Kind.DAY: pa.date32(),
        Kind.MOMENT: pa.timestamp("us", tz="UTC"),
        Kind.TEXTS: pa.list_(pa.string()),
        Kind.JSON: pa.string(),
    }


def _value(kind: Kind, value: Any) -> Any:
    if kind is Kind.JSON and value is not None:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value
