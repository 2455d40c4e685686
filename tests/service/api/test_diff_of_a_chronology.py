"""Differences over a rich chronology: they name what one finds by asking day by day and event by event."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from projections.difference import Traced, trace
from projections.registry import VIEWS
from service.chronology import play, read
from tests.service.api.desk import Desk, open_desk

CHRONOLOGY = Path(__file__).parents[3] / "seeds" / "solace-2021.yaml"
FIRST, LAST = date(2021, 2, 1), date(2021, 9, 1)
LENSES: list[dict[str, Any]] = [{}, {"according_to": "XB"}, {"standing": ["corroborated", "retracted"]}]

each_view = pytest.mark.parametrize("view", VIEWS)
each_lens = pytest.mark.parametrize("lens", LENSES, ids=["no lens", "one account", "standings"])


@dataclass
class Hand:
    """Plays a chronology at a desk, a minute between each step and the next."""

    desk: Desk

    def post(self, path: str, body: Any, *, key: str, seen: int | None = None) -> Any:
        """Send one step; answer what the service does."""
        self.desk.clock.turn(minutes=1)
        response = self.desk.post(path, body, idempotency_key=key, if_match=f'"{seen}"' if seen else None)
        assert response.is_success, response.text
        return response.json()


@pytest.fixture(scope="module")
def full_desk(tmp_path_factory) -> Iterator[Desk]:
    """The chronology on record."""
    with open_desk(tmp_path_factory.mktemp("full")) as desk:
        desk.clock.now = datetime(2026, 2, 3, 9, tzinfo=UTC)
        play(read(CHRONOLOGY), Hand(desk), CHRONOLOGY.stem, lambda _: None)  # type: ignore[arg-type]
        yield desk


def told(traced: list[Traced[Any]]) -> dict[str, tuple[Any, Any, list[Any]]]:
    """Each difference by its path: what was, what is, and the causes."""
    return {
        one.difference.path: (one.difference.before, one.difference.after, list(one.causes)) for one in traced
    }


def said(answer: dict[str, Any], cause: str) -> dict[str, tuple[Any, Any, list[Any]]]:
    """The same of what the service answers, causes by one of their fields."""
    return {
        one["path"]: (
            one["before"],
            one["after"],
            list(dict.fromkeys(made[cause] for made in one["made_by"])),
        )
        for one in answer["differences"]
    }


@pytest.mark.slow
@each_view
@each_lens
def test_the_days_that_a_difference_names_are_those_on_which_the_answer_moves(full_desk, view, lens):
    days = [str(FIRST + timedelta(days=n)) for n in range((LAST - FIRST).days + 1)]
    start, *answers = [full_desk.view(view, as_of=day, **lens) for day in days]

    answer = full_desk.view("diff", view=view, as_of_from=days[0], as_of_to=days[-1], **lens)

    assert said(answer, "day") == told(trace(start, zip(days[1:], answers, strict=True)))


@pytest.mark.slow
@each_view
@each_lens
def test_the_events_that_a_difference_names_are_those_that_move_the_answer(full_desk, view, lens):
    positions = range(10, full_desk.position + 1)
    start, *answers = [
        full_desk.view(view, as_of=LAST, at_position=position, **lens) for position in positions
    ]

    answer = full_desk.view("diff", view=view, as_of=LAST, known_from=start["known_at"], **lens)

    assert said(answer, "position") == told(trace(start, zip(positions[1:], answers, strict=True)))
