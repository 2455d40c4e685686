"""Whether a log goes on from a checkpoint that somebody kept: of a file, or of a running service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service.client import Client
from service.log.checkpoint import Checkpoint, open_checkpoint
from service.log.errors import Malformed, Unproven
from service.log.keys import decode, encode
from service.log.notes import Note, VerifierKey
from service.log.tiles import WIDTH
from service.log.tree import Frontier, check_consistency
from service.proving.ends import end_of
from service.proving.events import ROWS, Row, hash_of_event
from service.proving.snapshots import Snapshot
from service.store.mapper import EventMapper


class Rewritten(Unproven):
    """The log does not go on from the checkpoint."""


@dataclass(frozen=True, slots=True)
class Audited:
    """That a log goes on from a checkpoint: its size and root now."""

    since: Checkpoint
    size: int
    root: bytes
    note: str | None = None
    """The checkpoint of now as the service signed it: what to keep for the next audit."""

    def as_json(self) -> dict[str, Any]:
        """All of it for machines."""
        return {
            "origin": self.since.origin,
            "since": {"size": self.since.size, "root": encode(self.since.root)},
            "now": {"size": self.size, "root": encode(self.root)},
        }


def read_checkpoint(note: bytes, key: VerifierKey | None) -> Checkpoint:
    """The checkpoint in a note that somebody kept, signed by the log's key where it is given.

    Raise `Unproven`.
    """
    if key is None:
        return Checkpoint.parse(Note.parse(note).text)
    return open_checkpoint(note, key.name, [key])


def audit_record(
    connection: Snapshot,
    mapper: EventMapper,
    since: Checkpoint,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Audited:
    """Compute every leaf anew from its event, and compare the root at the checkpoint's size.

    Neither the entries nor the tiles that are stored are relied on. Raise `Rewritten`.
    """
    end = end_of(connection)
    if end < since.size:
        raise Rewritten(
            f"the record ends at position {end}, and the checkpoint is of {since.size} events: "
            "its end was cut off"
        )
    tree = Frontier()
    _compare(tree, since)
    for start in range(0, end, WIDTH):
        last = min(start + WIDTH, end)
        found = {row.position: row for row in map(Row.of, connection.execute(ROWS, (start, last) * 2))}
        for position in range(start + 1, last + 1):
            leaf = hash_of_event(found.get(position, Row(None, None)), mapper)
            if leaf is None:
                raise Rewritten(f"the event at position {position} is missing or cannot be read")
            tree.append(leaf)
            _compare(tree, since)
        progress(last, end)
    return Audited(since, end, tree.root)


def audit_service(client: Client, since: Checkpoint, key: VerifierKey) -> Audited:
    """Have a service show its checkpoint of now, and prove that it goes on from the one that was kept.

    Raise `Unproven` where it does not, or what it answers is no proof.
    """
    note = client.text("/checkpoint")
    now = open_checkpoint(note.encode(), key.name, [key])
    if now.size < since.size:
        raise Rewritten(
            f"the service signs a log of {now.size} events, and the checkpoint is of {since.size}"
        )
    told = client.get("/v1/log/proofs/consistency", **{"from": since.size, "to": now.size})
    try:
        proof = [decode(one) for one in told["proof"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise Malformed("the service answers no consistency proof") from error
    check_consistency(proof, since.size, now.size, since.root, now.root)
    return Audited(since, now.size, now.root, note)


def _compare(tree: Frontier, since: Checkpoint) -> None:
    if tree.size == since.size and tree.root != since.root:
        raise Rewritten(
            f"the first {since.size} events of the record are not those that the checkpoint is of: "
            "something among them was altered, or it is the checkpoint of another record"
        )
