"""The timeline: what happened, in the order of time, each certainly or possibly by the day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from domain.developments.base import Happening
from domain.entry import Standing
from domain.personal import Marks, is_erased
from domain.prose import texts
from domain.time import Certainty
from domain.values import Place, Value, walk
from projections.cut import NO_LENS, Cut, Held, Lens
from projections.view import Account, View, accounts, fallen_references, of_view


class Happened(Value):
    """One development on the timeline."""

    id: UUID
    version: int
    kind: str
    certainty: Certainty
    standing: Standing
    headline: str
    earliest: date | None
    """The first day on which it can have happened; null where no source bounds it."""
    latest: date | None
    """The last day on which it can have happened, given when it was published and recorded."""
    recorded_at: datetime
    accounts: tuple[Account, ...] = ()
    """Where tellings differ: each of them, beside the others; empty where there is one."""
    same_as: tuple[UUID, ...] = ()
    """Other developments that were judged to be reports of the same happening."""
    rests_on_retracted: tuple[UUID, ...] = ()
    """Developments that it rests on and that have since been retracted."""
    erased: Marks = ()
    """Where in `development` personal texts have been erased; each reads as `[erased …]`."""
    development: dict[str, Any] = Field(description="The development, as it was put in; see its kind.")


class Timeline(View):
    """One page of what had happened by the day."""

    developments: tuple[Happened, ...]
    next: str | None = None
    """The cursor of the next page, which keeps to the same moment of knowledge."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What a reader looks for on the timeline; what is left out is not looked at."""

    kinds: tuple[str, ...] = ()
    actor: str | None = None
    place: str | None = None
    category: str | None = None
    text: str | None = None
    lens: Lens = NO_LENS

    @property
    def is_plain(self) -> bool:
        """Whether it asks for no more than kinds, an actor and standings, and each of these alone."""
        more = (self.lens.party, self.place, self.category, self.text)
        return more == (None, None, None, None) and "corroborated" not in self.lens.standings

    def finds(self, held: Held) -> bool:
        """Whether any telling of a happening is what is sought."""
        return any(self._finds(telling.development) for telling in held.reports)

    def _finds(self, told: Happening) -> bool:
        return (
            (self.actor is None or self.actor in told.actor_keys())
            and (self.place is None or self._is_there(told))
            and (self.category is None or self.category in told.categories_named())
            and (self.text is None or self.text.casefold() in _words(told))
        )

    def _is_there(self, told: Happening) -> bool:
        places = [value for _, value in walk(told) if isinstance(value, Place)]
        sought = str(self.place).casefold()
        named = [place.name.casefold() for place in places if not is_erased(place.name)]
        return any(sought in name for name in named) or self.place in {place.country for place in places}


def _words(told: Happening) -> str:
    """The words that people wrote, wherever they stand in it: not its codes, keys or choices among a few."""
    return "\n".join(text for _, text in texts(told) if not is_erased(text)).casefold()


def happened(held: Held, retracted: frozenset[UUID]) -> Happened:
    """One entry as the timeline shows it."""
    entry = held.entry
    return Happened(
        id=entry.id,
        version=entry.version,
        kind=entry.development.kind,
        certainty=held.certainty,
        standing=held.standing,
        headline=entry.development.headline(),
        earliest=held.bounds.earliest,
        latest=held.bounds.latest,
        recorded_at=entry.recorded_at,
        accounts=accounts(held),
        same_as=tuple(other.id for other in held.others),
        rests_on_retracted=fallen_references([held], retracted),
        erased=entry.development.erased(),
        development=told(held),
    )


def timeline(cut: Cut, next_page: str | None = None) -> Timeline:
    """The page that the cut holds."""
    return Timeline(
        **of_view(cut),
        developments=tuple(happened(held, cut.retracted) for held in cut.held),
        next=next_page,
    )


def told(held: Held) -> dict[str, Any]:
    """The development exactly as it was put in."""
    return held.entry.development.model_dump(mode="json", exclude_unset=True)
