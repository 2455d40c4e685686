"""What a read can ask, by the names that the service has for it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict

Day = date | str
Moment = datetime | str


class Knowledge(TypedDict, total=False):
    """The clock of knowledge; now where nothing is given."""

    known_at: Moment
    at_position: int
    min_position: int


class Clocks(Knowledge, total=False):
    """Both clocks."""

    as_of: Day


class Proved(Clocks, total=False):
    """Both clocks, and whether the answer is to be proved."""

    proof: bool


class Lensed(Clocks, total=False):
    """Both clocks, the lenses, and what an answer is to say of itself."""

    standing: Sequence[str]
    according_to: str
    explain: bool
    receipt: bool
    whole: bool
    limit: int


class Listed(Clocks, total=False):
    """Both clocks, the lenses, and where in a list to begin."""

    standing: Sequence[str]
    according_to: str
    first: int
    limit: int


class Sought(Clocks, total=False):
    """What is looked for on the timeline."""

    standing: Sequence[str]
    according_to: str
    kind: Sequence[str]
    actor: str
    place: str
    category: str
    text: str
    receipt: bool
    limit: int
    cursor: str


class Window(TypedDict, total=False):
    """What was recorded after one moment and up to another."""

    known_from: Moment
    known_to: Moment
    min_position: int
    limit: int
    cursor: str


class Compared(TypedDict, total=False):
    """Between what an answer is compared: two moments of knowledge, or two days."""

    as_of: Day
    known_from: Moment
    known_to: Moment
    as_of_from: Day
    as_of_to: Day
    known_at: Moment
    standing: Sequence[str]
    according_to: str
    min_position: int
