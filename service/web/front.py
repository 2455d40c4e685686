"""What the front of a dossier tells: planned steps, open ultimatums, and what was recorded last."""

from typing import Any, cast

from domain.time import Certainty
from projections.agenda import Agenda
from projections.asked import Asked
from projections.positions import Positions
from service.web.reading import Reading

Told = dict[str, Any]
LATEST = 6


def next_steps(reading: Reading) -> Told:
    """The steps that may still be to come: what is certainly overdue first, then in the order of time."""
    steps = cast("Agenda", reading.view("agenda")).steps
    waiting = [step for step in steps if "planned" in step.possible]
    return {"steps": sorted(waiting, key=lambda step: step.overdue is not Certainty.CERTAIN)}


def ultimatums(reading: Reading) -> Told:
    """The ultimatums that may be open, each with who issued it; and how many demands are."""
    open_ones: dict[object, tuple[str, Asked]] = {}
    demands = set()
    for position in cast("Positions", reading.view("positions")).positions:
        for one in position.asked:
            if "open" in one.possible and one.kind == "ultimatum-issued":
                open_ones[one.id] = (position.party, one)
            elif "open" in one.possible and one.kind == "demand-made":
                demands.add(one.id)
    return {"ultimatums": list(open_ones.values()), "demands": len(demands)}


def latest(reading: Reading) -> Told:
    """What was recorded last by the moment of knowledge."""
    return {"changes": reading.views.last_changes(reading.dossier.id, reading.moment.position, LATEST)}
