"""Contacts: who spoke with whom, how, how often, how long; and the participants' own readouts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any, Literal, cast
from uuid import UUID

from domain.developments.contacts import AgendaItem, Contact, Readout
from domain.entry import Standing
from domain.quantity import Period
from domain.time import Certainty
from domain.values import Slug, Text, Value, actor_key, side_of
from projections.cut import Cut, Held
from projections.view import Grounds, View, attributed_to, grounds, of_view

RESTS_ON = (Contact,)
"""The kinds that this view is folded from."""

MICROSECOND = timedelta(microseconds=1)
ASIDE = frozenset({"mediator", "facilitator", "host", "observer"})
"""The capacities of those who are present without being a side of the contact."""


class Length(Value):
    """A length of time in minutes as an interval, over contacts of which some give none."""

    at_least: float
    at_most: float | None
    """Null where there is no upper bound."""
    contacts: int
    unknown: int
    """How many of them no source gives a length for."""


class Count(Value):
    """How many contacts had certainly been held, and how many more possibly."""

    certain: int
    possible: int


class SidesInContact(Value):
    """The contacts between two sides."""

    sides: tuple[str, str]
    contacts: Count
    formats: dict[str, Count]
    """By format; `unknown` where no source gives it."""
    kinds: dict[str, Count]
    length: Length
    """Over all of them, the possible ones as well."""
    rests_on: Grounds


class ReadoutOnRecord(Value):
    """One participant's own account of a contact."""

    by: str
    text: Text
    source: dict[str, Any] | None


class ContactOnRecord(Value):
    """One contact, with its readouts side by side."""

    id: UUID
    version: int
    kind: str
    headline: str
    earliest: date | None
    latest: date | None
    certainty: Certainty
    standing: Standing
    sides: tuple[str, ...]
    present: tuple[str, ...]
    """Those who were there without being a side: mediators, hosts, observers."""
    format: str | None
    """Null where no report gives it, or where they give several."""
    track: Literal["1", "1.5", "2"] | None
    place: str | None
    length: Length
    agenda: tuple[tuple[Slug, str], ...]
    """Each issue, and how it was left."""
    readouts: tuple[ReadoutOnRecord, ...]
    attributed_to: tuple[str, ...]


class Contacts(View):
    """Who spoke with whom by the day."""

    between: tuple[SidesInContact, ...]
    contacts: tuple[ContactOnRecord, ...]


def contacts(cut: Cut) -> Contacts:
    """Fold the cut into the contacts, in the order of time, and the pairs of sides that had them."""
    held = list(cut.of(Contact))
    pairs: dict[tuple[str, str], list[tuple[Held, Contact]]] = {}
    for one, contact in held:
        for pair in combinations(sorted(sides_of(contact)), 2):
            pairs.setdefault(pair, []).append((one, contact))
    return Contacts(
        **of_view(cut),
        between=tuple(_between(pair, pairs[pair], cut.most_within) for pair in sorted(pairs)),
        contacts=tuple(on_record(one, contact) for one, contact in held),
    )


def sides_of(contact: Contact) -> tuple[str, ...]:
    """The sides that spoke with each other: the parties, and whom else the participants act for."""
    taking_part = [one.actor for one in contact.participants if one.capacity not in ASIDE]
    return tuple(dict.fromkeys(side_of(actor) for actor in (*contact.parties, *taking_part)))


def _between(pair: tuple[str, str], held: Sequence[tuple[Held, Contact]], most: int | None) -> SidesInContact:
    return SidesInContact(
        sides=pair,
        contacts=_count([one for one, _ in held]),
        formats=_counts(told for one, _ in held for told in _formats(one)),
        kinds=_counts((one, contact.kind) for one, contact in held),
        length=_length([_duration(one) for one, _ in held]),
        rests_on=grounds([one for one, _ in held], most),
    )


def _tellings(held: Held) -> Iterator[Contact]:
    """The contact as each report tells it."""
    for report in held.reports:
        if isinstance(report.development, Contact):
            yield report.development


def _formats(held: Held) -> Iterator[tuple[Held, str]]:
    """Its format; where reports give several, each of them is only possible."""
    told = dict.fromkeys(one.format for one in _tellings(held) if one.format)
    for name in told or ("unknown",):
        yield (replace(held, certainty=Certainty.POSSIBLE) if len(told) > 1 else held), name


def _format(held: Held) -> str | None:
    told = [name for _, name in _formats(held)]
    return told[0] if len(told) == 1 and told != ["unknown"] else None


def _duration(held: Held) -> Period | None:
    """Its length whichever report is right; a report that gives none contradicts none."""
    told = [one.duration for one in _tellings(held) if one.duration]
    starts = [one.at_least or timedelta() for one in told]
    ends = [one.at_most for one in told if one.at_most is not None]
    if not told:
        return None
    return Period(at_least=min(starts), at_most=max(ends) if len(ends) == len(told) else None)


def _counts(named: Iterator[tuple[Held, str]]) -> dict[str, Count]:
    by_name: dict[str, list[Held]] = {}
    for held, name in named:
        by_name.setdefault(name, []).append(held)
    return {name: _count(by_name[name]) for name in sorted(by_name)}


def _count(held: Sequence[Held]) -> Count:
    certain = sum(one.certain for one in held)
    return Count(certain=certain, possible=len(held) - certain)


def _length(periods: Sequence[Period | None]) -> Length:
    known = [period for period in periods if period is not None]
    ends = [period.at_most for period in known]
    bounded = len(known) == len(periods) and None not in ends
    return Length(
        at_least=_minutes(period.at_least or timedelta() for period in known),
        at_most=_minutes(end for end in ends if end is not None) if bounded else None,
        contacts=len(periods),
        unknown=len(periods) - len(known),
    )


def _minutes(lengths: Iterator[timedelta]) -> float:
    return sum(lengths, timedelta()).total_seconds() / 60


def gist_of_contact(contact: Contact) -> list[Any]:
    """What a contact adds to the numbers of its sides: who they are, its format, and how long it lasted."""
    length = contact.duration
    ends = (length.at_least or timedelta(), length.at_most) if length else (None, None)
    microseconds = [end if end is None else end // MICROSECOND for end in ends]
    return [sorted(sides_of(contact)), contact.format or "unknown", *microseconds]


def on_record(held: Held, contact: Contact | None = None) -> ContactOnRecord:
    """One contact with all that it shows."""
    bounds, contact = held.bounds, contact or cast("Contact", held.entry.development)
    return ContactOnRecord(
        id=held.entry.id,
        version=held.entry.version,
        kind=contact.kind,
        headline=contact.headline(),
        earliest=bounds.earliest,
        latest=bounds.latest,
        certainty=held.certainty,
        standing=held.standing,
        sides=sides_of(contact),
        present=tuple(actor_key(one.actor) for one in contact.participants if one.capacity in ASIDE),
        format=_format(held),
        track=contact.track,
        place=contact.place.name if contact.place else None,
        length=_length([_duration(held)]),
        agenda=tuple(dict.fromkeys(_item(item) for told in _tellings(held) for item in told.agenda)),
        readouts=tuple(_readout(readout) for told in _tellings(held) for readout in told.readouts),
        attributed_to=attributed_to(held.sources),
    )


def _item(item: AgendaItem) -> tuple[str, str]:
    return item.issue, item.outcome


def _readout(readout: Readout) -> ReadoutOnRecord:
    source = readout.source.model_dump(mode="json", exclude_unset=True) if readout.source else None
    return ReadoutOnRecord(by=actor_key(readout.by), text=readout.text, source=source)
