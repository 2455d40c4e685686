"""The codes of event datasets that a development gets, and what leaves them in doubt."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from domain.developments.agreements import Agreement
from domain.developments.base import Codes
from domain.developments.contacts import RoundHeld
from domain.entry import Entry
from domain.time import Bounds, Certainty

WEEK, MONTH = 7, 31
GENERAL = {"010", "030", "040", "084", "100", "112", "120", "130"}
"""The codes of CAMEO that only say the sort of event, where the sources tell no more."""
PRECISION = {"venue": 1, "town": 1, "area": 2, "region": 3}
"""How exact a place is by ACLED, by how exact it is here; a whole country has no number there."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A development's codes, and each reason to doubt one."""

    codes: Codes
    pax_stage: str | None
    pax_substage: str | None
    doubts: tuple[str, ...]

    @property
    def certain(self) -> bool:
        """Whether nothing leaves any of them in doubt."""
        return not self.doubts


def coded(entry: Entry, certainty: Certainty) -> Coded:
    """The codes of a development as of a day by which it had occurred so certainly."""
    development = entry.development
    written = isinstance(development, Agreement) and development.form != "oral"
    stage = development.stage if isinstance(development, Agreement) and written else None
    head, _, below = (stage or "").partition("/")
    doubts = tuple(dict.fromkeys(_doubts(entry, certainty)))
    return Coded(development.dataset_codes(), head or None, below or None, doubts)


def _doubts(entry: Entry, certainty: Certainty) -> Iterator[str]:
    if certainty is not Certainty.CERTAIN:
        yield "all: it has not certainly occurred by the day"
    if entry.standing in {"claimed", "retracted"}:
        yield f"all: it is {entry.standing}"
    own = asdict(entry.development.dataset_codes())
    for dispute in entry.open_disputes:
        if dispute.account is None:
            yield f"all: {_party(dispute.by)} denies that it happened"
        for scheme, code in asdict(dispute.account.dataset_codes()).items() if dispute.account else ():
            if code != own[scheme]:
                yield f"{scheme}: {code or 'none'} by the account of {_party(dispute.by)}"
    if isinstance(entry.development, RoundHeld) and entry.development.format is None:
        yield "cameo: 045 if the talks were mediated, which no source says"
    if own["cameo"] in GENERAL:
        yield f"cameo: {own['cameo']} is a general code"


def _party(by: object) -> str:
    return str(getattr(by, "id", by))


def time_precision(bounds: Bounds) -> int | None:
    """How exact a date is by ACLED: 1 a day, 2 a week, 3 a month; `None` where it is less."""
    if bounds.earliest is None or bounds.latest is None:
        return None
    days = (bounds.latest - bounds.earliest).days + 1
    return 1 if days == 1 else 2 if days <= WEEK else 3 if days <= MONTH else None
