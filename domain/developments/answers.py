"""Answers to what was proposed, offered, demanded or threatened."""

from collections.abc import Iterator
from typing import Literal
from uuid import UUID

from domain.developments.base import Codes, Happening, Reference, Texts, actor_name
from domain.developments.examples import SOME_DEMAND, SOURCE
from domain.values import Actor, Text

ANSWERABLE = (
    "proposal-made",
    "offer-made",
    "demand-made",
    "ultimatum-issued",
    "ceasefire-proposed",
)


_OF_ANSWER = {
    "accepted": Codes(plover="AGREE", cameo="030"),
    "accepted_with_conditions": Codes(plover="AGREE", cameo="030"),
    "rejected": Codes(plover="REJECT", cameo="120"),
}


class AnswerGiven(Happening):
    """A proposal, offer, demand or ultimatum was answered, or visibly left without an answer."""

    kind: Literal["answer-given"]
    to: UUID
    by: Actor
    answer: Literal[
        "accepted", "accepted_with_conditions", "countered", "rejected", "ignored", "withdrawn", "expired"
    ]
    content: Text | None = None
    conditions: Texts = ()
    counter: UUID | None = None
    """The proposal, offer or demand made in return."""
    codes = Codes()
    example = {
        "kind": "answer-given",
        "occurred": "2021-03-18",
        "to": SOME_DEMAND,
        "by": "XA",
        "answer": "rejected",
        "content": "Not while the siege lasts.",
        "sources": [SOURCE],
    }

    def dataset_codes(self) -> Codes:
        """An acceptance is an intent to cooperate, a rejection a refusal; nothing lies between."""
        return _OF_ANSWER.get(self.answer, self.codes)

    def default_headline(self) -> str:
        """Who answered, and how."""
        said = f": {self.content}" if self.content else ""
        return f"{actor_name(self.by)} answered {self.answer.replace('_', ' ')}{said}"

    def references(self) -> Iterator[Reference]:
        """What it answers, and what it counters with."""
        yield Reference("/to", self.to, ANSWERABLE)
        if self.counter:
            yield Reference("/counter", self.counter, ANSWERABLE)
