"""The entries that were read last, kept in memory so that they are not read and parsed again.

An entry never changes, and what is kept of it is known by the position that it came to be at and the digest
of what its row holds. So whoever asks first has the store say what the rows hold now, and nothing here needs
to be told of what others write, erase or fold anew. What holds personal texts has no digest, and is not kept.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from threading import Lock

from domain.entry import Entry

Key = tuple[int, int | None]
"""The position that an entry came to be at, and its digest, if it has one."""

MOST = 16_384
"""An entry takes 4 to 7 kB, so these take some 70 to 120 MB, whatever there is to read."""


class Recent:
    """Entries by their keys, so many at most.

    They are in two halves: whatever is used goes to the new one, and where that is full, it becomes the old
    one, and what the old one held is forgotten. So those that are found in the new half wait for nobody.
    """

    def __init__(self, most: int = MOST) -> None:
        self._half = most // 2
        self._new: dict[Key, Entry] = {}
        self._old: dict[Key, Entry] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._new) + len(self._old)

    def find(self, keys: Iterable[Key]) -> tuple[list[Entry], list[Key]]:
        """The entries that are kept, and the keys of those that are not."""
        new, old = self._new, self._old
        found: list[Entry] = []
        missing: list[Key] = []
        used: dict[Key, Entry] = {}
        for key in keys:
            if (entry := new.get(key)) is None:
                if (entry := old.get(key)) is None:
                    missing.append(key)
                    continue
                used[key] = entry
            found.append(entry)
        self.keep(used)
        return found, missing

    def keep(self, entries: Mapping[Key, Entry]) -> None:
        """Keep entries; of more than there is room for, the first."""
        if not entries:
            return
        with self._lock:
            if len(self._new) + len(entries) > self._half:
                self._old, self._new = self._new, {}
            self._new.update(islice(entries.items(), self._half))
