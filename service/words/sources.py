"""Who says so: chains of attribution, and who takes part, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

ROLES = {
    "speaker": "said it",
    "witness": "saw it",
    "document": "is a document",
    "reporter": "reported it",
    "agency": "passed it on as an agency",
    "outlet": "published it",
}
"""What a link of a chain did."""


def actor(told: Any, names: Mapping[str, str]) -> str:
    """Somebody as a development names them: a code, or an organisation, a person, somebody unnamed."""
    match told:
        case str():
            return names.get(told, told)
        case {"type": "unnamed", "description": description}:
            return str(description)
        case {"name": name, "role": role}:
            return f"{name}, {role}"
        case {"name": name}:
            return str(name)
    return str(told)


def chain(source: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each link of a source's chain, from its origin to its outlet, with what it did."""
    links = [
        (actor(link["actor"], names), ROLES.get(link.get("role", ""), "passed it on"))
        for link in source.get("chain", ())
    ]
    return [*links, (str(source["outlet"]), "published it" if links else "says so itself")]


def origins(count: int) -> str:
    """How many independent origins there are."""
    if count == 1:
        return "one origin"
    return f"{count} independent origins" if count else "no named origin"


def named(told: Sequence[str], names: Mapping[str, str]) -> str:
    """Several chains in one line, each from its origin to its outlet, with names for codes."""
    several = (" → ".join(names.get(link, link) for link in chain.split(" → ")) for chain in told)
    return "; and by ".join(several)
