"""What an event tells: the fields that it tells anew, and its texts that are marked personal."""

from collections.abc import Collection
from typing import Any

from domain.personal import Marks, is_erased
from domain.prose import texts_at
from domain.values import Value

TELLINGS = ("development", "account")
"""The fields in which an event holds a whole development, which has marks of its own."""
_IN_TELLINGS = tuple(f"/{name}/" for name in TELLINGS)


class Told(Value):
    """Something that may hold tellings of a development, and marked texts."""

    def marks(self) -> Marks:
        """Where texts that are marked personal may stand in it, as pointers into the event."""
        held = vars(self)  # Looked up here, a field that an event does not have costs next to nothing.
        told = [(name, one) for name in TELLINGS if (one := held.get(name)) is not None and one.personal]
        return tuple(f"/{name}{mark}" for name, one in told for mark in one.personal)

    def personal_texts(self) -> dict[str, str]:
        """The texts in it that are marked personal, by their pointers into the event."""
        return texts_at(self, self.marks())

    def tells_personal(self) -> bool:
        """Whether it holds any such text that has not been erased."""
        return any(not is_erased(text) for text in self.personal_texts().values())

    def erased(self) -> Marks:
        """Where texts stand in it that have been erased, as pointers into the event."""
        return tuple(mark for mark, text in self.personal_texts().items() if is_erased(text))

    def retold(self) -> dict[str, Any]:
        """The fields that it tells anew, as they were put in."""
        told = getattr(self, "development", None) or getattr(self, "account", None)
        values = told.model_dump(mode="json", exclude_unset=True) if told is not None else {}
        return {field: values.get(field) for field in getattr(self, "fields", ())}

    def marks_retold(self, told_at: str | None, fields: Collection[str]) -> Marks:
        """The marks on fields that it tells anew, as pointers into the command that tells them at a place."""
        if not told_at:
            return ()
        told = [mark.split("/", 3) for mark in self.personal_texts() if mark.startswith(_IN_TELLINGS)]
        return tuple("/".join([told_at, *way[2:]]) for way in told if way[2] in fields)
