"""All the wiring: from settings to a running application."""

import logging
from asyncio import CancelledError, create_task, sleep, to_thread
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from functools import partial
from types import ModuleType
from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from service.access.bearers import Bearers
from service.access.issuer import Issuer
from service.access.rates import Rates
from service.access.refusals import Refusals
from service.api import (
    administration,
    developments,
    dossiers,
    exporting,
    feed,
    health,
    importing,
    kinds,
    problems,
    sayings,
    views,
    webhooks,
)
from service.api import log as log_routes
from service.api.courtesies import Courtesies
from service.api.limits import BodyLimit
from service.api.metrics import show_metrics
from service.api.observing import Observed
from service.api.openapi import describe
from service.api.problems import handle_problems
from service.clock import Clock, system_clock
from service.diffs import Diffs
from service.feed.following import Feed
from service.feed.tail import Tail
from service.feed.teller import Teller
from service.keyfiles import read_key, read_witnesses
from service.metrics import Metrics
from service.paging import Pages
from service.readiness import Readiness
from service.record import Record
from service.settings import Settings
from service.store.webhooks import Webhooks
from service.tracing import tracing_of_environment
from service.transparency import Transparency
from service.views import Views
from service.web import PARTS
from service.web.errors import error_page
from service.webhooks.delivering import Deliveries
from service.webhooks.destinations import Destinations
from service.webhooks.sending import Sender
from service.webhooks.subscription import Patience, Subscription

LOGGER = logging.getLogger("depositary")
NOTED_EVERY = 1.0
"""Seconds after which refusals are put on record."""

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""What FastAPI would tell by itself holds queries and what was refused; `service.tracing` tells neither."""

DESCRIPTION = """
An event-sourced record of diplomatic developments. Append a development with its sources; ask what held
on a day (`as_of`) as it was known at a moment (`known_at`); audit who recorded, amended, disputed or
retracted what, when and why.

Nothing is ever updated or deleted, but for texts that were marked as personal: these can be erased, and
the record says so. Dates are EDTF, counts are intervals, and what no source says stays unknown in every
answer.
"""


def create_app(
    settings: Settings | None = None, clock: Clock = system_clock, *, delivering: bool = True
) -> FastAPI:
    """The application: its record is opened when it starts and closed when it stops.

    `delivering` is whether it attends to webhooks, as a service does, or leaves them to those.
    """
    settings = settings or Settings()
    metrics = Metrics() if settings.metrics != "off" else None
    tracing = tracing_of_environment()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        key, witnesses = read_key(settings.log_key_file), read_witnesses(settings.witnesses_file)
        record = Record(settings.store_environment, clock)
        app.state.record = record
        app.state.bearers = Bearers(record.administration, _issuer(settings, clock))
        app.state.views = Views(record, clock, settings.patience)
        app.state.pages = Pages(app.state.views, record.reading)
        app.state.diffs = Diffs(record, app.state.views)
        app.state.transparency = log = Transparency(record, clock, key, witnesses)
        app.state.readiness = Readiness(record, log)
        if metrics is not None:
            _count(metrics, record, app.state.views, log)
        teller = Teller(record.store, record.primary, settings.public_url)
        tail = Tail(teller, settings.feed_every)
        app.state.feed = Feed(teller, tail, settings.feed_heartbeat)
        app.state.webhooks = Webhooks(record.store, record.primary.mapper)
        deliveries = _deliveries(app, teller, tail, clock)
        if tracing is not None:
            record.store.span = app.state.views.span = tracing.span
        try:
            async with (
                _signing(log, settings.checkpoint_every),
                _noting(app.state.refusals, record),
                tail.following(record.store),
                deliveries.going_on() if delivering else nullcontext(),
            ):
                yield
        finally:
            record.close()
            if tracing is not None:
                tracing.close()

    modules = (
        dossiers,
        developments,
        importing,
        exporting,
        sayings,
        views,
        feed,
        webhooks,
        log_routes,
        kinds,
        administration,
        health,
        problems,
    )
    app = FastAPI(
        title="Depositary",
        version="1",
        description=DESCRIPTION.strip(),
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
        telemetry=NO_TELEMETRY,
        docs_url=None,  # FastAPI's pages run scripts of other sites, where the session of a visitor is.
        redoc_url=None,
        redirect_slashes=False,  # It would send the caller to whatever host the request names.
        separate_input_output_schemas=False,  # what is put in comes back in the same form
        openapi_tags=_tags_of(modules),
    )
    app.state.settings = settings
    app.state.refusals = Refusals(clock)
    app.state.rates = Rates(settings.requests_a_minute)
    app.state.guesses = Rates(settings.guesses_a_minute)
    app.state.metrics = metrics
    app.state.clock = clock
    app.state.destinations = Destinations(
        settings.webhook_hosts, settings.webhook_networks, settings.webhook_loopback
    )
    app.add_middleware(BodyLimit, largest=settings.largest_body, takes_lines=importing.takes_lines)
    app.add_middleware(Observed, metrics=metrics)
    app.add_middleware(Courtesies)
    for module in modules:
        app.include_router(module.router)
    show_metrics(app, settings)
    for part in PARTS:
        app.include_router(part.router)
    handle_problems(app, error_page)
    if tracing is not None:
        tracing.instrument(app)
    describe(app, open_reads=settings.open_reads)
    return app


def _tags_of(modules: Sequence[ModuleType]) -> list[dict[str, Any]]:
    """Each tag once, as the first module says that has it."""
    tags: dict[str, str | None] = {}
    for module in modules:
        for tag in module.router.tags:
            tags.setdefault(tag, module.__doc__)
    return [{"name": tag, "description": says} for tag, says in tags.items()]


def _count(metrics: Metrics, record: Record, views: Views, log: Transparency) -> None:
    """Have what happens below the HTTP interface counted as well."""
    record.store.committed = metrics.count_commit
    views.moments.waited = metrics.count_wait
    metrics.show_positions(lambda: max(record.store.written, log.seen), lambda: log.signed)


def _deliveries(app: FastAPI, teller: Teller, tail: Tail, clock: Clock) -> Deliveries:
    """What attends to webhooks."""
    settings: Settings = app.state.settings
    webhooks: Webhooks = app.state.webhooks
    patience = Patience(settings.webhook_retries, settings.webhook_give_up)
    deliveries = Deliveries(webhooks, teller, tail, Sender(app.state.destinations), patience, clock)
    if not settings.open_reads:
        deliveries.may_hear = partial(_may_hear, app.state.record)
    return deliveries


def _may_hear(record: Record, webhook: Subscription) -> bool:
    """Whether whoever added a webhook may read by now what it tells of."""
    record.administration.refresh()
    access = record.administration.access
    return webhook.wanted.is_within(access.of_principal(webhook.owner))


def _issuer(settings: Settings, clock: Clock) -> Issuer | None:
    if settings.issuer is None:
        return None
    return Issuer(
        settings.issuer,
        settings.issuer_audience,
        clock,
        principal=settings.issuer_principal,
        roles=settings.issuer_roles,
    )


@asynccontextmanager
async def _signing(log: Transparency, every: float) -> AsyncIterator[None]:
    """Put what is recorded meanwhile under signed checkpoints."""
    async with _going_on(every, log.sign_news, "the log could not be signed"):
        yield


@asynccontextmanager
async def _noting(refusals: Refusals, record: Record) -> AsyncIterator[None]:
    """Put whom the service refuses meanwhile on record, and at the end whom it refused last."""

    def note() -> None:
        if noted := refusals.take():
            record.administration.carry_out(*noted)

    try:
        async with _going_on(NOTED_EVERY, note, "refusals could not be put on record"):
            yield
    finally:
        await to_thread(note)


@asynccontextmanager
async def _going_on(every: float, do: Callable[[], object], failing: str) -> AsyncIterator[None]:
    """Do something now and then while the block runs."""
    task = create_task(_go_on(every, do, failing))
    try:
        yield
    finally:
        task.cancel()
        with suppress(CancelledError):
            await task


async def _go_on(every: float, do: Callable[[], object], failing: str) -> None:
    last_told = ""
    while True:
        await sleep(every)
        try:
            await to_thread(do)
            last_told = ""
        except Exception as error:
            # A lost disk or a record that was rewritten: those who ask for it are told as well.
            if str(error) != last_told:
                LOGGER.exception(failing)
            last_told = str(error)
