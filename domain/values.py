"""The values that every development is told in: actors, places, and sources with their chains.

All of them are frozen, all the way down: tuples, never lists or dicts.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    Tag,
    WithJsonSchema,
    model_validator,
)

from domain.iso3166 import is_state_code
from domain.time import Edtf


class Value(BaseModel):
    """A frozen value that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters but line breaks and tabs."""


def _printable(text: str) -> str:
    if not text.strip():
        raise ValueError("it should hold more than white space")
    if _CONTROL.search(text):
        raise ValueError("it should hold no control characters but line breaks and tabs")
    return text


class State(str):
    """A state by its ISO 3166 code. It reads and writes as the bare code: `UA`."""

    __slots__ = ()


def _state(code: object) -> State:
    if not isinstance(code, str) or not is_state_code(code):
        shown = repr(code) if isinstance(code, str) else "this"
        raise ValueError(
            f"{shown} is not an ISO 3166 code of a state, such as UA, of a former one, such as SUHH, or one "
            "that ISO leaves to its users (AA, QM to QZ, XA to XZ, ZZ); for anything else give an "
            'organisation: {"type": "organisation", "id": …, "name": …}'
        )
    return State(code)


Text = Annotated[str, StringConstraints(min_length=1, max_length=10_000), AfterValidator(_printable)]
"""Words of a source or of a recorder."""

Flag = Annotated[bool, Field(strict=True)]
"""True or false, and nothing that only reads like it."""

SLUG = r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$"
WIKIDATA = r"^Q[1-9][0-9]*$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
CURRENCY = r"^[A-Z]{3}$"
FORMS = {
    SLUG: "a short name: lower-case letters and digits, in words joined by - or _, such as ua-ru-2025",
    WIKIDATA: "the id of an item of Wikidata, such as Q212",
    LANGUAGE: "a language as BCP 47 has it, such as uk or zh-Hant",
    CURRENCY: "a currency by its ISO 4217 code, such as EUR",
}
"""What each pattern asks for, in words."""

Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=80)]
"""A short name in lower case: `ua-ru-2025`, `ceasefire`, `seriously_wounded`."""

StateCode = Annotated[
    State,
    PlainValidator(_state, json_schema_input_type=str),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[A-Z]{2}([A-Z]{2})?$",
            "description": "A state by its ISO 3166 code; invented ones take the "
            "codes that ISO leaves to its users (AA, QM to QZ, XA to XZ, ZZ).",
            "examples": ["UA", "RU"],
        }
    ),
]
WikidataId = Annotated[str, StringConstraints(pattern=WIKIDATA, max_length=20)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE, max_length=35)]
Currency = Annotated[str, StringConstraints(pattern=CURRENCY)]
"""ISO 4217."""


class Organisation(Value):
    """An organisation, an armed group, or a state that ISO 3166 has no code for."""

    type: Literal["organisation"]
    id: Slug
    name: Text
    form: Text | None = None
    """What it is, in a few words: `intergovernmental organisation`, `armed group`, `de facto state`."""
    wikidata: WikidataId | None = None
    part_of: "Principal | None" = None
    """What it belongs to, as an armed wing to its movement and armed forces to a state: that is its side."""

    @model_validator(mode="after")
    def _is_no_part_of_itself(self) -> Self:
        if self.part_of is not None and self.id in actor_keys(self.part_of):
            raise ValueError(f"the organisation {self.id} cannot be part of itself")
        return self


def _principal_type(value: Any) -> str | None:
    """Which of the actors a value is meant to be; a bare string is a state's code."""
    if isinstance(value, str):
        return "state"
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return kind if isinstance(kind, str) else None


Principal = Annotated[
    Annotated[StateCode, Tag("state")] | Annotated[Organisation, Tag("organisation")],
    Discriminator(
        _principal_type,
        custom_error_type="actor_expected",
        custom_error_message="expected an ISO 3166 code such as UA, or an object of type organisation",
    ),
]
"""Whom a person can act for, and what an organisation can be part of: a state or an organisation."""
Organisation.model_rebuild()


class Person(Value):
    """A named person, in a role for an actor, during a time."""

    type: Literal["person"]
    id: Slug
    name: Text
    role: Text | None = None
    acts_for: Principal | None = None
    during: Edtf | None = None
    """While the person held the role."""
    wikidata: WikidataId | None = None


class Unnamed(Value):
    """Somebody the source does not name: `a number of European leaders`."""

    type: Literal["unnamed"]
    description: Text
    acts_for: Principal | None = None


Actor = Annotated[
    Annotated[StateCode, Tag("state")]
    | Annotated[Organisation, Tag("organisation")]
    | Annotated[Person, Tag("person")]
    | Annotated[Unnamed, Tag("unnamed")],
    Discriminator(
        _principal_type,
        custom_error_type="actor_expected",
        custom_error_message="expected an ISO 3166 code such as UA, or an object whose type is "
        "organisation, person or unnamed",
    ),
]
"""Who acts or speaks: a state (its bare code), an organisation, a person, or somebody unnamed."""


def actor_key(actor: Actor) -> str:
    """What the actor is known by in filters and sums: the code, the id, or the description."""
    match actor:
        case State():
            return str(actor)
        case Unnamed(description=description):
            return f"unnamed: {description}"
        case named:
            return named.id


def walk(value: object, pointer: str = "", but: tuple[type, ...] = ()) -> Iterator[tuple[str, object]]:
    """Every value inside a value, itself included, each with its JSON Pointer (RFC 6901).

    Values of the types in `but` are left out, with all that is in them.
    """
    if isinstance(value, but):
        return
    yield pointer, value
    if isinstance(value, Value):
        for name in type(value).model_fields:
            yield from walk(getattr(value, name), f"{pointer}/{name}", but)
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from walk(item, f"{pointer}/{index}", but)
    elif isinstance(value, dict):  # of changes, before they are a development's own values
        for name, item in value.items():
            yield from walk(item, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}", but)


def actor_keys(actor: Actor) -> Iterator[str]:
    """The actor's own key, then that of whom it acts for or is part of, and so on up to its side."""
    yield actor_key(actor)
    match actor:
        case Organisation(part_of=side) | Person(acts_for=side) | Unnamed(acts_for=side) if side is not None:
            yield from actor_keys(side)


def side_of(actor: Actor) -> str:
    """The key of the side that the actor speaks for: whom it acts for or is part of, else itself."""
    if isinstance(actor, State):
        return str(actor)
    *_, side = actor_keys(actor)
    return side


class Place(Value):
    """Where it happened, as exactly as the source says and no more exactly."""

    name: Text
    country: StateCode | None = None
    precision: Literal["venue", "town", "area", "region", "country"] | None = None
    """ACLED calls town 1, area 2 and region 3."""
    wikidata: WikidataId | None = None


class Attribution(Value):
    """One link of a chain: who passed it on, and how they come to know it."""

    actor: Actor
    role: Literal["speaker", "witness", "document", "reporter", "agency", "outlet"]
    said: Edtf | None = None
    """When this link passed it on."""


class Source(Value):
    """A document that reports the development, with the chain of who said it to whom.

    The chain starts with its origin. Where it is empty the outlet speaks for itself. A claim is as
    strong as its chain; two sources with one origin are one account.
    """

    outlet: Text
    title: Text | None = None
    published: Edtf | None = None
    """When it was published, as far as is known: `2025-06-26/..` is on that day or later."""
    locator: Text | None = None
    """Where to find it: an address, a page, an archive number."""
    language: Language | None = None
    """The language of the document as a BCP 47 tag."""
    quote: Text | None = None
    """The words that it rests on, verbatim."""
    chain: Annotated[tuple[Attribution, ...], Field(max_length=20)] = ()

    @property
    def origin(self) -> Actor | None:
        """Who said it first; `None` where the outlet speaks for itself."""
        return self.chain[0].actor if self.chain else None

    @property
    def origin_key(self) -> str | None:
        """What tells independent origins apart: the side that the first of the chain speaks for.

        A minister and the state that he speaks for are one origin, and so are an armed wing and its
        movement. `None` is an origin that nobody named: two of them may be one and the same, so they never
        count as two.
        """
        match self.origin:
            case None:
                return f"outlet: {self.outlet}"
            case Unnamed(acts_for=None):
                return None
            case actor:
                return side_of(actor)


Sources = Annotated[tuple[Source, ...], Field(min_length=1, max_length=100)]


def independent_origins(sources: tuple[Source, ...]) -> int:
    """How many origins the sources certainly have: named ones, or one if none is named."""
    keys = {source.origin_key for source in sources}
    return len(keys - {None}) or min(len(keys), 1)


class Characterisation(Value):
    """The label that one side put on it. Labels are partisan, so each is kept with its author."""

    by: Actor
    label: Text
