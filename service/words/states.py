"""States, standings and certainties in words; where more than one may hold, all are said."""

import re
from collections.abc import Sequence

from domain.time import Certainty

CERTAINTY = {Certainty.CERTAIN: "certainly", Certainty.POSSIBLE: "possibly", Certainty.NOT: "not"}

HAPPENED = {
    Certainty.CERTAIN: "Certainly happened by this day",
    Certainty.POSSIBLE: "Possibly happened by this day",
    Certainty.NOT: "Had not happened by this day",
}
"""What is said of a development as of a day."""

STANDING = {
    "reported": "one origin reports it",
    "claimed": "it rests on somebody’s word alone",
    "corroborated": "two or more independent origins report the same",
    "disputed": "a party contradicts it",
    "retracted": "it was taken back",
}
"""What each standing means."""

CEASEFIRE = {
    "none": "No ceasefire proposed on record",
    "under_discussion": "Under discussion",
    "no_agreement": "No agreement",
    "proposed": "Proposed",
    "rejected": "Rejected",
    "accepted_in_principle": "Accepted in principle",
    "agreed": "Agreed, not yet in effect",
    "declared": "Declared, not yet in effect",
    "in_effect": "In effect",
    "suspended": "Suspended",
    "lapsed": "Lapsed",
    "terminated": "Terminated",
    "superseded": "Superseded by a later one",
    "not_implemented": "Never implemented",
}
"""The statuses of a ceasefire, as a heading says them."""


STEP = {"planned": "planned", "fulfilled": "fulfilled", "dropped": "dropped"}

LEVELS = ("not initiated", "minimal", "intermediate", "full")
"""The scale of the Peace Accords Matrix."""


def certainty(value: Certainty) -> str:
    """`certainly`, `possibly` or `not`."""
    return CERTAINTY[value]


def label(name: str) -> str:
    """A code of this record as words: `prisoner_exchange` is `prisoner exchange`, `18_25` is `18 to 25`."""
    return re.sub(r"(?<=\d)_(?=\d)", " to ", name).replace("_", " ").replace("-", " ")


def one_of(several: Sequence[str]) -> str:
    """Several that may hold: `a`, `a or b`, `a, b or c`."""
    told = [label(one) for one in several]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} or {told[-1]}"


def listed(several: Sequence[str]) -> str:
    """Several that all hold: `a`, `a and b`, `a, b and c`."""
    return several[0] if len(several) == 1 else f"{', '.join(several[:-1])} and {several[-1]}"


def ceasefire(status: str | None, possible: Sequence[str]) -> str:
    """The status of a ceasefire as a heading."""
    if status is not None:
        return CEASEFIRE[status]
    told = one_of([CEASEFIRE[one].lower() for one in possible])
    return f"Not certain: {told}"


def levels(several: Sequence[int]) -> str:
    """Levels of implementation, any of which may have been reached."""
    return one_of([LEVELS[one] for one in several])


def in_effect(value: Certainty) -> str:
    """Whether a ceasefire was in effect, as a sentence."""
    return {
        Certainty.CERTAIN: "A ceasefire was certainly in effect.",
        Certainty.POSSIBLE: "A ceasefire was possibly in effect; what is on record does not decide it.",
        Certainty.NOT: "No ceasefire was in effect by what is on record.",
    }[value]


def violated(alleged: Certainty, confirmed: Certainty) -> str | None:
    """What was reported of breaches; `None` where nothing was."""
    told = [
        f"{certainty(one)} {how}"
        for one, how in ((alleged, "alleged"), (confirmed, "confirmed"))
        if one is not Certainty.NOT
    ]
    return f"Breaches were {' and '.join(told)}; they do not end it." if told else None
