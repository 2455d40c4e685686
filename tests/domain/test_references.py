"""What a development rests on has to be on record, in its dossier, of a fitting kind, and standing."""

from uuid import UUID

import pytest

from domain.developments.base import Reference
from domain.errors import UnresolvedReference
from domain.references import check_reference

AGREEMENT, REFERRER = UUID(int=7), UUID(int=8)
STIPULATIONS = [{"id": "pilots"}, {"id": "crews"}]


def reference(kinds=("agreement-reached", "agreement-signed"), part=None, part_pointer=""):
    return Reference("/under/agreement", AGREEMENT, kinds, part, part_pointer)


@pytest.fixture
def agreement(recorded, telling):
    """An agreement on record with two stipulations."""
    return recorded(telling("agreement-reached", parties=["XA", "XB"], stipulations=STIPULATIONS))


@pytest.mark.parametrize("part", [None, "pilots", "crews"])
def test_a_stage_may_rest_on_an_agreement_and_on_each_of_its_stipulations(agreement, part):
    """Given an agreement in the same dossier; then nothing is refused."""
    check_reference(reference(part=part), agreement.entry, "solace-2031", REFERRER)


def test_a_reference_without_kinds_may_be_to_any_kind(agreement):
    """What met a condition may be anything."""
    check_reference(reference(kinds=()), agreement.entry, "solace-2031", REFERRER)


def refusal(told, found, dossier="solace-2031", referrer=REFERRER):
    with pytest.raises(UnresolvedReference) as refused:
        check_reference(told, found, dossier, referrer)
    assert refused.value.pointer == "/under/agreement"
    return str(refused.value)


def test_what_is_not_on_record_bears_nothing():
    """Given an id of nothing; then the refusal says what would be right."""
    said = refusal(reference(), None)

    assert str(AGREEMENT) in said
    assert "agreement-reached or agreement-signed in 'solace-2031'" in said


def test_what_belongs_to_another_dossier_bears_nothing_here(agreement):
    """Given an agreement of the Solace talks; when a stage in another dossier rests on it; then no."""
    assert "belongs to the dossier 'solace-2031', not to 'other'" in refusal(
        reference(), agreement.entry, dossier="other"
    )


def test_what_is_of_another_kind_bears_nothing(agreement):
    """Given an agreement; when a ceasefire is wanted; then both are named."""
    said = refusal(reference(kinds=("ceasefire-agreed",)), agreement.entry)

    assert "agreement-reached; expected ceasefire-agreed" in said


def test_what_is_retracted_bears_nothing_new(agreement):
    """Given a retracted agreement; then it has to be reinstated first."""
    agreement.retract()

    assert "is retracted; reinstate it" in refusal(reference(), agreement.entry)


def test_a_stipulation_has_to_be_in_the_agreement(agreement):
    """Given two stipulations; when a third is named; then the two are, where the third stands."""
    told = reference(part="ferries", part_pointer="/under/stipulation")
    with pytest.raises(UnresolvedReference, match="has no 'ferries'; it has: crews, pilots") as refused:
        check_reference(told, agreement.entry, "solace-2031", REFERRER)

    assert refused.value.pointer == "/under/stipulation"


def test_a_development_cannot_rest_on_itself(agreement):
    """Neither an agreement on itself nor a stage on a stage that it is."""
    assert "cannot rest on itself" in refusal(reference(), agreement.entry, referrer=AGREEMENT)


# The parts of a whole family


@pytest.fixture
def family(recorded, telling):
    """An agreement with what signs it and what amends the signed one, and one that has to do with neither."""

    def life(number, kind, *parts, **told):
        stipulations = [{"id": part} for part in parts]
        return recorded(telling(kind, stipulations=stipulations, **told), identity=number)

    return [
        life(7, "agreement-reached", "pilots"),
        life(9, "agreement-signed", agreement=str(AGREEMENT)),
        life(10, "agreement-amended", "swap2", agreement=str(UUID(int=9))),
        life(11, "agreement-reached", "ferries"),
    ]


def checks(family, named, part):
    told = Reference("/under/agreement", family[named].entry.id, (), part, "/under/stipulation")
    others = [life.entry for life in family]
    check_reference(told, family[named].entry, "solace-2031", REFERRER, lambda kinds: others)


@pytest.mark.parametrize("named", [0, 1, 2])
@pytest.mark.parametrize("part", ["pilots", "swap2"])
def test_each_of_a_family_has_the_stipulations_of_all(family, named, part):
    """Given what signs and what amends; then either has what the first promised, and it what they added."""
    checks(family, named, part)


def test_a_family_does_not_have_what_another_agreement_has(family):
    """When a stipulation of another agreement is named; then the refusal says which there are."""
    with pytest.raises(UnresolvedReference, match="together they have: pilots, swap2") as refused:
        checks(family, 1, "ferries")

    assert refused.value.pointer == "/under/stipulation"


def test_what_a_retracted_amendment_added_bears_nothing_new(family):
    """When the amendment is taken back; then the family has no longer what it added."""
    family[2].retract()

    with pytest.raises(UnresolvedReference, match=r"together they have: pilots$"):
        checks(family, 0, "swap2")


def test_reports_of_one_agreement_have_the_stipulations_of_both(family):
    """Given that two are judged the same; then either has the other's."""
    family[0].judge_same(UUID(int=11))

    checks(family, 0, "ferries")
    checks(family, 3, "swap2")
