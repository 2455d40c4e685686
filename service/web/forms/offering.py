"""What a form offers to be named in a field: the developments of the dossier, by what they say and when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from domain.access import Authority, Right
from domain.entry import Entry
from projections.cut import Moment
from projections.timeline import Sought
from service.moments import Asked
from service.views import Views
from service.web.forms.fields import Field
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
    views: Views = request.app.state.views.as_seen_by(who)
    moment = views.moments.settle(Asked())
    names = views.names(dossier, moment.position)
    found = {kinds: _found(views, dossier, moment, kinds) for kinds in {_kinds(one) for one in naming}}
    return {one.id: _offer(one, found[_kinds(one)], names) for one in naming}


def _kinds(one: Field) -> tuple[str, ...]:
    return tuple(one.names or ())


def _found(views: Views, dossier: str, moment: Moment, kinds: tuple[str, ...]) -> list[Entry]:
    """What is on record of some kinds, or of any, the latest first."""
    return [held.entry for held in views.found(dossier, moment, Sought(kinds=kinds))][::-1]


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
