"""The rows of a development: itself, its sources, its counts, and all that was said of it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from domain.developments.humanitarian import Return
from domain.quantity import Count, Withheld, total_of
from domain.values import State, Text, Value, actor_key, independent_origins
from projections.cut import Moment
from service.formats.codes import PRECISION, coded, time_precision
from service.formats.whole import Whole


class DevelopmentRow(Value):
    """A development in one row. What has no column of its own is in `details`."""

    id: str
    version: int
    dossier: str
    position: int
    recorded_at: datetime
    recorded_by: str
    kind: str
    standing: str
    headline: str
    summary: str | None
    occurred: str
    earliest: date | None
    latest: date | None
    lasting: bool
    certainty: str
    dating: str | None
    parties: tuple[str, ...]
    place: str | None
    place_country: str | None
    place_precision: str | None
    issues: tuple[str, ...]
    sources: tuple[str, ...]
    origins: int
    open_disputes: int
    same_as: tuple[str, ...]
    plover: str | None
    plover_mode: str | None
    cameo: str | None
    acled: str | None
    acled_time_precision: int | None
    acled_geo_precision: int | None
    pax_stage: str | None
    pax_substage: str | None
    codes_certain: bool
    codes_doubts: tuple[str, ...]
    details: Any


class SourceRow(Value):
    """One source of a development, of its recording or a corroboration."""

    development: str
    number: int
    of: str
    outlet: str
    title: str | None
    published: str | None
    published_earliest: date | None
    published_latest: date | None
    locator: str | None
    language: str | None
    quote: Text | None
    origin: str | None
    chain: Any


class CountRow(Value):
    """How many persons of one side, or of one category of them, as the development has it."""

    development: str
    kind: str
    side: str
    category: str | None
    count_type: str
    at_least: int | None
    at_most: int | None
    withheld_by: str | None
    withheld_reason: str | None
    withheld_until: str | None


class SayingRow(Value):
    """One event of a development: what was said, when, and by whom."""

    development: str
    version: int
    position: int
    event: str
    recorded_at: datetime
    recorded_by: str
    reason: str | None
    to: str | None
    """Where the body can be sent again; an erasure has no address."""
    body: Any


HELD = ("id", "version", "standing", "recorded_at", "same_as")
FLAT = ("kind", "occurred", "dating", "summary", "issues")
"""Fields of a development that are columns as they are."""


def development_row(whole: Whole, moment: Moment) -> DevelopmentRow:
    """The row of a development; takes all of it but what was said of it later."""
    entry, development, bounds = whole.entry, whole.entry.development, whole.entry.bounds
    certainty = bounds.occurred_by(moment.as_of)
    place, codes = development.place, coded(entry, certainty)
    whole.take(*(f"/{name}" for name in HELD), "/development")
    whole.take("/said/0/position", "/said/0/recorded_at", "/said/0/recorded_by", "/said/0/version")
    return DevelopmentRow(
        id=whole.id,
        version=entry.version,
        dossier=entry.dossier,
        position=entry.position,
        recorded_at=entry.recorded_at,
        recorded_by=whole.events[0].event.recorded_by,
        kind=development.kind,
        standing=entry.standing,
        headline=development.headline(),
        summary=development.summary,
        occurred=str(development.occurred),
        earliest=bounds.earliest,
        latest=bounds.latest,
        lasting=development.occurred.lasting,
        certainty=certainty,
        dating=development.dating,
        parties=tuple(actor_key(party) for party in development.parties),
        place=place.name if place else None,
        place_country=str(place.country) if place and place.country else None,
        place_precision=place.precision if place else None,
        issues=development.issues,
        sources=tuple(_cited(source) for source in entry.sources),
        origins=independent_origins(entry.sources),
        open_disputes=len(entry.open_disputes),
        same_as=tuple(str(one) for one in entry.same_as),
        plover=codes.codes.plover,
        plover_mode=codes.codes.plover_mode,
        cameo=codes.codes.cameo,
        acled=codes.codes.acled,
        acled_time_precision=time_precision(bounds),
        acled_geo_precision=PRECISION.get(place.precision or "") if place else None,
        pax_stage=codes.pax_stage,
        pax_substage=codes.pax_substage,
        codes_certain=codes.certain,
        codes_doubts=codes.doubts,
        details=_details(whole),
    )


def _details(whole: Whole) -> dict[str, Any]:
    """The fields that no column holds in full, as they were put in."""
    told = whole.development
    return {
        name: value
        for name, value in told.items()
        if name not in FLAT
        and not (name == "parties" and all(isinstance(one, State) for one in whole.entry.development.parties))
        and not (name == "place" and "wikidata" not in value)
        and not (name == "standing" and value == whole.entry.standing)
    }


def _cited(source: Any) -> str:
    """A source in one line."""
    named = f"{source.outlet}: {source.title}" if source.title else source.outlet
    return f"{named} ({source.published})" if source.published else named


def source_rows(whole: Whole) -> Iterator[SourceRow]:
    """A row for each source; takes the corroborations."""
    whole.take("/corroborations")
    recorded = len(whole.entry.development.sources)
    for index, source in enumerate(whole.entry.sources):
        published = source.published
        yield SourceRow(
            development=whole.id,
            number=index + 1,
            of="recording" if index < recorded else "corroboration",
            outlet=source.outlet,
            title=source.title,
            published=str(published) if published else None,
            published_earliest=published.earliest if published else None,
            published_latest=published.latest if published else None,
            locator=source.locator,
            language=source.language,
            quote=source.quote,
            origin=source.origin_key,
            chain=[link.model_dump(mode="json", exclude_unset=True) for link in source.chain],
        )


def count_rows(whole: Whole) -> Iterator[CountRow]:
    """A row for each count of a return."""
    development = whole.entry.development
    for persons in development.persons if isinstance(development, Return) else ():
        side = actor_key(persons.side)
        yield _count_row(whole, side, None, persons.count)
        for one in persons.by_category:
            yield _count_row(whole, side, one.category, one.count)


def _count_row(whole: Whole, side: str, category: str | None, count: Count) -> CountRow:
    numbered = count.type in {"exact", "at_least", "at_most", "between"}
    total, withheld = total_of(count), count if isinstance(count, Withheld) else None
    return CountRow(
        development=whole.id,
        kind=whole.entry.development.kind,
        side=side,
        category=category,
        count_type=count.type,
        at_least=total.min if numbered else None,
        at_most=total.max if numbered else None,
        withheld_by=actor_key(withheld.by) if withheld else None,
        withheld_reason=withheld.reason if withheld else None,
        withheld_until=str(withheld.until) if withheld and withheld.until else None,
    )


def saying_rows(whole: Whole) -> Iterator[SayingRow]:
    """A row for each event; takes all that was said."""
    whole.take("/said")
    for stamped, said in zip(whole.events, whole.told["said"], strict=True):
        yield SayingRow(
            development=whole.id,
            version=stamped.originator_version,
            position=stamped.position,
            event=said["event"],
            recorded_at=stamped.recorded_at,
            recorded_by=said["recorded_by"],
            reason=said["body"].get("reason"),
            to=said["to"],
            body=said["body"],
        )
