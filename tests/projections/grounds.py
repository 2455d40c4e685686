"""What answers rest on, as sorted lists, so that nothing is listed twice."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from tests.projections.clerk import Paper, certainty

Rests = list[tuple[str, str, int]]


def rested_on(answer: Any) -> Rests:
    """What an answer says it rests on: how certain, which development, at which version."""
    lists = (("certain", answer.rests_on.certain), ("possible", answer.rests_on.possible))
    return sorted((word, str(one.id), one.version) for word, listed in lists for one in listed)


def grounds(papers: Iterable[Paper], as_of: date) -> Rests:
    """What it should rest on."""
    return sorted(
        (certainty(paper, as_of), str(one.id), one.version) for paper in papers for one in paper.reports
    )
