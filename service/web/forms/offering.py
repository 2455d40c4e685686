"""What a form offers to be named in a field: the developments of the dossier, by what they say and when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import Request

from domain.access import Authority, Right
from domain.entry import Entry
from service.record import Record
from service.selecting import EVERY_KIND, NOT_RETRACTED
from service.store.places import place_of
from service.store.versions import Selection
from service.views import Views
from service.web.forms.fields import Field
from service.web.reading import LARGE
from service.words import days, states
from service.words.headlines import headline

MOST = 300
"""More are not to be looked through: the last ones are offered, and any other can be named by its id."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen in one field: each value with its words, the latest first."""

    choices: Sequence[tuple[str, str]] = ()
    all_of_them: bool = True


Offers = Mapping[str, Offer]
"""By the id of the field."""


def offers(request: Request, who: Authority | None, dossier: str, fields: Iterable[Field]) -> Offers:
    """What each field that names a development can name; nothing to whoever may not read the dossier."""
    naming = [one for one in fields if one.names is not None]
    if not naming or who is None or not who.may(Right.READ, dossier):
        return {}
    record: Record = request.app.state.record
    views: Views = request.app.state.views
    position = record.store.max_notification_id()
    names = views.names(dossier, position)
    found = {one.names or (): _found(record, dossier, position, one.names or ()) for one in naming}
    return {one.id: _offer(one, found[one.names or ()], names) for one in naming}


def _found(record: Record, dossier: str, position: int, kinds: Sequence[str]) -> list[Entry]:
    """What is on record of some kinds, the latest first; of a large dossier what came in last."""
    among = Selection(dossier, position, kinds=kinds or EVERY_KIND, standings=NOT_RETRACTED)
    if not kinds and record.versions.size(dossier, position) > LARGE:
        last = record.versions.last_positions_of(dossier, position, MOST + 1)
        among = replace(among, developments=[record.reading.at(one).originator_id for one in last])
    return sorted(record.versions.gathered(among), key=place_of, reverse=True)


def _offer(one: Field, found: Sequence[Entry], names: Mapping[str, str]) -> Offer:
    choices = [
        choice
        for entry in found[: MOST + 1]
        for choice in (_parts(entry, names) if one.how == "under" else [(str(entry.id), _line(entry, names))])
    ]
    return Offer(choices[:MOST], len(found) <= MOST and len(choices) <= MOST)


def _parts(entry: Entry, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """An agreement with each of its stipulations, and without any."""
    line = _line(entry, names)
    for part in sorted(entry.development.parts()):
        yield f"{entry.id} {part}", f"{states.label(part)}, of: {line}"
    yield str(entry.id), line


def _line(entry: Entry, names: Mapping[str, str]) -> str:
    when = days.between(entry.bounds.earliest, entry.bounds.latest)
    return f"{headline(entry.development, names)}, {when}"
