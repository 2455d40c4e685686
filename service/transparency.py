"""The log as the service shows it: checkpoints, tiles and proofs over what has been recorded.

The leaf of the event at position n has index n - 1, and the tree after it has size n.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar, cast
from uuid import UUID, uuid5

from eventsourcing.persistence import OperationalError

from domain.values import walk
from projections.cut import NO_LENS, Lens
from projections.history import History
from projections.receipt import Committed, Proven, Receipt, rested_on
from projections.view import View
from service.clock import Clock
from service.log.checkpoint import Checkpoint, sign_checkpoint
from service.log.cosignature import WitnessKey
from service.log.errors import Malformed, OutOfTree, Unproven
from service.log.keys import encode
from service.log.notes import Note, Signature, SigningKey
from service.log.tiles import Bundle, Tile, format_entries
from service.log.tree import HASH_BYTES, check_consistency, prove_consistency, prove_inclusion, root
from service.reading import DOSSIERS
from service.record import Record
from service.store.checkpoints import Checkpoints, Kept

Answer = TypeVar("Answer", bound=View | History)
MOST_SALTS = 10_000
"""So many salts are read at a time."""


class NoSigningKey(RuntimeError):
    """The service has no key to sign the log with."""

    def __init__(self) -> None:
        super().__init__(
            "this service has no key to sign its log with: make one with `depositary keys new`, "
            "or name its file in DEPOSITARY_LOG_KEY, and start it again"
        )


class Rewritten(RuntimeError):
    """What is stored does not go on from what was signed: it was altered, cut, or is another record."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that is kept, and what it says."""

    kept: Kept
    checkpoint: Checkpoint

    @classmethod
    def of(cls, kept: Kept) -> "Signed":
        """Read one that is kept."""
        return cls(kept, Checkpoint.parse(kept.note.text))


class Transparency:
    """Signs and serves the log of one record."""

    def __init__(
        self, record: Record, clock: Clock, key: SigningKey | None, witnesses: Sequence[WitnessKey] = ()
    ) -> None:
        self._record = record
        self._clock = clock
        self._key = key
        self._witnesses = witnesses
        self.checkpoints = Checkpoints(record.store)
        self._assured = 0
        self._signs = key is not None
        self.seen = 0
        """How many events were in the log when it was looked at last."""
        self.signed = 0
        """How many of them were under a checkpoint then."""

    @property
    def size(self) -> int:
        """How many events are in the log by now."""
        return self._record.store.max_notification_id()

    @property
    def verifier_key(self) -> str | None:
        """The public key of the log, as it is handed on."""
        return self._key.verifier.format() if self._key else None

    @property
    def can_sign(self) -> bool:
        """Whether there is a key, and what was signed last of its own accord could be."""
        return self._signs

    # Checkpoints

    def checkpoint(self) -> Signed:
        """The checkpoint of all that is recorded, signed now if there is none yet.

        Raise `NoSigningKey`, or `Rewritten` where the tree does not go on from the last one signed.
        """
        latest = self.checkpoints.latest()
        self.seen = size = self.size
        self.signed = latest.size if latest is not None else 0
        if latest is not None and latest.size == size:
            self._assure(size)
            return Signed.of(latest)
        if self._key is None:
            raise NoSigningKey
        fresh = Checkpoint(self._key.name, size, root(self._record.leaves.hashes, size))
        if latest is not None:
            self._require_growth(Signed.of(latest).checkpoint, fresh)
        self._keep(fresh, sign_checkpoint(fresh, self._key))
        kept = self.checkpoints.of(size)
        assert kept is not None
        self.signed = size
        return Signed.of(kept)

    def covering(self, position: int) -> Signed:
        """The first checkpoint that covers a position, which stays the first; signed now if there is none."""
        kept = self.checkpoints.after(position - 1, 1)
        if not kept:
            return self.checkpoint()
        self._assure(kept[0].size)
        return Signed.of(kept[0])

    def _assure(self, size: int) -> None:
        """Have a checkpoint that was found be as lasting as one that is signed now, before anybody has it."""
        if size > self._assured:
            self._record.store.assure()
            self._assured = size

    def _keep(self, fresh: Checkpoint, note: Note) -> None:
        """Keep one where what it was computed from is kept.

        Another server may have taken over since that was read. Raise `OperationalError` where it holds less,
        or something else.
        """
        with self._record.store.database.writing() as c:
            try:
                held = root(self._record.leaves.hashes_within(c), fresh.size)
            except Malformed:
                held = None
            if held != fresh.root:
                raise OperationalError(
                    f"the server that writes now has no log of {fresh.size} as it was read"
                )
            self.checkpoints.keep(c, fresh.size, note, self._clock())
        self._assured = max(self._assured, fresh.size)

    def sign_news(self) -> None:
        """Sign what has been recorded since the last checkpoint, if there is a key and any news."""
        self.seen = self.size
        if self._key is None:
            return
        try:
            if self.seen:
                self.checkpoint()
        except Exception:
            self._signs = False
            raise
        self._signs = True

    def cosign(self, size: int, signatures: Sequence[Signature]) -> Signed:
        """Add the cosignatures of witnesses to a checkpoint that is kept.

        Raise `OutOfTree` where none of that size is kept, `Unproven` for what no known witness has signed.
        """
        kept = self.checkpoints.of(size)
        if kept is None:
            raise OutOfTree(f"no checkpoint of size {size} has been signed")
        known = kept.note.plus(*signatures).signed_by(self._witnesses)
        strangers = [one.name for one in signatures if one not in known]
        if strangers:
            raise Unproven(
                f"{', '.join(strangers)}: not among the witnesses that this service is told to know"
            )
        self.checkpoints.add(size, signatures, self._clock())
        again = self.checkpoints.of(size)
        assert again is not None
        return Signed.of(again)

    def _require_growth(self, latest: Checkpoint, fresh: Checkpoint) -> None:
        if latest.origin != fresh.origin:
            raise Rewritten(
                f"the key is of the log {fresh.origin}, and {latest.origin} was signed here before"
            )
        if latest.size > fresh.size:
            raise Rewritten(
                f"the record ends at position {fresh.size}, and a checkpoint of {latest.size} was signed"
            )
        try:
            proof = self.consistency(latest.size, fresh.size)
            check_consistency(proof, latest.size, fresh.size, latest.root, fresh.root)
        except Unproven as error:
            raise Rewritten(
                f"the record does not go on from its checkpoint of {latest.size}: {error}"
            ) from error

    # Tiles

    def tile(self, name: Tile) -> bytes:
        """The hashes of a tile; raise `OutOfTree` where it does not hold so many yet."""
        held = self._record.leaves.tile(name.level, name.index)
        if len(held) < name.width * HASH_BYTES:
            raise OutOfTree(f"{name.path} does not hold {name.width} hashes yet")
        return held[: name.width * HASH_BYTES]

    def bundle(self, name: Bundle) -> bytes:
        """The entries of a bundle; raise `OutOfTree` where it does not hold so many yet."""
        entries = self._record.leaves.entries(name.index)
        if len(entries) < name.width:
            raise OutOfTree(f"{name.path} does not hold {name.width} entries yet")
        return format_entries(entries[: name.width])

    # Proofs

    def root(self, size: int) -> bytes:
        """The root of the first so many leaves."""
        return root(self._record.leaves.hashes, size)

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """The proof that the event at a position is in the tree of a size; raise `OutOfTree`."""
        return prove_inclusion(self._record.leaves.hashes, position - 1, size)

    def consistency(self, first: int, second: int) -> list[bytes]:
        """The proof that the tree of one size is the beginning of that of another; raise `OutOfTree`."""
        return prove_consistency(self._record.leaves.hashes, first, second)

    def tied(self, answer: Answer, view: str, lens: Lens = NO_LENS, signed: Signed | None = None) -> Answer:
        """An answer with its receipt: all events of what it names, and of what that names, each proved.

        They are proved to be under a checkpoint that covers them; that of now if none is given.
        """
        signed = signed or self.checkpoint()
        named = {value for _, value in walk(answer) if isinstance(value, UUID)}
        known = (self._record.versions.entry(one, answer.position) for one in named)
        named = named.union(*(rested_on(entry) for entry in known if entry is not None))
        streams = [uuid5(DOSSIERS, answer.dossier), *sorted(named)]
        receipt = Receipt(
            checkpoint=signed.kept.note.format().decode(),
            events=tuple(self._proven(streams, answer.position, signed.checkpoint.size)),
            view=view,
            standing=lens.standings,
            according_to=lens.party,
        )
        return cast("Answer", answer.model_copy(update={"receipt": receipt}))

    def _proven(self, streams: Iterable[UUID], position: int, size: int) -> Iterable[Proven]:
        leaves = self._record.leaves
        events = [
            event
            for stream in streams
            for event in self._record.store.select_events(stream)
            if event.id <= position
        ]
        salts: dict[int, bytes] = {}
        positions = iter(event.id for event in events)
        while some := list(islice(positions, MOST_SALTS)):
            salts |= leaves.salts(some)
        for event in events:
            form = leaves.form(event)
            yield Proven(
                event=Committed.model_validate(form, from_attributes=True),
                salt=encode(salts[event.id]),
                proof=tuple(encode(one) for one in self.inclusion(event.id, size)),
            )
