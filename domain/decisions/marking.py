"""Marks on texts about persons: where one may stand, and that no such text stands in the clear besides.

What is sealed is of use only while the same words stand nowhere else, so a telling that has them in the
clear is refused, and so is a mark on what the record holds in the clear already.
"""

import re
from collections.abc import Mapping

from domain.commands import Saying
from domain.developments import Development
from domain.entry import Entry
from domain.errors import Invalid
from domain.events import DisputeResolved, Event
from domain.kept_marks import marked_on_record
from domain.personal import TELLS_APART, plus_marks
from domain.prose import text_at, texts
from domain.values import walk

_TOLD_AT = {"/changes": "/development", "/says": "/account"}
"""Where a saying holds what it tells of the development, and where the event then does."""


def with_marks(entry: Entry, command: Saying) -> Entry:
    """The entry with the marks that a saying puts on what it tells of the development.

    Raise `Invalid` where one leads nowhere in the saying.
    """
    places = {place for place, _ in walk(command)} if command.personal else set()
    for index, mark in enumerate(command.personal):
        if mark not in places:
            raise Invalid(f"/personal/{index}", f"{mark} leads to nothing in this request")
    marks = tuple(_in_telling(mark) for mark in command.personal if _is_of_telling(mark))
    if not marks:
        return entry
    marked = plus_marks(entry.development.personal, marks)
    return entry.model_copy(update={"development": entry.development.model_copy(update={"personal": marked})})


def as_marked(entry: Entry, command: Saying, event: Event) -> Event:
    """The event with the saying's own marks; raise `Invalid` where one is unfit or comes too late."""
    own = tuple(mark for mark in command.personal if not _is_of_telling(mark))
    if own:
        event = event.model_copy(update={"personal": own})
    marks = enumerate(command.personal)
    refuse_unfit({f"/personal/{index}": _in_event(mark) for index, mark in marks}, event)
    _refuse_late(entry.development, command, event)
    refuse_exposed(event, entry)
    return event


def refuse_unfit(marks: Mapping[str, str], event: Event) -> None:
    """Raise `Invalid` for the first mark that leads to no text that can be sealed.

    Each mark, as a pointer into the event, goes by its own place in the command.
    """
    for pointer, mark in marks.items():
        if text_at(event, mark, but=TELLS_APART) is not None:
            continue
        if text_at(event, mark) is not None:
            raise Invalid(
                pointer,
                "outlets, and the descriptions of people without a name, tell one origin from another, so "
                "they stay in the clear: tell there only what says nothing of a person",
            )
        raise Invalid(
            pointer,
            "it leads to no text that people wrote, such as a name, a content, a title or a quote: "
            "codes, ids, dates, choices and counts cannot be sealed",
        )


def refuse_exposed(event: Event, entry: Entry | None = None) -> None:
    """Raise `Invalid` where a text of the event holds in the clear what is, or has been, marked personal."""
    own = event.personal_texts()
    secret = {_in_command(event, place): text for place, text in own.items()}
    secret |= marked_on_record(entry) if entry else {}
    if not secret:
        return
    clear = [(place, text) for place, text in texts(event) if place not in own and place != "/recorded_by"]
    for mark, words in secret.items():
        within = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        for place, text in clear:
            if within.search(text):
                raise Invalid(
                    _in_command(event, place),
                    f"it holds in the clear what is marked as personal at {mark}: mark it too, or tell it in "
                    "other words",
                )


def _refuse_late(on_record: Development, command: Saying, event: Event) -> None:
    marked = set(on_record.personal)
    clear = {text for place, text in texts(on_record) if place not in marked} if command.personal else set()
    told = event.personal_texts() if clear else {}
    for index, mark in enumerate(command.personal):
        if told.get(_in_event(mark)) in clear:
            raise Invalid(
                f"/personal/{index}",
                "this text is on record in the clear already, and a later mark cannot hide it: what has been "
                "recorded stays in the history",
            )


def _is_of_telling(mark: str) -> bool:
    return mark.startswith(tuple(f"{place}/" for place in _TOLD_AT))


def _in_telling(mark: str) -> str:
    """A mark in a saying as one in the development that it tells of."""
    return mark[mark.index("/", 1) :]


def _in_event(mark: str) -> str:
    """A mark in a saying as one in the event."""
    first, _, rest = mark[1:].partition("/")
    place = _TOLD_AT.get(f"/{first}")
    return f"{place}/{rest}" if place and rest else mark


def _in_command(event: Event, place: str) -> str:
    """A place in the event as one in the command that it comes from."""
    told = next((name for name in _TOLD_AT.values() if place.startswith(f"{name}/")), None)
    if told is None:
        return place
    if event.told_at is None:  # The command names by its number what told it before.
        return "/dispute" if isinstance(event, DisputeResolved) else "/rectification"
    return event.told_at + place.removeprefix(told)
