"""What each party put on record about a ceasefire, whatever its status."""

from datetime import date
from uuid import UUID

from domain.developments.utterances import DemandMade, PositionTaken, Utterance
from domain.entry import Standing
from domain.time import Certainty
from domain.values import Text, Value, actor_key, side_of
from projections.ceasefire_steps import ISSUE, bears_on_ceasefire
from projections.cut import Cut, Held
from projections.short import made
from projections.view import attributed_to, fallen_references


class Said(Value):
    """What somebody said that bears on a ceasefire."""

    id: UUID
    version: int
    kind: str
    speaker: str
    content: Text
    stance: str | None = None
    preconditions: tuple[Text, ...] = ()
    condition: bool = False
    """Whether it is demanded as the price of a ceasefire."""
    earliest: date | None
    latest: date | None
    certainty: Certainty
    standing: Standing
    attributed_to: tuple[str, ...]
    """The chains that report it, each from its origin to its outlet."""
    rests_on_retracted: tuple[UUID, ...] = ()
    """Developments that it rests on and that have since been retracted."""


class PartyOnRecord(Value):
    """All that one party put on record about a ceasefire, in the order of time."""

    party: str
    said: tuple[Said, ...]


def said_by_party(cut: Cut) -> tuple[PartyOnRecord, ...]:
    """Positions, conditions, offers and assessments that bear on a ceasefire, by the side that speaks."""
    by_party: dict[str, list[tuple[Held, Utterance]]] = {}
    for held, utterance in cut.of(Utterance):
        if bears_on_ceasefire(held):
            by_party.setdefault(side_of(utterance.speaker), []).append((held, utterance))
    return tuple(
        PartyOnRecord.model_construct(
            party=party, said=made(lambda one: _said(*one, cut), by_party[party], cut.most_within)
        )
        for party in sorted(by_party)
    )


def _said(held: Held, utterance: Utterance, cut: Cut) -> Said:
    bounds = held.bounds
    position = utterance if isinstance(utterance, PositionTaken) else None
    return Said(
        id=held.entry.id,
        version=held.entry.version,
        kind=utterance.kind,
        speaker=actor_key(utterance.speaker),
        content=utterance.content,
        stance=position.stance if position else None,
        preconditions=position.preconditions if position else (),
        condition=isinstance(utterance, DemandMade) and utterance.condition_for == ISSUE,
        earliest=bounds.earliest,
        latest=bounds.latest,
        certainty=held.certainty,
        standing=held.standing,
        attributed_to=attributed_to(held.sources),
        rests_on_retracted=fallen_references([held], cut.retracted),
    )
