"""How the views' rows keep an entry: as JSON, and sealed as a whole where it holds personal texts.

What is not sealed has a digest beside it, by which a row is known to hold what was read of it before.

So no text that is marked personal is ever written to the file in the clear. What rows are selected by is in
the clear, which is why a mark leads to none of that.
"""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

from domain.entry import Entry
from service.store.mapper import EventMapper
from service.store.personal_keys import key_to_seal, within
from service.store.ports import Cursor
from service.store.sealing import Unsealable, seal_bytes, unseal_bytes

ENTRY = "entry, sealed_by, (SELECT key FROM personal_keys WHERE number = sealed_by)"
"""The columns that `read` takes: one query, so that a row and its key are always of one moment."""


class Entries:
    """Packs entries for their rows, and reads them from there."""

    def __init__(self, mapper: EventMapper) -> None:
        self._mapper = mapper

    def packed(self, c: Cursor, entry: Entry) -> tuple[int | None, int | None, bytes]:
        """The number of the key that an entry is sealed with, or else its digest; and it as it is kept."""
        packed = self._mapper.pack(entry.model_dump_json(exclude_unset=True).encode())
        if not entry.sealed:
            return None, digest_of(packed), packed
        key = key_to_seal(within(c), entry.id, entry.version)
        assert key.number is not None
        return key.number, None, seal_bytes(packed, key.secret)

    def read(self, row: Sequence[Any]) -> Entry:
        """The entry of a row, selected as `ENTRY`; raise `Unsealable`."""
        packed, sealed_by, secret = row
        if sealed_by is not None:
            if secret is None:
                raise Unsealable("a sealed row of a view has no key: fold the views again")
            packed = unseal_bytes(packed, secret)
        return Entry.model_validate_json(self._mapper.unpack(packed))


def digest_of(packed: bytes) -> int:
    """What an entry that is kept so is known by, together with its position."""
    return crc32(packed)
