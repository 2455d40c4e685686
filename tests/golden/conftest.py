"""Writes golden files: `pytest tests/golden --write-golden`.

What is there stays as it is. A stored name without a file gets one, with an event as the example tells
it and an event with every field told; where a field was added since, another such event is appended; a
word that `words.json` does not have is added to it. Then run the tests again, without the option.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import BaseModel

from domain.developments import KINDS
from domain.developments.base import Happening
from domain.events import EVENTS, DevelopmentRecorded, Event
from domain.time import Edtf
from domain.values import State
from domain.versions import brought_up, is_older, stamped

GOLDEN = Path(__file__).parent
WORDS = GOLDEN / "words.json"
EVERY_EVENT = Union[tuple(EVENTS.values())]  # noqa: UP007


class Teller:
    """Tells values with every field filled, the same ones each time; unions take their members in turn."""

    def __init__(self) -> None:
        self.number = count(1)
        self.turns: dict[tuple[Any, ...], Iterator[int]] = {}

    def filled(self, model: type[BaseModel]) -> dict[str, Any]:
        """A model's fields, every one of them told."""
        return {
            name: self.told(name, field.annotation, tuple(field.metadata))
            for name, field in model.model_fields.items()
        }

    def told(self, name: str, annotation: Any, metadata: tuple[Any, ...] = ()) -> Any:
        """A value that an annotation allows, as JSON would have it."""
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self.told(name, arguments[0], arguments[1:])
        if origin in {Union, UnionType}:
            members = tuple(member for member in arguments if member is not NoneType)
            kinds = [member for member in members if member in KINDS.values()]
            return kinds[-1].example if kinds else self.told(name, members[self._turn(members)], metadata)
        if origin is Literal:
            return arguments[self._turn(arguments)]
        if origin is tuple:
            return [self.told(name, arguments[0], metadata)]
        if issubclass(annotation, BaseModel):
            return self.filled(annotation)
        return self._plain(name, annotation, metadata)

    def _turn(self, members: tuple[Any, ...]) -> int:
        return next(self.turns.setdefault(members, count())) % len(members)

    def _plain(self, name: str, annotation: type, metadata: tuple[Any, ...]) -> Any:
        plain: dict[type, Callable[[], Any]] = {
            UUID: lambda: str(UUID(int=next(self.number), version=4)),
            State: lambda: "XA",
            Edtf: lambda: "[2021-03-09..2021-03-11]",
            timedelta: lambda: "PT1H30M",
            date: lambda: "2021-04-30",
            bool: lambda: True,
            int: lambda: 1,
            str: lambda: self._word(name, metadata),
        }
        return plain[annotation]()

    def _word(self, name: str, metadata: tuple[Any, ...]) -> str:
        patterns = [pattern for one in metadata if (pattern := getattr(one, "pattern", None))]
        special = {
            "wikidata": "Q1",
            "language": "uk",
            "currency": "EUR",
            "fields": "occurred",
            "kind": "call-held",
            "personal": "/summary",
        }
        if name in special:
            return special[name]
        return f"{name}-{next(self.number)}" if patterns else f"The {name} ({next(self.number)})"


def events_of(name: str, teller: Teller) -> Iterator[Event]:
    """Two events of a stored name: with the fewest fields, and with all of them."""
    event_class = EVENTS[name]
    version = 1 if name in {*KINDS, "dossier-opened"} else 2
    stream = {
        "originator_id": str(UUID(int=1, version=4)),
        "originator_version": version,
        "recorded_by": "ada",
    }
    if event_class is DevelopmentRecorded:
        kind: type[Happening] = KINDS[name]
        for told in (kind.example, {**teller.filled(kind), "kind": name}):
            yield event_class.model_validate({**stream, "dossier": "solace-2021", "development": told})
        return
    filled = {**teller.filled(event_class), **stream}
    filled |= {"personal": ["/reason"]} if "personal" in filled else {}
    required = {
        field: filled[field] for field, info in event_class.model_fields.items() if info.is_required()
    }
    yield event_class.model_validate(required)
    yield event_class.model_validate(filled)


def models_in(annotation: Any) -> set[type[BaseModel]]:
    """Every model that a value of an annotation may be or hold."""
    found: set[type[BaseModel]] = set()
    ahead = [annotation]
    while ahead:
        one = ahead.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in found:
                found.add(one)
                ahead.extend(field.annotation for field in one.model_fields.values())
        else:
            ahead.extend(get_args(one))
    return found


def fields_told(value: object) -> Iterator[str]:
    """Every field that was told, anywhere in a value, by the name of its model and its own."""
    if isinstance(value, BaseModel):
        for name in value.model_fields_set:
            yield f"{type(value).__name__}.{name}"
            yield from fields_told(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from fields_told(item)


def fields_never_stored(models: set[type[BaseModel]]) -> set[str]:
    """The fields of models that no golden event tells."""
    stored = {
        told
        for path in GOLDEN.glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
        for told in fields_told(EVENTS[path.stem].model_validate_json(brought_up(path.stem, line.encode())))
    }
    return {f"{model.__name__}.{name}" for model in models for name in model.model_fields} - stored


def words_in(annotation: Any) -> set[str]:
    """The literal words among which a field chooses."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return {word for argument in get_args(annotation) for word in words_in(argument)}


def words_now() -> dict[str, set[str]]:
    """The words among which each field chooses today, of every model that an event may hold."""
    chosen = {
        f"{model.__name__}.{name}": words_in(field.annotation)
        for model in models_in(EVERY_EVENT)
        for name, field in model.model_fields.items()
        if name != "kind"
    }
    return {field: words for field, words in chosen.items() if words}


@pytest.fixture(scope="session")
def missing_fields() -> set[str]:
    """The fields that no golden event tells."""
    return fields_never_stored(models_in(EVERY_EVENT))


@pytest.fixture(scope="session")
def words() -> dict[str, set[str]]:
    """The words among which each field chooses today."""
    return words_now()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that writes what is missing."""
    parser.addoption("--write-golden", action="store_true", help="write the golden files that are missing")


@pytest.fixture(scope="session", autouse=True)
def _write(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-golden", default=False):
        write_events()
        write_words()


def write_events() -> None:
    """Write a file for every name that has none, and append to those that lack a field."""
    teller = Teller()
    for name, event_class in EVENTS.items():
        path, (fewest, fullest) = GOLDEN / f"{name}.jsonl", events_of(name, teller)
        if not path.exists():
            _append(path, fewest)
        models = models_in(KINDS[name]) if name in KINDS else {event_class}
        if fields_never_stored(models) or not any(map(partial(_is_of_today, name), _lines(path))):
            _append(path, fullest)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _is_of_today(name: str, line: str) -> bool:
    return not is_older(name, line.encode())


def _append(path: Path, event: Event) -> None:
    with path.open("a", encoding="utf-8") as golden:
        state = event.model_dump_json(exclude_unset=True).encode()
        golden.write(stamped(event.stored_name, state).decode() + "\n")


def write_words() -> None:
    """Add the words of today to those that were ever accepted."""
    kept = json.loads(WORDS.read_text(encoding="utf-8")) if WORDS.exists() else {}
    merged = {
        field: sorted({*kept.get(field, ()), *words_now().get(field, ())})
        for field in sorted({*kept, *words_now()})
    }
    WORDS.write_text(json.dumps(merged, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
