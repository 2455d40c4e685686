"""The views of a dossier by name: what each answers, what it is folded from, and the fold."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from domain.developments.answers import AnswerGiven
from domain.developments.base import Happening
from domain.developments.ceasefires import CeasefireEvent, CeasefireTerms
from domain.developments.contacts import Contact
from domain.developments.utterances import Utterance
from domain.entry import Entry
from projections import (
    actors,
    agenda,
    agreements,
    ceasefire,
    ceasefire_steps,
    contacts,
    contacts_counted,
    course,
    disputes,
    exchanges,
    positions,
    series,
)
from projections.cut import Cut
from projections.gists import issues_of
from projections.known import Known
from projections.view import View


@dataclass(frozen=True, slots=True)
class Few:
    """Of all that a view rests on, what alone can move it where no two developments are one happening.

    That is all of some kinds, others if they are about one issue, whatever was disputed, and whatever is
    named by any of those, whoever tells it.
    """

    kinds: tuple[type[Happening], ...] = ()
    about: tuple[str, tuple[type[Happening], ...]] | None = None
    named: Callable[[Entry], Iterable[UUID]] = lambda entry: ()

    def reads(self, told: Happening) -> bool:
        """Whether a development can move it, whoever disputes or names it or not."""
        issue, kinds = self.about or ("", ())
        return isinstance(told, self.kinds) or (isinstance(told, kinds) and issue in issues_of(told))


@dataclass(frozen=True, slots=True)
class Projection:
    """A view: what it answers and as what, the kinds that it rests on, and its fold from a cut."""

    question: str
    answer: type[View]
    rests_on: tuple[type[Happening], ...]
    fold: Callable[[Cut], View]
    few: Few | None = None
    """What is enough to fold it from; `None` is all that it rests on."""
    counted: Callable[[Known, int], View | None] | None = None
    """Answers it with so many items of each list, without reading the others, where no two developments are
    one happening and nobody looks through a lens; answers `None` where it has to be folded after all."""

    def rests_on_it(self, entry: Entry) -> bool:
        """Whether a development is of the kinds that it rests on."""
        return isinstance(entry.development, self.rests_on)

    def moved_by(self, entries: Collection[Entry]) -> list[Entry]:
        """Those of a dossier that can move it."""
        resting = [one for one in entries if self.rests_on_it(one)]
        if self.few is None or any(one.same_as for one in entries):
            return resting
        own = {one.id for one in resting if one.disputes or self.few.reads(one.development)}
        named = {name for one in resting if one.id in own for name in self.few.named(one)}
        return [one for one in resting if one.id in own or one.id in named]


TALKED_OF = Few((AnswerGiven, CeasefireTerms, CeasefireEvent), (ceasefire_steps.ISSUE, (Contact, Utterance)))
"""What can move the status of a ceasefire: what is said of other issues cannot."""

VIEWS = {
    "ceasefire": Projection(
        "Whether a ceasefire held, since when, its terms, and what each party put on record about it.",
        ceasefire.CeasefireStatus,
        ceasefire.RESTS_ON,
        ceasefire.ceasefire_status,
        TALKED_OF,
    ),
    "ceasefire/course": Projection(
        "The status of the ceasefire over time, step by step, in all and of each ceasefire.",
        course.CeasefireCourse,
        course.RESTS_ON,
        course.ceasefire_course,
        TALKED_OF,
    ),
    "exchanges": Projection(
        "Stages and persons that returned, as intervals, against what was promised.",
        exchanges.Exchanges,
        exchanges.RESTS_ON,
        exchanges.exchanges,
    ),
    "exchanges/series": Projection(
        "Cumulative exchanges, releases and remains as series over days: a point on each day of a change.",
        series.ExchangeSeries,
        series.RESTS_ON,
        series.exchange_series,
    ),
    "agreements": Projection(
        "Each agreement on its separate clocks, and every stipulation's promise against its performance.",
        agreements.Agreements,
        agreements.RESTS_ON,
        agreements.agreements,
    ),
    "positions": Projection(
        "What each party holds on each issue: stances, red lines, demands and ultimatums with their answers.",
        positions.Positions,
        positions.RESTS_ON,
        positions.positions,
    ),
    "agenda": Projection(
        "How each issue stood, and which planned steps wait for what.",
        agenda.Agenda,
        agenda.RESTS_ON,
        agenda.agenda,
        Few(agenda.READS, named=agenda.awaited),
    ),
    "contacts": Projection(
        "Who spoke with whom, how, how often, how long, and each participant's own readout.",
        contacts.Contacts,
        contacts.RESTS_ON,
        contacts.contacts,
        counted=contacts_counted.contacts_counted,
    ),
    "disputes": Projection(
        "Where accounts differ: each party's version beside what is on record, resolved or not.",
        disputes.Disputes,
        disputes.RESTS_ON,
        disputes.disputes,
        Few(),
        disputes.disputes_counted,
    ),
    "actors": Projection(
        "Who is named: every actor and outlet with its id, the names used, roles, and to whom it belongs.",
        actors.Actors,
        actors.RESTS_ON,
        actors.actors,
    ),
}
