"""What a place of an answer is called: `/exchanges/persons/XA` is `persons returned to Arvenia`."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from service.words.states import label

PLACES: Mapping[tuple[str, ...], str] = {
    ("status",): "the status of the ceasefire",
    ("in_effect",): "whether a ceasefire was in effect",
    ("violated", "alleged"): "whether breaches were alleged",
    ("violated", "confirmed"): "whether breaches were confirmed",
    ("on_record", "*"): "what {} put on record of a ceasefire",
    ("ceasefires", "*"): "the ceasefire “{}”",
    ("ceasefires", "*", "status"): "the status of “{}”",
    ("ceasefires", "*", "in_effect"): "whether “{}” was in effect",
    ("ceasefires", "*", "start"): "the beginning of “{}”",
    ("ceasefires", "*", "end"): "the end of “{}”",
    ("contested", "*"): "the disagreement about “{}”",
    ("exchanges",): "exchanges:",
    ("exchanges", "stages"): "exchanges:",
    ("exchanges", "without_count"): "exchanges without a published count:",
    ("exchanges", "persons", "*"): "persons returned to {}",
    ("exchanges", "categories", "*"): "persons returned to {}",
    ("exchanges", "named_categories"): "whom the exchanges were said to cover",
    ("releases",): "releases:",
    ("releases", "without_count"): "releases without a published count:",
    ("releases", "persons", "*"): "persons released to {}",
    ("remains",): "returns of remains:",
    ("remains", "without_count"): "returns of remains without a published count:",
    ("remains", "persons", "*"): "remains returned to {}",
    ("by_stipulation", "*"): "what was promised and done under {}",
    ("by_stipulation", "*", "carried_out"): "what was carried out under {}:",
    ("by_stipulation", "*", "carried_out", "persons", "*"): "persons returned under {} to {}",
    ("agreements", "*"): "the agreement “{}”",
    ("agreements", "*", "state"): "the state of “{}”",
    ("agreements", "*", "clocks", "*"): "when “{}” was {}",
    ("agreements", "*", "stipulations", "*", "level"): "how far “{0}” was carried out, as to {1}",
    ("agreements", "*", "stipulations", "*", "basis"): "what that level rests on of “{0}”, as to {1}",
    ("positions", "*"): "{}",
    ("positions", "*", "stance"): "the stance of {}",
    ("issues", "*"): "the issue of {}",
    ("issues", "*", "outcome"): "how the issue of {} was left",
    ("steps", "*"): "the step “{}”",
    ("steps", "*", "state"): "the state of the step “{}”",
}
"""By the parts of its path, where `*` is one of several: by its name, or by what it says."""
PARTS: Mapping[str, str] = {
    "stages certain": "the number of certain stages",
    "stages possible": "the number of possible stages",
    "certain": "how many are certain",
    "possible": "how many are possible",
    "certain at least": "certainly at least",
    "certain at most": "certainly at most",
    "certain stages": "the number of certain stages",
    "certain unknown": "certain stages without a published count",
    "certain withheld": "certain stages with a count that is withheld",
    "with possible at least": "with the possible stages at least",
    "with possible at most": "with the possible stages at most",
    "with possible stages": "the number of stages with the possible ones",
    "with possible unknown": "stages without a published count, with the possible ones",
    "with possible withheld": "stages with a count that is withheld, with the possible ones",
}
"""What a part of one number is called."""
JOINED = {"positions": " on ", "issues": " ", "by_stipulation": ", "}


def place(path: str, names: Mapping[str, str]) -> str:
    """What a place is called: where it has no name, that of what is around it, and the rest of the way."""
    parts = [part for part in path.split("/") if part]
    if parts[-1:] == ["persons"] and parts[-3:-2] in (["persons"], ["categories"]):
        del parts[-1]  # the sum itself, of the side that is named before it
    for length in range(len(parts), 0, -1):
        found = _named(parts[:length], names)
        if found is not None:
            rest = [_part(part, names) for part in parts[length:]]
            return " · ".join(filter(None, (found.rstrip(":") if any(rest) else found, *rest)))
    return " · ".join(filter(None, (_part(part, names) for part in parts)))


def _named(parts: Sequence[str], names: Mapping[str, str]) -> str | None:
    for pattern, told in PLACES.items():
        if len(pattern) == len(parts) and all(
            one in {"*", part} for one, part in zip(pattern, parts, strict=True)
        ):
            keys = [part for one, part in zip(pattern, parts, strict=True) if one == "*"]
            called = [_part(key, names, JOINED.get(parts[0], ", ")) for key in keys]
            return told.format(*called) if all(called) else None
    return None


def _part(part: str, names: Mapping[str, str], between: str = " ") -> str:
    told = [names.get(one) or ("" if is_id(one) else label(one)) for one in part.split(",")]
    return between.join(one for one in told if one)


def is_id(text: str) -> bool:
    """Whether it is the id of a development."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
