"""A dossier as statements of FollowTheMoney, in the columns of its CSV: who was involved in which event.

A development is an `Event`; whoever takes part is a `PublicBody`, an `Organization` or a `Person`. The id of
a statement is the SHA-1 of `dataset.entity_id.prop.value`, as the model has it; the statement of `id` makes
the entity. Dates there are a day, a month or a year, so one that is less exact, or in doubt, is told as a
note and not as a date. Cells are as they are, for a program reads them: no formula is guarded here.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha1
from io import StringIO

from domain.developments.base import ACTOR_TYPES
from domain.values import Actor, Organisation, Person, Place, Source, State, actor_key
from domain.within import within
from service.formats.telling import Telling
from service.formats.whole import Ledger, Whole

COLUMNS = (
    "canonical_id", "entity_id", "prop", "prop_type", "schema", "value", "dataset", "lang", "original_value",
    "external", "first_seen", "last_seen", "origin", "id",
)  # fmt: skip
WHY = "an Event of FollowTheMoney has no property for it"
EXACT = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")

TYPES = {
    "id": "id", "name": "name", "summary": "text", "notes": "text", "date": "date", "startDate": "date",
    "endDate": "date", "location": "address", "country": "country", "involved": "entity",
    "keywords": "string", "publisher": "string", "sourceUrl": "url", "recordId": "string",
    "position": "string",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """One value of one property of one entity."""

    entity: str
    schema: str
    prop: str
    value: str
    first_seen: str
    last_seen: str
    origin: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same statement as another."""
        return self.entity, self.prop, self.value

    def again(self, other: "Statement") -> "Statement":
        """It, told once more."""
        first, last = min(self.first_seen, other.first_seen), max(self.last_seen, other.last_seen)
        return replace(self, first_seen=first, last_seen=last)

    def cells(self, dataset: str) -> list[str]:
        """Its cells, in the order of `COLUMNS`."""
        key = f"{dataset}.{self.entity}.{self.prop}.{self.value}"
        made = sha1(key.encode(), usedforsecurity=False).hexdigest()
        named = [self.entity, self.entity, self.prop, TYPES[self.prop], self.schema, self.value, dataset]
        return [*named, "", "", "false", self.first_seen, self.last_seen, self.origin, made]


def statements(telling: Telling, ledger: Ledger) -> Iterator[bytes]:
    """Statements, each once, in the order of the dossier; the dataset is the dossier's id in its spelling."""
    dataset = telling.dossier.id.replace("-", "_")
    told: dict[tuple[str, str, str], Statement] = {}
    for whole in telling.developments():
        if whole.entry.retracted:
            ledger.close(whole, "it is retracted, and a statement cannot say so")
            continue
        for one in _of(whole):
            told[one.key] = told[one.key].again(one) if one.key in told else one
        ledger.close(whole, WHY)
    yield _line(list(COLUMNS))
    for one in told.values():
        yield _line(one.cells(dataset))


def _of(whole: Whole) -> Iterator[Statement]:
    """The statements of a development and of all who take part in it."""
    entry, development = whole.entry, whole.entry.development
    entity, seen = f"dep-{entry.id}", _seen(entry.recorded_at)
    origin = whole.events[0].event.recorded_by
    whole.take("/id", "/said/0/recorded_by", "/development/kind")
    if not entry.recorded_at.microsecond:  # Moments are whole seconds there.
        whole.take("/recorded_at")

    def event(prop: str, value: str) -> Statement:
        return Statement(entity, "Event", prop, value, seen, seen, origin)

    yield event("id", entity)
    yield event("name", development.headline())
    yield event("recordId", whole.id)
    yield event("keywords", development.kind)
    if development.summary:
        whole.take("/development/summary")
        yield event("summary", development.summary)
    for prop, value in [*_dates(whole), *_place(whole), *_sources(whole)]:
        yield event(prop, value)
    for actor in _actors(whole):
        yield from _actor(actor, seen, origin)
        yield event("involved", _id_of(actor))


def _seen(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def _dates(whole: Whole) -> Iterator[tuple[str, str]]:
    """Its date, where it is one that the model can hold; where it cannot, a note, which holds it in words."""
    occurred = str(whole.entry.development.occurred)
    whole.take("/development/occurred")
    ends = occurred.split("/")
    if all(EXACT.fullmatch(end) for end in ends):
        props = ("date",) if len(ends) == 1 else ("startDate", "endDate")
        yield from zip(props, ends, strict=True)
    else:
        yield "notes", f"Occurred (EDTF): {occurred}"


def _place(whole: Whole) -> Iterator[tuple[str, str]]:
    place: Place | None = whole.entry.development.place
    if place is not None:
        whole.take("/development/place/name", "/development/place/country")
        yield "location", place.name
        if place.country:
            yield "country", str(place.country).lower()


def _sources(whole: Whole) -> Iterator[tuple[str, str]]:
    for index, source in enumerate(whole.entry.development.sources):
        whole.take(f"/development/sources/{index}/outlet")
        yield "publisher", source.outlet
        if (source.locator or "").startswith(("http://", "https://")):
            whole.take(f"/development/sources/{index}/locator")
            yield "sourceUrl", str(source.locator)


def _actors(whole: Whole) -> list[Actor]:
    """Everybody who takes part and has an id; those who are not named have none."""
    development = whole.entry.development
    if development.parties and all(isinstance(party, State) for party in development.parties):
        whole.take("/development/parties")
    found = (one for one in within(development, but=(Source, Place)) if isinstance(one, ACTOR_TYPES))
    return [one for one in found if isinstance(one, State | Organisation | Person)]


def _id_of(actor: Actor) -> str:
    return f"dep-actor-{actor_key(actor).lower()}"


def _actor(actor: Actor, seen: str, origin: str) -> Iterator[Statement]:
    match actor:
        case State():
            schema, props = "PublicBody", [("name", str(actor)), ("country", str(actor).lower())]
        case Organisation(name=name):
            schema, props = "Organization", [("name", name)]
        case Person(name=name, role=role):
            schema, props = "Person", [("name", name), *([("position", role)] if role else [])]
        case _:
            return
    entity = _id_of(actor)
    for prop, value in [("id", entity), *props]:
        yield Statement(entity, schema, prop, value, seen, seen, origin)


def _line(cells: list[str]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue().encode()
