"""A whole record as lines, read by and by: no more of it is in memory than some hundred events."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from service.log.form import Form, commit
from service.log.tree import Frontier, leaf_hash
from service.store.leaves import form_of
from service.store.mapper import EventMapper
from service.store.personal_keys import Fetch
from service.store.tables import stamped_row
from service.travelling.lines import Chain

FORMAT = 1
"""The version of the form that `service.travelling` describes."""
AT_A_TIME = 500

INCLUDED = "included"
KEPT_BACK = "kept back"

Progress = Callable[[int, int], None]
"""Is told the position reached and the last one."""

HEAD = "SELECT position, closed_until FROM head WHERE one = ?"
EVENTS = (
    "SELECT e.position, originator_id, originator_version, topic, state, recorded_at, salt, entry "
    "FROM stored_events e JOIN log_leaves l ON l.position = e.position "
    "WHERE e.position > ? AND e.position <= ? ORDER BY e.position"
)
PERSONAL = (
    "SELECT e.position, p.number, p.key FROM stored_events e "
    "JOIN personal_keys p ON p.stream = e.originator_id AND p.since = e.originator_version "
    "WHERE e.position > ? AND e.position <= ?"
)
CHECKPOINTS = "SELECT size, note, signed_at FROM checkpoints WHERE size > ? AND size <= ? ORDER BY size"
COSIGNATURES = (
    "SELECT size, signature, received_at FROM cosignatures WHERE size > ? AND size <= ? "
    "ORDER BY size, received_at, signature"
)
IDEMPOTENCY = (
    "SELECT principal, key, fingerprint, position FROM idempotency_keys "
    "WHERE (principal, key) > (?, ?) ORDER BY principal, key LIMIT ?"
)


class Damaged(RuntimeError):
    """What is stored is not what the log committed to, so it is not carried anywhere."""

    def __init__(self, position: int) -> None:
        super().__init__(
            f"position {position}: what is stored is not what the log committed to; "
            "`depositary verify` says which field it is"
        )


def lines_of(
    fetch: Fetch, mapper: EventMapper, progress: Progress = lambda done, of: None, *, with_keys: bool = False
) -> Iterator[bytes]:
    """The lines of the record that is behind a query, as of the last event that it had to begin with.

    Raise `Damaged`. Keys of personal texts are kept back unless they are asked for.
    """
    ((last, closed_until),) = fetch(HEAD, (1,))
    return _Leaving(fetch, mapper, last, with_keys=with_keys).lines(closed_until, progress)


class _Leaving:
    def __init__(self, fetch: Fetch, mapper: EventMapper, last: int, *, with_keys: bool) -> None:
        self._fetch = fetch
        self._mapper = mapper
        self._last = last
        self._with_keys = with_keys
        self._chain = Chain()
        self._frontier = Frontier()
        self._checkpoints = self._keys = 0

    def lines(self, closed_until: str, progress: Progress) -> Iterator[bytes]:
        """All of them."""
        line = self._chain.line
        personal = INCLUDED if self._with_keys else KEPT_BACK
        yield line(
            depositary_record=FORMAT, events=self._last, closed_until=closed_until, personal_keys=personal
        )
        yield from self._checkpoints_of(-1, 0)
        for after in range(0, self._last, AT_A_TIME):
            until = min(after + AT_A_TIME, self._last)
            yield from self._events(after, until)
            progress(until, self._last)
        yield from self._idempotency()
        yield line(
            end={
                "events": self._last,
                "checkpoints": self._checkpoints,
                "idempotency": self._keys,
                "root": _text(self._frontier.root),
            }
        )

    def _events(self, after: int, until: int) -> Iterator[bytes]:
        rows = self._fetch(EVENTS, (after, until))
        keys = {position: (number, key) for position, number, key in self._fetch(PERSONAL, (after, until))}
        due = [size for size, *_ in self._fetch(CHECKPOINTS, (after, until))]
        for expected, row in enumerate(rows, start=after + 1):
            if row[0] != expected:
                raise Damaged(expected)
            yield self._event(row, keys.get(expected))
            if expected in due:
                yield from self._checkpoints_of(expected - 1, expected)
        if len(rows) < until - after:
            raise Damaged(after + len(rows) + 1)

    def _event(self, row: Sequence[Any], key: tuple[int, bytes | None] | None) -> bytes:
        *event, salt, entry = row
        form = self._committed(event, bytes(salt), bytes(entry))
        self._frontier.append(leaf_hash(bytes(entry)))
        members = {
            "position": form.position,
            "recorded_at": form.recorded_at,
            "stream": form.stream,
            "version": form.version,
            "event": form.topic,
            "state": form.state,
            "salt": _text(salt),
            "entry": _text(entry),
        }
        return self._chain.line(**members, **({"personal_key": self._told(*key)} if key else {}))

    def _committed(self, event: Sequence[Any], salt: bytes, entry: bytes) -> Form:
        """What is committed to, once the entry is found to be that of the event."""
        try:
            form = form_of(stamped_row(event), self._mapper.unpack(bytes(event[4])))
            holds = commit(form, salt) == entry and form.recorded_at == event[5]
        except Exception as error:
            raise Damaged(event[0]) from error
        if not holds:
            raise Damaged(event[0])
        return form

    def _told(self, number: int, key: bytes | None) -> dict[str, Any]:
        return {"number": number, **({"key": _text(key)} if key and self._with_keys else {})}

    def _checkpoints_of(self, after: int, until: int) -> Iterator[bytes]:
        signatures = self._fetch(COSIGNATURES, (after, until))
        for size, note, signed_at in self._fetch(CHECKPOINTS, (after, until)):
            own = [{"signature": line, "received_at": at} for of, line, at in signatures if of == size]
            told = {"size": size, "note": bytes(note).decode(), "signed_at": signed_at, "cosignatures": own}
            self._checkpoints += 1
            yield self._chain.line(checkpoint=told)

    def _idempotency(self) -> Iterator[bytes]:
        last = ("", "")
        while rows := self._fetch(IDEMPOTENCY, (*last, AT_A_TIME)):
            for principal, key, fingerprint, position in rows:
                last = (principal, key)
                if position <= self._last:
                    own = {"principal": principal, "key": key, "fingerprint": _text(fingerprint)}
                    self._keys += 1
                    yield self._chain.line(idempotency={**own, "position": position})


def _text(data: bytes) -> str:
    return b64encode(data).decode()
