"""Recomputes an answer from proven events alone, with the same pure projections as the service."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.entry import Entry
from domain.events import Stamped
from projections.cut import Cut, Lens, Moment, cut
from projections.explain import explain
from projections.history import history
from projections.on_record import DevelopmentOnRecord, on_record
from projections.receipt import Receipt
from projections.registry import VIEWS
from projections.timeline import Timeline, timeline
from service.api.cursors import TimelineCursor
from service.proving.findings import NotChecked
from service.store.places import place_of

LATER = {"left_out"}
"""What answers say of themselves only since there are pages; those with a receipt leave nothing out."""
MISSING = object()
"""Stands for what is not there at all."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What has been proved: the events of each stream, and the developments that they make."""

    streams: Mapping[UUID, Sequence[Stamped]]
    entries: Mapping[UUID, Entry]


def recompute(answer: Mapping[str, Any], receipt: Receipt, grounds: Grounds) -> Any:
    """The answer to what was asked, as the JSON that it is, without a receipt.

    Raise `NotChecked` where it is not known how such an answer is computed, `LookupError` or `ValueError`
    where the answer itself is no answer to anything.
    """
    moment = _moment(answer)
    match receipt.view:
        case "development":
            told: Any = _development(UUID(answer["id"]), moment, grounds)
        case "history":
            told = history(grounds.streams.get(UUID(answer["id"]), ()), moment)
        case "timeline":
            told = _timeline(answer, _cut(answer, moment, receipt, grounds))
        case str(name) if name in VIEWS:
            told = VIEWS[name].fold(_cut(answer, moment, receipt, grounds))
        case _:
            raise NotChecked(f"this version knows no view {receipt.view!r}")
    if answer.get("explanation") is not None:
        told = told.model_copy(update={"explanation": explain(told)})
    return told.model_dump(mode="json", exclude={"receipt", *LATER - answer.keys()})


def _development(development: UUID, moment: Moment, grounds: Grounds) -> DevelopmentOnRecord:
    naming = [one for one in grounds.entries.values() if development in one.same_as]
    return on_record(grounds.entries[development], moment, _retracted(grounds), naming)


def pairs_of(told: Any, computed: Any) -> list[tuple[object, Any, Any]] | None:
    """What stands at the same place in two objects or lists; `None` for what is neither."""
    match told, computed:
        case dict(), dict():
            names = dict.fromkeys([*told, *computed])
            return [(name, told.get(name, MISSING), computed.get(name, MISSING)) for name in names]
        case list(), list():
            places = range(max(len(told), len(computed)))
            return [(place, _at(told, place), _at(computed, place)) for place in places]
    return None


def _at(items: list[Any], place: int) -> Any:
    return items[place] if place < len(items) else MISSING


def _moment(answer: Mapping[str, Any]) -> Moment:
    known_at = answer["known_at"]
    return Moment(
        date.fromisoformat(answer["as_of"]),
        None if known_at is None else datetime.fromisoformat(known_at),
        answer["position"],
    )


def _retracted(grounds: Grounds) -> frozenset[UUID]:
    return frozenset(entry.id for entry in grounds.entries.values() if entry.retracted)


def _cut(answer: Mapping[str, Any], moment: Moment, receipt: Receipt, grounds: Grounds) -> Cut:
    lens = Lens(receipt.according_to, tuple(receipt.standing))  # type: ignore[arg-type]
    view = VIEWS.get(receipt.view or "")
    chosen = [
        entry
        for entry in grounds.entries.values()
        if (view is None or isinstance(entry.development, view.rests_on))
        and ("retracted" in lens.standings or not entry.retracted)
    ]
    return cut(answer["dossier"], moment, chosen, _retracted(grounds), lens)


def _timeline(answer: Mapping[str, Any], every: Cut) -> Timeline:
    """The page of those that the answer shows, in the order of time. Which it leaves out is not judged."""
    shown = {UUID(one["id"]) for one in answer["developments"]}
    held = tuple(one for one in every.held if one.entry.id in shown)
    following = None
    if answer["next"] is not None and held:
        place = place_of(held[-1].entry)
        following = str(TimelineCursor.model_validate({**asdict(every.moment), **asdict(place)}))
    return timeline(replace(every, held=held), following)
