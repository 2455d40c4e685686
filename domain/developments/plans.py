"""Plans: steps that somebody means to take, and what became of them."""

from collections.abc import Iterator
from typing import Literal
from uuid import UUID

from domain.developments.base import Codes, Contradiction, Happening, Reference, actor_name, in_order
from domain.developments.examples import SOME_CONTACT, SOME_STEP, SOURCE
from domain.time import Edtf
from domain.values import Actor, Text, Value


class Condition(Value):
    """What a step waits for."""

    text: Text
    met_by: UUID | None = None
    """The development that met it; until one is named, the step waits."""


class StepPlanned(Happening):
    """An actor said what it means to do, when, and after which condition."""

    kind: Literal["step-planned"]
    step: Text
    planned_by: Actor
    planned_for: Edtf | None = None
    """The intended date; unlike `occurred` it may lie in the future."""
    after: Condition | None = None
    codes = Codes(plover="AGREE", cameo="036")
    example = {
        "kind": "step-planned",
        "occurred": "2021-03-19",
        "step": "A meeting of the two presidents.",
        "planned_by": "XC",
        "planned_for": "2021-05",
        "after": {"text": "the pilots have been returned"},
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Who plans what, after what."""
        waits = f" (after: {self.after.text})" if self.after else ""
        return f"{actor_name(self.planned_by)} planned: {self.step}{waits}"

    def references(self) -> Iterator[Reference]:
        """What met the condition: a development of any kind."""
        if self.after and self.after.met_by:
            yield Reference("/after/met_by", self.after.met_by, ())

    def contradictions(self) -> Iterator[Contradiction]:
        """A plan for days that were over."""
        yield from in_order(
            ("/occurred", self.occurred),
            ("/planned_for", self.planned_for),
            "a step is planned before the day that it is planned for",
        )


class PlannedStepOutcome(Happening):
    """What became of a planned step."""

    step: UUID

    def references(self) -> Iterator[Reference]:
        """The planned step."""
        yield Reference("/step", self.step, ("step-planned",))


class StepFulfilled(PlannedStepOutcome):
    """A planned step was taken."""

    kind: Literal["step-fulfilled"]
    by_development: UUID | None = None
    """The development that fulfilled it: the round that had been planned."""
    example = {
        "kind": "step-fulfilled",
        "occurred": "2021-05-02",
        "step": SOME_STEP,
        "by_development": SOME_CONTACT,
        "sources": [SOURCE],
    }

    def references(self) -> Iterator[Reference]:
        """The planned step, and the development of any kind that fulfilled it."""
        yield from super().references()
        if self.by_development:
            yield Reference("/by_development", self.by_development, ())


class StepDropped(PlannedStepOutcome):
    """A planned step was given up."""

    kind: Literal["step-dropped"]
    because: Text | None = None
    example = {
        "kind": "step-dropped",
        "occurred": "2021-05-02",
        "step": SOME_STEP,
        "because": "The condition was not met in time.",
        "sources": [SOURCE],
    }
