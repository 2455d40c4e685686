"""What the clerk makes of several papers: reports of one happening, and one party's account alone."""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st

from tests.projections.clerk import EVERY_STANDING, Paper, keys_of, origin_of, origins, papers
from tests.scenarios.histories import WHEN, Act


@dataclass
class Lens:
    """What a reader wants to see: some standings, and perhaps one party's account alone."""

    standings: Sequence[str] = EVERY_STANDING[:4]
    party: str | None = None


LENSES = st.builds(
    Lens,
    st.sampled_from([EVERY_STANDING[:4], ("corroborated",), EVERY_STANDING, ("claimed", "disputed")]),
    st.sampled_from([None, None, "XA", "XB", "orsolin", "guard", "outlet: Lake Radio"]),
)


def standing_papers(
    acts: Sequence[Act], as_of: date, known_at: datetime, lens: Lens | None = None
) -> list[Paper]:
    """What may have happened by a day, as a lens shows it, in the order of time."""
    lens = lens or Lens()
    known = papers(acts, known_at).values()
    told = [told_by(lens.party, paper, known_at.date()) if lens.party else paper for paper in known]
    shown = [paper for paper in told if paper and ("retracted" in lens.standings or not paper.retracted)]
    found = [one for one in as_happenings(shown) if one.begun(as_of) and is_shown(one, lens.standings)]
    return in_order(named_alike(found))


def is_shown(paper: Paper, standings: Sequence[str]) -> bool:
    """Whether a lens takes it in: what two origins report is corroborated, though somebody disputes it."""
    disputed = paper.standing == "disputed" and "corroborated" in standings
    return paper.standing in standings or (disputed and agreeing_origins(paper) > 1)


def agreeing_origins(paper: Paper) -> int:
    """How many origins report it without telling something else than the first report."""
    first = paper.reports[0]
    alike = [one for one in paper.reports if not at_odds("", first.told, one.told)]
    return origins([source for one in alike for source in one.sources])


WORDS = {"content", "title", "consequence", "step", "route", "label", "text"}
NAMED = {"ceasefire", "supersedes", "to", "agreement", "met_by", "step"}
WEIGHED = {"occurred", "start", "end", "deadline", "due", "duration", "count"}


def at_odds(name: str, one: Any, other: Any) -> bool:
    """Whether two tellings tell different things; what one leaves out or says in other words is no matter."""
    if one is None or other is None or name in WORDS | NAMED | WEIGHED | {"sources", "standing"}:
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        if "id" in one and "name" in one:
            return one["id"] != other.get("id")
        return any(at_odds(key, one[key], other[key]) for key in one.keys() & other.keys())
    if isinstance(one, list):
        fewer, more = sorted((one, other), key=len)
        return any(all(at_odds("", this, that) for that in more) for this in fewer)
    return one != other


def in_order(found: Iterable[Paper]) -> list[Paper]:
    """In the order of time of their first reports."""
    return sorted(found, key=lambda one: place(one.reports[0]))


# One party's account


def told_by(party: str, paper: Paper, known_on: date) -> Paper | None:
    """The development as a party tells it, if it says anything of it but that it did not happen."""
    own = [number for number, by in paper.by.items() if party in keys_of(by)]
    says = [number for number in own if paper.outcomes.get(number) != "withdrawn"]
    sources = [source for source in paper.sources if party in origin_of(source)]
    if not says and not sources:
        return None
    if says and not paper.disputes[says[-1]]:
        return None
    alone = copy(paper)
    alone.added, alone.disputes, alone.by = [], {}, {}
    for number in says:
        alone.told = alone.told | paper.disputes[number]
        sources += paper.cited[number]
    alone.told = alone.told | {"sources": sources or [word_of(paper.by[says[-1]], says[-1])]}
    first = WHEN[alone.told["occurred"]].first
    if says and first and first > paper.known_by:
        alone.known_by = known_on
    return alone


def word_of(party: Any, dispute: int) -> dict[str, Any]:
    """The dispute as the source of what is told in it."""
    return {"outlet": f"this record, dispute {dispute}", "chain": [{"actor": party, "role": "speaker"}]}


# Reports of one happening


class Happening(Paper):
    """Several papers that were judged to be of one happening."""

    def __init__(self, reports: Sequence[Paper]) -> None:
        first = reports[0]
        super().__init__(first.id, first.position, first.recorded_at, merged(reports), first.known_by)
        self.version = first.version
        self.joined = list(reports)

    @property
    def sources(self) -> list[dict[str, Any]]:
        """The sources of all."""
        return [source for report in self.joined for source in report.sources]

    @property
    def standing(self) -> str:
        """Disputed if any of them is, and corroborated by two origins that tell the same."""
        if any(report.standing == "disputed" for report in self.joined):
            return "disputed"
        return "corroborated" if agreeing_origins(self) > 1 else self.joined[0].standing

    @property
    def span(self) -> tuple[date | None, date]:
        """The days between which it happened, if all are right, or whoever is where they cannot be."""
        firsts, lasts = zip(*(report.span for report in self.joined), strict=True)
        meeting = max((one for one in firsts if one), default=None), min(lasts)
        lasting = any(WHEN[report.told["occurred"]].lasting for report in self.joined)
        if not lasting and (meeting[0] or date.min) <= meeting[1]:
            return meeting
        return None if None in firsts else min(firsts), max(lasts)


def place(paper: Paper) -> tuple[date, date, int]:
    """Where a report comes in the order of time."""
    return paper.span[0] or date.min, paper.span[1], paper.position


def as_happenings(shown: Sequence[Paper]) -> Iterator[Paper]:
    """The papers, with those that were judged the same put together."""
    groups = {paper.id: {paper.id} for paper in shown}
    standing = {str(paper.id): paper for paper in shown if not paper.retracted}
    for paper in standing.values():
        for other in paper.same:
            if other in standing:
                together = groups[paper.id] | groups[standing[other].id]
                groups |= dict.fromkeys(together, together)
    for group in {frozenset(one) for one in groups.values()}:
        reports = sorted((paper for paper in shown if paper.id in group), key=place)
        yield Happening(reports) if len(reports) > 1 else reports[0]


def merged(reports: Sequence[Paper]) -> dict[str, Any]:
    """What all of them tell: as the first has it, but what they list is put together."""
    told = dict(reports[0].told)
    for name in ("agreement", "under", "ceasefire", "supersedes"):
        named = [report.told[name] for report in reports if report.told.get(name)]
        told |= {name: named[0]} if named else {}
    for name in ("parties", "agenda", "categories"):
        listed = [one for report in reports for one in report.told.get(name, ())]
        told |= {name: [one for n, one in enumerate(listed) if one not in listed[:n]]} if listed else {}
    for name, key, put in (("persons", side_key, one_count), ("stipulations", term_key, one_promise)):
        listed = [one for report in reports for one in report.told.get(name, ())]
        told |= {name: grouped(listed, key, put)} if listed else {}
    return told


def grouped(listed: Sequence[dict[str, Any]], key: Any, put: Any) -> list[dict[str, Any]]:
    """Each group of what is alike put together, in the order of their first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in listed:
        groups.setdefault(key(one), []).append(one)
    return [put(alike) for alike in groups.values()]


def side_key(one: dict[str, Any]) -> str:
    """Whom persons returned to."""
    return keys_of(one["side"])[-1]


def term_key(one: dict[str, Any]) -> str:
    """The name of a stipulation, or of a category."""
    return one["id"] if "id" in one else one["category"]


def one_count(alike: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One count that holds whichever of several is right."""
    by_category = [one for told in alike for one in told.get("by_category", ())]
    more = {"by_category": grouped(by_category, term_key, one_count)} if by_category else {}
    return {**alike[0], "count": hull([one["count"] for one in alike]), **more}


def one_promise(alike: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One stipulation, as the first has it, with what was promised put together."""
    promised = [one for terms in alike for one in terms.get("promised", ())]
    return {**alike[0], **({"promised": grouped(promised, side_key, one_count)} if promised else {})}


def hull(counts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The least and the most that any of several counts says."""
    if all(count == counts[0] for count in counts):
        return counts[0]
    least = {"exact": "value", "at_least": "min", "between": "min"}
    most = {"exact": "value", "at_most": "max", "between": "max"}
    numbers = [count for count in counts if count["type"] in {*least, *most}]
    if not numbers:
        return next((count for count in counts if count["type"] == "withheld"), {"type": "unknown"})
    low = min(count[least[count["type"]]] if count["type"] in least else 0 for count in numbers)
    if any(count["type"] == "at_least" for count in numbers):
        return {"type": "at_least", "min": low}
    high = max(count[most[count["type"]]] for count in numbers)
    return {"type": "exact", "value": low} if low == high else {"type": "between", "min": low, "max": high}


def named_alike(found: Sequence[Paper]) -> list[Paper]:
    """What rests on any report of a happening rests on the happening."""
    first = {str(other.id): str(one.id) for one in found for other in one.reports}
    return [resting_on(first, one) for one in found]


def resting_on(first: dict[str, str], paper: Paper) -> Paper:
    """The paper, with what it rests on named by the first report of it."""
    told = dict(paper.told)
    for name in ("to", "ceasefire", "supersedes", "agreement", "step"):
        if name in told:
            told[name] = first.get(told[name], told[name])
    for name, key in (("under", "agreement"), ("after", "met_by")):
        if key in (told.get(name) or {}):
            told[name] = told[name] | {key: first.get(told[name][key], told[name][key])}
    if told == paper.told:
        return paper
    renamed = copy(paper)
    renamed.told = told
    renamed.joined = paper.reports
    return renamed
