"""Every event gives back the command that it answers, so that whatever was said can be said again."""

from typing import get_args

from hypothesis import given

from domain import decisions
from domain.commands import Saying
from domain.entry import evolve
from domain.events import EVENTS, DevelopmentRecorded, DossierOpened, PersonalDataErased
from domain.plausibility import Plausibility
from tests.scenarios.histories import histories

OTHERS = (DossierOpened, DevelopmentRecorded, PersonalDataErased)
"""What is not said of a development by a command of its own."""


def test_every_event_that_is_said_of_a_development_names_its_command():
    """One event for each command, and none without."""
    commands = [event.command for event in EVENTS.values() if not issubclass(event, OTHERS)]

    assert sorted(commands, key=str) == sorted(get_args(Saying), key=str)


@given(history=histories(most=20))
def test_what_was_said_said_again_at_the_same_version_is_decided_as_the_same_event(history):
    """Nothing that the caller said is lost, and nothing is added."""
    entries = {}
    for stamped in history.chronicle.history[1:]:
        event, before = stamped.event, entries.get(stamped.originator_id)
        plausible = Plausibility(stamped.recorded_at)
        if before is None:
            again = decisions.record(event.as_command(), event.dossier, event.originator_id, "ada", plausible)
        else:
            again = decisions.decide(before, event.as_command(), "ada", plausible)

        assert again == event
        assert again.model_dump_json(exclude_unset=True) == event.model_dump_json(exclude_unset=True)
        entries[stamped.originator_id] = evolve(before, stamped)
