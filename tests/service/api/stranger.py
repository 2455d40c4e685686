"""A stranger's verifier, written from the texts of RFC 9162 and C2SP; it shares no code with the service.

It fetches what the service publishes, and believes none of it but one public key.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Fetch = Callable[[str], bytes]


def H(*parts: bytes) -> bytes:  # noqa: N802 - as the RFC calls it
    """SHA-256 of several parts."""
    return hashlib.sha256(b"".join(parts)).digest()


def MTH(leaves: list[bytes]) -> bytes:  # noqa: N802 - as the RFC calls it
    """RFC 9162, 2.1.1, of hashes of leaves: recursive, as the definition is written."""
    n = len(leaves)
    if n == 0:
        return H()
    if n == 1:
        return leaves[0]
    k = 1
    while k * 2 < n:
        k *= 2
    return H(b"\x01", MTH(leaves[:k]), MTH(leaves[k:]))


# Notes and checkpoints


@dataclass
class Checkpoint:
    """The three lines of a checkpoint."""

    origin: str
    size: int
    root: bytes


def checkpoint_of(note: bytes, vkey: str) -> Checkpoint:
    """C2SP signed-note and tlog-checkpoint: the checkpoint, if this key has signed it; else an error."""
    name, key_hash, encoded = vkey.split("+", 2)
    key = base64.b64decode(encoded)
    assert key[0] == 1, "Ed25519"
    assert H(name.encode(), b"\n", key)[:4].hex() == key_hash
    text, signatures = note.decode().split("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        dash, signer, signed = line.split(" ")
        assert dash == "—"
        value = base64.b64decode(signed)
        if signer == name and value[:4].hex() == key_hash:
            Ed25519PublicKey.from_public_bytes(key[1:]).verify(value[4:], text.encode())
            origin, size, root, *_ = text.split("\n")
            return Checkpoint(origin, int(size), base64.b64decode(root))
    raise AssertionError("nobody signed it")


# Tiles


def path_of(level: str, index: int, width: int) -> str:
    """C2SP tlog-tiles: /tile/<L>/<N>[.p/<W>]."""
    digits = f"{index:03}"
    while len(digits) % 3:
        digits = "0" + digits
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    named = "/".join([*("x" + group for group in groups[:-1]), groups[-1]])
    return f"/tile/{level}/{named}" + ("" if width == 256 else f".p/{width}")


def tiles_of(size: int) -> list[tuple[int, int, int]]:
    """Level, index and width of every tile of a tree."""
    found, level = [], 0
    while size:
        found += [(level, index, 256) for index in range(size // 256)]
        found += [(level, size // 256, size % 256)] if size % 256 else []
        size, level = size // 256, level + 1
    return found


def leaves_of_tiles(fetch: Fetch, size: int) -> list[bytes]:
    """The hashes of all leaves, once every tile of every level is what those below it come to."""
    level: dict[int, list[bytes]] = {}
    for at, index, width in tiles_of(size):
        tile = fetch(path_of(str(at), index, width))
        assert len(tile) == 32 * width
        level.setdefault(at, []).extend(tile[place : place + 32] for place in range(0, len(tile), 32))
    for at in range(1, len(level)):
        below = level[at - 1]
        assert level[at] == [MTH(below[n : n + 256]) for n in range(0, len(below) // 256 * 256, 256)]
    return level.get(0, [])


def entries_of(fetch: Fetch, size: int) -> list[bytes]:
    """All entries, from the bundles."""
    found = []
    for at, index, width in tiles_of(size):
        if at == 0:
            bundle = fetch(path_of("entries", index, width))
            while bundle:
                length = int.from_bytes(bundle[:2], "big")
                assert len(bundle) >= 2 + length
                found.append(bundle[2 : 2 + length])
                bundle = bundle[2 + length :]
    return found


# Proofs


def is_included(index: int, size: int, leaf: bytes, path: list[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2, step by step."""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            r = H(b"\x01", p, r)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = H(b"\x01", r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def is_consistent(first: int, second: int, roots: tuple[bytes, bytes], path: list[bytes]) -> bool:
    """RFC 9162, 2.1.4.2, step by step, for 0 < first < second."""
    path = list(path)
    if first & (first - 1) == 0:
        path = [roots[0], *path]
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn % 2 == 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            fr, sr = H(b"\x01", c, fr), H(b"\x01", c, sr)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = H(b"\x01", sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and (fr, sr) == roots


# Events


def leaf_of(proven: dict[str, Any]) -> bytes:
    """The hash of an event's leaf, from what a receipt shows of it."""
    form = json.dumps(proven["event"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return H(b"\x00", hmac.new(base64.b64decode(proven["salt"]), form, hashlib.sha256).digest())
