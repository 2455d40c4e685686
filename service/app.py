"""All the wiring: from settings to a running application."""

import logging
from asyncio import CancelledError, create_task, sleep, to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from service.api import developments, dossiers, importing, kinds, problems, sayings, views
from service.api import log as log_routes
from service.api.courtesies import Courtesies
from service.api.limits import BodyLimit
from service.api.openapi import describe
from service.api.problems import handle_problems
from service.clock import Clock, system_clock
from service.diffs import Diffs
from service.keyfiles import read_key, read_witnesses
from service.paging import Pages
from service.record import Record
from service.settings import Settings
from service.tokens import Tokens
from service.transparency import Transparency
from service.views import Views

LOGGER = logging.getLogger("depositary")

DESCRIPTION = """
An event-sourced record of diplomatic developments. Append a development with its sources; ask what held
on a day (`as_of`) as it was known at a moment (`known_at`); audit who recorded, amended, disputed or
retracted what, when and why.

Nothing is ever updated or deleted, but for texts that were marked as personal: these can be erased, and
the record says so. Dates are EDTF, counts are intervals, and what no source says stays unknown in every
answer.
"""


def create_app(settings: Settings | None = None, clock: Clock = system_clock) -> FastAPI:
    """The application: its record is opened when it starts and closed when it stops."""
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        record = Record(settings.store_environment, clock)
        app.state.record = record
        app.state.views = Views(record, clock, settings.patience)
        app.state.pages = Pages(app.state.views, record.reading)
        app.state.diffs = Diffs(record, app.state.views)
        app.state.transparency = log = Transparency(
            record, clock, read_key(settings.log_key_file), read_witnesses(settings.witnesses_file)
        )
        try:
            async with _signing(log, settings.checkpoint_every):
                yield
        finally:
            record.close()

    modules = (dossiers, developments, importing, sayings, views, log_routes, kinds, problems)
    app = FastAPI(
        title="Depositary",
        version="1",
        description=DESCRIPTION.strip(),
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
        separate_input_output_schemas=False,  # what is put in comes back in the same form
        openapi_tags=[
            {"name": tag, "description": module.__doc__} for module in modules for tag in module.router.tags
        ],
    )
    app.state.settings = settings
    app.state.tokens = Tokens(settings.tokens_file)
    app.add_middleware(BodyLimit, largest=settings.largest_body, takes_lines=importing.takes_lines)
    app.add_middleware(Courtesies)
    for module in modules:
        app.include_router(module.router)
    handle_problems(app)
    describe(app, open_reads=settings.open_reads)
    return app


@asynccontextmanager
async def _signing(log: Transparency, every: float) -> AsyncIterator[None]:
    """Put what is recorded meanwhile under signed checkpoints."""
    task = create_task(_sign(log, every))
    try:
        yield
    finally:
        task.cancel()
        with suppress(CancelledError):
            await task


async def _sign(log: Transparency, every: float) -> None:
    last_told = ""
    while True:
        await sleep(every)
        try:
            await to_thread(log.sign_news)
            last_told = ""
        except Exception as error:
            # A lost disk or a record that was rewritten: those who ask for a checkpoint are told as well.
            if str(error) != last_told:
                LOGGER.exception("the log could not be signed")
            last_told = str(error)
