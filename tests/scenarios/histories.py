"""Random histories: developments of many kinds that rest on each other, and what is said of them later.

A history is plain data, so that it can be told to a `Chronicle`, to a record on disk, and to an account
of it that shares no code with the product. All of it happens in ten days of March 2031 and is recorded
from the eighth on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from pydantic import ValidationError

from domain.entry import Entry
from domain.errors import Refusal
from tests.scenarios.chronicle import REASON, Chronicle

Draw = Callable[..., Any]

LAST = 10
FIRST_MOMENT = datetime(2031, 3, 8, 9, tzinfo=UTC)
CEASEFIRES = (
    "ceasefire-proposed",
    "ceasefire-agreed",
    "ceasefire-declared",
    "ceasefire-violation-reported",
    "ceasefire-suspended",
    "ceasefire-lapsed",
    "ceasefire-terminated",
    "ceasefire-not-implemented",
    "answer-given",
)
TALK = ("round-held", "demand-made", "offer-made", "assessment-given", "position-taken", "ultimatum-issued")
EXCHANGES = (
    "agreement-reached",
    "agreement-signed",
    "agreement-amended",
    "exchange-stage-carried-out",
    "remains-repatriated",
    "detainees-released",
)
AGREEMENTS = (
    *EXCHANGES[:3],
    "agreement-entered-into-force",
    "agreement-suspended",
    "agreement-terminated",
    "agreement-ratified",
    "agreement-rejected",
)
ASKING = ("demand-made", "offer-made", "ultimatum-issued", "answer-given")
PLANS = ("step-planned", "step-fulfilled", "step-dropped", "other-development")
EVERY = (
    *CEASEFIRES,
    *TALK,
    *EXCHANGES,
    *AGREEMENTS[3:],
    *PLANS,
    "call-held",
    "statement-made",
    "corridor-opened",
)


def day(number: int) -> date:
    """A day of March."""
    return date(2031, 3, number)


@dataclass(frozen=True)
class When:
    """A date as a source gives it, and the days between which it lies."""

    text: str
    first: date | None
    last: date | None
    lasting: bool = False


def _dates() -> Iterable[When]:
    for number in range(1, LAST + 1):
        one = day(number)
        yield When(f"{one}", one, one)
        yield When(f"[{one}..]", one, None)
        yield When(f"[..{one}]", None, one)
        if number > 1:
            yield When(f"{one}~", one - timedelta(days=1), one + timedelta(days=1))
    for first, last in combinations(range(1, LAST + 1), 2):
        if last - first <= 3:
            yield When(f"[{day(first)}..{day(last)}]", day(first), day(last))
            yield When(f"{day(first)}/{day(last)}", day(first), day(last), lasting=True)


WHEN = {one.text: one for one in _dates()}
"""Every date that a history tells, by its text."""

_EXACT = [text for text, one in WHEN.items() if one.first == one.last]
_VAGUE = [text for text, one in WHEN.items() if one.first != one.last]
_TERMS = [text for text, one in WHEN.items() if one.first is not None and not one.lasting]


@dataclass(frozen=True)
class Act:
    """What is recorded, or said of the development that was the n-th to be recorded, at a moment."""

    verb: str
    of: int
    body: dict[str, Any]
    at: datetime

    @property
    def identity(self) -> UUID:
        """The id of the development."""
        return identity(self.of)


def identity(number: int) -> UUID:
    """The id of the n-th development, from 0."""
    return UUID(int=number + 1)


# What is told


def occurrences(*, vague: int = 1) -> st.SearchStrategy[str]:
    """When something happened: on one day in so many of three, else on an unknown one of several."""
    return st.one_of(*[st.sampled_from(_VAGUE)] * vague, *[st.sampled_from(_EXACT)] * (3 - vague))


NUMBERS = st.integers(0, 9)
COUNTS = st.one_of(
    st.builds(lambda n: {"type": "exact", "value": n}, NUMBERS),
    st.builds(lambda n: {"type": "at_least", "min": n}, NUMBERS),
    st.builds(lambda n: {"type": "at_most", "max": n}, NUMBERS),
    st.builds(lambda n, m: {"type": "between", "min": n, "max": n + m}, NUMBERS, NUMBERS),
    st.just({"type": "unknown"}),
    st.just({"type": "withheld", "by": "XB", "reason": "until the families are told"}),
    st.just({"type": "not_applicable"}),
)
ORSOLIN = {"type": "person", "id": "orsolin", "name": "O.", "acts_for": "XA"}
GUARD = {"type": "organisation", "id": "guard", "name": "The guard", "part_of": "XB"}
ITS_SPEAKER = {"type": "unnamed", "description": "a captain", "acts_for": GUARD}
SIDES = st.sampled_from(["XA", "XB", ORSOLIN, GUARD])
CATEGORIES = ["aircrew", "wounded"]
STIPULATIONS = ["pilots", "every"]
OUTCOMES = ["agreed", "no_agreement", "deferred", "referred", "dropped", "discussed"]
ANSWERS = ["accepted", "accepted_with_conditions", "countered", "rejected", "ignored", "withdrawn", "expired"]


def _side_of(actor: Any) -> str:
    return actor if isinstance(actor, str) else actor.get("acts_for") or actor["part_of"]


def _possible(persons: dict[str, Any]) -> dict[str, Any]:
    """The persons of one side, without categories that have more of them than there are in all."""
    most = persons["count"].get("value", persons["count"].get("max", 99))
    categories = [
        one
        for one in persons.get("by_category", [])
        if one["count"].get("value", one["count"].get("min", 0)) <= most
    ]
    return {**persons, "by_category": categories}


PERSONS = st.lists(
    st.fixed_dictionaries(
        {"side": SIDES, "count": COUNTS},
        optional={
            "by_category": st.lists(
                st.fixed_dictionaries({"category": st.sampled_from(CATEGORIES), "count": COUNTS}),
                min_size=1,
                max_size=2,
                unique_by=lambda one: one["category"],
            ),
        },
    ).map(_possible),
    max_size=2,
    unique_by=lambda one: _side_of(one["side"]),
)
TERMS = st.fixed_dictionaries(
    {"id": st.sampled_from(STIPULATIONS)},
    optional={
        "formula": st.sampled_from([{"type": "n_for_m", "n": 4, "m": 5}, {"type": "all_for_all"}]),
        "issue": st.sampled_from(["prisoner_exchange", "harbour"]),
        "promised": st.lists(
            st.fixed_dictionaries({"side": SIDES, "count": COUNTS}),
            max_size=2,
            unique_by=lambda one: _side_of(one["side"]),
        ),
    },
)
STIPULATED = st.lists(TERMS, max_size=2, unique_by=lambda one: one["id"])
AGENDA = st.lists(
    st.fixed_dictionaries(
        {"issue": st.sampled_from(["ceasefire", "harbour"]), "outcome": st.sampled_from(OUTCOMES)}
    ),
    max_size=3,
)
FINDINGS = st.fixed_dictionaries(
    {"issue": st.sampled_from(["ceasefire", "harbour"]), "outcome": st.sampled_from(OUTCOMES)}
)
STANCES = st.sampled_from(["supports", "opposes", "neutral"])
MINUTES = st.sampled_from(["PT30M", "PT45M", "PT2H"])
DURATIONS = st.one_of(
    st.builds(lambda length: {"at_least": length, "at_most": length}, MINUTES),
    st.builds(lambda length: {"at_least": length}, MINUTES),
    st.builds(lambda length: {"at_most": length}, MINUTES),
)
ADDRESSEES = st.sampled_from([[], [], ["XA"], ["XB"], ["XA", "XB"], ["XB", "XC"]])
ISSUES = st.sampled_from([[], ["ceasefire"], ["harbour"]])
SCHEDULED = st.one_of(st.none(), st.sampled_from(_TERMS))


def scheduled_after(first: When | None) -> st.SearchStrategy[str | None]:
    """A day that something is set for, which may be one after another has begun."""
    days = [text for text in _TERMS if not (first and _is_before(WHEN[text], first))]
    return st.one_of(st.none(), st.sampled_from(days))


def _is_before(one: When, other: When) -> bool:
    return one.last is not None and other.first is not None and one.last < other.first


@dataclass
class History:
    """Acts that the record took in, in their order, and a chronicle that took them in.

    The n-th act has position n + 1: at position 1 the dossier was opened.
    """

    acts: list[Act] = field(default_factory=list)
    chronicle: Chronicle = field(default_factory=Chronicle, repr=False)

    def take(self, act: Act) -> bool:
        """Take in one more act, unless it is refused."""
        try:
            tell(self.chronicle, act)
        except (Refusal, ValidationError):
            return False
        self.acts.append(act)
        return True


def tell(chronicle: Chronicle, act: Act) -> None:
    """Tell a chronicle one act; raise a `Refusal`."""
    if act.verb == "record":
        chronicle.take_in(act.body, act.at, act.identity)
    else:
        chronicle.say(act.verb, act.identity, act.body, act.at)


class Teller:
    """Tells developments that rest on those told before."""

    def __init__(self, draw: Draw, chronicle: Chronicle) -> None:
        self.draw = draw
        self.chronicle = chronicle
        self.kinds: list[str] = []
        self.addressing = False
        """Whether what is asked has addressees, of whom each may answer."""
        self.occurred: When | None = None
        """When what is told happened."""

    def tell(self, kinds: Sequence[str]) -> dict[str, Any] | None:
        """A development of one of the kinds; `None` where it has nothing to rest on."""
        kind = self.draw(st.sampled_from(kinds))
        told = {"kind": kind, "occurred": self.draw(occurrences()), "sources": self.draw(SOURCES)}
        self.occurred = WHEN[told["occurred"]]
        if self.draw(st.integers(0, 9)) == 0:
            told["standing"] = "claimed"
        own = _OWN.get(kind, _nothing)(self)
        return None if own is None else {**told, **own}

    def one_of(self, *kinds: str) -> str | None:
        """The id of a development of one of the kinds, if there is any."""
        among = [number for number, kind in enumerate(self.kinds) if kind in kinds or not kinds]
        return str(identity(self.draw(st.sampled_from(among)))) if among else None

    def maybe(self, told: dict[str, Any], **values: Any) -> dict[str, Any]:
        """The fields that have a value, and with them those told."""
        return told | {name: value for name, value in values.items() if value is not None}

    def parties(self) -> list[str]:
        """Who it was between, where that is told."""
        return self.draw(st.sampled_from([["XA", "XB"], []]))


SPEAKERS = ["XA", "XB", ORSOLIN, GUARD, ITS_SPEAKER, {"type": "unnamed", "description": "a sailor"}]
CHAINS = [[{"actor": speaker, "role": "speaker"}] for speaker in SPEAKERS]
SOURCES = st.lists(
    st.fixed_dictionaries(
        {"outlet": st.sampled_from(["Lake Radio", "The Gazette", "The Herald"])},
        optional={
            "published": st.sampled_from([f"{day(n)}" for n in range(4, LAST + 1)]),
            "chain": st.sampled_from(CHAINS),
        },
    ),
    min_size=1,
    max_size=2,
)


def _nothing(_: Teller) -> dict[str, Any]:
    return {}


def _terms(teller: Teller) -> dict[str, Any]:
    start = teller.draw(SCHEDULED)
    end = teller.draw(scheduled_after(WHEN.get(start or "")))
    return teller.maybe(
        {},
        ceasefire=teller.one_of(*CEASEFIRES[:3]) if teller.draw(st.integers(0, 2)) else None,
        start=start,
        end=end,
        open_ended=None if end else teller.draw(st.sampled_from([None, None, None, True])),
        supersedes=teller.one_of(*CEASEFIRES[:3]) if teller.draw(st.integers(0, 4)) == 4 else None,
    )


def _event_of(*kinds: str, under: str, **more: Any) -> Callable[[Teller], dict[str, Any] | None]:
    def tell(teller: Teller) -> dict[str, Any] | None:
        named = teller.one_of(*kinds)
        return None if named is None else {under: named, **more}

    return tell


def _answer(teller: Teller) -> dict[str, Any] | None:
    named = teller.one_of("ceasefire-proposed", "offer-made", "demand-made", "ultimatum-issued")
    by = teller.draw(st.sampled_from(["XB", "XB", "XC", ORSOLIN])) if teller.addressing else "XB"
    answer = {"by": by, "answer": teller.draw(st.sampled_from(ANSWERS))}
    return None if named is None else {**answer, "to": named}


def _agreement(teller: Teller) -> dict[str, Any]:
    return teller.maybe(
        {"stipulations": teller.draw(STIPULATED)},
        title=teller.draw(st.sampled_from([None, "Pilots"])),
        issues=teller.draw(st.sampled_from([None, None, ["harbour"]])),
    )


def _reached(teller: Teller) -> dict[str, Any]:
    replaces = teller.draw(st.integers(0, 4)) == 4
    return teller.maybe(_agreement(teller), supersedes=teller.one_of(*EXCHANGES[:3]) if replaces else None)


def _signed(teller: Teller) -> dict[str, Any]:
    return teller.maybe(_reached(teller), agreement=teller.one_of(*EXCHANGES[:3]))


def _amended(teller: Teller) -> dict[str, Any] | None:
    told = teller.maybe(_agreement(teller), agreement=teller.one_of(*EXCHANGES[:3]))
    return told if "agreement" in told else None


def _consent(teller: Teller) -> dict[str, Any] | None:
    named = teller.one_of(*EXCHANGES[:3])
    return None if named is None else {"agreement": named, "by": teller.draw(SIDES)}


def _return(teller: Teller) -> dict[str, Any]:
    told = {"parties": teller.parties(), "persons": teller.draw(PERSONS)}
    categories = teller.draw(st.sampled_from([None, CATEGORIES[:1], CATEGORIES]))
    return teller.maybe(told, under=_under(teller), categories=categories)


def _under(teller: Teller) -> dict[str, Any] | None:
    agreement = teller.one_of(*EXCHANGES[:3])
    if agreement is None:
        return None
    parts = teller.chronicle.entry(UUID(agreement)).development.parts()
    # Now and then one that only another of the family may have; where none has it, the act is refused.
    named = STIPULATIONS if teller.draw(st.integers(0, 3)) == 3 else sorted(parts)
    return teller.maybe({"agreement": agreement}, stipulation=teller.draw(st.sampled_from([None, *named])))


def _said(**more: st.SearchStrategy[Any]) -> Callable[[Teller], dict[str, Any]]:
    def tell(teller: Teller) -> dict[str, Any]:
        said = {"speaker": teller.draw(SIDES), "content": "So it is said.", "issues": teller.draw(ISSUES)}
        said |= {"addressees": teller.draw(ADDRESSEES)} if teller.addressing else {}
        return teller.maybe(said, **{name: teller.draw(value) for name, value in more.items()})

    return tell


def _ultimatum(teller: Teller) -> dict[str, Any]:
    told = {**_said()(teller), "consequence": "the talks end", "final": True}
    return teller.maybe(told, deadline=teller.draw(scheduled_after(teller.occurred)))


def _contact(teller: Teller, parties: list[str]) -> dict[str, Any]:
    return teller.maybe(
        {"parties": parties, "agenda": teller.draw(AGENDA)},
        format=teller.draw(st.sampled_from([None, "direct", "mediated"])),
        duration=teller.draw(st.one_of(st.none(), DURATIONS)),
    )


def _assessed(teller: Teller) -> dict[str, Any]:
    told = _said(finding=st.one_of(st.none(), FINDINGS))(teller)
    under = _under(teller) if teller.draw(st.booleans()) else None
    if under is None or "stipulation" not in under:
        return told
    return {**told, "implementation": {**under, "level": teller.draw(st.integers(0, 3))}}


def _planned(teller: Teller) -> dict[str, Any]:
    met_by = teller.one_of() if teller.draw(st.booleans()) else None
    after = teller.maybe({"text": "the pilots are back"}, met_by=met_by)
    planned_for = teller.draw(scheduled_after(teller.occurred))
    return teller.maybe({"step": "A meeting.", "planned_by": "XC", "after": after}, planned_for=planned_for)


_OWN: dict[str, Callable[[Teller], dict[str, Any] | None]] = {
    "ceasefire-proposed": lambda t: {**_terms(t), "proposed_by": "XC"},
    "ceasefire-agreed": _terms,
    "ceasefire-declared": lambda t: {**_terms(t), "declaration": "bilateral", "declared_by": ["XA", "XB"]},
    "ceasefire-violation-reported": _event_of(*CEASEFIRES[:3], under="ceasefire", status="alleged"),
    "ceasefire-suspended": _event_of(*CEASEFIRES[:3], under="ceasefire"),
    "ceasefire-lapsed": _event_of(*CEASEFIRES[:3], under="ceasefire"),
    "ceasefire-terminated": _event_of(*CEASEFIRES[:3], under="ceasefire"),
    "ceasefire-not-implemented": _event_of(*CEASEFIRES[:3], under="ceasefire"),
    "answer-given": _answer,
    "round-held": lambda t: _contact(t, ["XA", "XB"]),
    "call-held": lambda t: _contact(t, ["XA", "XC"]),
    "demand-made": _said(condition_for=st.sampled_from([None, "ceasefire"])),
    "offer-made": _said(),
    "statement-made": _said(),
    "ultimatum-issued": _ultimatum,
    "assessment-given": _assessed,
    "position-taken": _said(issue=st.sampled_from(["ceasefire", "harbour"]), stance=STANCES),
    "agreement-reached": _reached,
    "agreement-signed": _signed,
    "agreement-amended": _amended,
    "agreement-entered-into-force": _event_of(*EXCHANGES[:3], under="agreement"),
    "agreement-suspended": _event_of(*EXCHANGES[:3], under="agreement"),
    "agreement-terminated": _event_of(*EXCHANGES[:3], under="agreement"),
    "agreement-ratified": _consent,
    "agreement-rejected": _consent,
    "exchange-stage-carried-out": _return,
    "remains-repatriated": _return,
    "detainees-released": lambda t: {**_return(t), "released_by": "XB"},
    "step-planned": _planned,
    "step-fulfilled": _event_of("step-planned", under="step"),
    "step-dropped": _event_of("step-planned", under="step"),
    "other-development": lambda t: {"label": "A ferry race"},
    "corridor-opened": lambda t: {"route": "By ferry."},
}


# What is said of it


def _changes(teller: Teller, kind: str) -> dict[str, Any]:
    """New values for some fields: when it happened, and what it says or rests on."""
    told = _OWN.get(kind, _nothing)(teller) or {}
    fields = teller.draw(st.sets(st.sampled_from(["occurred", *sorted(told)]), min_size=1, max_size=2))
    return {name: told[name] if name in told else teller.draw(occurrences()) for name in sorted(fields)}


def _said_of(teller: Teller, verb: str, of: int, entry: Entry) -> dict[str, Any]:
    match verb:
        case "amend":
            return {"changes": _changes(teller, teller.kinds[of])}
        case "corroborate":
            return {"source": teller.draw(SOURCES)[0]}
        case "dispute":
            says = _changes(teller, teller.kinds[of]) if teller.draw(st.integers(0, 2)) else {}
            sources = teller.draw(st.one_of(st.just([]), SOURCES))
            by = teller.draw(st.sampled_from(["XB", "XB", ORSOLIN, GUARD]))
            return {"by": by, "says": says, "sources": sources}
        case "resolve":
            number = teller.draw(st.sampled_from([one.number for one in entry.open_disputes]))
            outcome = teller.draw(st.sampled_from(["upheld", "upheld", "dismissed", "withdrawn"]))
            return {"dispute": number, "outcome": outcome}
        case "propose":
            until = entry.recorded_at.date() + timedelta(days=teller.draw(st.integers(0, 1)))
            return {"changes": _changes(teller, teller.kinds[of]), "objections_until": f"{until}"}
        case "object" | "adopt" | "refuse":
            told = {"by": "XB"} if verb == "object" else {}
            return {**told, "rectification": teller.draw(st.sampled_from(_open(entry)))}
        case "judge-same":
            return {"other": teller.draw(st.sampled_from(_twins(teller, of)))}
        case "judge-not-same":
            return {"other": str(teller.draw(st.sampled_from(entry.same_as)))}
    return {}


def _open(entry: Entry) -> list[int]:
    return [one.number for one in entry.rectifications if one.outcome is None]


def _twins(teller: Teller, of: int) -> list[str]:
    """The other developments of the same kind."""
    alike = [number for number, kind in enumerate(teller.kinds) if kind == teller.kinds[of] and number != of]
    return [str(identity(number)) for number in alike]


def _verbs(teller: Teller, of: int, entry: Entry) -> list[str]:
    if entry.retracted:
        return ["reinstate"]
    return [
        *("amend", "corroborate", "dispute", "retract", "propose"),
        *["resolve"] * 3 * bool(entry.open_disputes),
        *["adopt", "adopt", "object", "refuse"] * bool(_open(entry)),
        *["judge-same"] * 4 * bool(_twins(teller, of)),
        *["judge-not-same"] * 2 * bool(entry.same_as),
    ]


@st.composite
def histories(
    draw: Draw, kinds: Sequence[str] = EVERY, most: int = 12, *, addressing: bool = False
) -> History:
    """So many acts at most: two in three record a development, the others say something of one."""
    history, at = History(), FIRST_MOMENT
    teller = Teller(draw, history.chronicle)
    teller.addressing = addressing
    for _ in range(draw(st.integers(most // 2, most))):
        at += timedelta(hours=draw(st.sampled_from([1, 1, 1, 24])))
        if teller.kinds and draw(st.integers(0, 2)) == 0:
            history.take(_saying(teller, history, at))
        elif (told := teller.tell(kinds)) is not None and history.take(
            Act("record", len(teller.kinds), told, at)
        ):
            teller.kinds.append(told["kind"])
    return history


def _saying(teller: Teller, history: History, at: datetime) -> Act:
    of = teller.draw(st.integers(0, len(teller.kinds) - 1))
    entry = history.chronicle.entry(identity(of))
    verb = teller.draw(st.sampled_from(_verbs(teller, of, entry)))
    reason = {} if verb == "corroborate" else {"reason": REASON}
    return Act(verb, of, {**_said_of(teller, verb, of, entry), **reason}, at)


def days() -> st.SearchStrategy[date]:
    """A day to ask about: before, while and after all of it happened."""
    return st.integers(1, 16).map(day)


def moments() -> st.SearchStrategy[datetime]:
    """A moment of knowledge to ask at, from before the first recording on."""
    hours = st.one_of(st.just(24 * 30), st.integers(0, 24 * 12))
    return hours.map(lambda n: FIRST_MOMENT + timedelta(hours=n, minutes=30))
