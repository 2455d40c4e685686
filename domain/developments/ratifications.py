"""Ratifications: whether those who reached an agreement consent to be bound by it, each for itself."""

from typing import Literal

from domain.developments.agreements import AgreementEvent
from domain.developments.base import Codes, actor_name
from domain.developments.examples import SOME_AGREEMENT, SOURCE
from domain.values import Actor, Text


class ConsentDecided(AgreementEvent):
    """What ratifying an agreement and rejecting it have in common."""

    by: Actor
    """The party that decided, or a body that acts for it. It decides for itself alone."""
    how: Literal["parliament", "referendum", "executive", "other"] | None = None
    """Who decided it within the party."""


class AgreementRatified(ConsentDecided):
    """A party consented to be bound by an agreement; it says nothing of the others, or of being in force."""

    kind: Literal["agreement-ratified"]
    codes = Codes(plover="SUPPORT", cameo="057")
    example = {
        "kind": "agreement-ratified",
        "occurred": "2021-03-15",
        "agreement": SOME_AGREEMENT,
        "by": "XA",
        "how": "parliament",
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Who ratified."""
        return f"{actor_name(self.by)} ratified an agreement"


class AgreementRejected(ConsentDecided):
    """A party refused to be bound by an agreement that had been reached or signed."""

    kind: Literal["agreement-rejected"]
    because: Text | None = None
    codes = Codes(plover="REJECT", cameo="120")
    example = {
        "kind": "agreement-rejected",
        "occurred": "2021-03-28",
        "agreement": SOME_AGREEMENT,
        "by": "XB",
        "how": "referendum",
        "because": "It leaves the harbour out.",
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Who rejected it, and why."""
        return f"{actor_name(self.by)} rejected an agreement" + (f": {self.because}" if self.because else "")
