"""Agreements, and the stipulations in them: promises that can be measured."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from domain.developments.base import (
    Actors,
    Codes,
    Contradiction,
    Happening,
    Reference,
    Slugs,
    in_order,
    second_of_two,
)
from domain.developments.contacts import CONTACTS, AtContact
from domain.developments.examples import SOME_AGREEMENT, SOURCE
from domain.errors import wrong_part
from domain.quantity import UNKNOWN, Count, Natural
from domain.time import Edtf
from domain.values import Actor, Slug, Text, Value

AGREEMENTS = ("agreement-reached", "agreement-signed", "agreement-amended")

AgreementStage = Literal[
    "Pre/Proc", "Pre/Prin", "Pre/PreMix", "Pre/Conf", "Pre/PreOth",
    "Cea/Ceas", "Cea/Rel", "Cea/CeaMix",
    "SubPar/MultIss", "SubPar/Iss", "SubPar/FrparOth",
    "SubComp/FrAg", "SubComp/FrCons",
    "Imp/ImpMod", "Imp/ExtSub", "Imp/ExtPar", "Imp/ImpOth",
    "Ren/Repre", "Ren/Reimp", "Ren/Resub", "Ren/Reoth",
    "Oth",
]  # fmt: skip
"""Stage and substage of an agreement in the PA-X codebook. Oral agreements lie outside PA-X."""


class NForM(Value):
    """So many persons of one side for so many of the other: 1 000 for 1 000."""

    type: Literal["n_for_m"]
    n: Natural
    m: Natural


class AllForAll(Value):
    """Everybody in the named categories, on all sides."""

    type: Literal["all_for_all"]


class OneSidedReturn(Value):
    """One side returns persons and gets none."""

    type: Literal["one_sided_return"]


class PromisedPersons(Value):
    """How many persons are to return to one side."""

    side: Actor
    count: Count


class Stipulation(Value):
    """One promise of an agreement. What was promised is never counted as carried out."""

    id: Slug
    """Its name within the agreement, by which later developments refer to it."""
    text: Text | None = None
    issue: Slug | None = None
    formula: Annotated[NForM | AllForAll | OneSidedReturn, Field(discriminator="type")] | None = None
    categories: Slugs = ()
    """The persons it covers: `seriously_wounded`, `aged_18_25`."""
    promised: Annotated[tuple[PromisedPersons, ...], Field(max_length=50)] = ()
    promised_stages: Count = UNKNOWN
    due: Edtf | None = None


class Agreement(Happening):
    """What all developments that set an agreement's terms have in common."""

    title: Text | None = None
    form: Literal["oral", "written"] | None = None
    stage: AgreementStage | None = None
    stipulations: Annotated[tuple[Stipulation, ...], Field(max_length=500)] = ()
    """What was promised. What signs or amends an agreement changes only the fields that it gives.

    A stipulation of the same id is the same promise: a field that is left out stays as it stood before, and
    one that is given, be it as null or as an empty list, takes the place of what stood there.
    """
    at: AtContact = None

    @model_validator(mode="after")
    def _distinct_stipulations(self) -> Self:
        if (second := second_of_two(one.id for one in self.stipulations)) is not None:
            message = "each stipulation needs an id of its own within the agreement"
            raise wrong_part(message, "stipulations", second, "id")
        return self

    def parts(self) -> frozenset[str]:
        """The ids of its stipulations."""
        return frozenset(stipulation.id for stipulation in self.stipulations)

    def references(self) -> Iterator[Reference]:
        """The contact at which it was made."""
        if self.at:
            yield Reference("/at", self.at, CONTACTS)

    def default_headline(self) -> str:
        """What was agreed."""
        return f"{super().default_headline()} ({self.title})" if self.title else super().default_headline()


class AgreementMade(Agreement):
    """What reaching an agreement and signing one have in common."""

    supersedes: UUID | None = None
    """An older agreement on record whose place this one takes; not one that it signs."""

    def references(self) -> Iterator[Reference]:
        """The contact, and the agreement whose place it takes."""
        yield from super().references()
        if self.supersedes:
            yield Reference("/supersedes", self.supersedes, AGREEMENTS)


class AgreementReached(AgreementMade):
    """The parties agreed, orally or in writing; nothing says that it was signed or is in force."""

    kind: Literal["agreement-reached"]
    codes = Codes(plover="SUPPORT", cameo="057", acled="Agreement")
    example = {
        "kind": "agreement-reached",
        "occurred": "2021-03-09",
        "parties": ["XA", "XB"],
        "title": "Return of the pilots",
        "form": "oral",
        "stipulations": [
            {
                "id": "pilots",
                "issue": "prisoner_exchange",
                "formula": {"type": "n_for_m", "n": 40, "m": 55},
                "categories": ["aircrew"],
                "promised": [
                    {"side": "XA", "count": {"type": "exact", "value": 40}},
                    {"side": "XB", "count": {"type": "exact", "value": 55}},
                ],
                "promised_stages": {"type": "at_least", "min": 2},
            }
        ],
        "sources": [SOURCE],
    }

    def contradictions(self) -> Iterator[Contradiction]:
        """A promise that was overdue when it was made. What is signed or amended may have been met before."""
        for index, promise in enumerate(self.stipulations):
            yield from in_order(
                ("/occurred", self.occurred),
                (f"/stipulations/{index}/due", promise.due),
                "a promise falls due after it is made",
            )


class AgreementSigned(AgreementMade):
    """The parties signed; `agreement` names the record of its being reached, where there is one."""

    kind: Literal["agreement-signed"]
    agreement: UUID | None = None
    signatories: Actors = ()
    codes = Codes(plover="SUPPORT", cameo="057", acled="Agreement")
    example = {
        "kind": "agreement-signed",
        "occurred": "2021-03-14",
        "parties": ["XA", "XB"],
        "agreement": SOME_AGREEMENT,
        "form": "written",
        "stage": "Pre/Conf",
        "sources": [SOURCE],
    }

    def references(self) -> Iterator[Reference]:
        """The contact, and the agreements that were replaced and signed."""
        yield from super().references()
        if self.agreement:
            yield Reference("/agreement", self.agreement, AGREEMENTS)

    def carries_on(self) -> UUID | None:
        """The agreement that was signed."""
        return self.agreement


class AgreementAmended(Agreement):
    """The parties changed what they had agreed: its stipulations change earlier ones or add to them."""

    kind: Literal["agreement-amended"]
    agreement: UUID
    codes = Codes(plover="SUPPORT", cameo="057", acled="Agreement")
    example = {
        "kind": "agreement-amended",
        "occurred": "2021-03-21",
        "parties": ["XA", "XB"],
        "agreement": SOME_AGREEMENT,
        "stipulations": [{"id": "pilots", "due": "2021-06"}],
        "sources": [SOURCE],
    }

    def references(self) -> Iterator[Reference]:
        """The contact, and the agreement that was changed."""
        yield from super().references()
        yield Reference("/agreement", self.agreement, AGREEMENTS)

    def carries_on(self) -> UUID | None:
        """The agreement that was changed."""
        return self.agreement


class AgreementEvent(Happening):
    """What happened to an agreement as a whole."""

    agreement: UUID

    def references(self) -> Iterator[Reference]:
        """The agreement."""
        yield Reference("/agreement", self.agreement, AGREEMENTS)


class AgreementEnteredIntoForce(AgreementEvent):
    """An agreement began to bind its parties."""

    kind: Literal["agreement-entered-into-force"]
    codes = Codes(plover="SUPPORT", acled="Agreement")
    example = {
        "kind": "agreement-entered-into-force",
        "occurred": "2021-03-15",
        "agreement": SOME_AGREEMENT,
        "sources": [SOURCE],
    }


class AgreementSuspended(AgreementEvent):
    """An agreement's operation was suspended, by one party or by all."""

    kind: Literal["agreement-suspended"]
    by: Actors = ()
    until: Edtf | None = None
    codes = Codes()
    example = {
        "kind": "agreement-suspended",
        "occurred": "2021-04-02",
        "agreement": SOME_AGREEMENT,
        "by": ["XB"],
        "sources": [SOURCE],
    }

    def contradictions(self) -> Iterator[Contradiction]:
        """A suspension that was over before it began."""
        yield from in_order(
            ("/occurred", self.occurred), ("/until", self.until), "a suspension ends after it begins"
        )


class AgreementTerminated(AgreementEvent):
    """An agreement ended: by denunciation, by consent, or by its own terms."""

    kind: Literal["agreement-terminated"]
    by: Actors = ()
    ground: Literal["denounced", "by_consent", "by_its_terms", "replaced", "other"] | None = None
    codes = Codes(plover="REJECT", cameo="127")
    example = {
        "kind": "agreement-terminated",
        "occurred": "2021-06-30",
        "agreement": SOME_AGREEMENT,
        "ground": "by_its_terms",
        "sources": [SOURCE],
    }


class Under(Value):
    """The agreement that something is done under, and which of its stipulations."""

    agreement: UUID
    stipulation: Slug | None = None
    """One that the agreement has, or that was signed or added with it: any of the whole family's."""

    def reference(self) -> Reference:
        """The agreement, which has to have the stipulation."""
        return Reference(
            "/under/agreement", self.agreement, AGREEMENTS, self.stipulation, "/under/stipulation"
        )
