"""Agreements, positions, the agenda, contacts, disputes and actors, for people."""

from collections.abc import Iterator

from rich.console import RenderableType

from domain.time import Certainty
from projections.actors import ActorOnRecord, Actors
from projections.agenda import Agenda, Issue, PlannedStep, Waiting
from projections.agreements import AgreementOnRecord, Agreements
from projections.contacts import ContactOnRecord, Contacts, SidesInContact
from projections.disputes import DisputedClaim, Disputes
from projections.performance import LEVELS, Performance
from projections.positions import OnIssue, Positions
from service.showing.returns import to_sides
from service.showing.tables import table
from service.showing.words import ADVERBS, days, either, length, lines, plain, stages, value, when


def agreements(answer: Agreements) -> Iterator[RenderableType]:
    """Each agreement with its clocks, and what became of each promise."""
    yield table(
        "Agreements",
        ("agreement", "parties", "state", "clocks", "consents"),
        map(_agreement, answer.agreements),
        "none is on record",
    )
    kept = (
        (one.title or str(one.id), *_performance(told))
        for one in answer.agreements
        for told in one.stipulations
    )
    yield table(
        "Promise and performance",
        ("agreement", "stipulation", "agreed", "implemented", "stages", "persons returned", "basis"),
        kept,
        "nothing was stipulated",
    )


def positions(answer: Positions) -> Iterator[RenderableType]:
    """What each party holds on each issue, and what it asked."""
    yield table(
        "Positions",
        ("party", "issue", "stance", "in its words", "red lines"),
        map(_position, answer.positions),
        "none is on record",
    )
    asked = (
        (one.party, plain(ask.kind), ask.content, either(ask.state, ask.possible), ask.deadline or "none")
        for one in answer.positions
        for ask in one.asked
    )
    yield table("Asked", ("by", "as", "what", "answered", "deadline"), asked, "nothing")


def agenda(answer: Agenda) -> Iterator[RenderableType]:
    """How each issue was left, and what the planned steps wait for."""
    yield table("Issues", ("issue", "left", "by what was on"), map(_issue, answer.issues), "none")
    yield table(
        "Planned steps",
        ("step", "by", "planned for", "state", "overdue", "waits for"),
        map(_planned, answer.steps),
        "none",
    )


def contacts(answer: Contacts) -> Iterator[RenderableType]:
    """Who spoke with whom, and each contact."""
    yield table(
        "Who spoke with whom",
        ("between", "contacts", "formats", "length"),
        map(_between, answer.between),
        "nobody",
    )
    yield table(
        "Contacts",
        ("when", "what", "present besides", "agenda", "readouts"),
        map(_contact, answer.contacts),
        "none is on record",
    )


def disputes(answer: Disputes) -> Iterator[RenderableType]:
    """What is contradicted, by whom, and how it ended."""
    rows = ((f"{one.headline}\n{one.id}", *_claim(claim)) for one in answer.disputed for claim in one.claims)
    yield table(
        "Disputes",
        ("development", "disputed by", "on record", "says instead", "why", "outcome"),
        rows,
        "none is on record",
    )


def actors(answer: Actors) -> Iterator[RenderableType]:
    """Everybody who is named."""
    yield table(
        "Actors",
        ("id", "type", "names used", "role", "belongs to", "developments"),
        map(_actor, answer.actors),
        "nobody is named",
    )


def waits_for(after: Waiting | None) -> str:
    """What a step waits for, and whether it came."""
    return "" if after is None else f"{after.condition} ({'met' if after.met else 'not met yet'})"


def _agreement(one: AgreementOnRecord) -> tuple[str, ...]:
    clocks = (
        f"{plain(name)}: {when(clock.certainty, clock.earliest, clock.latest)}"
        for name, clock in one.clocks
        if clock.certainty is not Certainty.NOT
    )
    name = f"{one.title or 'without a title'}{', retracted since' if one.retracted else ''}\n{one.id}"
    consents = (f"{said.outcome} by {said.by}, {days(said.earliest, said.latest)}" for said in one.consents)
    return name, ", ".join(one.parties), either(one.state, one.possible), lines(clocks), lines(consents)


def _performance(told: Performance) -> tuple[str, ...]:
    levels = [f"{level}: {plain(LEVELS[level])}" for level in told.possible]
    return (
        told.stipulation,
        ADVERBS[told.agreed],
        levels[0] if len(levels) == 1 else "one of: " + ", ".join(levels),
        stages(told.carried_out.stages),
        to_sides(told.carried_out.persons),
        told.basis,
    )


def _position(one: OnIssue) -> tuple[str, ...]:
    words = lines(f"{days(said.earliest, said.latest)}: {said.content}" for said in one.stances)
    return one.party, one.issue, either(one.stance, one.possible), words, lines(one.red_lines)


def _issue(one: Issue) -> tuple[str, ...]:
    left = lines(f"{plain(by.outcome)}: {days(by.earliest, by.latest)}" for by in one.left_by)
    return one.issue, either(one.outcome, one.possible), left


def _planned(step: PlannedStep) -> tuple[str, ...]:
    state = either(step.state, step.possible)
    planned_for = step.planned_for or "no day"
    return step.step, step.planned_by, planned_for, state, ADVERBS[step.overdue], waits_for(step.after)


def _between(one: SidesInContact) -> tuple[str, ...]:
    formats = (
        f"{plain(name)}: {_counted(told.certain, told.possible)}" for name, told in one.formats.items()
    )
    contacts = _counted(one.contacts.certain, one.contacts.possible)
    return " and ".join(one.sides), contacts, lines(formats), length(one.length)


def _counted(certain: int, possible: int) -> str:
    return f"{certain}, and possibly {possible} more" if possible else str(certain)


def _contact(one: ContactOnRecord) -> tuple[str, ...]:
    agenda = lines(f"{issue}: {plain(outcome)}" for issue, outcome in one.agenda)
    readouts = lines(f"{said.by}: {said.text}" for said in one.readouts)
    moment = when(one.certainty, one.earliest, one.latest)
    return moment, f"{one.headline}, {length(one.length)}", ", ".join(one.present), agenda, readouts


def _claim(claim: DisputedClaim) -> tuple[str, ...]:
    recorded = lines(f"{field}: {value(told)}" for field, told in claim.on_record.items())
    says = "that it did not happen" if claim.denies else _told(claim.says)
    return claim.by, recorded, says, claim.reason, claim.outcome or "open"


def _told(says: dict[str, object]) -> str:
    return lines(f"{field}: {value(told)}" for field, told in says.items())


def _actor(one: ActorOnRecord) -> tuple[str, ...]:
    names = lines(used.name for used in one.names)
    named_in = _counted(one.developments.certain, one.developments.possible)
    return one.id, one.type, names, lines(one.roles), ", ".join(one.belongs_to), named_in
