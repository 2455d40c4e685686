"""The log's tree grown anew from its leaves, and every stored tile compared with it."""

from collections.abc import Sequence

from service.log.tiles import WIDTH, Tile, grow
from service.log.tree import HASH_BYTES, Frontier, Subtree
from service.proving.findings import Finding, Findings
from service.proving.snapshots import Snapshot

TILE = "SELECT hashes FROM log_tiles WHERE level = ? AND number = ?"


class TreeCheck:
    """Grows a tree by at most a tile of leaves at a time; of each level it holds one tile."""

    def __init__(self, connection: Snapshot, findings: Findings) -> None:
        self._connection = connection
        self._findings = findings
        self._edge: dict[Subtree, bytes] = {}
        self.frontier = Frontier()

    def stored(self, level: int, index: int) -> bytes | None:
        """What is stored of a tile."""
        row = self._connection.execute(TILE, (level, index)).fetchone()
        return row[0] if row and isinstance(row[0], bytes) else None

    def in_tile(self, number: int) -> list[bytes | None]:
        """The hashes of leaves that a stored tile of the lowest level has, none for those it has not."""
        tile = self.stored(0, number) or b""
        found = [tile[place : place + HASH_BYTES] for place in range(0, WIDTH * HASH_BYTES, HASH_BYTES)]
        return [one if len(one) == HASH_BYTES else None for one in found]

    def grow(self, size: int, hashes: Sequence[bytes]) -> None:
        """Add the hashes of leaves to a tree of a size; compare the tiles that they complete."""
        for at, tile in grow(lambda *which: self._edge[which], size, hashes).items():
            self._edge[at] = tile
            if len(tile) == WIDTH * HASH_BYTES:
                self._compare(*at, self._edge.pop(at))

    def finish(self, size: int) -> None:
        """Compare the tiles at the right edge, and find those that no tree of this size has."""
        for at, tile in self._edge.items():
            self._compare(*at, tile)
        known, params = ["1 = 0"], list[int]()
        while size:
            known.append("(level = ? AND number BETWEEN 0 AND ?)")
            params += [len(known) - 2, (size - 1) // WIDTH]
            size //= WIDTH
        more = f"SELECT level, number FROM log_tiles WHERE NOT ({' OR '.join(known)}) LIMIT 100"
        for level, number in self._connection.execute(more, params):
            self._add(f"{level}/{number}", "the log has no such tile", "log_tiles.level or log_tiles.number")

    def _compare(self, level: int, index: int, tile: bytes) -> None:
        stored = self._connection.execute(TILE, (level, index)).fetchone()
        name = Tile(level, index, len(tile) // HASH_BYTES).path
        if stored is None:
            self._add(name, "it is missing", "log_tiles.level or log_tiles.number")
        elif stored[0] != tile:
            self._add(name, _wrong(level, index, tile, stored[0]), "log_tiles.hashes")

    def _add(self, tile: str, says: str, field: str) -> None:
        self._findings.add(Finding(field, says, tile=tile))


def _wrong(level: int, index: int, tile: bytes, stored: object) -> str:
    if not isinstance(stored, bytes):
        return "it holds no hashes"
    if len(stored) != len(tile):
        return f"it holds {len(stored) / HASH_BYTES:g} hashes where the log has {len(tile) // HASH_BYTES}"
    slots = range(len(tile) // HASH_BYTES)
    wrong = [one for one in slots if _hash(tile, one) != _hash(stored, one)]
    below = "position" if level == 0 else f"the tile of level {level - 1} with number"
    first = index * WIDTH + wrong[0] + (level == 0)
    more = f", nor are {len(wrong) - 1} others" if len(wrong) > 1 else ""
    return f"its hash of {below} {first} is not the one computed{more}"


def _hash(tile: bytes, slot: int) -> bytes:
    return tile[slot * HASH_BYTES : (slot + 1) * HASH_BYTES]
