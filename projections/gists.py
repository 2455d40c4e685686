"""Gists: what a development adds to the numbers of a view, in a few letters, so that it need not be read.

A gist is kept beside each version of a development, and the store adds up those of one gist without reading
any. It is made of keys and codes alone, of nothing that can be marked as personal.
"""

import json
from typing import Any

from domain.developments.contacts import Contact
from domain.entry import Entry
from projections.contacts import gist_of_contact
from projections.cut import Held
from projections.view import accounts

LONGEST = 600
"""A gist stands in an index, which holds no long texts."""


def gist_of(entry: Entry) -> str | None:
    """The gist of a development as it stands; empty where no view has any use for one, `None` if too long."""
    if not isinstance(entry.development, Contact):
        return ""
    told = json.dumps(gist_of_contact(entry.development), ensure_ascii=False, separators=(",", ":"))
    return told if len(told.encode()) <= LONGEST else None


def read_gist(gist: str) -> Any:
    """What `gist_of` wrote."""
    return json.loads(gist)


def is_contested(entry: Entry) -> bool:
    """Whether its accounts differ by themselves, without reports of the same happening beside it."""
    bounds = entry.bounds
    return bool(entry.disputes) and bool(accounts(Held(entry, bounds.occurred_by(entry.known_by), bounds)))
