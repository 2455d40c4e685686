"""A dossier as of a day and as known at a moment: what every format is written from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from domain.commands import Dossier
from domain.events import DossierOpened, Stamped
from projections.cut import Moment
from projections.registry import VIEWS
from projections.view import View
from service.formats.whole import Whole
from service.moments import Asked
from service.views import Exported, Views


@dataclass(frozen=True, slots=True)
class Telling:
    """A dossier at one moment, which is the same however often it is read."""

    moment: Moment
    opening: Stamped
    dossier: Dossier
    exported: Callable[[], Iterator[Exported]]
    """Every development of it, retracted ones too, in the order of time; read anew at each call."""
    view: Callable[[str], View]
    """A view of it, by its name."""

    def developments(self) -> Iterator[Whole]:
        """Every development, with nothing taken of it yet."""
        return map(Whole, self.exported())


def tell(views: Views, dossier: str, asked: Asked) -> Telling:
    """A dossier at the moment that is asked about; raise `UnknownDossier`."""
    moment, opening, _ = views.export(dossier, asked)
    again = Asked(moment.as_of, None, moment.position)
    assert isinstance(opening.event, DossierOpened)
    return Telling(
        moment,
        opening,
        opening.event.dossier,
        lambda: views.export(dossier, again)[2],
        lambda name: views.view_at(VIEWS[name], dossier, moment),
    )
