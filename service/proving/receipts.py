"""Verifies an answer that came with a receipt: no network, no database, nothing but the log's public key.

What holds then: the events in the receipt are in the log of the checkpoint, and the answer is what they come
to. What no receipt can prove is that no further event was recorded that bears on the answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.persistence import MapperDeserialisationError
from pydantic import ValidationError

from domain.entry import Entry, OutOfOrder, replay
from domain.events import DossierOpened, Stamped
from projections.receipt import Proven, Receipt, rested_on
from service.log.checkpoint import Checkpoint, open_checkpoint
from service.log.cosignature import WitnessKey, cosignatures
from service.log.errors import Unproven
from service.log.form import Form, commit
from service.log.keys import decode
from service.log.notes import Note, VerifierKey
from service.log.tree import check_inclusion, leaf_hash
from service.proving.events import is_moment
from service.proving.findings import NotChecked
from service.proving.recomputing import MISSING, Grounds, recompute
from service.proving.sealed import WITHOUT_KEYS, Sealed, differences
from service.reading import DOSSIERS
from service.store.mapper import StampedNotification
from service.store.tables import read_moment


class DoesNotHold(Exception):
    """Something in an answer does not hold: where, as a JSON Pointer, and why."""

    def __init__(self, pointer: str, says: str) -> None:
        super().__init__(f"{pointer or 'the answer'}: {says}")
        self.pointer = pointer
        self.says = says


@dataclass(frozen=True, slots=True)
class Verified:
    """An answer that holds, and what it was the answer to."""

    checkpoint: Checkpoint
    events: int
    view: str
    cosigned_by: tuple[str, ...]
    question: dict[str, Any] = field(default_factory=dict)
    sealed: tuple[str, ...] = ()
    """Where it tells texts that are sealed in the log: that they are there is proved, not what they say."""

    def as_json(self) -> dict[str, Any]:
        """All of it for machines."""
        return {
            "holds": True,
            "view": self.view,
            "question": self.question,
            "origin": self.checkpoint.origin,
            "size": self.checkpoint.size,
            "events_proven": self.events,
            "cosigned_by": list(self.cosigned_by),
            "sealed_texts_not_proven": list(self.sealed),
        }


def verify_answer(answer: Any, key: VerifierKey, witnesses: Sequence[WitnessKey] = ()) -> Verified:
    """Verify an answer of the API; raise `DoesNotHold`, or `NotChecked` where it has no receipt."""
    receipt = _receipt(answer)
    try:
        checkpoint = open_checkpoint(receipt.checkpoint.encode(), key.name, [key])
        cosigned = cosignatures(Note.parse(receipt.checkpoint.encode()), witnesses)
    except Unproven as error:
        raise DoesNotHold("/receipt/checkpoint", str(error)) from error
    grounds = _grounds(answer, receipt, checkpoint)
    _require_all_named(answer, grounds)
    told = {name: value for name, value in answer.items() if name != "receipt"}
    sealed = _compare(told, receipt, grounds)
    question = {name: answer[name] for name in ("dossier", "as_of", "known_at", "position")}
    lens = {"standing": list(receipt.standing), "according_to": receipt.according_to}
    return Verified(
        checkpoint,
        len(receipt.events),
        receipt.view or "",
        tuple(one.name for one in cosigned),
        {**question, **{name: value for name, value in lens.items() if value}},
        sealed,
    )


def _receipt(answer: Any) -> Receipt:
    if not isinstance(answer, dict) or not isinstance(answer.get("receipt"), dict):
        raise NotChecked(
            "this answer has no receipt: ask for one with receipt=true, or proof=true of one development"
        )
    try:
        return Receipt.model_validate(answer["receipt"])
    except ValidationError as error:
        first = error.errors()[0]
        raise DoesNotHold("/".join(["/receipt", *map(str, first["loc"])]), first["msg"]) from error


# What the receipt proves


def _grounds(answer: dict[str, Any], receipt: Receipt, checkpoint: Checkpoint) -> Grounds:
    position = _require_position(answer, checkpoint)
    by_stream: dict[UUID, list[tuple[int, Stamped]]] = defaultdict(list)
    for index, proven in enumerate(receipt.events):
        _require_in_log(proven, index, checkpoint)
        stamped = _read(proven, index)
        _require_known(answer, position, stamped, index)
        by_stream[stamped.originator_id].append((index, stamped))
    _require_one_order(stamped for events in by_stream.values() for _, stamped in events)
    streams = {stream: _whole(events) for stream, events in by_stream.items()}
    _require_dossier(answer, streams)
    entries = {stream: _replayed(events) for stream, events in streams.items()}
    return Grounds(streams, {entry.id: entry for entry in entries.values() if entry is not None})


def _require_in_log(proven: Proven, index: int, checkpoint: Checkpoint) -> None:
    event = proven.event
    try:
        form = Form(**event.model_dump())
        leaf = leaf_hash(commit(form, decode(proven.salt)))
        proof = [decode(one) for one in proven.proof]
        check_inclusion(proof, event.position - 1, checkpoint.size, leaf, checkpoint.root)
    except (Unproven, ValueError) as error:
        raise DoesNotHold(f"/receipt/events/{index}", str(error)) from error


def _read(proven: Proven, index: int) -> Stamped:
    event = proven.event
    if not is_moment(event.recorded_at):
        says = "it is not a moment as the record writes it"
        raise DoesNotHold(f"/receipt/events/{index}/event/recorded_at", says)
    try:
        stored = StampedNotification(
            id=event.position,
            originator_id=UUID(event.stream),
            originator_version=event.version,
            topic=event.topic,
            state=event.state.encode(),
            recorded_at=read_moment(event.recorded_at),
        )
        stamped = WITHOUT_KEYS.to_stamped(stored)
    except (MapperDeserialisationError, ValueError) as error:
        raise DoesNotHold(f"/receipt/events/{index}/event", str(error)) from error
    if stamped.event.recorded_by != event.principal:
        raise DoesNotHold(f"/receipt/events/{index}/event/principal", "the state names somebody else")
    return stamped


def _require_position(answer: dict[str, Any], checkpoint: Checkpoint) -> int:
    position = answer.get("position")
    if type(position) is not int or not 0 <= position <= checkpoint.size:
        says = f"the checkpoint is of {checkpoint.size} events, and the answer reflects position {position!r}"
        raise DoesNotHold("/position", says)
    return position


def _require_known(answer: dict[str, Any], position: int, stamped: Stamped, index: int) -> None:
    """Require that an event was known at the moment of knowledge that the answer gives."""
    if stamped.position > position:
        says = f"the event is at {stamped.position}, and the answer reflects position {position}"
        raise DoesNotHold(f"/receipt/events/{index}/event/position", says)
    try:
        known = stamped.recorded_at <= datetime.fromisoformat(answer["known_at"])
    except (LookupError, TypeError, ValueError) as error:
        raise DoesNotHold("/known_at", "it is not a moment") from error
    if not known:
        raise DoesNotHold("/known_at", f"the event at position {stamped.position} was recorded later")


def _require_one_order(events: Iterable[Stamped]) -> None:
    ordered = sorted(events, key=lambda one: one.position)
    for before, after in pairwise(ordered):
        if before.position == after.position or before.recorded_at >= after.recorded_at:
            says = f"the events at {before.position} and {after.position} do not come one after the other"
            raise DoesNotHold("/receipt/events", says)


def _whole(events: Sequence[tuple[int, Stamped]]) -> list[Stamped]:
    """A stream from its first version on, in order."""
    ordered = sorted(events, key=lambda one: one[1].originator_version)
    for version, (index, stamped) in enumerate(ordered, 1):
        if stamped.originator_version != version:
            says = f"version {version} of the development {stamped.originator_id} is not proved"
            raise DoesNotHold(f"/receipt/events/{index}", says)
    stream = [stamped for _, stamped in ordered]
    if stream != sorted(stream, key=lambda one: one.position):
        raise DoesNotHold("/receipt/events", f"the versions of {stream[0].originator_id} are out of order")
    return stream


def _require_dossier(answer: dict[str, Any], streams: dict[UUID, list[Stamped]]) -> None:
    """Require that the dossier was opened, and that the developments are of it."""
    named = answer.get("dossier")
    opened = streams.get(uuid5(DOSSIERS, str(named)), [])
    if not opened or not isinstance(opened[0].event, DossierOpened) or opened[0].event.dossier.id != named:
        raise DoesNotHold("/dossier", f"that a dossier {named!r} was opened is not proved")
    for events in streams.values():
        dossier = getattr(events[0].event, "dossier", named)
        if isinstance(dossier, str) and dossier != named:
            says = f"{events[0].originator_id} is of the dossier {dossier!r}"
            raise DoesNotHold("/dossier", says)


def _replayed(events: Sequence[Stamped]) -> Entry | None:
    if isinstance(events[0].event, DossierOpened):
        return None
    try:
        return replay(None, events)
    except (OutOfOrder, ValueError) as error:
        raise DoesNotHold("/receipt/events", str(error)) from error


# What the answer says


def _require_all_named(answer: dict[str, Any], grounds: Grounds) -> None:
    """Require that all that the answer names is proved, up to the version that it names."""
    for pointer, development, version in _named("", answer):
        entry = grounds.entries.get(development)
        if entry is None or entry.version < version:
            proved = entry.version if entry else 0
            says = f"it rests on version {version} of {development}, and {proved} versions are proved"
            raise DoesNotHold(pointer, says)
        for other in rested_on(entry) - grounds.entries.keys():
            raise DoesNotHold(pointer, f"{development} names {other}, of which nothing is proved")


def _named(pointer: str, told: Any) -> Iterator[tuple[str, UUID, int]]:
    """The developments that stand anywhere in an answer with their version."""
    match told:
        case {"id": str(identity), "version": int(version)}:
            try:
                yield pointer, UUID(identity), version
            except ValueError as error:
                raise DoesNotHold(f"{pointer}/id", "it is not the id of a development") from error
    match told:
        case dict():
            for name, value in told.items():
                if (pointer, name) not in {("", "receipt"), ("", "explanation")}:
                    yield from _named(f"{pointer}/{name}", value)
        case list():
            for index, value in enumerate(told):
                yield from _named(f"{pointer}/{index}", value)


def _compare(told: dict[str, Any], receipt: Receipt, grounds: Grounds) -> tuple[str, ...]:
    """Compare an answer with what the events come to; answer where it tells texts that are sealed there."""
    try:
        computed = recompute(told, receipt, grounds)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise DoesNotHold("", f"nothing can be computed for it: {error!r}") from error
    sealed = Sealed(told)
    if found := sealed.explain(list(differences(told, computed))):
        pointer, one, other = found
        says = f"the answer says {_shown(one)}, and the proven events come to {_shown(other)}"
        raise DoesNotHold(pointer, says)
    return tuple(sealed.places)


def _shown(value: Any) -> str:
    text = "nothing" if value is MISSING else repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
