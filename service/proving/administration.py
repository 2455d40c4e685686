"""The administrative stream: that each act is as it was recorded, and none missing before the last."""

from typing import Any

from service.proving.events import is_moment
from service.proving.findings import Finding, Findings, columns
from service.proving.snapshots import Snapshot
from service.store.acts import BEGINNING, COLUMNS, bound
from service.store.checks import altered

TABLE = "administration"
NAMES = tuple(COLUMNS.split(", "))


def check_administration(connection: Snapshot, findings: Findings) -> None:
    """Check each act's row, and that it is bound to all before it."""
    wanted, chain = 1, BEGINNING
    for *values, checks in connection.execute(f"SELECT {COLUMNS}, checks FROM {TABLE} ORDER BY position"):
        row = dict(zip(NAMES, values, strict=True))
        found = altered(row, checks)
        position = row["position"]
        if found:
            names = columns(TABLE, [*found, "checks"])
            findings.add(Finding(names, "the check value is not that of the column", position=position))
        elif position != wanted:
            findings.add(
                Finding(f"{TABLE}.position", f"the act after {wanted - 1} is missing", position=wanted)
            )
        elif (wrong := _wrong_with(row, chain)) is not None:
            findings.add(Finding(columns(TABLE, NAMES), wrong, position=position))
        wanted, chain = _number(position, wanted) + 1, _hash(row["chain"])


def _wrong_with(row: dict[str, Any], before: bytes) -> str | None:
    if not is_moment(row["recorded_at"]):
        return f"{row['recorded_at']!r} is not a moment as the record writes it"
    own = bound(before, row["position"], row["recorded_at"], row["name"], row["act"])
    return None if own == row["chain"] else "it is not bound to the acts before it: one of them was another"


def _number(position: Any, wanted: int) -> int:
    return position if isinstance(position, int) else wanted


def _hash(chain: Any) -> bytes:
    return chain if isinstance(chain, bytes) else b""
