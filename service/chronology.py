"""Chronologies as data: files of the API's own request bodies, played to a running service.

A file is YAML with a list of `steps`. Each step has one verb:

- `open: {…}` opens a dossier, in which the steps after it record;
- `record: {…}` records a development, `as: LABEL`;
- `amend`, `corroborate`, `dispute`, `resolve`, `propose`, `object`, `adopt`, `refuse`, `same`, `distinct`,
  `retract` or `reinstate: {…}` says something `of: LABEL`.

`!id LABEL` in a body stands for the id that the service gave. Every step carries an Idempotency-Key made
of the file's name and its label, so that playing a file again records nothing twice.

`known: 2021-06-02T08:00:00Z` beside a step says since when it was known. A record has its own clock, so only
whoever sets that, as the demonstration does, records it at that moment; a running service records it now.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from service.client import Client
from service.verbs import SAYINGS

VERBS = ("open", "record", *SAYINGS)


class UnreadableChronology(ValueError):
    """The file is not a chronology; the words say where and what would be right."""


@dataclass(frozen=True, slots=True)
class Label:
    """Stands, in a body, for the id of what was recorded under a label."""

    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a chronology."""

    verb: str
    body: Any
    label: str | None
    line: int
    known: datetime | None = None
    """Since when it was known, where that is said: not before the step before it."""


@dataclass(slots=True)
class Played:
    """What the service gave for the labels of a chronology."""

    dossier: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    """YAML whose plain `2025-05-16` and `NO` are text: only `true`, `false`, null and numbers are not."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if not tag.endswith((":timestamp", ":bool", ":int", ":float"))
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]*)$"), list("-0123456789")
)
_Loader.add_constructor("!id", lambda loader, node: Label(str(node.value)))


def read(file: Path) -> tuple[Step, ...]:
    """The steps of a chronology; raise `UnreadableChronology` where it is not one."""
    try:
        with file.open(encoding="utf-8") as text:
            loader = _Loader(text)
            root = loader.get_single_node()
            nodes = _steps_of(root, file)
            return tuple(_step(loader, node, file) for node in nodes)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnreadableChronology(f"{file}: not YAML: {error}") from error
    except RecursionError as error:
        raise UnreadableChronology(f"{file}: nested too deep to be read") from error


def play(
    steps: Sequence[Step],
    client: Client,
    name: str,
    told: Callable[[Step], None],
    at: Callable[[datetime | None], None] = lambda _: None,
) -> Played:
    """Send every step to a service, in order; raise `Refused` at the first that it refuses.

    `name` goes into the idempotency keys; `told` hears of each step that has been answered, and `at`, before
    it is sent, since when it was known.
    """
    played = Played()
    for number, step in enumerate(steps, start=1):
        key = f"{name}:{step.label or number}:{step.verb}:{played.versions.get(step.label or '', 0)}"
        at(step.known)
        _send(step, client, key, played)
        told(step)
    return played


def _send(step: Step, client: Client, key: str, played: Played) -> None:
    body = _resolved(step, step.body, played.ids)
    if step.verb == "open":
        client.post("/v1/dossiers", body, key=key)
        played.dossier = str(body["id"])
        return
    label = str(step.label)
    if step.verb == "record":
        if not played.dossier:
            raise UnreadableChronology(f"line {step.line}: a dossier is to be opened before this")
        answer = client.post(f"/v1/dossiers/{played.dossier}/developments", body, key=key)
    else:
        path = f"/v1/developments/{_id_of(step, label, played.ids)}/{SAYINGS[step.verb]}"
        answer = client.post(path, body, key=key, seen=played.versions[label])
    played.ids[label], played.versions[label] = answer["id"], answer["version"]


def _resolved(step: Step, body: Any, ids: Mapping[str, str]) -> Any:
    match body:
        case Label(name=name):
            return _id_of(step, name, ids)
        case dict():
            return {key: _resolved(step, value, ids) for key, value in body.items()}
        case list():
            return [_resolved(step, value, ids) for value in body]
    return body


def _id_of(step: Step, label: str, ids: Mapping[str, str]) -> str:
    if label not in ids:
        raise UnreadableChronology(f"line {step.line}: nothing was recorded as {label!r} before this")
    return ids[label]


def _steps_of(root: Any, file: Path) -> list[Any]:
    entries = root.value if isinstance(root, yaml.MappingNode) else []
    steps = next((value for key, value in entries if key.value == "steps"), None)
    if not isinstance(steps, yaml.SequenceNode):
        raise UnreadableChronology(f"{file}: expected a mapping with a list of steps")
    nodes: list[Any] = steps.value
    return nodes


def _step(loader: _Loader, node: yaml.Node, file: Path) -> Step:
    line = node.start_mark.line + 1
    value = loader.construct_object(node, deep=True)
    verbs = [verb for verb in VERBS if isinstance(value, dict) and verb in value]
    if len(verbs) != 1:
        raise UnreadableChronology(f"{file}, line {line}: expected one of {', '.join(VERBS)}")
    (verb,) = verbs
    label = value.get("as") if verb == "record" else value.get("of")
    if verb != "open" and label is None:
        needed = "as" if verb == "record" else "of"
        raise UnreadableChronology(f"{file}, line {line}: {verb} needs a label: {needed}: LABEL")
    return Step(verb, value[verb], label, line, _known(value.get("known"), f"{file}, line {line}"))


def _known(moment: Any, where: str) -> datetime | None:
    if moment is None:
        return None
    try:
        known = datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        known = None
    if known is None or known.tzinfo is None:
        raise UnreadableChronology(f"{where}: known is a moment with its zone, such as 2021-06-02T08:00:00Z")
    return known
