"""Threads: developments that carry each other on, gathered under the one that they all rest on."""

from collections.abc import Mapping, Sequence
from uuid import UUID


def root_of(one: UUID, rests_on: Mapping[UUID, UUID]) -> UUID:
    """The first of the thread that `one` belongs to; in a circle, the same one from wherever it starts."""
    seen: list[UUID] = []
    while one in rests_on:
        if one in seen:
            return min(seen[seen.index(one) :])
        seen.append(one)
        one = rests_on[one]
    return one


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
