"""What may be recorded of a development next.

A decision takes the state, a command, who records it and the moment's plausibility, and returns the
event; or it raises a `Refusal`, and nothing has changed.
"""

from collections.abc import Callable
from typing import Any

from domain.commands import (
    AdoptRectification,
    Amend,
    Corroborate,
    Dispute,
    JudgeNotSame,
    JudgeSame,
    Object,
    ProposeRectification,
    RefuseRectification,
    Reinstate,
    Resolve,
    Retract,
    Saying,
)
from domain.decisions.comparing import (
    account_of,
    corroborate,
    dispute,
    judge_not_same,
    judge_same,
    resolve,
)
from domain.decisions.correcting import adopt, amend, object_to, propose, refuse
from domain.decisions.marking import as_marked, with_marks
from domain.decisions.recording import erase, record, reinstate, retract
from domain.entry import Entry
from domain.events import Event
from domain.legibility import refuse_turned_text
from domain.plausibility import Plausibility

__all__ = ["account_of", "decide", "erase", "record"]

_DECISIONS: dict[type[Saying], Callable[..., Event]] = {
    Amend: amend,
    Corroborate: corroborate,
    Dispute: dispute,
    Resolve: resolve,
    ProposeRectification: propose,
    Object: object_to,
    AdoptRectification: adopt,
    RefuseRectification: refuse,
    JudgeSame: judge_same,
    JudgeNotSame: judge_not_same,
    Retract: retract,
    Reinstate: reinstate,
}
"""The decision on each command."""


def decide(entry: Entry, command: Saying, recorder: str, plausible: Plausibility) -> Event:
    """Decide on anything that is said of a development; raise as the decision for the command does."""
    refuse_turned_text(command)
    decision: Callable[[Entry, Any, str, Plausibility], Event] = _DECISIONS[type(command)]
    event = decision(with_marks(entry, command), command, recorder, plausible)
    return as_marked(entry, command, event)
