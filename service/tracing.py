"""Traces by OpenTelemetry, where the extra `tracing` is installed and the OTEL_ variables ask for them.

They are asked for by `OTEL_EXPORTER_OTLP_ENDPOINT` (or `…_TRACES_ENDPOINT`), or by `OTEL_TRACES_EXPORTER`,
which is `otlp` or `console`. Otherwise nothing that makes them is imported. A span says which route, commit
or view took how long; never bodies, tokens, or what was asked.
"""

import logging
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span as OfLibrary

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
EXPORTER = "OTEL_TRACES_EXPORTER"
UNTRACED = "/v1/health/,/metrics"
"""What machines ask every few seconds."""
WITHOUT_QUERY = ("http.url", "http.target", "url.full")
ABSENT = ("url.query", "client.address", "net.peer.ip", "http.user_agent", "user_agent.original")
"""What the library tells of who asks, and for what; it is blotted out."""
LOGGER = logging.getLogger("depositary")


class Tracing:
    """The traces of one application."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("depositary")

    def instrument(self, app: FastAPI) -> None:
        """Have each request of an application be a span."""
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor  # noqa: PLC0415 - only where asked for

        FastAPIInstrumentor.instrument_app(
            app,
            tracer_provider=self._provider,
            server_request_hook=_blot_out,
            excluded_urls=UNTRACED,
            exclude_spans=["receive", "send"],
        )

    def span(self, name: str, /, **attributes: str | int) -> AbstractContextManager[object]:
        """A span within whatever goes on."""
        told = {f"depositary.{key}": value for key, value in attributes.items()}
        return self._tracer.start_as_current_span(name, attributes=told)

    def close(self) -> None:
        """Send what has not been sent."""
        self._provider.shutdown()


def tracing_of_environment(environment: Mapping[str, str] = os.environ) -> Tracing | None:
    """The traces that the variables ask for; `None` where they do not, or what makes them is missing."""
    if not _are_wanted(environment):
        return None
    try:
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource  # noqa: PLC0415 - only where asked for
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - the same
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - the same

        exporter = exporter_named(environment.get(EXPORTER) or "otlp")
    except ImportError as error:
        LOGGER.warning(
            "no traces, though OTEL_ variables ask for them: pip install 'depositary[tracing]': %s", error
        )
        return None
    if exporter is None:
        LOGGER.warning("no traces: %s is to be otlp, console or none", EXPORTER)
        return None
    named = {} if "OTEL_SERVICE_NAME" in environment else {SERVICE_NAME: "depositary"}
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Tracing(provider)


def exporter_named(name: str) -> "SpanExporter | None":
    """Where spans are sent; `None` for what is not known."""
    match name:
        case "otlp":
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

            return OTLPSpanExporter()
        case "console":
            from opentelemetry.sdk.trace.export import ConsoleSpanExporter  # noqa: PLC0415

            return ConsoleSpanExporter()
    return None


def _are_wanted(environment: Mapping[str, str]) -> bool:
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true" or environment.get(EXPORTER) == "none":
        return False
    return bool(environment.get(EXPORTER) or any(environment.get(one) for one in ENDPOINTS))


def _blot_out(span: "OfLibrary", _: dict[str, Any]) -> None:
    told: Mapping[str, Any] = getattr(span, "attributes", None) or {}
    for name in WITHOUT_QUERY:
        if name in told:
            span.set_attribute(name, str(told[name]).partition("?")[0])
    for name in ABSENT:
        if name in told:
            span.set_attribute(name, "")
