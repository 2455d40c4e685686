"""Which rows a view is folded from."""

from domain.developments import KINDS
from domain.developments.base import Happening
from projections.cut import Lens, Moment
from service.store.versions import Selection

NOT_RETRACTED = ("reported", "claimed", "corroborated", "disputed")
"""The standings that a view takes in where the caller names none."""
EVERY_KIND = tuple(KINDS)


def kinds_of(classes: tuple[type[Happening], ...]) -> tuple[str, ...]:
    """The stored names of the kinds that are of these classes."""
    return tuple(name for name, kind in KINDS.items() if issubclass(kind, classes))


def select(dossier: str, moment: Moment, lens: Lens) -> Selection:
    """The rows that a lens may show; what it does is told once reports are joined, accounts told apart."""
    standings = () if "retracted" in lens.standings else NOT_RETRACTED
    return Selection(dossier, moment.position, standings=standings)
