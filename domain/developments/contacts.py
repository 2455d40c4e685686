"""Contacts: who spoke with whom, how, about what, and with which outcome."""

from dataclasses import replace
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from domain.developments.base import Codes, Happening, actor_name
from domain.developments.examples import SOURCE
from domain.errors import wrong_part
from domain.quantity import Natural, Period
from domain.values import Actor, Slug, Source, Text, Value

CONTACTS = ("call-held", "round-held", "visit-made", "consultation-held")

Outcome = Literal["agreed", "no_agreement", "deferred", "referred", "dropped", "discussed"]


class Participant(Value):
    """Somebody who took part, and in which capacity."""

    actor: Actor
    capacity: (
        Literal["delegate", "head_of_delegation", "mediator", "facilitator", "host", "observer"] | None
    ) = None


class AgendaItem(Value):
    """One issue that was on the table, and how the contact left it."""

    issue: Slug
    outcome: Outcome
    note: Text | None = None


class Readout(Value):
    """One participant's own account of the contact, in that participant's words."""

    by: Actor
    text: Text
    source: Source | None = None


class Contact(Happening):
    """What all contacts have in common. They are between at least two actors."""

    participants: Annotated[tuple[Participant, ...], Field(max_length=200)] = ()
    """Who was there, where the source says so; `parties` are the sides that they speak for."""
    format: Literal["direct", "mediated", "facilitated", "proximity", "shuttle", "phone"] | None = None
    track: Literal["1", "1.5", "2"] | None = None
    duration: Period | None = None
    agenda: Annotated[tuple[AgendaItem, ...], Field(max_length=100)] = ()
    readouts: Annotated[tuple[Readout, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _between_two(self) -> Self:
        if len({*self.parties, *(one.actor for one in self.participants)}) < 2:
            raise wrong_part(
                "a contact is between at least two actors: name them in parties or participants, "
                'as {"type": "unnamed", "description": …} where the source does not say who',
                "parties",
            )
        return self

    def _between(self) -> str:
        actors = self.parties or tuple(one.actor for one in self.participants)
        return ", ".join(actor_name(actor) for actor in actors)


class CallHeld(Contact):
    """Two or more actors spoke by telephone or video."""

    kind: Literal["call-held"]
    codes = Codes(plover="CONSULT", plover_mode="phone", cameo="041")
    example = {
        "kind": "call-held",
        "occurred": "2021-03-04",
        "participants": [
            {"actor": {"type": "person", "id": "orsolin", "name": "A. Orsolin", "acts_for": "XA"}},
            {
                "actor": {
                    "type": "unnamed",
                    "description": "the foreign minister of Belmark",
                    "acts_for": "XB",
                }
            },
        ],
        "format": "phone",
        "duration": {"at_least": "PT40M"},
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Who spoke with whom."""
        return f"Call between {self._between()}"


class RoundHeld(Contact):
    """The parties met for a round of talks."""

    kind: Literal["round-held"]
    number: Annotated[Natural, Field(ge=1)] | None = None
    """Which round it was, where the rounds are counted."""
    codes = Codes(plover="CONSULT", cameo="046", acled="Agreement")
    example = {
        "kind": "round-held",
        "occurred": "2021-03-07/2021-03-09",
        "parties": ["XA", "XB"],
        "participants": [{"actor": "XC", "capacity": "mediator"}],
        "format": "mediated",
        "track": "1",
        "place": {"name": "Port Solace", "country": "XC", "precision": "town"},
        "agenda": [
            {"issue": "prisoner_exchange", "outcome": "agreed"},
            {"issue": "ceasefire", "outcome": "deferred", "note": "to the next round"},
        ],
        "sources": [SOURCE],
    }

    def dataset_codes(self) -> Codes:
        """CAMEO tells mediated talks (045) from direct ones (046)."""
        mediated = self.format in {"mediated", "facilitated", "proximity", "shuttle"}
        return replace(self.codes, cameo="045") if mediated else self.codes

    def default_headline(self) -> str:
        """Whose talks, and where."""
        venue = f" in {self.place.name}" if self.place else ""
        return f"Talks between {self._between()}{venue}"


class VisitMade(Contact):
    """An actor visited another for talks."""

    kind: Literal["visit-made"]
    visitor: Actor
    host: Actor
    codes = Codes(plover="CONSULT", plover_mode="visit", cameo="042")
    example = {
        "kind": "visit-made",
        "occurred": "2021-03-12",
        "parties": ["XA", "XC"],
        "visitor": {"type": "person", "id": "orsolin", "name": "A. Orsolin", "acts_for": "XA"},
        "host": "XC",
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Who visited whom."""
        return f"{actor_name(self.visitor)} visited {actor_name(self.host)}"


class ConsultationHeld(Contact):
    """Actors consulted each other outside a round of talks: allies, mediators, an intergovernmental body."""

    kind: Literal["consultation-held"]
    codes = Codes(plover="CONSULT", cameo="040")
    example = {
        "kind": "consultation-held",
        "occurred": "2021-03",
        "parties": ["XA", {"type": "organisation", "id": "lake-league", "name": "The Lake League"}],
        "agenda": [{"issue": "ceasefire", "outcome": "discussed"}],
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Who consulted whom."""
        return f"Consultation between {self._between()}"


AtContact = Annotated[
    UUID | None,
    Field(description="The contact at which it was said or done: the id of a call, round, visit …"),
]
