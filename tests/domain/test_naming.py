"""Who is named in what is recorded."""

import pytest

from domain.commands import Dossier
from domain.developments import DEVELOPMENT, KINDS
from domain.naming import named_in
from domain.values import Place, walk
from domain.within import within

GUARD = {"type": "organisation", "id": "guard", "name": "The guard", "part_of": "XB"}
SPEAKER = {"type": "person", "id": "orsolin", "name": "A. Orsolin", "acts_for": GUARD}
SAILOR = {"type": "unnamed", "description": "a sailor"}
HERALD = {
    "outlet": "Herald",
    "chain": [{"actor": SAILOR, "role": "witness"}, {"actor": "XD", "role": "agency"}],
}


def test_everybody_is_named_whoever_takes_part_says_so_or_stands_behind_them():
    """But not the state that a place lies in."""
    told = DEVELOPMENT.validate_python(
        {
            "kind": "call-held",
            "occurred": "2021-03-04",
            "parties": ["XA"],
            "participants": [{"actor": SPEAKER}],
            "place": {"name": "Port Solace", "country": "XC"},
            "sources": [HERALD],
        }
    )

    assert named_in(told) == {
        "XA": "XA",
        "orsolin": "A. Orsolin",
        "guard": "The guard",
        "XB": "XB",
        "unnamed: a sailor": "a sailor",
        "XD": "XD",
        "outlet: Herald": "Herald",
    }


def test_a_party_is_called_as_its_dossier_calls_it():
    """An invented state has no name of its own."""
    opened = Dossier.model_validate(
        {
            "id": "lake",
            "title": "The talks",
            "parties": [{"actor": "XA", "name": "Arvenia"}, {"actor": "XB"}],
            "observers": [{"actor": GUARD, "name": "The guard of the coast"}],
        }
    )

    assert named_in(opened) == {"XA": "Arvenia", "XB": "XB", "guard": "The guard of the coast"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_inside_a_value_is_what_a_walk_finds_but_for_plain_texts(kind):
    """The faster way, in the same order."""
    told = DEVELOPMENT.validate_python(KINDS[kind].example)
    walked = [one for _, one in walk(told, but=(Place,)) if one is not None and type(one) not in {str, tuple}]

    assert list(within(told, but=(Place,))) == walked
