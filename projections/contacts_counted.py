"""The contacts of a large dossier: the first of them are read, and the others counted by their gists."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from projections.contacts import MICROSECOND, RESTS_ON, Contacts, Count, Length, SidesInContact, on_record
from projections.gists import read_gist
from projections.known import Counted, Known, grounds_of, head
from projections.short import short, within

Pair = tuple[str, str]


class _Gist(NamedTuple):
    """What the gist of a contact tells."""

    pairs: tuple[Pair, ...]
    format: str
    least: int | None
    """Its length in microseconds; null where no source gives one."""
    most: int | None


def contacts_counted(known: Known, limit: int) -> Contacts | None:
    """The view with the first so many items of each list; `None` where it cannot be had without a fold."""
    counted = known.counted(RESTS_ON)
    if counted is None:
        return None
    by_pair: dict[Pair, list[Counted]] = {}
    for one in counted:
        for pair in _read(one.gist).pairs:
            by_pair.setdefault(pair, []).append(one)
    held = known.first(RESTS_ON, limit)
    return Contacts.model_construct(
        **head(known, RESTS_ON, limit),
        between=short(_between(known, by_pair, limit), len(by_pair)),
        contacts=short(map(on_record, held), sum(one.begun for one in counted)),
    )


@lru_cache(maxsize=8_192)
def _read(gist: str) -> _Gist:
    sides, form, least, most = read_gist(gist)
    return _Gist(tuple(combinations(sides, 2)), form, least, most)


def _between(known: Known, by_pair: dict[Pair, list[Counted]], limit: int) -> Iterator[SidesInContact]:
    shown = sorted(by_pair)[:limit]
    counts = {pair: _count(by_pair[pair]) for pair in shown}
    numbers = {pair: (count.certain, count.possible) for pair, count in counts.items()}
    resting = grounds_of(known, RESTS_ON, numbers, lambda gist: _read(gist).pairs, within(limit))
    for pair in shown:
        yield SidesInContact.model_construct(
            sides=pair,
            contacts=counts[pair],
            formats=_counts((_read(one.gist).format, one) for one in by_pair[pair]),
            kinds=_counts((one.kind, one) for one in by_pair[pair]),
            length=_length(by_pair[pair]),
            rests_on=resting[pair],
        )


def _count(several: Sequence[Counted]) -> Count:
    certain = sum(one.certain for one in several)
    return Count(certain=certain, possible=sum(one.begun for one in several) - certain)


def _counts(named: Iterator[tuple[str, Counted]]) -> dict[str, Count]:
    certain, begun = Counter[str](), Counter[str]()
    for name, one in named:
        certain[name] += one.certain
        begun[name] += one.begun
    return {
        name: Count(certain=certain[name], possible=begun[name] - certain[name]) for name in sorted(begun)
    }


def _length(several: Sequence[Counted]) -> Length:
    told = [(one.begun, _read(one.gist)) for one in several]
    known = [(number, gist) for number, gist in told if gist.least is not None]
    contacts, given = sum(number for number, _ in told), sum(number for number, _ in known)
    ends = [number * gist.most for number, gist in known if gist.most is not None]
    bounded = given == contacts and len(ends) == len(known)
    return Length(
        at_least=_minutes(sum(number * (gist.least or 0) for number, gist in known)),
        at_most=_minutes(sum(ends)) if bounded else None,
        contacts=contacts,
        unknown=contacts - given,
    )


def _minutes(microseconds: int) -> float:
    return (microseconds * MICROSECOND).total_seconds() / 60
