"""The Merkle tree of RFC 9162, section 2.1, with SHA-256.

A leaf's hash is SHA-256(0x00 || entry), an inner node's SHA-256(0x01 || left || right); every hash is 32
bytes. Leaves are counted from 0. A tree is made of complete subtrees, whose hashes never change as it
grows; one is named by its level and its index there: (0, 5) is leaf 5, (3, 2) covers 16 to 23.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from hashlib import sha256
from itertools import islice
from typing import Protocol

from service.log.errors import OutOfTree, ProofDoesNotHold

Subtree = tuple[int, int]
"""A complete subtree: its level, its index on that level."""

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()
"""The root of the tree without leaves (RFC 9162, section 2.1.1)."""


class Hashes(Protocol):
    """Where the hashes of complete subtrees are read."""

    def read(self, at: Sequence[Subtree]) -> Sequence[bytes]:
        """The hashes of these subtrees, in this order; each lies within a tree that was once reached."""
        ...


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf (RFC 9162, section 2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others (RFC 9162, section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


# Proving


def root(hashes: Hashes, size: int) -> bytes:
    """The root of the tree over the first `size` leaves (RFC 9162, section 2.1.1)."""
    if size < 0:
        raise OutOfTree(f"a tree has 0 leaves or more, not {size}")
    return _read(hashes, [(0, size)])[0] if size else EMPTY_ROOT


def prove_inclusion(hashes: Hashes, index: int, size: int) -> list[bytes]:
    """The hashes beside the path from a leaf up to the root of a tree (RFC 9162, section 2.1.3.1).

    Raise `OutOfTree` where the leaf is not among the first `size`.
    """
    if not 0 <= index < size:
        raise OutOfTree(f"there is no leaf {index} in a tree of {size}; they are counted from 0")
    beside, start, end = [], 0, size
    while end - start > 1:
        split = _split(start, end)
        if index < split:
            beside.append((split, end))
            end = split
        else:
            beside.append((start, split))
            start = split
    return _read(hashes, beside[::-1])


def prove_consistency(hashes: Hashes, first: int, second: int) -> list[bytes]:
    """What shows that the first tree is the beginning of the second (RFC 9162, section 2.1.4.1).

    It is empty where there is nothing to show: the sizes are the same, or the first is 0, which the RFC
    leaves open. Raise `OutOfTree` unless 0 <= first <= second.
    """
    if not 0 <= first <= second:
        raise OutOfTree(f"a tree of {first} is not the beginning of one of {second}")
    if first in {0, second}:
        return []
    beside, start, end = [], 0, second
    while end != first:
        split = _split(start, end)
        if first <= split:
            beside.append((split, end))
            end = split
        else:
            beside.append((start, split))
            start = split
    # The verifier knows the root of the first tree, so a subtree that is all of it goes without saying.
    return _read(hashes, ([(start, end)] if start else []) + beside[::-1])


def _split(start: int, end: int) -> int:
    """Where the tree over these leaves is split: RFC 9162 calls the left side's width k."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _read(hashes: Hashes, spans: Sequence[tuple[int, int]]) -> list[bytes]:
    """The hash of the tree over each span of leaves; whoever keeps the hashes is asked once."""
    within = [list(_complete(*span)) for span in spans]
    read = iter(hashes.read([subtree for subtrees in within for subtree in subtrees]))
    return [_joined(list(islice(read, len(subtrees)))) for subtrees in within]


def _complete(start: int, end: int) -> Iterator[Subtree]:
    """The complete subtrees that the tree over a span of leaves is made of, from the left."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _joined(subtrees: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, of which each is larger than the next."""
    return reduce(lambda right, left: node_hash(left, right), reversed(subtrees))


# Checking


def check_inclusion(proof: Sequence[bytes], index: int, size: int, leaf: bytes, root: bytes) -> None:
    """Check that a leaf's hash stands at its place in the tree of this root (RFC 9162, section 2.1.3.2).

    Raise `ProofDoesNotHold` otherwise.
    """
    if not 0 <= index < size:
        raise ProofDoesNotHold(f"a tree of {size} leaves has no leaf {index}; they are counted from 0")
    _check_widths([*proof, leaf, root])
    node, last, reached = index, size - 1, leaf
    for beside in proof:
        _check_not_past_root(last)
        if node & 1 or node == last:
            reached = node_hash(beside, reached)
            node, last = _up_to_right_child(node, last)
        else:
            reached = node_hash(reached, beside)
        node, last = node >> 1, last >> 1
    _check_at_root(last)
    if reached != root:
        raise ProofDoesNotHold(
            f"the proof does not lead from this leaf at {index} to this root of {size} leaves: "
            "the leaf, its place, the proof or the root is not the one in the log"
        )


def check_consistency(
    proof: Sequence[bytes], first: int, second: int, first_root: bytes, second_root: bytes
) -> None:
    """Check that the tree of one root is the beginning of that of another (RFC 9162, section 2.1.4.2).

    The RFC leaves size 0, whose root is that of the empty tree, and equal sizes, which need the same
    root, open; here both need an empty proof. Raise `ProofDoesNotHold` otherwise.
    """
    _check_widths([*proof, first_root, second_root])
    if not 0 <= first <= second:
        raise ProofDoesNotHold(f"a tree of {first} leaves cannot be the beginning of one of {second}")
    if first in {0, second}:
        _check_trivially_consistent(proof, first, second, first_root, second_root)
        return
    # The verifier has the root of a complete first tree, so the proof leaves it out.
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    if not path:
        raise ProofDoesNotHold("the proof is empty")
    if _roots_over(path, first, second) != (first_root, second_root):
        raise ProofDoesNotHold(
            f"the tree of {first} leaves with this root is not the beginning of the one of {second} with "
            "that root: the log was rewritten, or the proof or a root is not the one of this log"
        )


def _roots_over(path: Sequence[bytes], first: int, second: int) -> tuple[bytes, bytes]:
    """The roots of both trees, as the path from the first tree's last complete subtree has them."""
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    reached_first = reached_second = path[0]
    for beside in path[1:]:
        _check_not_past_root(last)
        if node & 1 or node == last:
            reached_first = node_hash(beside, reached_first)
            reached_second = node_hash(beside, reached_second)
            node, last = _up_to_right_child(node, last)
        else:
            reached_second = node_hash(reached_second, beside)
        node, last = node >> 1, last >> 1
    _check_at_root(last)
    return reached_first, reached_second


def _up_to_right_child(node: int, last: int) -> tuple[int, int]:
    """Skip the levels on which a node at the right edge has nothing beside it."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _check_trivially_consistent(
    proof: Sequence[bytes], first: int, second: int, first_root: bytes, second_root: bytes
) -> None:
    if proof:
        raise ProofDoesNotHold(f"from {first} to {second} leaves there is nothing to prove, so no proof")
    if first == 0 and first_root != EMPTY_ROOT:
        raise ProofDoesNotHold("the first root is not that of the tree without leaves")
    if first == second and first_root != second_root:
        raise ProofDoesNotHold(
            f"there are two roots for the one size {first}: the log was shown to two readers in two forms"
        )


def _check_widths(hashes: Iterable[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofDoesNotHold(f"a hash is {HASH_BYTES} bytes long, and one of these is not")


def _check_not_past_root(last: int) -> None:
    if last == 0:
        raise ProofDoesNotHold("the proof goes on past the root: it has too many hashes")


def _check_at_root(last: int) -> None:
    if last:
        raise ProofDoesNotHold("the proof ends below the root: it has too few hashes")


class Frontier:
    """The right edge of a growing tree: for walking a record from its start and taking each root.

    It holds one hash for each complete subtree at the edge, so at most one for each bit of the size.
    """

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        size = self.size
        while size & 1:
            leaf = node_hash(self._edge.pop(), leaf)
            size >>= 1
        self._edge.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over the leaves so far (RFC 9162, section 2.1.1)."""
        return _joined(self._edge) if self._edge else EMPTY_ROOT
