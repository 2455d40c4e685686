"""Whether words read as what they are: no marks that turn the direction of a text around.

With them a text can be shown otherwise than it is written ("Trojan Source", CVE-2021-42574). Words in
Arabic or Hebrew need none, and what joins or parts their letters is no such mark. They are refused when
something is told; what was recorded with them before stays readable.

Source: Unicode Standard Annex #9, sections 2.1 to 2.5: embeddings, overrides, isolates.
"""

import re

from domain.errors import Invalid
from domain.values import Value, walk

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def refuse_turned_text(told: object) -> None:
    """Raise `Invalid` at the first text in what is told that holds a mark of direction."""
    if isinstance(told, Value) and _TURNS.search(told.model_dump_json()) is None:
        return  # Hardly anything told holds one, and to look for where takes ten times as long.
    for pointer, value in walk(told):
        if isinstance(value, str) and (found := _TURNS.search(value)):
            raise Invalid(
                pointer,
                f"it holds U+{ord(found[0]):04X} as its character {found.start() + 1}, a mark that can show "
                "a text otherwise than it is written: leave it out, for any script reads right without it",
            )
