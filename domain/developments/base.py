"""What every development carries, and what each kind says of itself."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from domain.personal import Marks, is_erased
from domain.prose import texts_at
from domain.time import Edtf
from domain.values import (
    Actor,
    Characterisation,
    Organisation,
    Person,
    Place,
    Slug,
    Source,
    Sources,
    State,
    Text,
    Unnamed,
    Value,
    actor_keys,
    walk,
)
from domain.within import within

Actors = Annotated[tuple[Actor, ...], Field(max_length=200)]
Slugs = Annotated[tuple[Slug, ...], Field(max_length=100)]
Texts = Annotated[tuple[Text, ...], Field(max_length=100)]


@dataclass(frozen=True, slots=True)
class Codes:
    """Where a kind lies in the event datasets; `None` where that scheme has no code for it.

    Sources: PLOVER 2.0 (event and mode), CAMEO 1.1b3, ACLED sub-event types.
    """

    plover: str | None = None
    plover_mode: str | None = None
    cameo: str | None = None
    acled: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """Another development that this one rests on, and what that one has to be."""

    pointer: str
    """Where in this development it is named, as a JSON Pointer."""
    id: UUID
    kinds: tuple[str, ...]
    part: str | None = None
    """A part that the other has to have: a stipulation of an agreement."""
    part_pointer: str = ""
    """Where the part is named."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two values of one development that cannot both be right, whatever the sources leave open."""

    pointer: str
    """Where the one stands in the development, as a JSON Pointer."""
    against: str
    """Where the other stands."""
    message: str


class Happening(Value):
    """What every kind of development has in common.

    A kind is a subclass with a literal `kind`, its `codes` and an `example`; its docstring describes it.
    """

    class_version: ClassVar[int] = 1
    """The version that is written; see `domain.versions`."""
    codes: ClassVar[Codes] = Codes()
    example: ClassVar[Mapping[str, Any]]

    kind: str
    occurred: Edtf
    """When it happened. Plans, deadlines and terms have dates of their own."""
    dating: Text | None = None
    """Why the bounds of `occurred` hold, where that needs saying."""
    parties: Actors = ()
    """Between or about whom it was."""
    sources: Sources
    summary: Text | None = None
    """What happened, in the recorder's own words."""
    place: Place | None = None
    issues: Slugs = ()
    """What it bears upon: `ceasefire`, `prisoner_exchange`."""
    standing: Literal["reported", "claimed"] = "reported"
    """`claimed` where it rests on somebody's word alone; the record derives the other standings."""
    characterised_as: Annotated[tuple[Characterisation, ...], Field(max_length=100)] = ()
    personal: Marks = ()
    """JSON Pointers to texts about persons, such as `/sources/0/quote`: kept sealed, to be erased.

    Names, contents, titles and quotes; not codes, ids, dates, choices or counts. A mark stays."""

    def dataset_codes(self) -> Codes:
        """The codes of this very development, where they depend on what it says."""
        return self.codes

    def headline(self) -> str:
        """What happened in one line."""
        return self.summary or self.default_headline()

    def default_headline(self) -> str:
        """The line for a development that came without a summary."""
        names = ", ".join(actor_name(party) for party in self.parties)
        title = self.kind.replace("-", " ").capitalize()
        return f"{title}: {names}" if names else title

    def references(self) -> Iterator[Reference]:
        """The other developments that this one rests on."""
        return iter(())

    def erased(self) -> Marks:
        """Its marks to texts that have been erased."""
        return tuple(mark for mark, text in texts_at(self, self.personal).items() if is_erased(text))

    def contradictions(self) -> Iterator[Contradiction]:
        """Its values that cannot both be right. They are refused when told, never when read again."""
        return iter(())

    def parts(self) -> frozenset[str]:
        """What of it can be referred to by name: the stipulations of an agreement."""
        return frozenset()

    def carries_on(self) -> UUID | None:
        """The development of its own sort that it carries on, so that their parts are those of one whole."""
        return None

    def categories_named(self) -> frozenset[str]:
        """The categories of persons that it names anywhere."""
        named = {value for pointer, value in walk(self) if re.search(r"/categor(y|ies/\d+)$", pointer)}
        return frozenset(str(value) for value in named)

    def actor_keys(self) -> frozenset[str]:
        """Everybody who takes part, and whom they act for.

        Not those who only report it, nor the state in which it took place.
        """
        actors = (one for one in within(self, but=(Source, Place)) if isinstance(one, ACTOR_TYPES))
        return frozenset(key for actor in actors for key in actor_keys(actor))


def second_of_two(keys: Iterable[str]) -> int | None:
    """The index of the first key that was there before."""
    seen: set[str] = set()
    for index, key in enumerate(keys):
        if key in seen:
            return index
        seen.add(key)
    return None


def in_order(
    first: tuple[str, Edtf | None], then: tuple[str, Edtf | None], because: str
) -> Iterator[Contradiction]:
    """The contradiction of two dates, each at its pointer, where `then` certainly lies before `first`.

    Dates that may agree are none, and nor is one that is left out.
    """
    (against, earlier), (pointer, later) = first, then
    if earlier and later and earlier.bounds.after(later.bounds):
        names = [where.rpartition("/")[2] for where in (pointer, against)]
        message = (
            f"{names[0]} ({later}) lies before {names[1]} ({earlier}): {because}; correct one of the two"
        )
        yield Contradiction(pointer, against, message)


ACTOR_TYPES = (State, Organisation, Person, Unnamed)


def actor_name(actor: Actor) -> str:
    """What to call an actor in a line of text."""
    match actor:
        case State():
            return str(actor)
        case Unnamed(description=description):
            return description
        case named:
            return named.name
