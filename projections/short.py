"""Lists of which only the first items are made, as a page shows no more of them."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, TypeVar

WITHIN = 10
"""Of a list within an item that part of the limit is shown."""
Item = TypeVar("Item")
Told = TypeVar("Told")


class Short(tuple[Item, ...]):  # noqa: SLOT001 - a tuple has no room for slots
    """The first items of a list, which knows how many it has."""

    of: int


def short(items: Iterable[Item], of: int) -> tuple[Item, ...]:
    """The first items of a list of so many."""
    shown = Short(items)
    shown.of = of
    return shown if of > len(shown) else tuple(shown)


def within(most: int) -> int:
    """Of a list within an item, how many items are shown where so many are of any other."""
    return max(1, most // WITHIN)


def size_of(items: tuple[Any, ...]) -> int:
    """How many items a list has, be it shown in full or not."""
    return items.of if isinstance(items, Short) else len(items)


def made(make: Callable[[Told], Item], several: Sequence[Told], most: int | None) -> tuple[Item, ...]:
    """An item made of each of several, or of no more than the first so many.

    A model that is to keep such a list is made with `model_construct`: its constructor would copy it.
    """
    return short(map(make, islice(several, most)), len(several))
