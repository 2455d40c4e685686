"""Threads: developments that carry each other on, gathered under the one that they all rest on."""

from collections.abc import Mapping
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
