"""Which rows a view is folded from."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from domain.developments import KINDS
from domain.developments.base import Happening
from domain.entry import Entry
from projections.cut import Lens, Moment
from projections.registry import Projection
from service.store.versions import Selection, Versions

NOT_RETRACTED = ("reported", "claimed", "corroborated", "disputed")
"""The standings that a view takes in where the caller names none."""
EVERY_KIND = tuple(KINDS)
MOST_NAMED = 500
"""So many developments are asked for at once by their ids."""


def kinds_of(classes: tuple[type[Happening], ...]) -> tuple[str, ...]:
    """The stored names of the kinds that are of these classes."""
    return tuple(name for name, kind in KINDS.items() if issubclass(kind, classes))


def select(dossier: str, moment: Moment, lens: Lens) -> Selection:
    """The rows that a lens may show; what it does is told once reports are joined, accounts told apart."""
    standings = () if "retracted" in lens.standings else NOT_RETRACTED
    return Selection(dossier, moment.position, standings=standings)


def moving(
    versions: Versions, projection: Projection, dossier: str, moment: Moment, lens: Lens
) -> Iterable[Entry]:
    """What can move a view, as `Projection.moved_by` has it."""
    among, few = select(dossier, moment, lens), projection.few
    linked = versions.has_links(dossier, moment.position)
    if not linked and lens.party is None:
        # Nothing but reports of one happening, or a party's account, moves what had not begun.
        among = replace(among, until=moment.as_of)
    if few is None or linked:
        return versions.gathered(replace(among, kinds=kinds_of(projection.rests_on)))
    own = [one for one in versions.gathered(replace(among, disputed=True)) if projection.rests_on_it(one)]
    if few.kinds:
        own += versions.gathered(replace(among, kinds=kinds_of(few.kinds)))
    if few.about:
        issue, kinds = few.about
        own += versions.gathered(replace(among, kinds=kinds_of(kinds), issue=issue))
    named = iter({name for entry in own for name in few.named(entry)})
    while some := tuple(islice(named, MOST_NAMED)):
        own += versions.gathered(replace(among, developments=some))
    return {entry.id: entry for entry in own}.values()
