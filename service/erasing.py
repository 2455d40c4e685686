"""Erasing what is marked personal in a development, on the file itself; a service may be running on it."""

from dataclasses import dataclass
from uuid import UUID

from domain.commands import Erase
from domain.errors import Conflict
from service.callers import Caller, Receipt
from service.record import Record


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of an erasure."""

    receipt: Receipt
    left: str | None
    """What of the database still holds the key, in words; `None` where nothing does."""

    @property
    def told(self) -> str:
        """What to tell whoever asked for it."""
        done = (
            f"What was marked as personal in {self.receipt.id} is erased: its key is destroyed, and version "
            f"{self.receipt.version} at position {self.receipt.position} says so."
        )
        copies = (
            "Backups and copies that were made before still hold the key and the sealed texts: erase them "
            "there too."
        )
        return " ".join(filter(None, (done, self.left, copies)))


def erase(record: Record, development: UUID, reason: str, by: str) -> Erased:
    """Erase, and have the file forget; raise a `Refusal`.

    Where nothing is left to erase, the file is made to forget nonetheless: a first attempt may have left
    that undone.
    """
    command = Erase(reason=reason)
    try:
        receipt = record.erase(development, command, Caller(by))
    except Conflict:
        record.store.database.forget()
        raise
    return Erased(receipt, record.store.database.forget())
