"""The list of dossiers, each with where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Request, Response

from domain.commands import Dossier
from domain.errors import Invalid
from projections.ceasefire import CeasefireStatus
from projections.cut import Moment
from projections.exchanges import Exchanges
from projections.history import ChangeInFull
from projections.registry import VIEWS
from service.api.authorising import reader
from service.api.calling import ViewsOf
from service.api.strict import StrictRoute
from service.views import Views
from service.web.access import VisitorOf
from service.web.asking import PageQuery
from service.web.freshness import unless_kept
from service.web.reading import asked_of
from service.web.rendering import html

router = APIRouter(include_in_schema=False, route_class=StrictRoute, dependencies=[Depends(reader)])

ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Stands:
    """A dossier, and where it stands."""

    dossier: Dossier
    ceasefire: CeasefireStatus
    exchanges: Exchanges
    last: ChangeInFull


@router.get("/")
def list_dossiers(
    request: Request, views: ViewsOf, query: Annotated[PageQuery, Query()], who: VisitorOf
) -> Response:
    """The dossiers."""
    return unless_kept(request, views, who, lambda: _page(views, query))


def _page(views: Views, query: PageQuery) -> Response:
    moment, every = views.dossiers(asked_of(views, query))
    number, count = query.stretch or 1, -(-len(every) // ON_A_PAGE) or 1
    if number > count:
        raise Invalid("stretch", f"there are {count} pages of dossiers: give a number from 1 to {count}")
    shown = _stand(views, moment, every[(number - 1) * ON_A_PAGE : number * ON_A_PAGE])
    told: dict[str, Any] = {"moment": moment, "query": query, "number": number, "count": count}
    return html("dossiers.html", dossiers=shown, **told)


def _stand(views: Views, moment: Moment, dossiers: Sequence[Dossier]) -> list[Stands]:
    return [
        Stands(
            one,
            cast("CeasefireStatus", views.view_at(VIEWS["ceasefire"], one.id, moment)),
            cast("Exchanges", views.view_at(VIEWS["exchanges"], one.id, moment)),
            views.last_changes(one.id, moment.position, 1)[0],
        )
        for one in dossiers
    ]
