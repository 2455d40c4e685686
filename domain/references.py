"""Whether what a development rests on can bear it."""

from uuid import UUID

from domain.developments.base import Reference
from domain.entry import Entry
from domain.errors import UnresolvedReference


def check_reference(reference: Reference, found: Entry | None, dossier: str, referrer: UUID) -> None:
    """Raise `UnresolvedReference`, with the words a user needs, unless the reference holds."""
    if (problem := _problem(reference, found, dossier, referrer)) is not None:
        raise UnresolvedReference(reference.pointer, problem)
    if found is not None and reference.part is not None and reference.part not in found.development.parts():
        known = ", ".join(sorted(found.development.parts())) or "none"
        raise UnresolvedReference(
            reference.part_pointer, f"{reference.id} has no {reference.part!r}; it has: {known}"
        )


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
