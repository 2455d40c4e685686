"""The service's counts, where Prometheus looks for them."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response

from service.api.authorising import identified, reader
from service.metrics import Metrics
from service.settings import Settings


def show_metrics(app: FastAPI, settings: Settings) -> None:
    """Have the application answer `/metrics`, to whoever the settings let read it."""
    if settings.metrics == "off":
        return
    allowed = reader if settings.metrics == "readers" else identified
    router = APIRouter(dependencies=[Depends(allowed)], include_in_schema=False)
    router.add_api_route("/metrics", read_metrics, response_class=Response)
    app.include_router(router)


def read_metrics(request: Request, accept: Annotated[str, Header()] = "") -> Response:
    """Tell the counts in Prometheus' text format, or as OpenMetrics where that is accepted."""
    metrics: Metrics = request.app.state.metrics
    body, media_type = metrics.exposed(accept)
    return Response(body, headers={"Content-Type": media_type})
