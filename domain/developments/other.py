"""What fits no other kind, so that no reporter is ever stuck."""

from typing import Literal

from domain.developments.base import Codes, Happening
from domain.developments.examples import SOURCE
from domain.values import Text


class OtherDevelopment(Happening):
    """Something that no other kind describes, under a label of the recorder's choice."""

    kind: Literal["other-development"]
    label: Text
    content: Text | None = None
    codes = Codes()
    example = {
        "kind": "other-development",
        "occurred": "2021-03-30",
        "parties": ["XA", "XB"],
        "label": "Joint football match",
        "content": "Crews of both ferries played on the quay.",
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Its label."""
        return self.label
