"""What the transparency log costs, at a thousand leaves and at a million. `make bench-parts` runs it."""

from hashlib import sha256
from itertools import cycle

import pytest

from service.log.form import Form, canonical, commit
from service.log.tiles import TileHashes, grow
from service.log.tree import check_inclusion, leaf_hash, prove_consistency, prove_inclusion, root

LEAVES = [sha256(b"%d" % number).digest() for number in range(1_000_000)]
FORM = Form(
    position=7,
    principal="ada",
    recorded_at="2025-06-14T12:00:00.000000Z",
    state='{"label":"İstanbul","content":"%s"}' % ("A sentence of a statement. " * 36),
    stream="8d9f3c1e-6a52-4f0b-9c4d-2b7e5a1f0c38",
    topic="call-held",
    version=1,
)


class Tree:
    """A tree in tiles that are held in memory."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._tiles = grow(self.read_tile, 0, LEAVES[:size])
        self.hashes = TileHashes(self.read_tile)
        self.root = root(self.hashes, size)
        self.some = cycle(range(0, size, size // 37))

    def read_tile(self, level: int, index: int) -> bytes:
        """The tile at a level and an index."""
        return self._tiles[level, index]


@pytest.fixture(scope="module", params=[1_000, 1_000_000], ids=lambda size: f"{size} leaves")
def tree(request) -> Tree:
    """A tree of so many leaves."""
    return Tree(request.param)


def test_one_leaf_is_appended(benchmark, tree):
    benchmark(lambda: grow(tree.read_tile, tree.size, LEAVES[:1]))


def test_a_group_of_64_is_appended(benchmark, tree):
    benchmark(lambda: grow(tree.read_tile, tree.size, LEAVES[:64]))


def test_the_root_is_read(benchmark, tree):
    benchmark(lambda: root(tree.hashes, tree.size))


def test_a_leaf_is_proved(benchmark, tree):
    benchmark(lambda: prove_inclusion(tree.hashes, next(tree.some), tree.size))


def test_a_proof_is_checked(benchmark, tree):
    index = tree.size // 2
    proof = prove_inclusion(tree.hashes, index, tree.size)
    benchmark(lambda: check_inclusion(proof, index, tree.size, LEAVES[index], tree.root))


def test_a_beginning_is_proved(benchmark, tree):
    benchmark(lambda: prove_consistency(tree.hashes, next(tree.some) + 1, tree.size))


def test_a_form_of_a_thousand_bytes_is_written(benchmark):
    benchmark(lambda: canonical(FORM))


def test_a_form_of_a_thousand_bytes_is_committed_to(benchmark):
    benchmark(lambda: leaf_hash(commit(FORM, bytes(32))))
