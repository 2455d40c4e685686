"""What the front of a dossier tells: planned steps, open ultimatums, and what was recorded last."""

from typing import Any, cast

from domain.time import Certainty
from projections.agenda import Agenda
from projections.asked import Asked
from projections.positions import Positions
from projections.returns import StageCount
from service.moments import Asked as Clocks
from service.web.reading import Reading

Told = dict[str, Any]
LATEST = 6


def next_steps(reading: Reading) -> Told:
    """The steps that may still be to come: what is certainly overdue first, then in the order of time."""
    steps = cast("Agenda", reading.view("agenda")).steps
    waiting = [step for step in steps if "planned" in step.possible]
    return {"steps": sorted(waiting, key=lambda step: step.overdue is not Certainty.CERTAIN)}


def ultimatums(reading: Reading) -> Told:
    """The ultimatums that may be open, each with who issued it; and how many demands are, or may be."""
    open_ones: dict[object, tuple[str, Asked]] = {}
    demands: dict[object, bool] = {}
    for position in cast("Positions", reading.view("positions")).positions:
        for one in position.asked:
            if "open" in one.possible and one.kind == "ultimatum-issued":
                open_ones[one.id] = (position.party, one)
            elif "open" in one.possible and one.kind == "demand-made":
                demands[one.id] = one.state == "open" and one.certainty is Certainty.CERTAIN
    certain = sum(demands.values())
    told = StageCount(certain=certain, possible=len(demands) - certain) if demands else None
    return {"ultimatums": list(open_ones.values()), "demands": told}


def latest(reading: Reading) -> Told:
    """What was recorded last by the moment of knowledge, each with what it is about as it stands by then."""
    changes = reading.views.last_changes(reading.dossier.id, reading.moment.position, LATEST)
    asked = Clocks(as_of=reading.moment.as_of, at_position=reading.moment.position)
    about = {one.id: reading.views.development(one.id, asked) for one in changes if one.id}
    return {"changes": changes, "about": about}
