"""The registry: every kind of development, and the closed union of them all.

A kind is registered by importing it here, one line a module; see docs/adding-a-kind.md. Everything
else (the API's schema, its documentation, storage, export, views) learns it from `KINDS`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, TypeAlias, Union, get_args

from pydantic import Field, TypeAdapter

from domain.developments.agreements import (
    AgreementAmended,
    AgreementEnteredIntoForce,
    AgreementReached,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
)
from domain.developments.answers import AnswerGiven
from domain.developments.base import Happening
from domain.developments.ceasefires import (
    CeasefireAgreed,
    CeasefireDeclared,
    CeasefireLapsed,
    CeasefireNotImplemented,
    CeasefireProposed,
    CeasefireSuspended,
    CeasefireTerminated,
    CeasefireViolationReported,
)
from domain.developments.contacts import CallHeld, ConsultationHeld, RoundHeld, VisitMade
from domain.developments.humanitarian import (
    CorridorOpened,
    DetaineesReleased,
    ExchangeStageCarriedOut,
    RemainsRepatriated,
)
from domain.developments.other import OtherDevelopment
from domain.developments.plans import StepDropped, StepFulfilled, StepPlanned
from domain.developments.pressure import AidPledged, SanctionImposed, SanctionLifted
from domain.developments.ratifications import AgreementRatified, AgreementRejected
from domain.developments.utterances import (
    AccusationMade,
    AssessmentGiven,
    DemandMade,
    OfferMade,
    PositionTaken,
    ProposalMade,
    StatementMade,
    ThreatMade,
    UltimatumIssued,
)


def _kinds(imported: Mapping[str, object]) -> dict[str, type[Happening]]:
    """The classes among the imported that have a kind of their own, under its stored name."""
    kinds: dict[str, type[Happening]] = {}
    for item in imported.values():
        if not (isinstance(item, type) and issubclass(item, Happening)):
            continue
        for name in get_args(item.model_fields["kind"].annotation):
            if kinds.setdefault(name, item) is not item:
                raise TypeError(f"the kind {name!r} stands for both {kinds[name]} and {item}")
    return kinds


KINDS = _kinds(dict(globals()))
"""Every kind by its stored name. A name is never reused and never renamed: it is in the log."""

if TYPE_CHECKING:
    Development: TypeAlias = Happening
else:
    Development = Annotated[Union[tuple(KINDS.values())], Field(discriminator="kind")]  # noqa: UP007

DEVELOPMENT: TypeAdapter[Development] = TypeAdapter(Development)
"""Reads and writes a development of any kind."""
