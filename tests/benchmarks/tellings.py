"""Invented tellings of every common kind: what a chronicler of talks that never were might send.

Each function gives the fields of one kind that are its own; `telling` adds what all kinds have.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random

from tests.benchmarks.teller import MEDIATORS, SIDES, Fields, Known, Teller

LEAGUE = {"type": "organisation", "id": "lake-league", "name": "The Lake League"}
OUTLETS = ("The Port Solace Gazette", "Lake Radio", "The Belmark Courier", "Arvenia Today", "Quay Wire")
ISSUES = ("ceasefire", "prisoner_exchange", "harbour", "fishing_rights", "missing_persons", "borders")
CATEGORIES = ("aircrew", "seriously_wounded", "aged_18_25", "civilians")
TOWNS = ("Port Solace", "Orsin", "Velm", "East Quay", "Tarn Bridge")
CONTACTS = ("call-held", "round-held", "visit-made", "consultation-held")
TERMS = ("ceasefire-proposed", "ceasefire-agreed", "ceasefire-declared")
ASKED = ("proposal-made", "offer-made", "demand-made", "ultimatum-issued")


def _contact(teller: Teller) -> Fields:
    draw = teller.draw
    outcomes = ("agreed", "no_agreement", "deferred", "referred", "discussed")
    issues = draw.sample(ISSUES, draw.randint(0, 3))
    mediator = [{"actor": draw.choice(MEDIATORS), "capacity": "mediator"}]
    return {
        "parties": list(SIDES),
        "participants": [*({"actor": side, "capacity": "delegate"} for side in SIDES), *mediator],
        "agenda": [{"issue": issue, "outcome": draw.choice(outcomes)} for issue in issues],
        "duration": {"at_least": f"PT{draw.randint(20, 300)}M"},
        "place": {"name": draw.choice(TOWNS), "country": "XC", "precision": "town"},
    }


def _call(teller: Teller) -> Fields:
    return {**_contact(teller), "format": "phone"}


def _round(teller: Teller) -> Fields:
    return {**_contact(teller), "format": "mediated", "track": teller.draw.choice(("1", "1.5", "2"))}


def _visit(teller: Teller) -> Fields:
    visitor, host = teller.two()
    return {"parties": [visitor, host], "visitor": visitor, "host": host}


def _utterance(teller: Teller) -> Fields:
    told = {"speaker": teller.speaker(), "content": teller.words(8, 40)}
    contact = teller.known.one(teller.draw, CONTACTS) if teller.draw.random() < 0.2 else None
    return {**told, "at": contact} if contact else told


def _position(teller: Teller) -> Fields:
    stances = ("supports", "supports_with_conditions", "opposes", "neutral", "undecided")
    stance, issue = teller.draw.choice(stances), teller.draw.choice(ISSUES)
    conditions = {"preconditions": [teller.words(4, 10)]} if stance == "supports_with_conditions" else {}
    red_line = teller.draw.random() < 0.1
    return {**_utterance(teller), "issue": issue, "stance": stance, "red_line": red_line, **conditions}


def _asking(teller: Teller) -> Fields:
    speaker, addressee = teller.two()
    return {**_utterance(teller), "speaker": speaker, "addressees": [addressee]}


def _ultimatum(teller: Teller) -> Fields:
    return {**_asking(teller), "consequence": teller.words(4, 12), "deadline": teller.day_after(30)}


def _threat(teller: Teller) -> Fields:
    speaker, target = teller.two()
    return {**_utterance(teller), "speaker": speaker, "target": target}


def _accusation(teller: Teller) -> Fields:
    speaker, accused = teller.two()
    return {**_utterance(teller), "speaker": speaker, "accused": accused, "standing": "claimed"}


def _answer(teller: Teller) -> Fields | None:
    asked = teller.known.one(teller.draw, ASKED)
    answers = ("accepted", "accepted_with_conditions", "rejected", "ignored", "countered")
    told = {"by": teller.draw.choice(SIDES), "answer": teller.draw.choice(answers)}
    return {"to": asked, **told, "content": teller.words(5, 20)} if asked else None


def _agreement(teller: Teller) -> Fields:
    promised = [{"side": side, "count": teller.count()} for side in SIDES]
    stipulation = {
        "id": "all",
        "issue": "prisoner_exchange",
        "categories": [teller.draw.choice(CATEGORIES)],
        "promised": promised,
        "promised_stages": {"type": "at_least", "min": teller.draw.randint(1, 9)},
        "due": teller.day_after(200),
    }
    return {
        "parties": list(SIDES),
        "title": teller.words(2, 6),
        "form": "oral",
        "stipulations": [stipulation],
    }


def _signing(teller: Teller) -> Fields | None:
    agreement = teller.known.one(teller.draw, ("agreement-reached",))
    told = {"parties": list(SIDES), "form": "written", "stage": "Pre/Conf"}
    return {**told, "agreement": agreement, "signatories": list(SIDES)} if agreement else None


def _stage(teller: Teller) -> Fields:
    agreement = teller.known.one(teller.draw, ("agreement-reached",))
    under = {"under": {"agreement": agreement, "stipulation": "all"}} if agreement else {}
    return {
        "parties": list(SIDES),
        **under,
        **_returned(teller),
        "mediators": [teller.draw.choice(MEDIATORS)],
    }


def _returned(teller: Teller) -> Fields:
    told = {side: teller.count() for side in SIDES if teller.draw.random() < 0.8}
    return {
        "categories": [teller.draw.choice(CATEGORIES)],
        "persons": [{"side": side, "count": count} for side, count in told.items()],
    }


def _remains(teller: Teller) -> Fields:
    return {"parties": list(SIDES), **_returned(teller)}


def _release(teller: Teller) -> Fields:
    by, _ = teller.two()
    return {"released_by": by, **_returned(teller)}


def _terms(teller: Teller) -> Fields:
    start = teller.day + timedelta(days=teller.draw.randint(0, 10))
    end = start + timedelta(days=teller.draw.randint(3, 60))
    return {"scope": [teller.draw.choice(("maritime", "air", "land"))], "start": str(start), "end": str(end)}


def _proposed(teller: Teller) -> Fields:
    return {**_terms(teller), "proposed_by": teller.draw.choice(MEDIATORS), "addressees": list(SIDES)}


def _agreed(teller: Teller) -> Fields:
    proposal = teller.known.one(teller.draw, ("ceasefire-proposed",))
    carried_on = {"ceasefire": proposal} if proposal else {}
    return {**_terms(teller), **carried_on, "parties": list(SIDES), "form": "written"}


def _declared(teller: Teller) -> Fields:
    return {**_terms(teller), "declaration": "unilateral", "declared_by": [teller.draw.choice(SIDES)]}


def _violation(teller: Teller) -> Fields | None:
    ceasefire = teller.known.one(teller.draw, TERMS)
    told = {"status": teller.draw.choice(("alleged", "confirmed")), "accused": teller.draw.choice(SIDES)}
    return {"ceasefire": ceasefire, **told, "content": teller.words(5, 20)} if ceasefire else None


def _ended(teller: Teller) -> Fields | None:
    ceasefire = teller.known.one(teller.draw, TERMS)
    return {"ceasefire": ceasefire, "by": [teller.draw.choice(SIDES)]} if ceasefire else None


def _sanction(teller: Teller) -> Fields:
    return {"imposed_by": LEAGUE, "target": teller.draw.choice(SIDES), "measures": [teller.words(3, 10)]}


def _lifted(teller: Teller) -> Fields | None:
    sanction = teller.known.one(teller.draw, ("sanction-imposed",))
    return (
        {"lifted_by": LEAGUE, "target": teller.draw.choice(SIDES), "sanction": sanction} if sanction else None
    )


def _aid(teller: Teller) -> Fields:
    value = {"currency": "EUR", "amount": teller.count(5_000_000)}
    giver, recipient = teller.draw.choice(MEDIATORS), teller.draw.choice(SIDES)
    return {"pledged_by": giver, "recipient": recipient, "aid": "humanitarian", "value": value}


def _step(teller: Teller) -> Fields:
    return {
        "step": teller.words(4, 10),
        "planned_by": teller.draw.choice(MEDIATORS),
        "planned_for": teller.day_after(120),
        "after": {"text": teller.words(3, 8)},
    }


def _fulfilled(teller: Teller) -> Fields | None:
    step = teller.known.one(teller.draw, ("step-planned",))
    return {"step": step} if step else None


def _other(teller: Teller) -> Fields:
    return {"parties": list(SIDES), "label": teller.words(2, 6), "content": teller.words(8, 40)}


KINDS: Mapping[str, tuple[int, Callable[[Teller], Fields | None]]] = {
    "statement-made": (18, _utterance),
    "position-taken": (10, _position),
    "call-held": (11, _call),
    "round-held": (5, _round),
    "visit-made": (4, _visit),
    "consultation-held": (3, _contact),
    "demand-made": (5, _asking),
    "proposal-made": (4, _asking),
    "offer-made": (3, _asking),
    "ultimatum-issued": (2, _ultimatum),
    "threat-made": (3, _threat),
    "accusation-made": (5, _accusation),
    "answer-given": (5, _answer),
    "agreement-reached": (2, _agreement),
    "agreement-signed": (1, _signing),
    "exchange-stage-carried-out": (4, _stage),
    "remains-repatriated": (1, _remains),
    "detainees-released": (1, _release),
    "ceasefire-proposed": (1, _proposed),
    "ceasefire-agreed": (1, _agreed),
    "ceasefire-declared": (1, _declared),
    "ceasefire-violation-reported": (4, _violation),
    "ceasefire-terminated": (1, _ended),
    "sanction-imposed": (2, _sanction),
    "sanction-lifted": (1, _lifted),
    "aid-pledged": (2, _aid),
    "step-planned": (2, _step),
    "step-fulfilled": (1, _fulfilled),
    "other-development": (5, _other),
}
"""How often each kind is told of, and how. One that would rest on what is not there yet gives `None`."""

RESTED_ON = frozenset({*CONTACTS, *TERMS, *ASKED, "agreement-reached", "sanction-imposed", "step-planned"})
"""The kinds that others rest on."""

_NAMES = tuple(KINDS)
_WEIGHTS = tuple(weight for weight, _ in KINDS.values())


def telling(draw: Random, known: Known, day: date) -> Fields:
    """The body of a development that occurred about a day."""
    teller = Teller(draw, known, day)
    fields = None
    while fields is None:
        (kind,) = draw.choices(_NAMES, _WEIGHTS)
        fields = KINDS[kind][1](teller)
    plain = {"kind": kind, "occurred": _occurred(teller), "sources": _sources(teller)}
    return {**plain, **fields}


def _occurred(teller: Teller) -> str:
    """The day; for one in ten no more than a month, a span, or a set of days."""
    day = teller.day
    if teller.draw.random() >= 0.1:
        return str(day)
    earlier = day - timedelta(days=teller.draw.randint(1, 20))
    uncertain = (f"{day}~", f"{day:%Y-%m}", f"{earlier}/{day}", f"[{earlier}..{day}]", f"[{earlier}..]")
    return teller.draw.choice(uncertain)


def _sources(teller: Teller) -> list[Fields]:
    """Mostly one source, sometimes more, each with the chain of who said it to whom."""
    (several,) = teller.draw.choices((1, 2, 3), (75, 20, 5))
    return [_source(teller, outlet) for outlet in teller.draw.sample(OUTLETS, several)]


def _source(teller: Teller, outlet: str) -> Fields:
    told = {"outlet": f"{outlet} (invented)", "title": teller.words(4, 9), "published": str(teller.day)}
    chain = [
        {"actor": teller.speaker(), "role": "speaker"},
        {"actor": {"type": "unnamed", "description": "a correspondent"}, "role": "reporter"},
    ]
    links = teller.draw.randint(0, 2)
    quote = {"quote": teller.words(8, 30)} if teller.draw.random() < 0.3 else {}
    return {**told, **quote, **({"chain": chain[:links]} if links else {})}
