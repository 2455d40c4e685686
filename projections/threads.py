"""Threads: developments that carry each other on, gathered under the one that they all rest on."""

from collections.abc import Mapping, Sequence
from uuid import UUID


class Roots:
    """The first of the thread that each belongs to; in a circle, the same one from wherever it starts."""

    def __init__(self, rests_on: Mapping[UUID, UUID]) -> None:
        self._rests_on = rests_on
        self._found: dict[UUID, UUID] = {}

    def of(self, one: UUID) -> UUID:
        """The first of its thread, which is looked for once for all that lie on the way."""
        way: dict[UUID, None] = {}
        while one in self._rests_on and one not in self._found:
            if one in way:
                circle = list(way)
                one = min(circle[circle.index(one) :])
                break
            way[one] = None
            one = self._rests_on[one]
        root = self._found.get(one, one)
        self._found |= dict.fromkeys(way, root)
        return root


class Joined:
    """Which of many things belong together, each set known by one of its members."""

    def __init__(self) -> None:
        self._above: dict[UUID, UUID] = {}

    def one_of(self, one: UUID) -> UUID:
        """The member that stands for the set that one is in."""
        while (above := self._above.get(one, one)) != one:
            self._above[one] = self._above.get(above, above)
            one = above
        return one

    def join(self, several: Sequence[UUID]) -> None:
        """Put together the sets of several."""
        first = self.one_of(several[0])
        for other in several[1:]:
            self._above[self.one_of(other)] = first
