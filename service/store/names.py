"""The table of names: whom a dossier's events name, and from which position on.

What was named once stays named, so whether somebody is known at a position never changes. A name that is
marked personal is not kept here: an erasure does not come by. Its bearer goes by the key alone. The names
are compressed and encrypted as the events are.
"""

from collections.abc import Mapping

from service.store.mapper import EventMapper
from service.store.ports import Reads


class Names:
    """Reads the table of names."""

    def __init__(self, reads: Reads, mapper: EventMapper) -> None:
        self._reads = reads
        self._mapper = mapper

    def has(self, dossier: str, key: str, position: int) -> bool:
        """Whether an event up to a position names somebody of this key."""
        rows = self._reads.fetch(
            "SELECT 1 FROM names WHERE dossier = ? AND key = ? AND known_from <= ?", (dossier, key, position)
        )
        return bool(rows)

    def all(self, dossier: str, position: int) -> Mapping[str, str]:
        """Everybody named up to a position: by key, the name that came first, or the key."""
        rows = self._reads.fetch(
            "SELECT key, name FROM names WHERE dossier = ? AND known_from <= ? ORDER BY key",
            (dossier, position),
        )
        return {key: self._mapper.unpack(name).decode() for key, name in rows}
