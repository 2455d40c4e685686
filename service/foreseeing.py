"""What would come of recording developments: decided as it would be, with nothing written."""

from collections.abc import Sequence
from dataclasses import dataclass

from eventsourcing.persistence import IntegrityError

from domain.developments import Development
from domain.errors import AuthorityChanged
from service.callers import Caller, Receipt
from service.record import Record
from service.store.admission import Append


class _NotWritten(IntegrityError):
    """Stands for what a key that was used before would be refused with."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A development that would be recorded."""

    kind: str
    headline: str


Outcome = Foreseen | Receipt | Exception


def foresee(record: Record, dossier: str, told: Sequence[tuple[Development, Caller]]) -> list[Outcome]:
    """What `Record.record_all` would come to for each, as things stand: references and keys are looked up.

    A receipt is that of a request that was recorded before under the same key. What was done about the
    callers by now is learned first: nothing is written, so no lock looks at it.
    """
    record.administration.refresh()
    return [_foreseen(record, dossier, *one) for one in told]


def _foreseen(record: Record, dossier: str, development: Development, caller: Caller) -> Outcome:
    try:
        caller.warrant()
    except AuthorityChanged as changed:
        return changed
    decided = record.decide(dossier, development, caller)
    if not isinstance(decided, Append):
        return decided
    outcome = record.conclude(caller, decided, _NotWritten())
    if isinstance(outcome, _NotWritten):
        return Foreseen(development.kind, development.headline())
    return outcome
