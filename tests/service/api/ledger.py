"""A ledger on paper: what standing, version, days and counts must be, kept by hand and by no code of ours.

It knows stages of one exchange, of which each has a day, a count and a text; what is said of them; and what
was known after each entry. It is told what the service has taken, and says beforehand what it has to refuse.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

ERASED = "[erased"

DAYS = {
    "2031-03-05": ("2031-03-05", "2031-03-05"),
    "2031-03-10": ("2031-03-10", "2031-03-10"),
    "[2031-03-08..2031-03-12]": ("2031-03-08", "2031-03-12"),
    "2031-03-09/2031-03-11": ("2031-03-09", "2031-03-11"),
    "2031-03-10~": ("2031-03-09", "2031-03-11"),
    "2031-02": ("2031-02-01", "2031-02-28"),
}
"""Days as they are written, with the first and the last that may be meant."""

COUNTS: dict[str, tuple[dict[str, Any], int, int | None]] = {
    "exactly 20": ({"type": "exact", "value": 20}, 20, 20),
    "none": ({"type": "exact", "value": 0}, 0, 0),
    "at least 5": ({"type": "at_least", "min": 5}, 5, None),
    "3 to 8": ({"type": "between", "min": 3, "max": 8}, 3, 8),
    "nobody knows": ({"type": "unknown"}, 0, None),
}
"""Counts as they are written, with the fewest and the most that may be meant."""


@dataclass
class Dispute:
    """A contradiction: what is said instead, and whether it is still open."""

    says: dict[str, str]
    is_open: bool = True


@dataclass
class Page:
    """What the ledger has of one stage."""

    occurred: str
    count: str
    text: str
    number: int
    """In which place it was recorded."""
    version: int = 1
    sources: list[str] = field(default_factory=lambda: ["The Gazette (invented)"])
    disputes: dict[int, Dispute] = field(default_factory=dict)
    retracted: bool = False
    twin: str | None = None
    """The stage that it was judged to be the same as."""
    said: list[str] = field(default_factory=lambda: ["exchange-stage-carried-out"])

    def standing(self) -> str:
        """The gravest that can be said of it by itself."""
        if self.retracted:
            return "retracted"
        if any(dispute.is_open for dispute in self.disputes.values()):
            return "disputed"
        return "corroborated" if len(self.sources) > 1 else "reported"

    def differing(self, changes: dict[str, str]) -> dict[str, str]:
        """What of it is not in the ledger already."""
        return {name: value for name, value in changes.items() if getattr(self, name) != value}


class Ledger:
    """The pages of all stages, and what they were at each position."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.known: dict[int, dict[str, Page]] = {}
        self.events = 1  # the dossier
        self.erased: set[str] = set()

    # What has to be refused: the kind of problem, or nothing

    def refusal(self, stage: str, what: str, **said: Any) -> str | None:
        """The problem that the service has to answer with; `None` where it has to take it."""
        page = self.pages[stage]
        if what == "reinstatements":
            return None if page.retracted else "conflict"
        if page.retracted:
            return "conflict"
        match what:
            case "amendments" | "disputes":
                return None if page.differing(said["changes"]) else "nothing-changed"
            case "corroborations":
                return "nothing-changed" if said["outlet"] in page.sources else None
            case "resolutions":
                return self._refused_resolution(page, said["dispute"])
        return None

    def _refused_resolution(self, page: Page, number: int) -> str | None:
        if number not in page.disputes:
            return "invalid-request"
        return None if page.disputes[number].is_open else "conflict"

    # What was taken

    def record(self, stage: str, occurred: str, count: str, text: str, position: int) -> None:
        """Begin a page."""
        self.pages[stage] = Page(occurred, count, text, number=len(self.pages))
        self._turn(position)

    def take(self, stage: str, what: str, position: int, **said: Any) -> None:
        """Write down what the service has taken."""
        page = self.pages[stage]
        page.version += 1
        page.said.append(what)
        match what:
            case "amendments":
                self._retell(page, said["changes"])
            case "corroborations":
                page.sources.append(said["outlet"])
            case "disputes":
                page.disputes[page.version] = Dispute(page.differing(said["changes"]))
            case "resolutions":
                dispute = page.disputes[said["dispute"]]
                dispute.is_open = False
                if said["outcome"] == "upheld":
                    self._retell(page, dispute.says)
            case "identifications":
                page.twin = said["other"]
                self.pages[said["other"]].twin = stage
            case "distinctions":
                self.pages[said["other"]].twin = None
                page.twin = None
            case "retractions" | "reinstatements":
                page.retracted = what == "retractions"
            case "erasure":
                self.erased.add(stage)
        self._turn(position)

    def _retell(self, page: Page, changes: dict[str, str]) -> None:
        for name, value in changes.items():
            setattr(page, name, value)

    def _turn(self, position: int) -> None:
        self.events += 1
        self.known[position] = deepcopy(self.pages)

    # What has to be answered

    def text(self, stage: str, page: Page) -> str:
        """How its text reads: once it is erased, at whatever moment it was known."""
        return ERASED if stage in self.erased else page.text


def counted(pages: dict[str, Page]) -> list[Page]:
    """The stages that count: those not retracted, and of two that are the same the one told first."""
    return [
        page
        for page in pages.values()
        if not page.retracted and not (page.twin and _counts_instead(pages[page.twin], page))
    ]


def _counts_instead(twin: Page, page: Page) -> bool:
    return not twin.retracted and twin.number < page.number


def certainty(page: Page, day: str) -> str:
    """Whether it had happened by the end of a day."""
    first, last = DAYS[page.occurred]
    return "certain" if last <= day else "possible" if first <= day else "not"


def stages(pages: dict[str, Page], day: str) -> dict[str, int]:
    """How many stages by a day."""
    found = [certainty(page, day) for page in counted(pages)]
    return {name: found.count(name) for name in ("certain", "possible")}


def total(pages: dict[str, Page], day: str) -> dict[str, int | None]:
    """The persons of all that had certainly happened by a day, as an interval."""
    certain = [COUNTS[page.count] for page in counted(pages) if certainty(page, day) == "certain"]
    ends = [most for _, _, most in certain]
    return {
        "at_least": sum(fewest for _, fewest, _ in certain),
        "at_most": None if None in ends else sum(most for most in ends if most is not None),
        "stages": len(certain),
        "unknown": sum(told["type"] == "unknown" for told, _, _ in certain),
        "withheld": 0,
    }
