"""Who acts, who says so, and how many say it independently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.iso3166 import is_state_code, is_user_assigned
from domain.values import (
    Actor,
    Place,
    Slug,
    Source,
    State,
    Text,
    actor_key,
    actor_keys,
    independent_origins,
    side_of,
    walk,
)

ACTOR = TypeAdapter(Actor)
ORSOLIN = {"type": "person", "id": "orsolin", "name": "A. Orsolin", "role": "minister", "acts_for": "XA"}
LEAGUE = {"type": "organisation", "id": "lake-league", "name": "The Lake League"}
GUARD = {"type": "organisation", "id": "coast-guard", "name": "The coast guard", "part_of": "XB"}
SOMEBODY = {"type": "unnamed", "description": "a number of European leaders"}


def source(outlet="Gazette", *origins):
    """A source of an outlet, whose chain runs from the first origin to the last."""
    chain = [{"actor": origin, "role": "speaker"} for origin in origins]
    return Source.model_validate({"outlet": outlet, "chain": chain})


# States


@pytest.mark.parametrize(
    "code", ["UA", "RU", "TR", "US", "SUHH", "YUCS", "DDDE", "XA", "XZ", "AA", "QM", "QZ", "ZZ"]
)
def test_a_state_is_its_bare_iso_3166_code(code):
    """In force, former or user-assigned: it reads and writes as the code alone."""
    state = ACTOR.validate_python(code)

    assert type(state) is State
    assert ACTOR.dump_json(state) == f'"{code}"'.encode()
    assert ACTOR.validate_json(ACTOR.dump_json(state)) == state


@pytest.mark.parametrize(
    "code", ["ua", "U", "UKR", "UK", "EU", "SU", "QL", "X1", "Xa", "XÀ", "UAUA", "", "804", "UA "]
)
def test_what_iso_3166_does_not_list_is_no_state(code):
    """Neither lower case nor alpha-3 nor exceptional reservations; the refusal says what to give instead."""
    with pytest.raises(ValidationError, match=r"not an ISO 3166 code.*give an organisation"):
        ACTOR.validate_python(code)


def test_all_codes_of_iso_3166_are_states_and_no_others():
    """249 codes are in force and 42 are left to users, of all pairs of letters."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    pairs = [first + second for first in letters for second in letters]
    user_assigned = [
        "AA",
        *(p for p in pairs if p[0] == "Q" and p[1] >= "M"),
        "ZZ",
        *(f"X{x}" for x in letters),
    ]

    assert {code for code in pairs if is_user_assigned(code)} == set(user_assigned)
    assert sum(is_state_code(code) for code in pairs) == 249 + len(user_assigned)


# Actors


@pytest.mark.parametrize(
    ("actor", "keys", "side"),
    [
        ("UA", ["UA"], "UA"),
        (LEAGUE, ["lake-league"], "lake-league"),
        (ORSOLIN, ["orsolin", "XA"], "XA"),
        ({**ORSOLIN, "acts_for": LEAGUE}, ["orsolin", "lake-league"], "lake-league"),
        ({**ORSOLIN, "acts_for": None}, ["orsolin"], "orsolin"),
        (SOMEBODY, ["unnamed: a number of European leaders"], "unnamed: a number of European leaders"),
        ({**SOMEBODY, "acts_for": "XB"}, ["unnamed: a number of European leaders", "XB"], "XB"),
        (GUARD, ["coast-guard", "XB"], "XB"),
        ({**GUARD, "part_of": LEAGUE}, ["coast-guard", "lake-league"], "lake-league"),
        ({**GUARD, "part_of": None}, ["coast-guard"], "coast-guard"),
        ({**ORSOLIN, "acts_for": GUARD}, ["orsolin", "coast-guard", "XB"], "XB"),
        ({**LEAGUE, "part_of": GUARD}, ["lake-league", "coast-guard", "XB"], "XB"),
    ],
)
def test_an_actor_is_found_under_its_own_name_and_that_of_the_side_it_acts_for(actor, keys, side):
    """A minister speaks for a state: what he does is found under both, and summed under the state."""
    read = ACTOR.validate_python(actor)

    assert list(actor_keys(read)) == keys
    assert actor_key(read) == keys[0]
    assert side_of(read) == side


@pytest.mark.parametrize(
    "actor", [LEAGUE, ORSOLIN, SOMEBODY, GUARD, {**ORSOLIN, "acts_for": LEAGUE, "during": "2024/.."}]
)
def test_an_actor_comes_back_through_json_as_it_went_in(actor):
    """Nothing is filled in that the source does not give."""
    read = ACTOR.validate_python(actor)

    assert ACTOR.dump_python(read, mode="json", exclude_unset=True) == actor
    assert ACTOR.validate_json(ACTOR.dump_json(read, exclude_unset=True)) == read


@pytest.mark.parametrize(
    "wrong", [7, None, [], {}, {"type": "country", "code": "UA"}, {"type": 7}, {"type": ["person"]}]
)
def test_what_is_no_actor_is_refused_with_what_an_actor_is(wrong):
    """The refusal names all forms that an actor can have."""
    with pytest.raises(ValidationError, match="organisation, person or unnamed"):
        ACTOR.validate_python(wrong)


@pytest.mark.parametrize("acts_for", [ORSOLIN, SOMEBODY, "Arvenia", 7])
def test_a_person_acts_for_a_state_or_an_organisation_and_for_nobody_else(acts_for):
    """No chain of persons who act for persons."""
    with pytest.raises(ValidationError):
        ACTOR.validate_python({**ORSOLIN, "acts_for": acts_for})


@pytest.mark.parametrize("part_of", [ORSOLIN, SOMEBODY, "Arvenia", 7])
def test_an_organisation_is_part_of_a_state_or_of_another_and_of_nobody_else(part_of):
    """An armed wing belongs to its movement, not to its leader."""
    with pytest.raises(ValidationError):
        ACTOR.validate_python({**GUARD, "part_of": part_of})


@pytest.mark.parametrize("part_of", [GUARD, {**LEAGUE, "part_of": GUARD}])
def test_an_organisation_is_no_part_of_itself(part_of):
    """Nor by way of another: it would have no side."""
    with pytest.raises(ValidationError, match="part of itself"):
        ACTOR.validate_python({**GUARD, "part_of": part_of})


def test_an_actor_refuses_fields_that_it_does_not_know():
    """A slip of the pen in a field's name is not lost in silence."""
    with pytest.raises(ValidationError, match="wikipedia"):
        ACTOR.validate_python({**LEAGUE, "wikipedia": "Lake League"})


def test_a_wikidata_id_is_a_q_and_a_number():
    """Neither an address nor a property."""
    assert ACTOR.validate_python({**LEAGUE, "wikidata": "Q7184"}).wikidata == "Q7184"
    for wrong in ("7184", "P17", "Q0", "https://www.wikidata.org/wiki/Q7184"):
        with pytest.raises(ValidationError):
            ACTOR.validate_python({**LEAGUE, "wikidata": wrong})


# Words and names


@pytest.mark.parametrize(
    "text", ["a", "two\nlines", "a\ttab", "Рустем Умєров", "\u200fمرحبا\u200f", "𝄞", " leading"]
)
def test_words_may_be_of_any_language_and_run_over_lines(text):
    """What a source says is kept as it says it."""
    assert TypeAdapter(Text).validate_python(text) == text


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "\u00a0", "a\x00", "a\x1b[31m", "a\x7f", "a\x85", "a\x9b", "x" * 10_001]
)
def test_words_are_not_empty_nor_endless_and_hold_no_control_characters(text):
    """Neither the old control characters nor those that Latin-1 added, some of which steer terminals."""
    with pytest.raises(ValidationError):
        TypeAdapter(Text).validate_python(text)


@pytest.mark.parametrize(
    ("slug", "fits"),
    [
        ("ua-ru-2025", True),
        ("aged_18_25", True),
        ("7", True),
        ("UA", False),
        ("-a", False),
        ("a-", False),
        ("a--b", False),
        ("a b", False),
        ("a\n", False),
        ("é", False),
        ("", False),
        ("a" * 81, False),
    ],
)
def test_a_short_name_is_lower_case_words_joined_by_hyphens_or_underscores(slug, fits):
    """So that it can stand in an address, and no two spellings name one thing."""
    adapter = TypeAdapter(Slug)
    if fits:
        assert adapter.validate_python(slug) == slug
    else:
        with pytest.raises(ValidationError):
            adapter.validate_python(slug)


# Sources and origins


def test_the_origin_of_a_source_is_the_first_link_of_its_chain():
    """What an official told a correspondent is the official's account, whoever prints it."""
    told = source("Babel", ORSOLIN, LEAGUE)

    assert told.origin == ACTOR.validate_python(ORSOLIN)
    assert told.origin_key == "XA"


def test_an_outlet_without_a_chain_speaks_for_itself():
    """Then the outlet is the origin."""
    told = source("Babel")

    assert told.origin is None
    assert told.origin_key == "outlet: Babel"


def test_an_unnamed_origin_tells_nothing_apart():
    """Journalists whom nobody names may be the same in two reports."""
    assert source("Babel", SOMEBODY).origin_key is None


@pytest.mark.parametrize(
    ("sources", "origins"),
    [
        ([source("Babel")], 1),
        ([source("Babel"), source("Gazette")], 2),
        ([source("Babel"), source("Babel")], 1),
        ([source("Babel", ORSOLIN), source("Gazette", ORSOLIN)], 1),
        ([source("Babel", ORSOLIN), source("Babel", LEAGUE)], 2),
        ([source("Babel", ORSOLIN), source("Gazette", "XA")], 1),
        ([source("Babel", {**SOMEBODY, "acts_for": "XA"}), source("Gazette", "XB")], 2),
        ([source("Babel", {**SOMEBODY, "acts_for": "XA"}), source("Gazette", ORSOLIN)], 1),
        ([source("Babel", GUARD), source("Gazette", "XB")], 1),
        ([source("Babel", GUARD), source("Gazette", ORSOLIN)], 2),
        ([source("Babel", SOMEBODY)], 1),
        ([source("Babel", SOMEBODY), source("Gazette", SOMEBODY)], 1),
        ([source("Babel", SOMEBODY), source("Gazette")], 1),
        ([source("Babel", ORSOLIN), source("Gazette", "XB"), source("Herald", SOMEBODY)], 2),
        ([], 0),
    ],
)
def test_two_sources_with_one_origin_are_one_account(sources, origins):
    """Ten outlets that quote one minister are one origin; an unnamed one never makes it two."""
    assert independent_origins(tuple(sources)) == origins


ORIGINS = st.sampled_from([None, "XA", "XB", ORSOLIN, SOMEBODY])


@given(st.lists(ORIGINS, max_size=6))
def test_the_number_of_origins_is_the_least_that_can_be_true(origins):
    """Against the fewest accounts that explain all, if each unnamed origin may be any of the others."""
    sources = [source("Gazette", *([] if one is None else [one])) for one in origins]
    named = ["XA" if one == ORSOLIN else str(one) for one in origins if one != SOMEBODY]

    fewest = len(set(named)) if named else int(bool(origins))

    assert independent_origins(tuple(sources)) == fewest


@given(st.lists(ORIGINS, max_size=4), ORIGINS)
def test_one_more_source_never_makes_a_development_less_supported(origins, one_more):
    """Nor does it add more than one origin."""
    sources = [source("Gazette", *([] if one is None else [one])) for one in origins]
    added = source("Gazette", *([] if one_more is None else [one_more]))

    before, after = independent_origins(tuple(sources)), independent_origins((*sources, added))

    assert before <= after <= before + 1


# The inside of values


def test_a_walk_meets_every_value_with_its_json_pointer():
    """Every field of every value is found, each item of a tuple by its index."""
    told = source("Babel", ORSOLIN)

    found = dict(walk(told, "/sources/0"))

    assert found["/sources/0"] is told
    assert found["/sources/0/outlet"] == "Babel"
    assert found["/sources/0/chain/0/actor/acts_for"] == State("XA")


def test_a_walk_leaves_out_what_it_is_told_to_with_all_that_is_in_it():
    """Given a place inside a tuple, a walk but for places finds neither it nor its country."""
    places = (Place(name="Port Solace", country="XC"), source("Babel", "XA"))

    assert State("XC") in [value for _, value in walk(places)]
    assert State("XC") not in [value for _, value in walk(places, but=(Place,))]
    assert State("XA") in [value for _, value in walk(places, but=(Place,))]


def test_a_value_cannot_be_changed():
    """Neither a field of it nor an item of a tuple in it."""
    told = source("Babel", ORSOLIN)

    with pytest.raises(ValidationError, match="frozen"):
        told.outlet = "Gazette"
    with pytest.raises(TypeError):
        told.chain[0] = None
