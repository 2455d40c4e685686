"""Promise against performance as bars: a mark for what was promised, beside what was carried out."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.quantity import total_of
from projections.exchanges import UnderStipulation
from projections.returns import Tally

WIDTH = 100.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One side under one stipulation, with lengths of which the longest is all there is room for."""

    side: str
    promised: float
    certain: float
    """What had certainly been carried out at least."""
    possible: float
    """And at most, with what is possible."""
    open: bool
    """Whether there is no upper bound: then it runs to the end."""


def bars(under: UnderStipulation) -> list[Bar]:
    """A bar for each side that was promised a number: nothing is drawn beside a promise without one."""
    return list(_bars(under))


def _bars(under: UnderStipulation) -> Iterator[Bar]:
    done = {one.side: one.persons for one in under.carried_out.persons}
    for one in under.promised:
        promised, told = total_of(one.count), done.get(one.side)
        if promised.min:
            yield _bar(one.side, promised.min, told)


def _bar(side: str, promised: int, told: Tally | None) -> Bar:
    least, most = (told.certain.at_least, told.with_possible.at_most) if told else (0, 0)
    whole = max(promised, least, most or 0) * 1.15
    mark, certain, possible = (
        round(WIDTH * one / whole, 1) for one in (promised, least, whole if most is None else most)
    )
    return Bar(side, mark, certain, possible, open=most is None)
