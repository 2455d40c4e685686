"""The ceasefires of a dossier in parts that bear nothing on each other, each asked on its own days alone.

A part is all that names each other, however far: terms, what ends, suspends or replaces them, answers to
them, and breaches. On a day on which nothing of it begins, becomes certain or comes due, it stands as before.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.developments.answers import AnswerGiven
from domain.developments.ceasefires import CeasefireEvent, CeasefireTerms, CeasefireViolationReported
from domain.time import Certainty
from domain.values import Value
from projections.ceasefire import Violated, in_effect, moving_in, status_of, violated
from projections.ceasefire_line import Status, StatusStep, line
from projections.ceasefire_steps import talk_of
from projections.ceasefire_terms import due_days
from projections.ceasefire_threads import Thread, named_in, threads
from projections.cut import Cut, Held
from projections.succession import Outlook
from projections.threads import Joined
from projections.view import Grounds, grounds

Breach = CeasefireViolationReported


class CeasefireStep(Value):
    """How one ceasefire stood from a day on."""

    id: UUID
    status: Status | None
    possible: tuple[Status, ...]
    in_effect: Certainty
    violated: Violated


@dataclass(frozen=True, slots=True)
class Stood:
    """How one ceasefire stood on a day."""

    place: int
    """Where it comes among all of them: by the first that was known of it."""
    stands: Outlook[Status]
    talk: Sequence[StatusStep]
    step: CeasefireStep


@dataclass(frozen=True, slots=True)
class Resting:
    """What the status of one ceasefire rests on by a day."""

    place: int
    moving: Grounds
    talk: Grounds


class Part:
    """Ceasefires of a cut that bear on each other."""

    def __init__(self, cut: Cut, places: Sequence[int]) -> None:
        """`places` are those of its entries in the cut."""
        self._cut = replace(cut, held=tuple(cut.held[place] for place in places))
        self._telling = replace(cut, held=tuple(_telling(self._cut.held)))
        self._places = {cut.held[place].entry.id: place for place in places}
        self._edges = sorted({day for held in self._cut.held for day in held.bounds.ends})
        self.begins = self._edges[0]
        self._resting: tuple[int, list[Resting]] = (0, [])
        self.days = {day for held in self._telling.held for day in _days(held)}
        self.named = {one for held in self._cut.held for one in named_in(held)}

    def stood(self, day: date) -> list[Stood]:
        """How each of them stood at the end of a day."""
        cut = self._telling.by(day)
        return [self._stood(root, thread, cut) for root, thread in threads(cut).items()]

    def resting(self, day: date) -> list[Resting]:
        """What each of them rests on by the end of a day; worked out again only where that is more."""
        edge = bisect_right(self._edges, day)
        if edge != self._resting[0]:
            cut = self._cut.by(day)
            self._resting = (edge, [self._rests_on(thread, cut) for thread in threads(cut).values()])
        return self._resting[1]

    def _stood(self, root: UUID, thread: Thread, cut: Cut) -> Stood:
        stands, talk = line(thread, cut), tuple(talk_of(thread, cut))
        status = status_of(stands, talk, cut.as_of)
        breaches = ((held, told) for held, told in thread.members if isinstance(told, Breach))
        step = CeasefireStep(
            id=root,
            status=status.state,
            possible=status.possible,
            in_effect=in_effect([stands]),
            violated=violated((told.status, held.certainty) for held, told in breaches),
        )
        return Stood(self._place(thread), stands, talk, step)

    def _rests_on(self, thread: Thread, cut: Cut) -> Resting:
        talk = [step.held for step in talk_of(thread, cut)]
        return Resting(self._place(thread), grounds(moving_in(thread)), grounds(talk))

    def _place(self, thread: Thread) -> int:
        return self._places[thread.members[0][0].entry.id]


def parts(cut: Cut) -> list[Part]:
    """All ceasefires of a cut, parted."""
    own = [(place, held) for place, held in enumerate(cut.held) if held.others or _carries_on(held)]
    joined = Joined()
    for _, held in own:
        joined.join([*(report.id for report in held.reports), *named_in(held)])
    gathered: dict[UUID, list[int]] = {}
    for place, held in own:
        gathered.setdefault(joined.one_of(held.entry.id), []).append(place)
    return [Part(cut, places) for places in gathered.values() if _has_ceasefire(cut, places)]


def _carries_on(held: Held) -> bool:
    return isinstance(held.entry.development, CeasefireTerms | CeasefireEvent | AnswerGiven)


def _has_ceasefire(cut: Cut, places: Sequence[int]) -> bool:
    """Whether any of it is about a ceasefire: answers are also given to what else was asked."""
    told = (cut.held[place].entry.development for place in places)
    return any(isinstance(one, CeasefireTerms | CeasefireEvent) for one in told)


def _telling(several: Sequence[Held]) -> Iterator[Held]:
    """Those that may tell anything of how a ceasefire stood.

    Nothing rests on a breach. So of those of one status the first matters, and the first that is certain;
    the others are only more grounds.
    """
    alike: dict[tuple[UUID, str], list[Held]] = {}
    for held in several:
        if isinstance(told := held.entry.development, Breach) and not held.others:
            alike.setdefault((told.ceasefire, told.status), []).append(held)
    idle = {one for breaches in alike.values() for one in breaches[1:]}
    idle -= {min(breaches, key=lambda held: held.bounds.ends[1]) for breaches in alike.values()}
    return (held for held in several if held not in idle)


def _days(held: Held) -> Iterator[date]:
    """The days on which it can come to tell otherwise: those of its bounds, and those that its terms set."""
    for bounds in (held.bounds, *due_days(held)):
        yield from bounds.ends
