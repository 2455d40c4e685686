"""What lies beside the events: where the record ends, how far the views came, and the keys that were used."""

import json
import re
from typing import Any

from domain.events import PersonalDataErased
from service.proving.events import EVENT, LEAF, is_moment
from service.proving.findings import Finding, Findings, columns
from service.proving.snapshots import Snapshot
from service.store.checks import altered
from service.store.layout import FILLED, NAME
from service.store.mapper import EventMapper
from service.store.personal_keys import DESTROYED, KEPT_BACK

OF_THE_LIBRARY = {"__migration__": 1}
"""What `eventsourcing` itself notes in the table of tracking."""
SHOWN = 100
"""So many rows that do not belong are named."""

KEY_COLUMNS = ("principal", "key", "fingerprint", "position")
KEYS = (
    "SELECT principal, key, fingerprint, k.position, checks, e.position, state "
    "FROM idempotency_keys k LEFT JOIN stored_events e ON e.position = k.position"
)
PERSONAL_KEY_COLUMNS = ("number", "stream", "since", "key")
SEALED_AT = "(SELECT position FROM stored_events WHERE originator_id = stream AND originator_version = since)"
ERASED_AFTER = (
    "EXISTS (SELECT 1 FROM stored_events WHERE originator_id = stream AND originator_version > since "
    f"AND topic = '{PersonalDataErased.name}')"
)
TWICE = "SELECT position FROM idempotency_keys GROUP BY position HAVING count(*) > 1 LIMIT ?"


def end_of(connection: Snapshot) -> int:
    """The position of the last event, as two of three tell it: the events, their leaves, and the head.

    It is no more than there are rows, so that whoever alters two of them makes nobody count for ever.
    """
    told = [
        connection.execute(f"SELECT coalesce(max(position), 0) FROM {table}").fetchone()[0]
        for table in (EVENT, LEAF, "head")
    ]
    rows = sum(connection.execute(f"SELECT count(*) FROM {one}").fetchone()[0] for one in (EVENT, LEAF))
    median = sorted(one if isinstance(one, int) else 0 for one in told)[1]
    return max(0, min(median, int(rows)))


def check_ends(connection: Snapshot, end: int, last_moment: str, findings: Findings) -> None:
    """Check the head, and that nothing lies outside of positions 1 to the end."""
    _check_head(connection, end, last_moment, findings)
    for table in (EVENT, LEAF):
        outside = f"SELECT position FROM {table} WHERE position < 1 OR position > ? LIMIT ?"
        for (position,) in connection.execute(outside, (end, SHOWN)):
            says = f"the record has positions 1 to {end}"
            findings.add(Finding(f"{table}.position", says, position=position))


def earlier_views(connection: Snapshot) -> str | None:
    """The name of the views, if an earlier version made them: whoever opens the record folds them anew."""
    names = [str(name) for (name,) in connection.execute("SELECT application_name FROM tracking")]
    views = [name for name in names if re.fullmatch(r"versions-[0-9]{1,6}", name)]
    return views[0] if len(views) == 1 and _number(views[0]) < _number(NAME) else None


def _number(name: str) -> int:
    return int(name.partition("-")[2])


def check_tracking(connection: Snapshot, end: int, findings: Findings) -> None:
    """Check that the views, of this version or an earlier one, have come as far as the events."""
    rows = connection.execute("SELECT application_name, notification_id FROM tracking").fetchall()
    views = earlier_views(connection) or NAME
    if views not in {name for name, _ in rows}:
        findings.add(Finding("tracking.application_name", f"there is no row of the views {NAME!r}"))
    for name, reached in rows:
        unfinished = {FILLED: reached} if isinstance(reached, int) and 0 <= reached <= end else {FILLED: end}
        wanted = {views: end, **unfinished, **OF_THE_LIBRARY}.get(name)
        if wanted is None:
            says = f"{name!r} is not the name of this version's views, which is {NAME!r}"
            findings.add(Finding("tracking.application_name", says))
        elif reached != wanted:
            findings.add(Finding("tracking.notification_id", f"{name!r} reached {reached}, not {wanted}"))


def check_keys(connection: Snapshot, mapper: EventMapper, findings: Findings) -> None:
    """Check that each idempotency key is that of the event at its position."""
    for row in connection.execute(KEYS):
        found = altered(dict(zip(KEY_COLUMNS, row[:4], strict=True)), row[4])
        wrong = _wrong_with(row, mapper, found)
        if wrong is not None:
            findings.add(Finding(wrong[0], f"the key {row[1]!r} of {row[0]}: {wrong[1]}", position=row[3]))
    for (position,) in connection.execute(TWICE, (SHOWN,)):
        findings.add(Finding("idempotency_keys.position", "two keys are of one event", position=position))


def check_personal_keys(connection: Snapshot, findings: Findings) -> None:
    """Check that each key of personal texts is as it was kept, and that those are gone that were erased."""
    rows = connection.execute(
        f"SELECT {', '.join(PERSONAL_KEY_COLUMNS)}, checks, {SEALED_AT}, {ERASED_AFTER} FROM personal_keys"
    )
    for *columns_, checks, position, erased in rows:
        row = dict(zip(PERSONAL_KEY_COLUMNS, columns_, strict=True))
        stream, since = str(row["stream"]), row["since"]
        found = altered({**row, "key": DESTROYED if row["key"] is None else row["key"]}, checks)
        if found:
            names, says = (
                columns("personal_keys", [*found, "checks"]),
                "the check value is not that of the column",
            )
        elif position is None:
            names = columns("personal_keys", ("stream", "since"))
            says = f"there is no version {since!r} of the stream {stream}"
        elif (row["key"] is None) != bool(erased):
            names = "personal_keys.key"
            says = (
                "it was erased, and is still there" if erased else "it is destroyed, and nothing was erased"
            )
        else:
            continue
        findings.add(Finding(names, says, position=position, stream=stream, version=since))


def kept_back(connection: Snapshot) -> int:
    """How many keys of personal texts did not come along when the record was carried here."""
    row = connection.execute("SELECT count(*) FROM personal_keys WHERE key = ?", (KEPT_BACK,)).fetchone()
    return int(row[0])


def _wrong_with(row: tuple[Any, ...], mapper: EventMapper, found: list[str]) -> tuple[str, str] | None:
    principal, _, _, position, _, event, state = row
    if found and found != list(KEY_COLUMNS):
        names = columns("idempotency_keys", [*found, "checks"])
        return names, "the check value is not that of the column"
    if event is None:
        return "idempotency_keys.position", f"there is no event at position {position}"
    if _recorder(state, mapper) not in {principal, None}:
        names = columns("idempotency_keys", ("principal", "position"))
        return names, f"the event was recorded by {_recorder(state, mapper)}"
    return (columns("idempotency_keys", ["checks"]), "they are of another row") if found else None


def _recorder(state: Any, mapper: EventMapper) -> object:
    """Who recorded the event; `None` where it cannot be read, which is found elsewhere."""
    try:
        return json.loads(mapper.unpack(state))["recorded_by"]
    except Exception:  # noqa: BLE001 - whatever a cipher or a broken value raises
        return None


def _check_head(connection: Snapshot, end: int, last_moment: str, findings: Findings) -> None:
    rows = connection.execute("SELECT one, position, closed_until, checks FROM head").fetchall()
    if len(rows) != 1:
        findings.add(Finding("head", f"it has {len(rows)} rows, not one"))
    for one, position, closed_until, checks in rows:
        if one != 1:
            findings.add(Finding("head.one", f"it is 1, not {one!r}"))
        if position != end:
            findings.add(Finding("head.position", f"it is {position!r}, and the last event is at {end}"))
        if not is_moment(closed_until):
            says = f"{closed_until!r} is not a moment as the record writes it"
            findings.add(Finding("head.closed_until", says))
        elif closed_until < last_moment:
            says = f"{closed_until} is before the last event, of {last_moment}"
            findings.add(Finding("head.closed_until", says))
        for name in altered({"position": position, "closed_until": closed_until}, checks):
            names = columns("head", [name, "checks"])
            findings.add(Finding(names, "the check value is not that of the column"))
