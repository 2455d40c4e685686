"""Bearer tokens (RFC 6750): who may write. The file holds digests, never a token itself."""

import hashlib
import json
import os
import secrets
import tempfile
from pathlib import Path

PREFIX = "depositary_"


class Tokens:
    """The principals that may write, by the SHA-256 digest of their token; kept in a file of mode 0600."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read: tuple[int, int, int] | None = None
        self._principals: dict[str, str] = {}

    def principal(self, token: str) -> str | None:
        """Whose token it is; `None` where it is nobody's."""
        self._read_if_changed()
        # A look-up by digest gives no timing from which a token could be guessed.
        return self._principals.get(_digest(token))

    def issue(self, principal: str) -> str:
        """Make a token for a principal, in place of the one it had; answer the token, once."""
        token = PREFIX + secrets.token_urlsafe(32)
        self._read_if_changed()
        others = {digest: name for digest, name in self._principals.items() if name != principal}
        self._write({**others, _digest(token): principal})
        return token

    def principals(self) -> tuple[str, ...]:
        """Who has a token, by name."""
        self._read_if_changed()
        return tuple(sorted(set(self._principals.values())))

    def revoke(self, principal: str) -> bool:
        """Have the token of a principal be nobody's; whether there was one."""
        self._read_if_changed()
        others = {digest: name for digest, name in self._principals.items() if name != principal}
        if len(others) == len(self._principals):
            return False
        self._write(others)
        return True

    def _read_if_changed(self) -> None:
        try:
            now = self._file.stat()
        except FileNotFoundError:
            self._principals, self._read = {}, None
            return
        # Two writes can fall into one tick of the file system's clock, but not into one file.
        if (version := (now.st_mtime_ns, now.st_ino, now.st_size)) != self._read:
            self._principals = json.loads(self._file.read_text())
            self._read = version

    def _write(self, principals: dict[str, str]) -> None:
        descriptor, new = tempfile.mkstemp(prefix=self._file.name, dir=self._file.parent)  # of mode 0600
        with os.fdopen(descriptor, "w") as file:
            json.dump(principals, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(new).replace(self._file)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
