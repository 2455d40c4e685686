"""A dossier as tables: one of its developments, those that belong to it, and one for each view's rows."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from pydantic import BaseModel

from domain.values import Value
from projections.actors import ActorOnRecord
from projections.agenda import Issue, PlannedStep
from projections.agreements import AgreementOnRecord
from projections.ceasefire import CeasefireOnRecord, CeasefireStatus
from projections.contacts import ContactOnRecord, SidesInContact
from projections.disputes import DisputedClaim
from projections.exchanges import UnderStipulation
from projections.performance import Performance
from projections.positions import OnIssue, StanceTaken
from projections.returns import Returned, StageCount, Tally
from projections.view import Grounds
from service.formats.columns import Column, columns_of
from service.formats.rows import (
    CountRow,
    DevelopmentRow,
    SayingRow,
    SourceRow,
    count_rows,
    development_row,
    saying_rows,
    source_rows,
)
from service.formats.telling import Telling
from service.formats.whole import Ledger, LossRow, Whole

Rows = Callable[[Any], Iterable[BaseModel]]


class PersonsRow(Value):
    """Persons that returned to one side, or those of one category of them."""

    of: Literal["exchanges", "releases", "remains"]
    side: str
    category: str | None
    """Categories overlap: they do not add up."""
    persons: Tally


class StagesRow(Value):
    """How many stages of one sort there were."""

    of: Literal["exchanges", "releases", "remains"]
    stages: StageCount
    without_count: StageCount
    named_categories: tuple[str, ...]
    rests_on: Grounds


class StipulationRow(Value):
    """A stipulation of an agreement: its promise against its performance."""

    agreement: str
    performance: Performance


class StanceRow(Value):
    """A stance that a party took on an issue."""

    party: str
    issue: str
    taken: StanceTaken


class ClaimRow(Value):
    """What one party says in the place of what is on record."""

    id: str
    version: int
    kind: str
    headline: str
    standing: str
    certainty: str
    claim: DisputedClaim


class StatusRow(Value):
    """Where the matter of a ceasefire stood."""

    status: str | None
    possible: tuple[str, ...]
    in_effect: str
    violated_alleged: str
    violated_confirmed: str
    rests_on: Grounds


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, what a row of it is, and where its rows come from."""

    name: str
    says: str
    row: type[BaseModel]
    of_development: Callable[[Telling, Whole], Iterable[BaseModel]] | None = None
    """Its rows of one development; where there are none, its rows come from a view."""
    of_view: tuple[str, Rows] | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns."""
        return columns_of(self.row)

    def rows(self, telling: Telling, ledger: Ledger | None = None) -> Iterator[BaseModel]:
        """Its rows; where a ledger is given, what this table alone does not hold is noted there."""
        if self.of_view is not None:
            name, rows = self.of_view
            yield from rows(telling.view(name))
        for whole in telling.developments() if self.of_development or ledger else ():
            if self.of_development:
                yield from self.of_development(telling, whole)
            if ledger is not None:
                ledger.close(whole, f"the table {self.name} has no column for it; others have")


def _returned(view: Any) -> Iterator[tuple[str, Returned]]:
    yield from (("exchanges", view.exchanges), ("releases", view.releases), ("remains", view.remains))


def _persons(view: Any) -> Iterator[PersonsRow]:
    for of, one in _returned(view):
        for side in one.persons:
            yield PersonsRow(of=of, side=side.side, category=None, persons=side.persons)
        for each in one.categories:
            yield PersonsRow(of=of, side=each.side, category=each.category, persons=each.persons)


def _stages(view: Any) -> Iterator[StagesRow]:
    for of, one in _returned(view):
        named = {
            name: getattr(one, name) for name in ("stages", "without_count", "named_categories", "rests_on")
        }
        yield StagesRow(of=of, **named)


def _stipulations(view: Any) -> Iterator[StipulationRow]:
    for agreement in view.agreements:
        for one in agreement.stipulations:
            yield StipulationRow(agreement=str(agreement.id), performance=one)


def _stances(view: Any) -> Iterator[StanceRow]:
    for one in view.positions:
        for taken in one.stances:
            yield StanceRow(party=one.party, issue=one.issue, taken=taken)


def _claims(view: Any) -> Iterator[ClaimRow]:
    for one in view.disputed:
        named = {name: getattr(one, name) for name in ClaimRow.model_fields if name not in {"id", "claim"}}
        yield from (ClaimRow(id=str(one.id), claim=claim, **named) for claim in one.claims)


def _status(view: CeasefireStatus) -> Iterator[StatusRow]:
    yield StatusRow(
        status=view.status,
        possible=view.possible,
        in_effect=view.in_effect,
        violated_alleged=view.violated.alleged,
        violated_confirmed=view.violated.confirmed,
        rests_on=view.rests_on,
    )


def _all(name: str) -> Rows:
    return lambda view: getattr(view, name)


_EVERY = (
    Table(
        "developments",
        "One row for each development, retracted ones too.",
        DevelopmentRow,
        lambda telling, whole: [development_row(whole, telling.moment)],
    ),
    Table("sources", "Every source of each.", SourceRow, lambda _, whole: source_rows(whole)),
    Table("counts", "Every count of persons, as told.", CountRow, lambda _, whole: count_rows(whole)),
    Table("sayings", "All that was said of each.", SayingRow, lambda _, whole: saying_rows(whole)),
    Table("ceasefire_status", "Where it stood.", StatusRow, of_view=("ceasefire", _status)),
    Table("ceasefires", "Each of them.", CeasefireOnRecord, of_view=("ceasefire", _all("ceasefires"))),
    Table("exchange_stages", "How many stages.", StagesRow, of_view=("exchanges", _stages)),
    Table("exchange_persons", "By side and category.", PersonsRow, of_view=("exchanges", _persons)),
    Table(
        "exchange_promises",
        "What was promised, against what was carried out.",
        UnderStipulation,
        of_view=("exchanges", _all("by_stipulation")),
    ),
    Table("agreements", "Each on its clocks.", AgreementOnRecord, of_view=("agreements", _all("agreements"))),
    Table("stipulations", "Each of their promises.", StipulationRow, of_view=("agreements", _stipulations)),
    Table("positions", "Each party on each issue.", OnIssue, of_view=("positions", _all("positions"))),
    Table("stances", "Every stance that was taken.", StanceRow, of_view=("positions", _stances)),
    Table("agenda", "How each issue stood.", Issue, of_view=("agenda", _all("issues"))),
    Table("steps", "Every planned step.", PlannedStep, of_view=("agenda", _all("steps"))),
    Table("contacts", "Every contact.", ContactOnRecord, of_view=("contacts", _all("contacts"))),
    Table("contacts_between", "How often.", SidesInContact, of_view=("contacts", _all("between"))),
    Table("actors", "Everybody who is named.", ActorOnRecord, of_view=("actors", _all("actors"))),
    Table("disputes", "Every other account.", ClaimRow, of_view=("disputes", _claims)),
)
TABLES = {table.name: table for table in _EVERY}
"""Every table, by its name."""
LOSSES = Table("losses", "What an export could not hold.", LossRow)


def every_loss(telling: Telling) -> Ledger:
    """What none of the tables holds."""
    ledger = Ledger()
    told = [table.of_development for table in TABLES.values() if table.of_development]
    for whole in telling.developments():
        for _ in chain.from_iterable(rows(telling, whole) for rows in told):
            pass
        ledger.close(whole, "no table has a column for it")
    return ledger
