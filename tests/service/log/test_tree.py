"""The Merkle tree against published figures, and against the definitions of RFC 9162 written out."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.log.errors import OutOfTree, ProofDoesNotHold
from service.log.tree import (
    EMPTY_ROOT,
    Frontier,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root,
)

UP_TO = 300
"""Every tree up to this size, and every pair of sizes, is compared with the definitions."""


# Published figures: the eight leaves that implementations of Certificate Transparency have in common, as
# in transparency-dev/merkle, proof/verify_test.go. Indices there start at 1, here at 0.

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(hashed)
    for hashed in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
INCLUSION = {
    (0, 1): "",
    (0, 8): """
        96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    (5, 8): """
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b
        ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    (2, 3): "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    (1, 5): """
        6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
}
CONSISTENCY = {
    (1, 1): "",
    (1, 8): """
        96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    (6, 8): """
        0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a
        ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    (2, 5): """
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
    (6, 7): """
        0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a
        b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
}


class Kept:
    """The hashes of every complete subtree over some entries, kept level by level."""

    def __init__(self, entries):
        self.levels = [[leaf_hash(entry) for entry in entries]]
        while len(below := self.levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            self.levels.append([node_hash(*pair) for pair in pairs])
        self.asked = []

    def read(self, at):
        self.asked.append(len(at))
        return [self.levels[level][index] for level, index in at]


ENTRIES = [b"entry %d" % number for number in range(UP_TO)]
KEPT = Kept(ENTRIES)
PUBLISHED = Kept(LEAVES)


# The definitions, as the RFC writes them; D[start:end] is given by its ends.


def largest_power_below(number):
    return max(2**power for power in range(number.bit_length()) if 2**power < number)


@cache
def mth(start, end):
    """Section 2.1.1."""
    if end == start:
        return EMPTY_ROOT
    if end - start == 1:
        return leaf_hash(ENTRIES[start])
    k = largest_power_below(end - start)
    return node_hash(mth(start, start + k), mth(start + k, end))


def path(m, start, end):
    """Section 2.1.3.1; m counts from `start`."""
    if end - start == 1:
        return []
    k = largest_power_below(end - start)
    if m < k:
        return [*path(m, start, start + k), mth(start + k, end)]
    return [*path(m - k, start + k, end), mth(start, start + k)]


def subproof(m, start, end, *, known):
    """Section 2.1.4.1; m counts from `start`."""
    if m == end - start:
        return [] if known else [mth(start, end)]
    k = largest_power_below(end - start)
    if m <= k:
        return [*subproof(m, start, start + k, known=known), mth(start + k, end)]
    return [*subproof(m - k, start + k, end, known=False), mth(start, start + k)]


def hashes(text):
    return [bytes.fromhex(line) for line in text.split()]


# Published figures


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size):
    assert root(PUBLISHED, size) == ROOTS[size]


@pytest.mark.parametrize("at", INCLUSION, ids=str)
def test_proofs_of_inclusion_are_the_published_ones(at):
    index, size = at
    proof = prove_inclusion(PUBLISHED, index, size)

    assert proof == hashes(INCLUSION[at])
    check_inclusion(proof, index, size, leaf_hash(LEAVES[index]), ROOTS[size])


@pytest.mark.parametrize("sizes", CONSISTENCY, ids=str)
def test_proofs_of_consistency_are_the_published_ones(sizes):
    first, second = sizes
    proof = prove_consistency(PUBLISHED, first, second)

    assert proof == hashes(CONSISTENCY[sizes])
    check_consistency(proof, first, second, ROOTS[first], ROOTS[second])


def test_the_example_of_rfc_9162_holds():
    """Section 2.1.5: seven leaves, whose nodes have the letters that are used here."""
    a, b, c, d, e, f, j = (mth(index, index + 1) for index in range(7))
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, l = node_hash(g, h), node_hash(i, j)  # noqa: E741 - the letter of the RFC

    assert root(KEPT, 7) == node_hash(k, l)
    assert prove_inclusion(KEPT, 0, 7) == [b, h, l]
    assert prove_inclusion(KEPT, 3, 7) == [c, g, l]
    assert prove_inclusion(KEPT, 4, 7) == [f, j, k]
    assert prove_inclusion(KEPT, 6, 7) == [i, k]
    assert prove_consistency(KEPT, 3, 7) == [c, d, g, l]
    assert prove_consistency(KEPT, 4, 7) == [l]
    assert prove_consistency(KEPT, 6, 7) == [i, j, k]


# Every tree of some size


def test_every_root_is_as_defined_and_as_walked():
    frontier = Frontier()
    for size in range(UP_TO + 1):
        assert root(KEPT, size) == frontier.root == mth(0, size), size
        assert frontier.size == size
        if size < UP_TO:
            frontier.append(leaf_hash(ENTRIES[size]))


def test_every_leaf_of_every_tree_is_proved_as_defined():
    for size in range(1, UP_TO + 1):
        for index in range(size):
            proof = prove_inclusion(KEPT, index, size)
            assert proof == path(index, 0, size), (index, size)
            check_inclusion(proof, index, size, mth(index, index + 1), mth(0, size))


def test_every_tree_is_proved_to_be_the_beginning_of_every_larger_one():
    for second in range(1, UP_TO + 1):
        for first in range(1, second + 1):
            proof = prove_consistency(KEPT, first, second)
            assert proof == subproof(first, 0, second, known=True), (first, second)
            check_consistency(proof, first, second, mth(0, first), mth(0, second))


def test_the_tree_without_leaves_is_the_beginning_of_every_tree():
    for size in range(UP_TO + 1):
        assert prove_consistency(KEPT, 0, size) == []
        check_consistency([], 0, size, EMPTY_ROOT, mth(0, size))


def test_whoever_keeps_the_hashes_is_asked_once_and_for_few():
    for ask in (
        lambda: root(KEPT, 255),
        lambda: prove_inclusion(KEPT, 100, 299),
        lambda: prove_consistency(KEPT, 100, 299),
    ):
        KEPT.asked.clear()
        ask()
        assert len(KEPT.asked) == 1
        assert KEPT.asked[0] <= 2 * (UP_TO.bit_length())


def test_a_walk_holds_few_hashes():
    frontier = Frontier()
    for entry in ENTRIES:
        frontier.append(leaf_hash(entry))
        assert len(frontier._edge) == frontier.size.bit_count()


# What does not hold


def flipped(proof):
    """The proof with each of its bytes changed in turn."""
    for number, one in enumerate(proof):
        for place in range(len(one)):
            changed = bytearray(one)
            changed[place] ^= 0x80
            yield [*proof[:number], bytes(changed), *proof[number + 1 :]]


def of_another_length(proof):
    """The proof with a hash too many or too few, at each place, or with one of another width."""
    for number, one in enumerate(proof):
        yield [*proof[:number], *proof[number + 1 :]]
        yield [*proof[:number], one, *proof[number:]]
        yield [*proof[:number], one[:-1], *proof[number + 1 :]]
        yield [*proof[:number], one + b"\x00", *proof[number + 1 :]]
    yield [*proof, EMPTY_ROOT]
    yield [*proof, b""]


SMALL = [(index, size) for size in range(1, 20) for index in range(size)]
PAIRS = [(first, second) for first, second in SMALL if first]


@pytest.mark.parametrize("alter", [flipped, of_another_length])
def test_an_altered_proof_of_inclusion_is_refused(alter):
    for index, size in [*SMALL, (100, 299), (298, 299), (255, 300)]:
        for altered in alter(path(index, 0, size)):
            with pytest.raises(ProofDoesNotHold):
                check_inclusion(altered, index, size, mth(index, index + 1), mth(0, size))


@pytest.mark.parametrize("alter", [flipped, of_another_length])
def test_an_altered_proof_of_consistency_is_refused(alter):
    for first, second in [*PAIRS, (100, 299), (298, 299), (256, 300)]:
        for altered in alter(subproof(first, 0, second, known=True)):
            with pytest.raises(ProofDoesNotHold):
                check_consistency(altered, first, second, mth(0, first), mth(0, second))


def test_a_leaf_is_proved_at_its_own_place_alone():
    for index, size in SMALL:
        for other in {*range(-1, size + 2)} - {index}:
            with pytest.raises(ProofDoesNotHold):
                check_inclusion(path(index, 0, size), other, size, mth(index, index + 1), mth(0, size))


def test_a_leaf_is_proved_for_its_own_tree_alone():
    for index, size in SMALL:
        leaf, proof = mth(index, index + 1), path(index, 0, size)
        for wrong in (mth(0, size + 1), EMPTY_ROOT, b"", mth(0, size)[:-1]):
            with pytest.raises(ProofDoesNotHold):
                check_inclusion(proof, index, size, leaf, wrong)
        for wrong in (mth(size, size + 1), b"", leaf + b"\x00", leaf[:-1]):
            with pytest.raises(ProofDoesNotHold):
                check_inclusion(proof, index, size, wrong, mth(0, size))


def test_a_tree_is_consistent_with_its_own_beginning_alone():
    for first, second in PAIRS:
        proof = subproof(first, 0, second, known=True)
        one, other = mth(0, first), mth(0, second)
        for roots in ((other, one), (EMPTY_ROOT, other), (one, EMPTY_ROOT), (b"", other), (one, b"")):
            with pytest.raises(ProofDoesNotHold):
                check_consistency(proof, first, second, *roots)


@pytest.mark.parametrize(
    ("proof", "first", "second", "first_root", "second_root"),
    [
        ([], 0, 0, EMPTY_ROOT, mth(0, 1)),
        ([], 0, 0, mth(0, 1), mth(0, 1)),
        ([], 0, 5, mth(0, 5), mth(0, 5)),
        ([EMPTY_ROOT], 0, 5, EMPTY_ROOT, mth(0, 5)),
        ([], 5, 5, mth(0, 5), mth(0, 4)),
        ([EMPTY_ROOT], 5, 5, mth(0, 5), mth(0, 5)),
        ([], 4, 5, mth(0, 4), mth(0, 5)),
        ([], 3, 5, mth(0, 3), mth(0, 5)),
        ([], 5, 4, mth(0, 5), mth(0, 4)),
        ([], -1, 4, EMPTY_ROOT, mth(0, 4)),
    ],
)
def test_what_needs_no_proof_takes_none_and_what_needs_one_takes_no_less(
    proof, first, second, first_root, second_root
):
    with pytest.raises(ProofDoesNotHold):
        check_consistency(proof, first, second, first_root, second_root)


def test_a_proof_has_as_many_hashes_as_there_are_levels_even_where_its_root_is_made_to_fit():
    a, b, c, d, x = (mth(index, index + 1) for index in range(5))
    g = node_hash(a, b)
    with pytest.raises(ProofDoesNotHold, match="too many"):
        check_inclusion([b], 0, 1, a, node_hash(b, a))
    with pytest.raises(ProofDoesNotHold, match="too few"):
        check_inclusion([], 0, 2, a, a)
    three, four = node_hash(x, mth(0, 3)), node_hash(x, mth(0, 4))
    with pytest.raises(ProofDoesNotHold, match="too many"):
        check_consistency([c, d, g, x], 3, 4, three, four)
    with pytest.raises(ProofDoesNotHold, match="too few"):
        check_consistency([], 2, 4, g, g)


@pytest.mark.parametrize("width", [0, 31, 33])
def test_what_is_not_as_long_as_a_hash_proves_nothing_even_where_it_is_the_same(width):
    with pytest.raises(ProofDoesNotHold, match="32 bytes"):
        check_inclusion([], 0, 1, bytes(width), bytes(width))
    with pytest.raises(ProofDoesNotHold, match="32 bytes"):
        check_consistency([], 5, 5, bytes(width), bytes(width))


@given(
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=8),
    index=st.integers(-2, 2**70),
    size=st.integers(-2, 2**70),
)
def test_made_up_proofs_are_refused_whatever_the_sizes(proof, index, size):
    with pytest.raises(ProofDoesNotHold):
        check_inclusion(proof, index, size, mth(0, 1), mth(0, 2))
    with pytest.raises(ProofDoesNotHold):
        check_consistency(proof, index, size, mth(0, 2), mth(0, 3))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (5, 5), (-1, 5), (0, -1)])
def test_a_leaf_that_is_not_in_the_tree_has_no_proof(index, size):
    with pytest.raises(OutOfTree, match=f"no leaf {index} in a tree of {size}"):
        prove_inclusion(KEPT, index, size)


@pytest.mark.parametrize(("first", "second"), [(2, 1), (-1, 1)])
def test_a_larger_tree_is_not_the_beginning_of_a_smaller_one(first, second):
    with pytest.raises(OutOfTree):
        prove_consistency(KEPT, first, second)


def test_no_tree_has_fewer_leaves_than_none():
    with pytest.raises(OutOfTree):
        root(KEPT, -1)
