"""What a service is asked and told in the rows: views as of random days and moments, and fresh tellings."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random

from projections.registry import VIEWS
from tests.benchmarks.generated import LAST_DAY, Life, Plan, Told, plans

NAMES = ("timeline", *VIEWS)


def views(planned: list[Plan], seed: int) -> Iterator[tuple[str, str, str]]:
    """Dossier, view, and query, without end: any view, as of any day, as known at any moment.

    A dossier is asked about as often as it is large, from its opening to some months after its end.
    """
    draw = Random(seed)
    while True:
        (plan,) = draw.choices(planned, [one.size for one in planned])
        days = (LAST_DAY - plan.first_day).days
        day = plan.first_day + timedelta(days=draw.randint(1, days))
        known = plan.first_day + timedelta(days=draw.randint(1, days + 100))
        moment = datetime.combine(known, time()) + timedelta(seconds=draw.randrange(86_400))
        yield plan.id, draw.choice(NAMES), f"as_of={day}&known_at={moment.isoformat()}Z"


def largest(size: int) -> Plan:
    """The largest dossier of a record of so many developments."""
    return max(plans(size), key=lambda plan: plan.size)


def fresh(plan: Plan, number: int) -> list[Told]:
    """So many tellings for a dossier that is filled, which rest on nothing but what it holds."""
    life = Life(plan)
    for _ in life.steps():
        pass
    return list(life.more(number))


def unbound(plan: Plan, number: int) -> list[Told]:
    """So many tellings for a dossier that is empty, which rest on nothing."""
    return list(Life(plan).more(number))
