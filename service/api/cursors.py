"""Where a page begins: cursors, which a client passes on unread."""

import base64
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from domain.errors import Invalid
from service.api.asking import Day, MomentInTime, Position
from service.moments import Asked
from service.store.places import Place


class Cursor(BaseModel):
    """A page's place, which a client passes on unread."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __str__(self) -> str:
        """The cursor as text."""
        return base64.urlsafe_b64encode(self.model_dump_json().encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Self:
        """The cursor that a text holds; raise `Invalid` for one that this service did not give."""
        try:
            held = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            return cls.model_validate_json(held)
        except ValueError as error:
            raise Invalid(
                "cursor", "not a cursor of this view: follow `next`, or start without one"
            ) from error


class TimelineCursor(Cursor):
    """Where a page of the timeline begins. Both clocks stay where the first page had them."""

    as_of: Day
    known_at: MomentInTime
    position: Position
    earliest: Day | Literal[""]
    latest: Day | Literal[""]
    recorded: Position

    def asked(self) -> Asked:
        """The clocks of the first page."""
        return Asked(self.as_of, self.known_at, min_position=self.position)

    def place(self) -> Place:
        """The place in the order of time after which the page begins."""
        return Place(str(self.earliest), str(self.latest), self.recorded)


class ChangesCursor(Cursor):
    """Where a page of the changes begins, in a window that stays as it was."""

    known_to: MomentInTime
    after: Position
