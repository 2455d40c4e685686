"""Recording without keeping a thread waiting for the disk: it is what a busy service is asked most often."""

from asyncio import shield, wait_for, wrap_future
from functools import partial

from fastapi.concurrency import run_in_threadpool

from domain.developments import Development
from service.callers import Caller, Outcome, Receipt
from service.record import Record
from service.store.admission import Append
from service.store.group_commit import withdrawn
from service.store.writing import Taken


async def record_soon(record: Record, dossier: str, development: Development, caller: Caller) -> Receipt:
    """Record a development as `Record.record` does; it is recorded even if its caller leaves meanwhile."""
    outcome = await _decided(record, dossier, development, caller)
    if isinstance(outcome, Append):
        outcome = await _concluded(record, caller, outcome)
    if isinstance(outcome, Exception):
        raise outcome
    if outcome.repeated:
        await run_in_threadpool(record.store.assure)
    return outcome


async def _decided(
    record: Record, dossier: str, development: Development, caller: Caller
) -> Append | Outcome:
    decide = partial(record.decide, dossier, development, caller)
    return await run_in_threadpool(decide) if record.has_to_look(dossier, development) else decide()


async def _concluded(record: Record, caller: Caller, append: Append) -> Outcome:
    written = await _written(record, append)
    if isinstance(written, Exception):
        return await run_in_threadpool(record.conclude, caller, append, written)
    return record.conclude(caller, append, written)


async def _written(record: Record, append: Append) -> Taken | Exception:
    try:
        future = record.store.begin(append)
        return await wait_for(shield(wrap_future(future)), record.store.patience)
    except TimeoutError:
        return withdrawn(future)
    except Exception as error:  # noqa: BLE001 - what it has earned is told, unless it was answered before
        return error
