"""Who is on record: everybody whom developments and their sources name, and how they are called there."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from domain.developments import Development
from domain.developments.base import Happening, actor_name
from domain.entry import Entry
from domain.time import hull
from domain.values import Organisation, Person, Place, Source, State, Text, Unnamed, Value, actor_keys
from domain.within import within
from projections.cut import Cut, Held
from projections.remembered import Remembered
from projections.view import Grounds, View, grounds, of_view

RESTS_ON = (Happening,)
"""The kinds that this view is folded from."""

Type = Literal["state", "organisation", "person", "unnamed", "outlet"]


class NameUsed(Value):
    """A name under which somebody is told of, and the days between which those developments lie."""

    name: Text
    earliest: date | None
    """Null where one of them has no first day."""
    latest: date | None


class NamedIn(Value):
    """How many happenings that name somebody had certainly occurred, and how many more possibly."""

    certain: int
    possible: int


class ActorOnRecord(Value):
    """Somebody who takes part, speaks, reports or is spoken for."""

    id: str
    """What `actor` and `according_to` take: the code, the id, or `unnamed: …` and `outlet: …`."""
    type: Type
    names: tuple[NameUsed, ...]
    """Every spelling, in the order in which they came up."""
    roles: tuple[Text, ...]
    belongs_to: tuple[str, ...]
    """Whom a person acts for, or what an organisation is part of, as each telling has it."""
    developments: NamedIn
    rests_on: Grounds


class Actors(View):
    """Everybody whom the developments and their sources name by the day, by id."""

    actors: tuple[ActorOnRecord, ...]


class _Mention(NamedTuple):
    key: str
    type: Type
    name: str
    role: str | None = None
    above: str | None = None


def actors(cut: Cut) -> Actors:
    """Fold the cut into everybody whom it names."""
    found: dict[str, list[tuple[Held, _Mention]]] = {}
    for held in cut.held:
        for mention in _mentions(held):
            found.setdefault(mention.key, []).append((held, mention))
    each = tuple(_on_record(key, found[key], cut.most_within) for key in sorted(found))
    return Actors(**of_view(cut), actors=each)


def _mentions(held: Held) -> Iterable[_Mention]:
    if not held.others:
        return MENTIONS(held.entry)
    return dict.fromkeys(mention for report in held.reports for mention in MENTIONS(report))


def _mentions_in(report: Entry) -> tuple[_Mention, ...]:
    """Each of them once."""
    named = (_mention(value) for told in _told(report) for value in within(told, but=(Place,)))
    return tuple(dict.fromkeys(mention for mention in named if mention is not None))


MENTIONS = Remembered(_mentions_in)


def _told(report: Entry) -> Iterator[object]:
    """What is told in a report, and what is said of it: not the whole of a telling that was amended since."""
    yield from (report.development, report.corroborations)
    for dispute in report.disputes:
        yield from (dispute.by, dispute.sources, _fields(dispute.account, dispute.fields))
    for one in report.rectifications:
        yield from (one.sources, one.objections, _fields(one.development, one.fields))


def _fields(told: Development | None, fields: Sequence[str]) -> tuple[object, ...]:
    return tuple(getattr(told, field) for field in fields if told is not None)


def _mention(value: object) -> _Mention | None:
    match value:
        case State():
            return _state(value)
        case Organisation() | Person() | Unnamed():
            key, *above = actor_keys(value)
            role = value.role if isinstance(value, Person) else None
            return _Mention(key, value.type, actor_name(value), role, next(iter(above), None))
        case Source(outlet=outlet):
            return _Mention(f"outlet: {outlet}", "outlet", outlet)
    return None


@lru_cache(maxsize=1_024)
def _state(code: State) -> _Mention:
    """The mention of a state: most that is named is one of a few."""
    return _Mention(str(code), "state", str(code))


def _on_record(key: str, mentions: Sequence[tuple[Held, _Mention]], most: int | None) -> ActorOnRecord:
    by_name: dict[str, list[Held]] = {}
    for held, mention in mentions:
        by_name.setdefault(mention.name, []).append(held)
    named = list(dict.fromkeys(held for held, _ in mentions))
    certain = sum(held.certain for held in named)
    return ActorOnRecord(
        id=key,
        type=mentions[0][1].type,
        names=tuple(_name_used(name, held) for name, held in by_name.items()),
        roles=tuple(dict.fromkeys(one.role for _, one in mentions if one.role)),
        belongs_to=tuple(dict.fromkeys(one.above for _, one in mentions if one.above)),
        developments=NamedIn(certain=certain, possible=len(named) - certain),
        rests_on=grounds(named, most),
    )


def _name_used(name: str, held: Sequence[Held]) -> NameUsed:
    days = hull([one.bounds for one in held])
    return NameUsed(name=name, earliest=days.earliest, latest=days.latest)
