"""Whether two reports of one happening tell the same thing of it.

They do where all that both of them tell agrees: who, whom, which, with what outcome; of two lists the one may
hold the other. What one of them leaves out, other words for it, other days and other numbers are no matter:
days and numbers are intervals, and views weigh those.
"""

from datetime import timedelta
from uuid import UUID

from domain.developments.base import Happening
from domain.prose import prose_of
from domain.quantity import AtLeast, AtMost, Between, Exact, NotApplicable, Unknown, Withheld
from domain.time import Edtf
from domain.values import Organisation, Person, Unnamed, Value, actor_key

ABOUT_THE_REPORT = frozenset({"sources", "standing", "characterised_as", "personal"})
"""What a report says of itself, not of what happened."""

_NAMED = (Organisation, Person, Unnamed)
_WEIGHED = (UUID, Edtf, timedelta, Exact, AtLeast, AtMost, Between, Unknown, Withheld, NotApplicable)
"""What rests on others, and what is an interval anyway."""


def contradict(one: Happening, other: Happening) -> bool:
    """Whether two reports of one happening tell different things of it."""
    return _differ(one, other)


def _differ(one: object, other: object) -> bool:
    if isinstance(one, _WEIGHED) and isinstance(other, _WEIGHED):
        return False
    if isinstance(one, _NAMED) and isinstance(other, _NAMED):
        return actor_key(one) != actor_key(other)
    if isinstance(one, Value) and isinstance(other, Value):
        return type(one) is not type(other) or any(
            _differ(getattr(one, name), getattr(other, name)) for name in _told_by_both(one, other)
        )
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _lists_differ(*sorted((one, other), key=len))
    return one != other


def _told_by_both(one: Value, other: Value) -> set[str]:
    told = {name for name in one.model_fields_set & other.model_fields_set if getattr(one, name) is not None}
    told = {name for name in told if getattr(other, name) is not None}
    return told - ABOUT_THE_REPORT - set(prose_of(type(one)))


def _lists_differ(shorter: tuple[object, ...], longer: tuple[object, ...]) -> bool:
    return any(all(_differ(one, other) for other in longer) for one in shorter)
