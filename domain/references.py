"""Whether what a development rests on can bear it."""

from collections.abc import Callable, Iterable
from uuid import UUID

from domain.developments.base import Reference
from domain.entry import Entry
from domain.errors import UnresolvedReference

OthersOf = Callable[[tuple[str, ...]], Iterable[Entry]]
"""Gives the developments of some kinds in the dossier; asked only where a part is not in the one named."""


def _none(_: tuple[str, ...]) -> Iterable[Entry]:
    return ()


def check_reference(
    reference: Reference, found: Entry | None, dossier: str, referrer: UUID, others: OthersOf = _none
) -> None:
    """Raise `UnresolvedReference`, with the words a user needs, unless the reference holds."""
    if (problem := _problem(reference, found, dossier, referrer)) is not None:
        raise UnresolvedReference(reference.pointer, problem)
    if found is not None and reference.part is not None:
        _check_part(reference, reference.part, found, others)


def _problem(reference: Reference, found: Entry | None, dossier: str, referrer: UUID) -> str | None:
    expected = " or ".join(reference.kinds) or "any kind"
    if found is None:
        return f"no development {reference.id} is on record; expected the id of {expected} in {dossier!r}"
    if found.id == referrer:
        return "a development cannot rest on itself"
    if found.dossier != dossier:
        return f"{reference.id} belongs to the dossier {found.dossier!r}, not to {dossier!r}"
    if reference.kinds and found.development.kind not in reference.kinds:
        return f"{reference.id} is of the kind {found.development.kind}; expected {expected}"
    if found.retracted:
        return f"{reference.id} is retracted; reinstate it before anything new rests on it"
    return None


def _check_part(reference: Reference, part: str, found: Entry, others: OthersOf) -> None:
    """A part may be of the one named, or of any that it carries on or that carries it on."""
    if part in found.development.parts():
        return
    family = family_of(found, others(reference.kinds))
    parts = frozenset(part for one in family for part in one.development.parts())
    if part not in parts:
        raise UnresolvedReference(reference.part_pointer, _no_such_part(found, part, family, parts))


def _no_such_part(found: Entry, part: str, family: list[Entry], parts: frozenset[str]) -> str:
    known = ", ".join(sorted(parts)) or "none"
    what = f"{found.id} has no {part!r}"
    if len(family) == 1:
        return f"{what}; it has: {known}"
    return f"{what}, nor has what it carries on or is carried on by; together they have: {known}"


def family_of(found: Entry, others: Iterable[Entry]) -> list[Entry]:
    """The development with all that it carries on and that carries it on, or that reports the same.

    What has been retracted is none of them: nothing new rests on it.
    """
    standing = {one.id: one for one in others if not one.retracted} | {found.id: found}
    links: dict[UUID, set[UUID]] = {one: set() for one in standing}
    for one in standing.values():
        for linked in {*one.same_as, one.development.carries_on() or one.id} & standing.keys():
            links[one.id].add(linked)
            links[linked].add(one.id)
    family, reach = {found.id}, [found.id]
    while reach:
        fresh = links[reach.pop()] - family
        family |= fresh
        reach.extend(fresh)
    return [standing[one] for one in standing if one in family]
