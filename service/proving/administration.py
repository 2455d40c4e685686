"""The administrative stream: that each act is as it was recorded, and none missing before the last.

That the last ones are there shows only against one that was kept elsewhere: its place and its hash.
"""

import re
from typing import Any

from service.log.errors import Malformed
from service.log.keys import decode
from service.proving.events import is_moment
from service.proving.findings import Finding, Findings, columns
from service.proving.snapshots import Snapshot
from service.store.acts import BEGINNING, COLUMNS, bound, kept_as
from service.store.checks import altered

TABLE = "administration"
NAMES = tuple(COLUMNS.split(", "))
KEPT = re.compile(r"([1-9][0-9]{0,17}):([A-Za-z0-9+/]{43}=)", re.ASCII)
"""An act as it is kept elsewhere: its place, and 32 bytes in base64."""


def check_administration(connection: Snapshot, findings: Findings) -> str | None:
    """Check each act's row, and that it is bound to all before it; the last one, as it is kept elsewhere."""
    last = None
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
        last = kept_as(wanted - 1, chain)
    return last


def check_kept(connection: Snapshot, kept: str, findings: Findings) -> None:
    """Check that an act is there which somebody kept, and so all before it; raise `Malformed`."""
    form = KEPT.fullmatch(kept)
    if form is None:
        words = "expected its place and its hash, as 17:Zr0…="
        raise Malformed(f"{kept[:80]!r} is no administrative act as it is kept: {words}")
    position, chain = int(form[1]), decode(form[2])
    found = connection.execute(f"SELECT chain FROM {TABLE} WHERE position = ?", (position,)).fetchone()
    if found is None:
        says = "an act was kept from here, and it is missing: the end of the stream was cut off"
        findings.add(Finding(f"{TABLE}.position", says, position=position))
    elif _hash(found[0]) != chain:
        says = "it is not the act that was kept: it, or one before it, was another"
        findings.add(Finding(f"{TABLE}.chain", says, position=position))


def _wrong_with(row: dict[str, Any], before: bytes) -> str | None:
    if not is_moment(row["recorded_at"]):
        return f"{row['recorded_at']!r} is not a moment as the record writes it"
    own = bound(before, row["position"], row["recorded_at"], row["name"], row["act"])
    return None if own == row["chain"] else "it is not bound to the acts before it: one of them was another"


def _number(position: Any, wanted: int) -> int:
    return position if isinstance(position, int) else wanted


def _hash(chain: Any) -> bytes:
    return chain if isinstance(chain, bytes) else b""
