"""One reading of a dossier: at one moment of both clocks, through one lens, with names for its codes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Path, Query

from domain.commands import Dossier
from domain.developments.base import Happening
from projections.cut import Held, Lens, Moment
from projections.history import ChangeInFull
from projections.registry import VIEWS
from projections.view import View
from service.api.calling import DiffsOf, ViewsOf
from service.diffs import Diffs
from service.moments import Asked
from service.views import Views
from service.web.asking import PageQuery
from service.words import days, states
from service.words.headlines import headline

Stop = TypeVar("Stop", date, datetime)
NO_FILTERS: dict[str, Any] = {
    "kind": [],
    "actor": None,
    "text": None,
    "lanes": None,
    "stretch": None,
    "since": None,
    "view": None,
}
LARGE = 2_000
"""Of a dossier with more developments, what takes seconds is only read by itself, once it is asked for."""
ASIDE = ("outlet: ", "unnamed: ")
MOST_STOPS = 400
"""A slider that is as wide as a page has no room for more."""


@dataclass(frozen=True)
class Reading:
    """What all panels of a page read from, so that they all tell of the same moment."""

    views: Views
    diffs: Diffs
    dossier: Dossier
    moment: Moment
    query: PageQuery
    names: Mapping[str, str]
    _folded: dict[str, View] = field(default_factory=dict)
    _told: dict[UUID, Happening | None] = field(default_factory=dict)

    @property
    def lens(self) -> Lens:
        """The lens that is looked through."""
        return self.query.lens()

    def view(self, name: str) -> View:
        """A view by its name, folded once."""
        if name not in self._folded:
            self._folded[name] = self.views.view_at(VIEWS[name], self.dossier.id, self.moment, self.lens)
        return self._folded[name]

    def name(self, key: str | None) -> str:
        """What to call somebody: by name where one is on record, else by the key."""
        return self.names.get(key, key) if key else "nobody named"

    def names_of(self, keys: Iterable[str]) -> list[str]:
        """What to call several."""
        return [self.name(key) for key in keys]

    def headline(self, development: UUID) -> str:
        """What a development says in a line."""
        found = self.told(development)
        return self.line(found) if found else f"development {development}"

    def told(self, development: UUID) -> Happening | None:
        """What a development says, looked up once; `None` where it is not on record for whoever reads."""
        if development not in self._told:
            self._told[development] = self.views.told(development, self.moment.position)
        return self._told[development]

    def when(self, development: UUID, earliest: date | None, latest: date | None) -> str:
        """On which day it was, or how long it lasted: only what the one of them is says which."""
        found = self.told(development)
        return (days.lasting if found and found.occurred.lasting else days.between)(earliest, latest)

    def line(self, told: Happening) -> str:
        """The same of what is at hand."""
        return headline(told, self.names)

    @staticmethod
    def drawn_when(held: Held) -> str:
        """The same of what a drawing shows."""
        told = days.lasting if held.entry.development.occurred.lasting else days.between
        return told(held.bounds.earliest, held.bounds.latest)

    @staticmethod
    def said(change: ChangeInFull) -> dict[str, Any]:
        """What an event says, as it was put in."""
        return change.said.model_dump(mode="json")

    def bare(self, page: str = "") -> str:
        """The address of a page of this dossier, without any state."""
        return f"/dossiers/{self.dossier.id}/{page}".rstrip("/")

    def link(self, page: str = "", **changes: Any) -> str:
        """The address of a page of this dossier in the same state, but for some changes."""
        return self.query.address(self.bare(page), **changes)

    def page_link(self, page: str) -> str:
        """The address of another page under the same clocks and lenses, without the filters of this one."""
        return self.link(page, **NO_FILTERS)

    @cached_property
    def size(self) -> int:
        """How many developments the dossier holds."""
        return self.views.size(self.dossier.id, self.moment.position)

    @property
    def is_large(self) -> bool:
        """Whether the dossier holds so much that what takes long is to be asked for by itself."""
        return self.size > LARGE

    @property
    def lenses(self) -> list[str]:
        """The lenses in words."""
        told = [f"only what is {states.one_of(self.query.standing)}"] if self.query.standing else []
        party = self.query.according_to
        return [*told, f"by the account of {self.name(party)} alone"] if party else told

    @property
    def people(self) -> list[tuple[str, str]]:
        """Everybody who is named, by name: those who can be asked for."""
        every = ((key, name) for key, name in self.names.items() if not key.startswith(ASIDE))
        return sorted(every, key=lambda one: one[1].casefold())

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Names for whatever an answer's parts are called by: those who are named, and developments."""
        return _Places(self)

    def link_to(self, development: object) -> str:
        """The address of a development's card under the same clocks."""
        clocks = PageQuery(
            as_of=self.query.as_of, known_at=self.query.known_at, at_position=self.query.at_position
        )
        return clocks.address(f"/developments/{development}")

    @property
    def days(self) -> list[date]:
        """The days that the slider of the first clock stops at."""
        today = self.views.moments.day(None, "as_of")
        every = self.views.days_of(self.dossier.id, self.moment.position)
        return thinned([one for one in every if date.min < one <= today])

    @property
    def moments(self) -> list[str]:
        """The moments that the slider of the second clock stops at."""
        every = [*self.views.moments_of(self.dossier.id, Asked())]
        return [days.stamp(one) for one in thinned(every)]

    def permanent(self, page: str = "") -> str:
        """The address that has the same answer for ever: both clocks are in it."""
        known_at = days.stamp(self.moment.known_at) if self.moment.known_at else None
        return self.link(page, as_of=self.moment.as_of, known_at=known_at, at_position=None)


class _Places(dict[str, str]):
    """Names by key, and the headlines of developments, looked up as they are asked for."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading.names)
        self._reading = reading

    def get(self, key: str, default: Any = None) -> Any:
        """The name, or the headline."""
        try:
            return self[key] if key in self else self._reading.headline(UUID(key))
        except ValueError:
            return default


def thinned(stops: list[Stop]) -> list[Stop]:
    """At most so many stops as a slider can be put to, the first and the last among them."""
    if len(stops) <= MOST_STOPS:
        return stops
    return [stops[index * (len(stops) - 1) // (MOST_STOPS - 1)] for index in range(MOST_STOPS)]


def asked_of(views: Views, query: PageQuery) -> Asked:
    """The clocks of a page; today's day as the clock of knowledge is now."""
    asked = query.asked()
    ends_today = asked.known_at and asked.known_at.time() == time.max and asked.known_at > views.moments.now()
    return replace(asked, known_at=None) if ends_today else asked


def reading_of(
    dossier: Annotated[str, Path()],
    query: Annotated[PageQuery, Query()],
    views: ViewsOf,
    diffs: DiffsOf,
) -> Reading:
    """The reading that a page of a dossier is of; raise `UnknownDossier`."""
    moment, opened = views.dossier(dossier, asked_of(views, query))
    return Reading(views, diffs, opened, moment, query, views.names(dossier, moment.position))


ReadingOf = Annotated[Reading, Depends(reading_of)]
