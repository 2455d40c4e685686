"""The registry of kinds: what is true of every kind of development, those to come included."""

import dataclasses
import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from domain.developments import DEVELOPMENT, KINDS
from domain.developments.base import Codes, Happening, Reference
from domain.entry import Entry
from domain.events import EVENTS, DevelopmentRecorded, Event, Stamped
from domain.time import Bounds, Edtf
from domain.values import State, walk

GOLDEN = Path(__file__).parents[1] / "golden"
DESIGNED = """
    call-held round-held visit-made consultation-held
    statement-made position-taken proposal-made offer-made demand-made ultimatum-issued threat-made
    assessment-given accusation-made answer-given
    step-planned step-fulfilled step-dropped
    agreement-reached agreement-signed agreement-entered-into-force agreement-amended agreement-suspended
    agreement-terminated
    exchange-stage-carried-out remains-repatriated detainees-released corridor-opened
    ceasefire-proposed ceasefire-agreed ceasefire-declared ceasefire-violation-reported
    ceasefire-suspended ceasefire-lapsed ceasefire-terminated
    sanction-imposed sanction-lifted aid-pledged other-development
""".split()
PLOVER = """
    AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION
    MOBILIZE COERCE ASSAULT
""".split()

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())


def example_of(kind):
    return DEVELOPMENT.validate_python(kind.example)


def fullest_of(kind):
    """A development of the kind with every field told, as the golden files have it."""
    (name,) = get_args(kind.model_fields["kind"].annotation)
    lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return DevelopmentRecorded.model_validate_json(lines[-1]).development


# What a kind is


@pytest.mark.parametrize("name", DESIGNED)
def test_every_kind_that_the_design_names_is_registered(name):
    """The first registry is whole; users add to it."""
    assert name in KINDS


@pytest.mark.parametrize("name", EVENTS)
def test_a_stored_name_is_kebab_case_and_says_what_happened(name):
    """It is chosen by hand, and is in the log for ever."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+|[a-z]+ed", name)


@every_kind
def test_a_kind_is_named_after_its_class(kind):
    """`call-held` is `CallHeld`: who reads the log finds the class."""
    assert "".join(word.capitalize() for word in example_of(kind).kind.split("-")) == kind.__name__


@every_kind
def test_a_kind_says_what_it_is(kind):
    """Its docstring is the description that the API shows, so it is its own, and a sentence."""
    assert kind.__doc__ != kind.__base__.__doc__
    assert re.match(r"[A-Z].*\.$", kind.__doc__.strip(), re.DOTALL)


@every_kind
def test_a_kind_lies_beside_the_event_datasets(kind):
    """Its codes are of the schemes that they name, with a mode only under an event."""
    codes = kind.codes

    assert isinstance(codes, Codes)
    assert codes.plover in {None, *PLOVER}
    assert codes.plover or not codes.plover_mode
    assert codes.cameo is None or re.fullmatch(r"(0[1-9]|1[0-9]|20)\d{1,2}", codes.cameo)
    assert codes.acled in {None, "Agreement", "Other", "Change to group/activity"}


def test_other_developments_have_no_code():
    """What fits no kind is not passed off as one of a dataset's events."""
    assert KINDS["other-development"].codes == Codes()


def test_no_two_kinds_say_the_same_of_their_example():
    """The headlines of the examples are as different as the kinds."""
    headlines = [example_of(kind).headline() for kind in KINDS.values()]

    assert len(set(headlines)) == len(headlines)


# Reading and writing


@every_kind
def test_the_example_of_a_kind_is_one(kind):
    """The API shows it to callers, so it has to be taken as it stands."""
    assert type(example_of(kind)) is kind
    assert DEVELOPMENT.validate_json(json.dumps(kind.example)) == example_of(kind)


@every_kind
def test_the_example_of_a_kind_can_be_recorded_as_it_stands(kind, plausible):
    """It lies in the past of every reader, so that who tries it out is not refused."""
    plausible("2025-01-01").check(example_of(kind))


@every_kind
def test_an_example_comes_back_as_it_went_in(kind):
    """Nothing is filled in, renamed or reordered into something else."""
    written = example_of(kind).model_dump(mode="json", exclude_unset=True)

    assert written == kind.example


@every_kind
@pytest.mark.parametrize("told", [example_of, fullest_of])
def test_a_development_is_written_as_the_same_bytes_again(kind, told):
    """With the fewest fields and with all of them: read, write, read, write gives equal bytes."""
    written = DEVELOPMENT.dump_json(told(kind), exclude_unset=True)
    read = DEVELOPMENT.validate_json(written)

    assert read == told(kind)
    assert DEVELOPMENT.dump_json(read, exclude_unset=True) == written


@every_kind
def test_a_field_that_the_kind_does_not_have_is_refused(kind):
    """A slip of the pen is not lost in silence; the refusal names the field."""
    with pytest.raises(ValidationError) as refused:
        DEVELOPMENT.validate_python({**kind.example, "colour": "red"})
    assert refused.value.errors()[0]["loc"][-1] == "colour"


@every_kind
@pytest.mark.parametrize("field", ["occurred", "sources", "kind"])
def test_every_development_says_what_when_and_according_to_whom(kind, field):
    """Nothing enters the record without a kind, a time and at least one source."""
    with pytest.raises(ValidationError):
        DEVELOPMENT.validate_python({name: value for name, value in kind.example.items() if name != field})


@every_kind
def test_a_development_without_any_source_is_refused(kind):
    """An empty list of sources is none."""
    with pytest.raises(ValidationError, match="sources"):
        DEVELOPMENT.validate_python({**kind.example, "sources": []})


@every_kind
@pytest.mark.parametrize("standing", ["corroborated", "disputed", "retracted"])
def test_the_record_and_not_the_recorder_says_what_is_corroborated(kind, standing):
    """A recorder reports or claims; the other standings follow from what is said of it later."""
    with pytest.raises(ValidationError, match="standing"):
        DEVELOPMENT.validate_python({**kind.example, "standing": standing})


@pytest.mark.parametrize("kind", ["meeting-held", "Call-Held", "", None, 7])
def test_an_unknown_kind_is_refused_with_the_kinds_that_there_are(kind):
    """The refusal lists them."""
    with pytest.raises(ValidationError, match=r"call-held.*other-development"):
        DEVELOPMENT.validate_python({**KINDS["call-held"].example, "kind": kind})


def test_the_schema_tells_the_kinds_apart():
    """A client generated from the API's schema picks the class by `kind`."""
    schema = DEVELOPMENT.json_schema()

    assert schema["discriminator"]["propertyName"] == "kind"
    assert set(schema["discriminator"]["mapping"]) == set(KINDS)


# What it says


@every_kind
def test_a_development_can_be_told_in_one_line(kind):
    """Its headline is one line, with a summary the summary itself."""
    assert re.fullmatch(r"\S.*\S", example_of(kind).headline())
    assert re.fullmatch(r"\S.*\S", example_of(kind).default_headline())
    summed_up = DEVELOPMENT.validate_python({**kind.example, "summary": "It happened."})
    assert summed_up.headline() == "It happened."


@every_kind
@pytest.mark.parametrize("told", [example_of, fullest_of])
def test_whatever_a_development_names_by_id_it_rests_on(kind, told):
    """Every id anywhere in it is among its references, so that it is checked when it is recorded."""
    development = told(kind)
    named = {value for _, value in walk(development) if isinstance(value, UUID)}

    assert {reference.id for reference in development.references()} == named


@every_kind
def test_a_reference_points_at_the_id_that_it_is_about(kind):
    """Its JSON Pointer leads to the id, so that a refusal names the right field."""
    development = fullest_of(kind)
    inside = dict(walk(development))

    for reference in development.references():
        assert isinstance(reference, Reference)
        assert inside[reference.pointer] == reference.id


@every_kind
def test_a_reference_asks_for_kinds_that_there_are(kind):
    """And for a part only of kinds that can have parts."""
    for reference in fullest_of(kind).references():
        assert set(reference.kinds) <= set(KINDS)
        if reference.part is not None:
            assert all(KINDS[name].parts is not Happening.parts for name in reference.kinds)


@every_kind
def test_the_actors_of_a_development_are_found_by_their_keys(kind):
    """Those who take part, and whom they act for; not those who only report it."""
    keys = example_of(kind).actor_keys()

    assert all(isinstance(key, str) for key in keys)
    assert {str(party) for party in example_of(kind).parties if isinstance(party, State)} <= keys


def test_neither_reporters_nor_the_host_country_take_part(telling):
    """Given talks in Port Solace, read out in a newspaper; then neither XC nor the reporter took part."""
    reporter = {"type": "person", "id": "reporter", "name": "R. Porter", "acts_for": "XD"}
    report = {"outlet": "Gazette", "chain": [{"actor": reporter, "role": "reporter"}]}
    told = telling(
        "round-held",
        parties=["XA"],
        participants=[{"actor": {"type": "person", "id": "b", "name": "B", "acts_for": "XB"}}],
        place={"name": "Port Solace", "country": "XC"},
        readouts=[{"by": "XE", "text": "They talked.", "source": report}],
        sources=[report],
    )

    assert told.actor_keys() == {"XA", "XB", "b", "XE"}


# What kinds ask for


@pytest.mark.parametrize(
    ("kind", "told", "message"),
    [
        ("round-held", {"parties": ["XA"]}, "between at least two actors"),
        ("round-held", {"parties": ["XA"], "participants": [{"actor": "XA"}]}, "between at least two actors"),
        (
            "ultimatum-issued",
            {"speaker": "XB", "content": "Open.", "consequence": "the talks end"},
            "a deadline, or is final",
        ),
        ("agreement-reached", {"stipulations": [{"id": "a"}, {"id": "a"}]}, "an id of its own"),
        (
            "exchange-stage-carried-out",
            {
                "persons": [
                    {"side": "XA"},
                    {"side": {"type": "person", "id": "b", "name": "B", "acts_for": "XA"}},
                ]
            },
            "each side's persons are listed once",
        ),
        (
            "exchange-stage-carried-out",
            {
                "persons": [
                    {
                        "side": "XA",
                        "by_category": [{"category": "crew", "count": {"type": "unknown"}}] * 2,
                    }
                ]
            },
            "each category is counted once",
        ),
        ("exchange-stage-carried-out", {"stage": 0}, "greater than or equal to 1"),
        (
            "assessment-given",
            {
                "speaker": "XA",
                "content": "Done.",
                "implementation": {"agreement": str(UUID(int=1)), "stipulation": "a", "level": 4},
            },
            "less than or equal to 3",
        ),
        ("ceasefire-declared", {"declaration": "unilateral", "declared_by": []}, "at least 1 item"),
    ],
)
def test_what_a_kind_asks_for_is_said_when_it_is_missing(telling, kind, told, message):
    """The refusal says what would be right."""
    with pytest.raises(ValidationError, match=message):
        telling(kind, **told)


def test_an_exchange_without_published_counts_has_unknown_counts(telling):
    """Given a side without a count; then its count is unknown: it is neither zero nor left out."""
    told = telling("exchange-stage-carried-out", persons=[{"side": "UA"}])

    assert told.persons[0].count.type == "unknown"
    assert told.model_dump(mode="json", exclude_unset=True)["persons"] == [{"side": "UA"}]


# Frozen all the way down

PLAIN = {str, int, bool, NoneType, UUID, date, datetime, timedelta}


def mutable_parts(annotation: Any, path: str, seen: set[Any]) -> list[str]:
    """Where a value of an annotation could be changed in place."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in PLAIN or origin is Literal or annotation in seen:
        return []
    if origin in {Union, UnionType, tuple}:
        inside = [(f"{path}/", argument) for argument in arguments if argument is not Ellipsis]
    elif origin is Annotated:
        inside = [(path, arguments[0])]
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel) and is_frozen(annotation):
        seen.add(annotation)
        inside = [(f"{annotation.__name__}.{n}", f.annotation) for n, f in annotation.model_fields.items()]
    elif dataclasses.is_dataclass(annotation) and is_frozen(annotation):
        inside = [(f"{annotation.__name__}.{f.name}", f.type) for f in dataclasses.fields(annotation)]
    elif annotation is State:
        return []
    else:
        return [f"{path}: {annotation}"]
    return [found for where, one in inside for found in mutable_parts(one, where, seen)]


def is_frozen(kept: type) -> bool:
    """Whether a model or a dataclass refuses to set its attributes and allows no others."""
    if dataclasses.is_dataclass(kept):
        return kept.__dataclass_params__.frozen and hasattr(kept, "__slots__")
    return kept.model_config.get("frozen", False) and kept.model_config.get("extra") == "forbid"


@pytest.mark.parametrize(
    "kept",
    [*KINDS.values(), *dict.fromkeys(EVENTS.values()), Event, Stamped, Entry, Bounds, Edtf, Codes, Reference],
    ids=lambda kept: kept.__name__,
)
def test_what_is_kept_is_frozen_all_the_way_down(kept):
    """Its annotations hold frozen values and tuples of them: no list, no dict, no set, no Any."""
    assert mutable_parts(kept, kept.__name__, set()) == []


@pytest.mark.parametrize(
    "loose",
    [list[str], dict[str, int], set[int], Any, object, tuple[list[int], ...], BaseModel, Mapping[str, int]],
)
def test_the_check_itself_finds_what_could_be_changed(loose):
    """Each of these would be found wherever it stood."""
    assert mutable_parts(loose, "loose", set()) != []
    assert mutable_parts(loose | None if loose is not Any else Any, "loose", set()) != []


@every_kind
def test_a_development_cannot_be_changed(kind):
    """Not a field that was told, nor one that was not."""
    development = example_of(kind)
    for field in ("occurred", "summary", "colour"):
        with pytest.raises(ValidationError):
            setattr(development, field, "2031-03-11")
    assert hash(development) == hash(example_of(kind))
