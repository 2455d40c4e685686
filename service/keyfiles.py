"""The files that keys are kept in: the log's own, which only its owner may read, and those of witnesses."""

import os
from pathlib import Path
from secrets import token_bytes

from service.log.cosignature import WitnessKey
from service.log.errors import Malformed
from service.log.keys import KEY_BYTES
from service.log.notes import SigningKey


class UnsafeKey(ValueError):
    """The file of a private key is missing, is there already, or can be read by others."""


def make_key(file: Path, name: str) -> SigningKey:
    """Make a key under a name, in a new file of mode 0600; raise `UnsafeKey` where there is one."""
    key = SigningKey(name, token_bytes(KEY_BYTES))
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UnsafeKey(
            f"{file} exists already: a log keeps its key, for checkpoints of another would not be believed"
        ) from None
    with os.fdopen(descriptor, "w") as kept:
        kept.write(key.format() + "\n")
        kept.flush()
        os.fsync(kept.fileno())
    return key


def read_key(file: Path) -> SigningKey | None:
    """The key in a file; `None` where there is no such file. Raise `UnsafeKey` where others can read it."""
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        return None
    if mode & 0o077:
        raise UnsafeKey(f"others may read {file}, which holds the log's private key: chmod 600 it")
    try:
        return SigningKey.parse(file.read_text().strip())
    except Malformed as error:
        raise UnsafeKey(f"{file} holds no signing key: {error}") from error


def read_witnesses(file: Path) -> tuple[WitnessKey, ...]:
    """The public keys of witnesses in a file, one a line; none where there is no such file."""
    if not file.exists():
        return ()
    lines = (line.strip() for line in file.read_text().splitlines())
    return tuple(WitnessKey.parse(line) for line in lines if line and not line.startswith("#"))
