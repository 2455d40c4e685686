"""Ceasefires on record: the developments that carry one on, answer its proposal, end it or replace it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from domain.developments.answers import AnswerGiven
from domain.developments.base import Happening
from domain.developments.ceasefires import (
    CeasefireAgreed,
    CeasefireDeclared,
    CeasefireEvent,
    CeasefireTerms,
)
from projections.cut import Cut, Held
from projections.threads import Roots


@dataclass(frozen=True, slots=True)
class Thread:
    """One ceasefire: all that carries it on, answers it or ends it, and the later ones that replace it."""

    members: tuple[tuple[Held, Happening], ...]
    superseded_by: tuple[Held, ...] = ()

    @property
    def committed(self) -> list[Held]:
        """What was agreed or declared."""
        return [held for held, told in self.members if isinstance(told, CeasefireAgreed | CeasefireDeclared)]


def threads(cut: Cut) -> dict[UUID, Thread]:
    """The ceasefires on record, each under the development that the others carry on."""
    parts = [
        (held, development, _named(held, cut))
        for held, development in cut.of(CeasefireTerms, CeasefireEvent, AnswerGiven)
    ]
    proposals = {held.entry.id for held, _ in cut.of(CeasefireTerms)}
    roots = Roots({held.entry.id: named for held, _, named in parts if named is not None})
    gathered: dict[UUID, list[tuple[Held, Happening]]] = {}
    for held, development, named in parts:
        if not isinstance(development, AnswerGiven) or named in proposals:
            gathered.setdefault(roots.of(held.entry.id), []).append((held, development))
    replaced = _replaced(cut, roots)
    return {root: Thread(tuple(members), tuple(replaced.get(root, ()))) for root, members in gathered.items()}


def names(held: Held, cut: Cut) -> frozenset[UUID]:
    """What it carries on, answers or ends, by the first report of that: it came after."""
    return frozenset(cut.happening(one) for one in _names_of(held))


def supersedes(held: Held, cut: Cut) -> frozenset[UUID]:
    """The earlier ceasefires whose place it takes, as any report of it has it."""
    return frozenset(cut.happening(one.supersedes) for one in _terms(held) if one.supersedes is not None)


def named_in(held: Held) -> set[UUID]:
    """All that its reports carry on, answer, end or replace, by whichever report of that they name."""
    older = (one.supersedes for one in _terms(held) if one.supersedes is not None)
    return {*_names_of(held), *older}


def _terms(held: Held) -> Iterator[CeasefireTerms]:
    told = (report.development for report in held.reports)
    return (one for one in told if isinstance(one, CeasefireTerms))


def _replaced(cut: Cut, roots: Roots) -> dict[UUID, list[Held]]:
    """For each ceasefire the later ones that take its place."""
    replaced: dict[UUID, list[Held]] = {}
    for held, _ in cut.of(CeasefireAgreed, CeasefireDeclared):
        for root in {roots.of(older) for older in supersedes(held, cut)}:
            replaced.setdefault(root, []).append(held)
    return replaced


def _named(held: Held, cut: Cut) -> UUID | None:
    return next((cut.happening(one) for one in _names_of(held)), None)


def _names_of(held: Held) -> Iterator[UUID]:
    """What its reports name, the first that names one before the others."""
    named = (_named_by(report.development) for report in held.reports)
    return (one for one in named if one is not None)


def _named_by(development: Happening) -> UUID | None:
    match development:
        case CeasefireTerms(ceasefire=named) | CeasefireEvent(ceasefire=named):
            return named
        case AnswerGiven(to=named):
            return named
    return None
