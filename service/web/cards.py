"""The card of one development: what, who said so, its standing, disputes side by side, and its versions."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from projections.on_record import DevelopmentOnRecord, DisputeOnRecord
from service.api.asking import DevelopmentId
from service.api.authorising import reader
from service.api.calling import DiffsOf, ViewsOf
from service.api.strict import StrictRoute
from service.web.access import VisitorOf
from service.web.asking import PageQuery
from service.web.freshness import unless_kept
from service.web.reading import Reading, asked_of
from service.web.rendering import html
from service.words import days

router = APIRouter(
    prefix="/developments",
    include_in_schema=False,
    route_class=StrictRoute,
    dependencies=[Depends(reader)],
)
QueryOf = Annotated[PageQuery, Query()]


@router.get("/{development}")
def read_card(
    development: DevelopmentId,
    views: ViewsOf,
    diffs: DiffsOf,
    query: QueryOf,
    request: Request,
    who: VisitorOf,
) -> Response:
    """The card as a page of its own."""
    return unless_kept(
        request, views, who, lambda: html("card.html", **_told(development, views, diffs, query))
    )


@router.get("/{development}/card")
def read_card_alone(development: DevelopmentId, views: ViewsOf, diffs: DiffsOf, query: QueryOf) -> Response:
    """The card by itself, as a script shows it over the timeline."""
    return html("parts/card.html", **_told(development, views, diffs, query))


def _told(development: DevelopmentId, views: ViewsOf, diffs: DiffsOf, query: PageQuery) -> dict[str, Any]:
    asked = asked_of(views, query)
    shown = views.development(development, asked)
    moment, dossier = views.dossier(shown.dossier, asked)
    names = views.names(dossier.id, moment.position)
    reading = Reading(views, diffs, dossier, moment, query, names)
    known_at = days.stamp(moment.known_at) if moment.known_at else None
    clocks = PageQuery.model_validate({"as_of": moment.as_of, "known_at": known_at})
    return {
        "reading": reading,
        "shown": shown,
        "versions": views.history(development, asked).versions,
        "permanent": clocks.address(f"/developments/{development}"),
        "on_record": lambda dispute: _on_record(shown, dispute),
    }


def _on_record(shown: DevelopmentOnRecord, dispute: DisputeOnRecord) -> dict[str, Any]:
    """The fields that a dispute is about, as the record has them."""
    return {name: shown.development.get(name) for name in dispute.says}
