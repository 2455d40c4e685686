"""A dossier as of a day and as known at a moment: what every format is written from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import get_args

from pydantic_core import to_json

from domain.commands import Dossier
from domain.entry import Standing
from domain.events import DossierOpened, Stamped
from projections.cut import Lens, Moment
from projections.registry import VIEWS
from projections.timeline import Sought
from projections.view import View
from service.formats.whole import Whole
from service.moments import Asked
from service.transparency import NoSigningKey, Transparency
from service.views import Exported, Views

EVERY_STANDING: tuple[Standing, ...] = get_args(Standing)
ALL = 2**31
"""More developments than any dossier has."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What ties a dossier to the log."""

    checkpoint: bytes
    """The signed note."""
    receipt: bytes
    """The dossier's timeline with its receipt, as JSON."""


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
    proof: Callable[[], Proof | None]
    """Its proof; `None` where there is no key to sign the log with."""

    def developments(self) -> Iterator[Whole]:
        """Every development, with nothing taken of it yet."""
        return map(Whole, self.exported())


def tell(views: Views, log: Transparency, dossier: str, asked: Asked) -> Telling:
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
        lambda: _proof(views, log, dossier, again),
    )


def _proof(views: Views, log: Transparency, dossier: str, asked: Asked) -> Proof | None:
    """The timeline of all standings, under the first checkpoint that covers it."""
    page = views.timeline(dossier, asked, Sought(lens=Lens(standings=EVERY_STANDING)), ALL)
    try:
        signed = log.covering(page.moment.position)
    except NoSigningKey:
        return None
    tied = log.tied(page.timeline, "timeline", Lens(standings=EVERY_STANDING), signed)
    return Proof(signed.kept.note.format(), to_json(tied, indent=1) + b"\n")
