"""Many developments at once: each is decided by itself, and one that is refused fails none of the others."""

from collections.abc import Sequence

from domain.developments import Development
from service.record import Caller, Receipt, Record

Outcome = Receipt | Exception


def record_all(record: Record, dossier: str, told: Sequence[tuple[Development, Caller]]) -> list[Outcome]:
    """Record developments; answer for each, in their order, its receipt or the error that is its own.

    These are the errors of `Record.record`, and the store's.
    """
    return [_record(record, dossier, *one) for one in told]


def _record(record: Record, dossier: str, development: Development, caller: Caller) -> Outcome:
    try:
        return record.record(dossier, development, caller)
    except Exception as error:  # noqa: BLE001 - one development's failure is its own
        return error
