"""Recording a development, taking it back, and putting it back on record."""

from uuid import UUID

from domain.commands import Erase, Reinstate, Retract
from domain.decisions.base import next_version, refuse_contradictions, refuse_retracted
from domain.decisions.marking import refuse_exposed, refuse_unfit
from domain.developments import Development
from domain.entry import Entry
from domain.errors import ErasedBefore, NothingPersonal, NotRetracted
from domain.events import DevelopmentRecorded, PersonalDataErased, Reinstated, Retracted
from domain.legibility import refuse_turned_text
from domain.plausibility import Plausibility


def record(
    development: Development, dossier: str, identity: UUID, recorder: str, plausible: Plausibility
) -> DevelopmentRecorded:
    """Take in a new development; raise `Invalid` where it cannot have happened as told."""
    refuse_turned_text(development)
    plausible.check(development)
    refuse_contradictions(development)
    event = DevelopmentRecorded(
        originator_id=identity,
        originator_version=1,
        recorded_by=recorder,
        dossier=dossier,
        development=development,
    )
    marks = enumerate(development.personal)
    refuse_unfit({f"/personal/{index}": f"/development{mark}" for index, mark in marks}, event)
    refuse_exposed(event)
    return event


def retract(entry: Entry, command: Retract, recorder: str, plausible: Plausibility) -> Retracted:
    """Take it back; raise `IsRetracted` if it has been."""
    refuse_retracted(entry)
    plausible.check_sources(command.sources)
    return Retracted(**next_version(entry, recorder), reason=command.reason, sources=command.sources)


def reinstate(entry: Entry, command: Reinstate, recorder: str, plausible: Plausibility) -> Reinstated:
    """Put it back; raise `NotRetracted` if it has not been taken back."""
    if not entry.retracted:
        raise NotRetracted
    plausible.check_sources(command.sources)
    return Reinstated(**next_version(entry, recorder), reason=command.reason, sources=command.sources)


def erase(entry: Entry, command: Erase, recorder: str) -> PersonalDataErased:
    """Have what is marked personal erased; raise `NothingPersonal`, `ErasedBefore` or `Invalid`.

    The key is the store's to destroy. What has been retracted can be erased too.
    """
    if not entry.sealed:
        raise ErasedBefore(entry.erasures[-1].number) if entry.erasures else NothingPersonal
    refuse_turned_text(command)
    event = PersonalDataErased(**next_version(entry, recorder), reason=command.reason)
    refuse_exposed(event, entry)
    return event
