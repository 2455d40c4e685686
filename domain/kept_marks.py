"""Where an entry keeps the texts that its sayings marked, besides those in tellings of the development."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from domain.events import Corroborated, Disputed, Event, ObjectionRaised, RectificationProposed
from domain.personal import Marks
from domain.prose import texts_at

if TYPE_CHECKING:
    from domain.entry import Entry


def kept_marks(entry: "Entry", event: Event) -> Marks:
    """The own marks of a saying as pointers into the entry that follows; none for what no entry keeps."""
    own: Marks = getattr(event, "personal", ())
    if not own:
        return ()
    match event:
        case Corroborated():
            place = f"/corroborations/{len(entry.corroborations)}"
            return tuple(place + mark.removeprefix("/source") for mark in own if mark.startswith("/source/"))
        case Disputed():
            place = f"/disputes/{len(entry.disputes)}"
        case RectificationProposed():
            place = f"/rectifications/{len(entry.rectifications)}"
        case ObjectionRaised(rectification=number):
            index = [one.number for one in entry.rectifications].index(number)
            place = f"/rectifications/{index}/objections/{len(entry.rectifications[index].objections)}"
        case _:
            return ()
    return tuple(place + mark for mark in own)


def marks_on_record(entry: "Entry") -> Iterator[str]:
    """Where in an entry marked texts may stand: in any telling of the development, or by a saying."""
    yield from (f"/development{mark}" for mark in entry.development.personal)
    for index, dispute in enumerate(entry.disputes):
        marks = dispute.account.personal if dispute.account else ()
        yield from (f"/disputes/{index}/account{mark}" for mark in marks)
    for index, proposed in enumerate(entry.rectifications):
        yield from (f"/rectifications/{index}/development{mark}" for mark in proposed.development.personal)
    yield from entry.personal


def marked_on_record(entry: "Entry") -> dict[str, str]:
    """The texts of an entry that are marked, by their pointers into it."""
    return texts_at(entry, marks_on_record(entry))
