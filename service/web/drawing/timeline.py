"""The timeline as a drawing: for each development a mark in a lane, as wide as its day is unknown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.developments import KINDS
from domain.developments.agreements import Agreement, AgreementEvent
from domain.developments.answers import AnswerGiven
from domain.developments.base import ACTOR_TYPES, Happening
from domain.developments.ceasefires import CeasefireEvent, CeasefireTerms
from domain.developments.contacts import Contact
from domain.developments.humanitarian import Return
from domain.developments.plans import PlannedStepOutcome, StepPlanned
from domain.developments.utterances import Utterance
from domain.values import side_of
from projections.contacts import sides_of
from projections.cut import Held
from service.web.drawing.axis import Axis, Tick
from service.words.headlines import headline

WIDTH, LEFT, RIGHT = 1_000, 8, 976
TOP, ROW, LANE, LABEL = 26, 22, 16, 18
"""How high the axis, a row of marks, the gap between lanes and the name of a lane are."""
DOT = 6.5
LETTER = 7.2
"""How wide a letter of a label is, about."""
GAP = 8

GROUPS: Mapping[str, tuple[type[Happening], ...]] = {
    "Talks and contacts": (Contact,),
    "Said and asked": (Utterance, AnswerGiven),
    "Agreements": (Agreement, AgreementEvent),
    "Ceasefire": (CeasefireTerms, CeasefireEvent),
    "Returns": (Return,),
    "Plans": (StepPlanned, PlannedStepOutcome),
}
OTHERS = "Other"
"""The lane of every kind that is in no group, those that others add later too."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One development: where it lies, and how far its day is known."""

    held: Held
    x: float
    width: float
    y: float
    certain_day: bool
    """Whether it is one certain day, drawn as a dot."""
    lasting: bool
    """Whether it covers its whole span, rather than one day within it."""
    open_start: bool
    open_end: bool
    label: str
    text_x: float
    flipped: bool
    """Whether its label stands before it, where there is no room behind."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Marks that belong together, from one height on."""

    name: str
    y: float
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it."""

    lanes: Sequence[Lane]
    ticks: Sequence[Tick]
    breaks: Sequence[float]
    as_of: float | None
    height: float


def draw(held: Sequence[Held], lanes: str, names: Mapping[str, str], as_of: date) -> Drawing:
    """Draw developments in lanes, by `kind` or by `actor`, with names for their codes."""
    axis = Axis(_edges(held), LEFT, RIGHT)
    drawn, y = [], float(TOP)
    for lane, members in _lanes(held, lanes, names).items():
        marks, rows = _placed(members, axis, y + LABEL, names)
        drawn.append(Lane(lane, y, marks))
        y += LABEL + rows * ROW + LANE
    at = axis.x(as_of) if axis.first <= as_of < axis.last else None
    return Drawing(drawn, axis.ticks(70), axis.breaks, at, y)


def kind_group(told: Happening) -> str:
    """The lane of a kind."""
    return next((name for name, classes in GROUPS.items() if isinstance(told, classes)), OTHERS)


def kinds_by_group() -> dict[str, list[str]]:
    """All kinds that can be recorded, by lane."""
    groups: dict[str, list[str]] = {name: [] for name in (*GROUPS, OTHERS)}
    for kind, cls in KINDS.items():
        group = next((name for name, classes in GROUPS.items() if issubclass(cls, classes)), OTHERS)
        groups[group].append(kind)
    return groups


def _lanes(held: Sequence[Held], by: str, names: Mapping[str, str]) -> dict[str, list[Held]]:
    lanes: dict[str, list[Held]] = {} if by == "actor" else {group: [] for group in (*GROUPS, OTHERS)}
    for one in held:
        told = one.entry.development
        for lane in [names.get(side, side) for side in _sides(told)] if by == "actor" else [kind_group(told)]:
            lanes.setdefault(lane, []).append(one)
    return {lane: members for lane, members in lanes.items() if members}


def _sides(told: Happening) -> tuple[str, ...]:
    """Whose lanes it is in: those of its sides, of who speaks, or of nobody who is named."""
    if isinstance(told, Contact):
        return sides_of(told)
    acting = [getattr(told, field, None) for field in ("speaker", "by", "planned_by")]
    named = [one for one in acting if isinstance(one, ACTOR_TYPES)] or list(told.parties)
    return tuple(dict.fromkeys(side_of(one) for one in named)) or ("nobody named",)


def _edges(held: Sequence[Held]) -> Iterator[date]:
    for one in held:
        first, last = one.bounds.earliest, one.bounds.latest
        yield from (day for day in (first, last) if day)
        yield from (day + timedelta(days=1) for day in (last or first,) if day and day < date.max)


def _placed(
    members: Sequence[Held], axis: Axis, top: float, names: Mapping[str, str]
) -> tuple[list[Mark], int]:
    """Each mark in the first row that has room for it and its label."""
    ends: list[float] = []
    marks = []
    for one in members:
        x, width = _span(one, axis)
        label, flipped = _label(headline(one.entry.development, names), x, x + width)
        text = GAP + len(label) * LETTER
        start, end = (x - text, x + width) if flipped else (x, x + width + text)
        row = next((index for index, free in enumerate(ends) if free <= start), len(ends))
        ends[row : row + 1] = [end + GAP]
        marks.append(_mark(one, x, width, top + row * ROW, label, flipped=flipped))
    return marks, len(ends)


def _span(one: Held, axis: Axis) -> tuple[float, float]:
    """Where it begins, and how wide it is drawn; one certain day is as wide as its dot."""
    first, last = one.bounds.earliest or axis.first, one.bounds.latest or axis.last
    x, end = axis.x(first), axis.x(last + timedelta(days=1) if last < date.max else last)
    return x, 2 * DOT if one.bounds.day is not None else max(end - x, 4.0)


def _mark(one: Held, x: float, width: float, y: float, label: str, *, flipped: bool) -> Mark:
    bounds = one.bounds
    return Mark(
        held=one,
        x=x,
        width=round(width, 1),
        y=y,
        certain_day=bounds.day is not None,
        lasting=one.entry.development.occurred.lasting,
        open_start=bounds.earliest is None,
        open_end=bounds.latest is None,
        label=label,
        text_x=round(x - 6 if flipped else x + width + 5, 1),
        flipped=flipped,
    )


def _label(told: str, start: float, end: float) -> tuple[str, bool]:
    """As much of a headline as there is room for, and whether that is before the mark, not behind it."""
    behind, before = (int((room - GAP) / LETTER) for room in (WIDTH - end, start))
    flipped = before > behind and len(told) > behind
    room = max(before if flipped else behind, 1)
    return (told if len(told) <= room else f"{told[: room - 1].rstrip()}…"), flipped
