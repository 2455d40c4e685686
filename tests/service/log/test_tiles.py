"""The tree in tiles: their names, what they hold, and how they grow."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.log.errors import Malformed
from service.log.tiles import (
    Bundle,
    Tile,
    TileHashes,
    format_entries,
    grow,
    parse_entries,
    tiles_of,
)
from service.log.tree import (
    Frontier,
    check_consistency,
    check_inclusion,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root,
)

TILE = 256
PAIR = 256 * 256

LEAVES = [sha256(b"%d" % number).digest() for number in range(PAIR + 2 * TILE + 3)]


def levels_over(leaves):
    """The hashes of all complete subtrees, level by level."""
    levels = [leaves]
    while len(below := levels[-1]) > 1:
        levels.append([node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=False)])
    return levels


LEVELS = levels_over(LEAVES)


def tiles_by_definition(size):
    """The specification's: tile n of level l is the hashes of D[(n * 256 + i) * 256**l : ... ] for each i."""
    held = {}
    level = 0
    while count := size >> (8 * level):
        hashes = LEVELS[8 * level][:count]
        for index in range(0, count, TILE):
            held[level, index // TILE] = b"".join(hashes[index : index + TILE])
        level += 1
    return held


# Names


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 0, 1), "tile/0/000.p/1"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(5, 123456078, 2), "tile/5/x123/x456/078.p/2"),
        (Tile(63, 10**9, 255), "tile/63/x001/x000/x000/000.p/255"),
        (Bundle(0), "tile/entries/000"),
        (Bundle(0, 255), "tile/entries/000.p/255"),
        (Bundle(1234067, 17), "tile/entries/x001/x234/067.p/17"),
    ],
)
def test_a_tile_is_named_as_specified(tile, path):
    """The index 1234067 is the specification's example, 123456078 that of golang/mod, sumdb/tlog."""
    assert tile.path == path
    assert type(tile).parse(path) == tile


@given(st.integers(0, 63), st.integers(0, 2**63), st.integers(1, 256))
def test_every_name_is_read_back(level, index, width):
    for tile in (Tile(level, index, width), Bundle(index, width)):
        assert type(tile).parse(tile.path) == tile


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "0",
        "00",
        "0000",
        "1000",
        "x000/000",
        "x000/001",
        "x001",
        "x001/x000",
        "001/000",
        "x1/000",
        "-01",
        "+01",
        " 00",
        "0x0",
        "X001/000",
        "٠٠٠",
        "000/",
        "/000",
        "000\n",
        "000.p",
        "000.p/",
        "000.p/0",
        "000.p/00",
        "000.p/05",
        "000.p/256",
        "000.p/999",
        "000.p/1000",
        "000.p/-1",
        "000.p/1/",
        "000.p/1.p/1",
        "000.P/1",
        "x001" * 3,
        "x001/" * 7 + "000",
    ],
)
def test_what_is_no_index_is_refused(rest):
    with pytest.raises(Malformed):
        Tile.parse(f"tile/0/{rest}")
    with pytest.raises(Malformed):
        Bundle.parse(f"tile/entries/{rest}")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/000",
        "tile/64/000",
        "tile/00/000",
        "tile/01/000",
        "tile/-1/000",
        "tile/100/000",
        "tile/entries/000",
        "tile/data/000",
        "/tile/0/000",
        "tile//000",
        "tile/0//000",
        "tile/0/../0/000",
        "tile/8/0/000",
        "tile/٠/000",
    ],
)
def test_what_is_no_tile_is_refused(path):
    with pytest.raises(Malformed):
        Tile.parse(path)


@pytest.mark.parametrize("path", ["tile/0/000", "tile/entries", "tile/Entries/000", "tile/entries//000"])
def test_what_is_no_bundle_is_refused(path):
    with pytest.raises(Malformed):
        Bundle.parse(path)


@given(st.text(max_size=30).map(lambda rest: f"tile/{rest}"))
def test_a_name_that_is_read_is_the_only_one_for_its_tile(path):
    for kind in (Tile, Bundle):
        try:
            tile = kind.parse(path)
        except Malformed:
            continue
        assert tile.path == path


# Which tiles there are


def test_a_tree_of_70_000_has_the_tiles_of_the_specifications_example():
    tiles = list(tiles_of(70_000))

    assert tiles == [
        *(Tile(0, index) for index in range(273)),
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]


def test_a_tree_of_256_begins_a_tile_above():
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(255)) == [Tile(0, 0, 255)]
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, PAIR - 1, PAIR, PAIR + 1, PAIR + 515])
def test_the_tiles_of_a_tree_are_those_that_the_specification_defines(size):
    held = tiles_by_definition(size)

    assert {(tile.level, tile.index): 32 * tile.width for tile in tiles_of(size)} == {
        at: len(hashes) for at, hashes in held.items()
    }


# Growing


class Shelf:
    """Tiles that are kept as they grow; `read` lists what was asked for."""

    def __init__(self, size):
        self.size = size
        self.tiles = tiles_by_definition(size)
        self.read = []

    def read_tile(self, level, index):
        self.read.append((level, index))
        return self.tiles[level, index]

    def append(self, leaves):
        grown = grow(self.read_tile, self.size, leaves)
        self.tiles.update(grown)
        self.size += len(leaves)
        return grown


@pytest.mark.parametrize(
    ("size", "added"),
    [
        (0, 1),
        (0, 255),
        (0, 256),
        (0, 257),
        (1, 255),
        (255, 1),
        (255, 2),
        (255, 258),
        (256, 1),
        (257, 1),
        (511, 1),
        (300, 1000),
        (0, PAIR),
        (PAIR - 1, 1),
        (PAIR - 1, 2),
        (PAIR - 257, 515),
        (PAIR, 1),
        (PAIR + 255, 1),
        (PAIR, 515),
        (0, PAIR + 515),
    ],
)
def test_tiles_grow_into_those_of_the_larger_tree(size, added):
    shelf = Shelf(size)
    before = dict(shelf.tiles)
    grown = shelf.append(LEAVES[size : size + added])
    after = tiles_by_definition(size + added)

    assert shelf.tiles == after
    assert grown == {at: hashes for at, hashes in after.items() if before.get(at) != hashes}
    assert len(shelf.read) == len({level for level, _ in shelf.read})
    assert set(shelf.read) <= set(before)


def test_tiles_grow_leaf_by_leaf_as_all_at_once():
    shelf = Shelf(0)
    for number in range(2 * TILE + 2):
        shelf.append(LEAVES[number : number + 1])
        assert shelf.tiles == tiles_by_definition(number + 1), number


@given(st.lists(st.integers(0, 300), max_size=8))
def test_tiles_grow_by_any_steps(steps):
    shelf = Shelf(0)
    for step in steps:
        shelf.append(LEAVES[shelf.size : shelf.size + step])

    assert shelf.tiles == tiles_by_definition(shelf.size)


def test_one_leaf_reads_one_tile_and_changes_one():
    shelf = Shelf(PAIR + 3)

    assert list(shelf.append(LEAVES[:1])) == [(0, TILE)]
    assert shelf.read == [(0, TILE)]


def test_nothing_appended_changes_nothing():
    shelf = Shelf(5)

    assert shelf.append([]) == {}
    assert shelf.read == []


def test_what_a_tile_holds_beyond_the_tree_is_passed_over():
    """As after an append that came to nothing: the tile was kept and the size was not."""
    further = tiles_by_definition(10)
    grown = grow(lambda level, index: further[level, index], 7, LEAVES[20:21])

    assert grown == {(0, 0): b"".join([*LEAVES[:7], LEAVES[20]])}


def test_a_tile_that_holds_too_little_is_not_grown():
    with pytest.raises(Malformed, match=r"tile 0 of level 0 holds 6\.96\d* hashes where 7 are needed"):
        grow(lambda level, index: b"".join(LEAVES[:7])[:-1], 7, LEAVES[7:8])


# Reading


def test_hashes_of_subtrees_are_those_of_the_tree():
    shelf = Shelf(PAIR + 515)
    hashes = TileHashes(shelf.read_tile)
    some = [
        (level, index) for level, kept in enumerate(LEVELS) for index in {0, len(kept) // 2, len(kept) - 1}
    ]

    assert hashes.read(some) == [LEVELS[level][index] for level, index in some]


def test_each_tile_is_read_once_for_one_question():
    shelf = Shelf(PAIR + 515)
    prove_inclusion(TileHashes(shelf.read_tile), 1000, shelf.size)

    assert len(shelf.read) == len(set(shelf.read))


@pytest.mark.parametrize("size", [1, 255, 256, 257, 1000, PAIR - 1, PAIR, PAIR + 515])
def test_proofs_from_tiles_hold(size):
    hashes = TileHashes(Shelf(size).read_tile)
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf)

    assert root(hashes, size) == frontier.root
    for index in {0, size // 3, size // 2, size - 1}:
        check_inclusion(prove_inclusion(hashes, index, size), index, size, LEAVES[index], frontier.root)
        first = root(hashes, index + 1)
        check_consistency(prove_consistency(hashes, index + 1, size), index + 1, size, first, frontier.root)


def test_a_tile_that_is_cut_short_is_no_ground_for_a_proof():
    cut = {at: hashes[:-32] for at, hashes in tiles_by_definition(1000).items()}

    with pytest.raises(Malformed, match="are needed"):
        prove_inclusion(TileHashes(lambda level, index: cut[level, index]), 5, 1000)


# Entries


def test_a_bundle_is_each_entry_after_its_length():
    assert format_entries([b"", b"one", b"x" * 256]) == b"\0\0" + b"\0\3one" + b"\1\0" + b"x" * 256


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_every_bundle_is_read_back(entries):
    assert parse_entries(format_entries(entries)) == entries


def test_a_bundle_that_is_cut_short_is_refused():
    bundle = format_entries([b"first", b"", b"third"])
    ends = {len(format_entries([b"first"])), len(format_entries([b"first", b""])), len(bundle)}
    for end in set(range(len(bundle))) - ends:
        with pytest.raises(Malformed):
            parse_entries(bundle[:end])


def test_what_a_bundle_cannot_hold_is_refused():
    assert parse_entries(format_entries([b"x" * 0xFFFF])) == [b"x" * 0xFFFF]
    for entries in ([], [b""] * 257, [b"x" * 0x10000]):
        with pytest.raises(ValueError, match=r"bundle|entry"):
            format_entries(entries)
    for bundle in (b"", b"\0\0" * 257):
        with pytest.raises(Malformed):
            parse_entries(bundle)
