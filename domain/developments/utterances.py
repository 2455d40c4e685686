"""Utterances: what an actor said, and what it asked of whom by saying it."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from domain.developments.base import (
    Actors,
    Codes,
    Contradiction,
    Happening,
    Reference,
    Texts,
    actor_name,
    in_order,
)
from domain.developments.contacts import CONTACTS, AtContact, Outcome
from domain.developments.examples import SOME_AGREEMENT, SOURCE
from domain.errors import wrong_part
from domain.time import Edtf
from domain.values import Actor, Flag, Slug, Text, Value


class Utterance(Happening):
    """What all utterances have in common."""

    speaker: Actor
    content: Text
    """What was said, in short and in the recorder's words; `sources[].quote` holds it verbatim."""
    addressees: Actors = ()
    at: AtContact = None

    verb: ClassVar[str] = "said"

    def default_headline(self) -> str:
        """Who said what."""
        return f"{actor_name(self.speaker)} {self.verb}: {self.content}"

    def references(self) -> Iterator[Reference]:
        """The contact at which it was said."""
        if self.at:
            yield Reference("/at", self.at, CONTACTS)


class StatementMade(Utterance):
    """An actor said something and asked nothing by it."""

    kind: Literal["statement-made"]
    codes = Codes(cameo="010")
    example = {
        "kind": "statement-made",
        "occurred": "2021-03-10",
        "speaker": "XC",
        "content": "The delegations will return within the month.",
        "sources": [SOURCE],
    }


class PositionTaken(Utterance):
    """An actor took a stance on an issue, with or without preconditions."""

    kind: Literal["position-taken"]
    issue: Slug
    stance: Literal["supports", "supports_with_conditions", "opposes", "neutral", "undecided"]
    red_line: Flag = False
    """Whether the actor called it a line that it will not cross."""
    preconditions: Texts = ()
    codes = Codes(cameo="010")
    example = {
        "kind": "position-taken",
        "occurred": "2021-03-10",
        "speaker": "XB",
        "content": "A ceasefire once the harbour is open.",
        "issue": "ceasefire",
        "stance": "supports_with_conditions",
        "preconditions": ["the harbour of Port Solace is open to all ships"],
        "sources": [SOURCE],
    }
    verb = "took the position"


class ProposalMade(Utterance):
    """An actor proposed something for all sides to agree on."""

    kind: Literal["proposal-made"]
    codes = Codes(plover="AGREE", cameo="036")
    example = {
        "kind": "proposal-made",
        "occurred": "2021-03-11",
        "speaker": "XC",
        "addressees": ["XA", "XB"],
        "content": "A joint commission on missing persons.",
        "issues": ["missing_persons"],
        "sources": [SOURCE],
    }
    verb = "proposed"


class OfferMade(Utterance):
    """An actor offered to do something itself."""

    kind: Literal["offer-made"]
    in_exchange_for: Text | None = None
    codes = Codes(plover="AGREE", cameo="030")
    example = {
        "kind": "offer-made",
        "occurred": "2021-03-11",
        "speaker": "XA",
        "addressees": ["XB"],
        "content": "To open the harbour to food ships.",
        "in_exchange_for": "the return of the pilots",
        "sources": [SOURCE],
    }
    verb = "offered"


class DemandMade(Utterance):
    """An actor asked the addressee to act."""

    kind: Literal["demand-made"]
    condition_for: Slug | None = None
    """The issue on which it makes its own movement depend: `ceasefire`."""
    codes = Codes(plover="REQUEST", cameo="100")
    example = {
        "kind": "demand-made",
        "occurred": "2021-03-07/2021-03-09",
        "speaker": "XB",
        "addressees": ["XA"],
        "content": "Withdrawal from the eastern shore.",
        "condition_for": "ceasefire",
        "standing": "claimed",
        "sources": [SOURCE],
    }
    verb = "demanded"


class UltimatumIssued(Utterance):
    """An actor made a demand with a consequence, by a deadline or as its last word."""

    kind: Literal["ultimatum-issued"]
    consequence: Text
    deadline: Edtf | None = None
    final: Flag = False
    """Whether it was called final; an ultimatum without a deadline has to be."""
    codes = Codes(plover="THREATEN", plover_mode="relations", cameo="139")
    example = {
        "kind": "ultimatum-issued",
        "occurred": "2021-03-15",
        "speaker": "XB",
        "addressees": ["XA"],
        "content": "Open the harbour.",
        "consequence": "the talks end",
        "deadline": "2021-03-20",
        "sources": [SOURCE],
    }
    verb = "issued an ultimatum"

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if self.deadline is None and not self.final:
            raise wrong_part("an ultimatum has a deadline, or is final: give one of the two", "deadline")
        return self

    def contradictions(self) -> Iterator[Contradiction]:
        """A deadline that had passed."""
        yield from in_order(
            ("/occurred", self.occurred), ("/deadline", self.deadline), "an ultimatum leaves time to act"
        )


class ThreatMade(Utterance):
    """An actor said that it would do harm."""

    kind: Literal["threat-made"]
    target: Actor | None = None
    unless: Text | None = None
    """What would avert it."""
    codes = Codes(plover="THREATEN", cameo="130")
    example = {
        "kind": "threat-made",
        "occurred": "2021-03-15",
        "speaker": "XB",
        "content": "To close the lake to all ships.",
        "target": "XA",
        "unless": "the harbour is opened",
        "sources": [SOURCE],
    }
    verb = "threatened"


class Finding(Value):
    """How an issue stood, as the speaker tells it."""

    issue: Slug
    outcome: Outcome


class ImplementationLevel(Value):
    """How far a stipulation has been carried out, on the scale of the Peace Accords Matrix."""

    agreement: UUID
    stipulation: Slug
    level: Annotated[int, Field(strict=True, ge=0, le=3)]
    """0 not initiated, 1 minimal, 2 intermediate, 3 full."""


class AssessmentGiven(Utterance):
    """An actor judged how things stand or where they lead."""

    kind: Literal["assessment-given"]
    finding: Finding | None = None
    implementation: ImplementationLevel | None = None
    codes = Codes(cameo="010")
    example = {
        "kind": "assessment-given",
        "occurred": "[2021-03-09..2021-04-01]",
        "speaker": {"type": "person", "id": "orsolin", "name": "A. Orsolin", "acts_for": "XA"},
        "content": "No compromise was found on the ceasefire.",
        "finding": {"issue": "ceasefire", "outcome": "no_agreement"},
        "implementation": {"agreement": SOME_AGREEMENT, "stipulation": "pilots", "level": 2},
        "standing": "claimed",
        "sources": [SOURCE],
    }
    verb = "judged"

    def references(self) -> Iterator[Reference]:
        """The contact, and the agreement whose implementation it judges."""
        yield from super().references()
        if self.implementation:
            yield Reference(
                "/implementation/agreement",
                self.implementation.agreement,
                ("agreement-reached", "agreement-signed", "agreement-amended"),
                self.implementation.stipulation,
                "/implementation/stipulation",
            )


class AccusationMade(Utterance):
    """An actor accused another of a wrong."""

    kind: Literal["accusation-made"]
    accused: Actor
    codes = Codes(plover="ACCUSE", cameo="112")
    example = {
        "kind": "accusation-made",
        "occurred": "2021-03-16",
        "speaker": "XA",
        "accused": "XB",
        "content": "Shelling of the eastern shore.",
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Who accused whom of what."""
        return f"{actor_name(self.speaker)} accused {actor_name(self.accused)}: {self.content}"
