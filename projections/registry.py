"""The views of a dossier by name: what each is folded from, and the fold."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.developments.base import Happening
from projections import agenda, ceasefire, exchanges
from projections.cut import Cut
from projections.view import View


@dataclass(frozen=True, slots=True)
class Projection:
    """A view: the kinds that it rests on, and its fold from a cut."""

    rests_on: tuple[type[Happening], ...]
    fold: Callable[[Cut], View]


VIEWS = {
    "ceasefire": Projection(ceasefire.RESTS_ON, ceasefire.ceasefire_status),
    "exchanges": Projection(exchanges.RESTS_ON, exchanges.exchanges),
    "agenda": Projection(agenda.RESTS_ON, agenda.agenda),
}
