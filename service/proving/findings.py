"""What a verification finds: where something does not hold, which field, and why."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MOST_FINDINGS = 1_000
"""So many are kept; of a record that was altered all over, the others are only counted."""


class NotChecked(Exception):
    """It cannot be checked at all: there is no such file, it is no record, or another program is at it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold."""

    field: str
    """The table and column; several with `or` between them where it cannot be told which."""
    says: str
    position: int | None = None
    stream: str | None = None
    version: int | None = None
    size: int | None = None
    """The size that a checkpoint is of."""
    tile: str | None = None

    @property
    def place(self) -> str:
        """Where it is."""
        names = (
            ("position", self.position),
            ("stream", self.stream),
            ("version", self.version),
            ("checkpoint of size", self.size),
            ("", self.tile),
        )
        return ", ".join(f"{name} {value}".strip() for name, value in names if value is not None)

    @property
    def line(self) -> str:
        """The finding in one line."""
        return ": ".join(part for part in (self.place, self.field, self.says) if part)

    def as_json(self) -> dict[str, Any]:
        """The finding for machines."""
        members = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in members.items() if value is not None}


@dataclass
class Findings:
    """Findings as they are made; a place and field is named once."""

    kept: list[Finding] = field(default_factory=list)
    more: int = 0
    _places: set[tuple[str, str]] = field(default_factory=set)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept) + self.more

    def add(self, finding: Finding) -> None:
        """Keep one."""
        if len(self.kept) >= MOST_FINDINGS:
            self.more += 1
        elif (finding.place, finding.field) not in self._places:
            self._places.add((finding.place, finding.field))
            self.kept.append(finding)


def columns(table: str, names: list[str] | tuple[str, ...]) -> str:
    """Columns of a table that may be meant, as a finding names them."""
    return " or ".join(f"{table}.{name}" for name in names)
