"""The API's description as a page: of this service alone, and it needs no script.

What others offer for that runs scripts of other sites, where the session of a visitor is.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from service.web.rendering import html

router = APIRouter(include_in_schema=False)
Part = Mapping[str, Any]
"""A part of the description."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, as it is shown."""

    method: str
    path: str
    told: Part

    @property
    def parameters(self) -> Sequence[Part]:
        """What it takes besides a body."""
        told: Sequence[Part] = self.told.get("parameters", ())
        return told

    @property
    def takes(self) -> Iterator[tuple[str, Part]]:
        """The types of its body, each with an example."""
        yield from self.told.get("requestBody", {}).get("content", {}).items()

    @property
    def answers(self) -> Iterator[tuple[str, Part, str | None]]:
        """Each status, what it means, and an example where it is no refusal."""
        for status, answer in sorted(self.told["responses"].items()):
            shown = next((example_of(one) for one in answer.get("content", {}).values()), None)
            yield status, answer, shown if status.startswith("2") else None


def example_of(content: Part) -> str | None:
    """An example of a body or an answer, as text."""
    several = content.get("examples") or {"one": {"value": content.get("example")}}
    value = next(iter(several.values())).get("value")
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, indent=2, ensure_ascii=False)


@router.get("/docs")
def show_description(request: Request) -> Response:
    """Every operation by what it is about: what it takes, and what it answers."""
    document = request.app.openapi()
    operations = [
        Operation(method.upper(), path, told)
        for path, ways in document["paths"].items()
        for method, told in ways.items()
    ]
    return html("docs.html", document=document, operations=operations, example_of=example_of)
