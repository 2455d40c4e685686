"""The tree in tiles: C2SP tlog-tiles (c2sp.org/tlog-tiles).

A tile holds up to 256 consecutive hashes of 32 bytes: on level 0 those of leaves, on each level above
those of complete tiles below. So tile `index` of `level` begins at leaf index * 256 ** (level + 1). A tile
that is not complete yet is named by its width, and grows on the right. Hashes between the levels are
computed from the tile when they are asked for. Entries are kept in bundles, one to each tile of level 0.

    tile/<level>/<index>[.p/<width>]      such as tile/0/x001/x234/067 and tile/1/000.p/17
    tile/entries/<index>[.p/<width>]
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from service.log.errors import Malformed
from service.log.tree import HASH_BYTES, Subtree

HEIGHT = 8
WIDTH = 1 << HEIGHT
HIGHEST_LEVEL = 63
LONGEST_ENTRY = 0xFFFF
"""An entry's length is written in two bytes."""

ReadTile = Callable[[int, int], bytes]
"""Reads what is kept of the tile at a level and an index: its hashes, from the left."""

_INDEX = r"(?P<index>(?:x\d{3}/){0,6}\d{3})(?:\.p/(?P<width>\d{1,3}))?"
_TILE = re.compile(rf"tile/(?P<level>\d{{1,2}})/{_INDEX}", re.ASCII)
_BUNDLE = re.compile(rf"tile/entries/{_INDEX}", re.ASCII)


# Names


@dataclass(frozen=True, slots=True)
class Tile:
    """The name of a tile of hashes, with how many it holds."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"tile/{self.level}/{_format_index(self.index, self.width)}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """The tile that is served at a path; raise `Malformed` if none is."""
        found = _matched(_TILE, path)
        tile = cls(int(found["level"]), *_parse_index(found))
        if tile.level > HIGHEST_LEVEL or tile.path != path:
            raise Malformed(f"{path!r} is not how a tile is named")
        return tile


@dataclass(frozen=True, slots=True)
class Bundle:
    """The name of a bundle of entries, with how many it holds."""

    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"tile/entries/{_format_index(self.index, self.width)}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """The bundle that is served at a path; raise `Malformed` if none is."""
        bundle = cls(*_parse_index(_matched(_BUNDLE, path)))
        if bundle.path != path:
            raise Malformed(f"{path!r} is not how a bundle of entries is named")
        return bundle


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile that a tree of a size has, level by level from the leaves, each from the left."""
    level = 0
    while size:
        complete, rest = divmod(size, WIDTH)
        yield from (Tile(level, index) for index in range(complete))
        if rest:
            yield Tile(level, complete, rest)
        level, size = level + 1, complete


def _format_index(index: int, width: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    return "/".join(groups) + ("" if width == WIDTH else f".p/{width}")


def _matched(pattern: re.Pattern[str], path: str) -> re.Match[str]:
    if found := pattern.fullmatch(path):
        return found
    raise Malformed(f"{path!r} names no tile: expected tile/<level>/<index> or tile/entries/<index>")


def _parse_index(found: re.Match[str]) -> tuple[int, int]:
    index = int(found["index"].replace("x", "").replace("/", ""))
    width = int(found["width"] or WIDTH)
    if found["width"] and not 0 < width < WIDTH:
        raise Malformed(f"a tile that is not complete has 1 to {WIDTH - 1} hashes, not {width}")
    return index, width


# Hashes


class TileHashes:
    """The hashes of complete subtrees (`service.log.tree.Hashes`), read from tiles.

    Each tile is read once for one question. Raise `Malformed` where a tile holds less than is asked of it.
    """

    def __init__(self, read_tile: ReadTile) -> None:
        self._read_tile = read_tile

    def read(self, at: Sequence[Subtree]) -> list[bytes]:
        """The hashes of these subtrees, in this order."""
        tiles: dict[Subtree, bytes] = {}
        return [self._hash(subtree, tiles) for subtree in at]

    def _hash(self, subtree: Subtree, tiles: dict[Subtree, bytes]) -> bytes:
        (level, above), index = divmod(subtree[0], HEIGHT), subtree[1]
        tile, first = divmod(index << above, WIDTH)
        if (level, tile) not in tiles:
            tiles[level, tile] = self._read_tile(level, tile)
        last = first + (1 << above)
        return _over(_hashes(tiles[level, tile], level, tile, last)[first * HASH_BYTES :])


def grow(read_tile: ReadTile, size: int, leaf_hashes: Sequence[bytes]) -> dict[Subtree, bytes]:
    """The tiles that change when leaves are appended to a tree of a size, each with all that it then holds.

    Each is given by its level and index. Of each level, at most the tile at the right edge is read; what
    it holds beyond a tree of that size is passed over. Raise `Malformed` where it holds less.
    """
    grown: dict[Subtree, bytes] = {}
    level, start, added = 0, size, b"".join(leaf_hashes)
    while added:
        index, width = divmod(start, WIDTH)
        kept = _hashes(read_tile(level, index), level, index, width) if width else b""
        tiles = _cut(kept + added)
        grown.update({(level, index + number): tile for number, tile in enumerate(tiles)})
        complete = [tile for tile in tiles if len(tile) == WIDTH * HASH_BYTES]
        level, start, added = level + 1, index, b"".join(map(_over, complete))
    return grown


def _cut(hashes: bytes) -> list[bytes]:
    step = WIDTH * HASH_BYTES
    return [hashes[place : place + step] for place in range(0, len(hashes), step)]


def _hashes(tile: bytes, level: int, index: int, count: int) -> bytes:
    """The first hashes of a tile."""
    if len(tile) < count * HASH_BYTES:
        raise Malformed(
            f"tile {index} of level {level} holds {len(tile) / HASH_BYTES:g} hashes where {count} are needed"
        )
    return tile[: count * HASH_BYTES]


def _over(hashes: bytes) -> bytes:
    """The root over hashes that are written one after the other, a power of two of them."""
    pair = 2 * HASH_BYTES
    while len(hashes) > HASH_BYTES:
        places = range(0, len(hashes), pair)
        # What `node_hash` does, without taking the two apart first: this is most of a proof's cost.
        hashes = b"".join([sha256(b"\x01" + hashes[place : place + pair]).digest() for place in places])
    return hashes


# Entries


def format_entries(entries: Sequence[bytes]) -> bytes:
    """A bundle of entries: each after its length in two bytes, the high one first.

    Raise `ValueError` for a bundle of none or of more than 256, or an entry of more than 65 535 bytes.
    """
    if not 0 < len(entries) <= WIDTH:
        raise ValueError(f"a bundle has 1 to {WIDTH} entries, not {len(entries)}")
    if (longest := max(map(len, entries))) > LONGEST_ENTRY:
        raise ValueError(f"an entry has at most {LONGEST_ENTRY} bytes, not {longest}")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_entries(bundle: bytes) -> list[bytes]:
    """What `format_entries` was given; raise `Malformed` where the bundle is cut short or too long."""
    entries: list[bytes] = []
    place = 0
    while place < len(bundle):
        start = place + 2
        place = start + int.from_bytes(bundle[place:start], "big")
        if place > len(bundle):
            raise Malformed(f"the bundle ends within entry {len(entries)}")
        entries.append(bundle[start:place])
    if not 0 < len(entries) <= WIDTH:
        raise Malformed(f"a bundle has 1 to {WIDTH} entries, not {len(entries)}")
    return entries
