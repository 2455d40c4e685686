"""The demonstration's tables: what the record says of the founding chronology, for a person to read."""

from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from projections.agenda import Agenda
from projections.ceasefire import CeasefireStatus
from projections.exchanges import Exchanges
from projections.returns import Returned
from service.client import Client
from service.client.questions import Clocks
from service.showing.answers import history
from service.showing.ceasefires import what_was_said
from service.showing.others import waits_for
from service.showing.returns import formula, to_sides
from service.showing.tables import table
from service.showing.words import count, days, either, lines

DAYS_OF_CEASEFIRE = ("2025-05-15", "2025-05-16", "2025-05-19", None)
DAYS_OF_EXCHANGES = ("2025-06-08", "2025-06-14", "2025-06-26", None)


def show(console: Console, client: Client, dossier: str, development: str) -> None:
    """Print ceasefire status, cumulative exchanges and next steps, and one development's history."""
    console.rule(client.dossier(dossier).dossier["title"])
    for shown in _tables(client, dossier, development):
        console.print(shown)
        console.print()


def _tables(client: Client, dossier: str, development: str) -> Iterator[RenderableType]:
    yield _ceasefire([client.ceasefire(dossier, **_as_of(day)) for day in DAYS_OF_CEASEFIRE])
    yield _said(client.ceasefire(dossier))
    yield _exchanges([client.exchanges(dossier, **_as_of(day)) for day in DAYS_OF_EXCHANGES])
    yield _steps(client.agenda(dossier))
    yield history(client.history(development), client.development(development).headline)


def _as_of(day: str | None) -> Clocks:
    return {"as_of": day} if day else {}


def _ceasefire(answers: Sequence[CeasefireStatus]) -> RenderableType:
    rows = (
        (
            str(answer.as_of),
            answer.status or either(None, answer.possible),
            answer.in_effect,
            lines(days(step.earliest, step.latest) for step in answer.since),
            lines(f"{one.party}: {len(one.said)}" for one in answer.on_record),
        )
        for answer in answers
    )
    return table("Ceasefire status", ("as of", "status", "in effect", "since", "on record, by party"), rows)


def _said(answer: CeasefireStatus) -> RenderableType:
    rows = (
        (one.party, what_was_said(said), said.content, lines(said.attributed_to))
        for one in answer.on_record
        for said in one.said
    )
    title = f"Said of a ceasefire, as of {answer.as_of}"
    return table(title, ("party", "what", "words", "attributed to"), rows)


def _exchanges(answers: Sequence[Exchanges]) -> Table:
    columns = ("as of", "under", "promised", "stages: certain", "possibly more", "persons returned")
    made = Table(*columns, title="Cumulative exchanges", title_justify="left", title_style="bold")
    for answer in answers:
        for under in answer.by_stipulation:
            promised = lines(f"{one.side}: {count(one.count)}" for one in under.promised)
            _exchange_row(made, str(answer.as_of), formula(under), promised, under.carried_out)
        _exchange_row(made, str(answer.as_of), "all", "", answer.exchanges)
        made.add_section()
    return made


def _exchange_row(made: Table, as_of: str, name: str, promised: str, done: Returned) -> None:
    stages = str(done.stages.certain), str(done.stages.possible)
    made.add_row(*map(Text, (as_of, name, promised, *stages, to_sides(done.persons))))


def _steps(answer: Agenda) -> RenderableType:
    rows = (
        (one.step, one.planned_by, one.state or either(None, one.possible), waits_for(one.after))
        for one in answer.steps
    )
    return table(f"Planned steps, as of {answer.as_of}", ("step", "by", "state", "waits for"), rows)
