"""Gists: what a development adds to the numbers of a view, in a few letters, so that it need not be read.

A gist is kept beside each version of a development, and the store adds up those of one gist without reading
any. It is made of keys and codes alone, of nothing that can be marked as personal.
"""

import json
from typing import Any

from domain.developments.base import Happening
from domain.developments.contacts import Contact
from domain.developments.utterances import AssessmentGiven, DemandMade, PositionTaken
from domain.entry import Entry
from domain.time import Certainty
from projections.contacts import gist_of_contact
from projections.cut import Held
from projections.view import accounts

LONGEST = 600
"""So many bytes at most stand in an index, which holds no long texts."""
_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
ANY_ISSUE = "*"
"""Stands for more issues than that."""


def gist_of(entry: Entry) -> str | None:
    """The gist of a development as it stands; empty where no view has any use for one, `None` if too long."""
    if not isinstance(entry.development, Contact):
        return ""
    told = _WRITE(gist_of_contact(entry.development))
    return told if len(told.encode()) <= LONGEST else None


def issues_of(told: Happening) -> frozenset[str]:
    """The issues that a development is about, wherever in it they are named."""
    own = set(told.issues)
    match told:
        case Contact(agenda=agenda):
            own.update(item.issue for item in agenda)
        case PositionTaken(issue=issue) | DemandMade(condition_for=str(issue)):
            own.add(issue)
        case AssessmentGiven(finding=finding) if finding:
            own.add(finding.issue)
    return frozenset(own)


def issues_listed(told: Happening) -> str:
    """Its issues as one text, in which each stands between two line ends."""
    issues = issues_of(told)
    listed = "\n".join(["", *sorted(issues), ""]) if issues else ""
    return listed if len(listed.encode()) <= LONGEST else ANY_ISSUE


def read_gist(gist: str) -> Any:
    """What `gist_of` wrote."""
    return json.loads(gist)


def is_contested(entry: Entry) -> bool:
    """Whether its accounts differ by themselves, without reports of the same happening beside it."""
    return bool(entry.disputes) and bool(accounts(Held(entry, Certainty.POSSIBLE, entry.bounds)))
