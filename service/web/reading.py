"""One reading of a dossier: at one moment of both clocks, through one lens, with names for its codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Path, Query

from domain.commands import Dossier
from projections.cut import Lens, Moment
from projections.registry import VIEWS
from projections.view import View
from service.api.calling import DiffsOf, ViewsOf
from service.diffs import Diffs
from service.moments import Asked
from service.views import Views
from service.web.asking import PageQuery
from service.words import days

Stop = TypeVar("Stop", date, datetime)
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

    def bare(self, page: str = "") -> str:
        """The address of a page of this dossier, without any state."""
        return f"/dossiers/{self.dossier.id}/{page}".rstrip("/")

    def link(self, page: str = "", **changes: Any) -> str:
        """The address of a page of this dossier in the same state, but for some changes."""
        return self.query.address(self.bare(page), **changes)

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
