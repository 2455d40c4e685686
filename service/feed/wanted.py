"""Which events somebody wants to hear of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import Field

from domain.access import Authority, Right
from domain.developments import KINDS
from domain.errors import Invalid, NotAllowed, UnknownDossier
from domain.events import EVENTS, DevelopmentRecorded
from domain.values import Slug, Value

EVENT_NAMES = tuple(name for name in EVENTS if name not in {DevelopmentRecorded.name, *KINDS}) + tuple(KINDS)
"""The stored names of all events: what was said, or the kind of what was recorded."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an event is picked by."""

    dossier: str
    event: str
    kind: str | None
    actors: frozenset[str]


class Wanted(Value):
    """A choice of events; what is left empty lets every event pass."""

    dossiers: tuple[Slug, ...] = Field((), max_length=100)
    """Only events of these dossiers."""
    kinds: tuple[Slug, ...] = Field((), max_length=100)
    """Only what is recorded or said of developments of these kinds."""
    events: tuple[Slug, ...] = Field((), max_length=100)
    """Only events of these names: `amended`, or the kind of what is recorded."""
    actors: tuple[str, ...] = Field((), max_length=100)
    """Only of developments in which one of these takes part, or somebody who acts for it: codes or ids."""

    def require_names(self, kinds: str, events: str) -> None:
        """Raise `Invalid` for a kind or an event that there is not, at the place where it was given."""
        _require(self.kinds, tuple(KINDS), kinds, "kind of development")
        _require(self.events, EVENT_NAMES, events, "event")

    def takes(self, facts: Facts) -> bool:
        """Whether an event is wanted."""
        return (
            (not self.dossiers or facts.dossier in self.dossiers)
            and (not self.events or facts.event in self.events)
            and (not self.kinds or facts.kind in self.kinds)
            and (not self.actors or not facts.actors.isdisjoint(self.actors))
        )

    def within(self, authority: Authority | None) -> "Wanted":
        """What somebody may hear of it, `None` being anybody where reading is open.

        Raise `UnknownDossier` for a dossier that is not theirs to read, `NotAllowed` where none is.
        """
        if authority is None or authority.may(Right.READ):
            return self
        readable = [one for one in sorted(authority.dossiers) if authority.may(Right.READ, one)]
        for one in self.dossiers:
            if one not in readable:
                raise UnknownDossier(one, readable)
        if not readable:
            raise NotAllowed(authority.principal, Right.READ, None)
        return self if self.dossiers else self.model_copy(update={"dossiers": tuple(readable)})

    def is_within(self, authority: Authority) -> bool:
        """Whether somebody may hear of all of it."""
        if not self.dossiers:
            return authority.may(Right.READ)
        return all(authority.may(Right.READ, one) for one in self.dossiers)


EVERYTHING = Wanted()


def _require(names: Iterable[str], known: Sequence[str], place: str, what: str) -> None:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise Invalid(place, f"{name!r} is no {what}{hint}")
