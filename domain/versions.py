"""Versions of what is stored: how what an earlier version of a class wrote is read as the class is today.

It is done by the convention of `eventsourcing`. A class of events says `class_version = 2`, and its static
method `upcast_v1_v2` turns a state of version 1, as JSON has it, into one of version 2 in place. A kind of
development has a version of its own, and its method is given each telling of it, in whichever event that
stands. What is stored says its `class_version` where that is not 1, so what was written before there were
versions is of the first. It is never written again: it stays in the log, and is brought up when it is read.

Most changes need no version, for a field that is added has a default. Where one is needed, the method sees to
marks of personal texts that point to what it moves, and to texts that read as erased where a text was. What a
view keeps is of today: a new version of anything comes with a new name in `service.store.layout`.
"""

import json
from collections.abc import Iterator
from typing import Any

from domain.developments import KINDS
from domain.developments.base import Happening
from domain.events import EVENTS, Event
from domain.told import TELLINGS

VERSION = "class_version"
_MARK = b'"class_version":'

CHANGED = {
    *(name for name, event in EVENTS.items() if event.class_version > 1),
    *(name for name, kind in KINDS.items() if kind.class_version > 1),
}
"""The stored names of which there is more than one version."""


class LaterVersion(ValueError):
    """What is stored was written by a later version of Depositary."""


def brought_up(name: str, state: bytes) -> bytes:
    """The state of an event of a stored name as its classes are today; raise `LaterVersion`."""
    if not CHANGED and _MARK not in state:
        return state
    told = json.loads(state)
    for part_name, class_, part in _parts(name, told):
        _bring_up(part_name, class_, part)
    return _written(told)


def stamped(name: str, state: bytes) -> bytes:
    """The state of an event as it is stored: with the versions that are not the first."""
    if not CHANGED:
        return state
    told = json.loads(state)
    for _, class_, part in _parts(name, told):
        if class_.class_version > 1:
            part[VERSION] = class_.class_version
    return _written(told)


def is_older(name: str, state: bytes) -> bool:
    """Whether anything in the state of an event was written by an earlier version of its class."""
    if not CHANGED:
        return False
    return any(
        part.get(VERSION, 1) < class_.class_version for _, class_, part in _parts(name, json.loads(state))
    )


def _parts(name: str, told: dict[str, Any]) -> Iterator[tuple[str, type[Event | Happening], dict[str, Any]]]:
    """What has a version in the state of an event: itself, and the developments that it tells."""
    yield name, EVENTS[name], told
    for telling in TELLINGS:
        if isinstance(part := told.get(telling), dict):
            yield part["kind"], KINDS[part["kind"]], part


def _bring_up(name: str, class_: type[Event | Happening], part: dict[str, Any]) -> None:
    version = part.pop(VERSION, 1)
    if version > class_.class_version:
        raise LaterVersion(
            f"it was written as version {version} of {name}, and this version of Depositary knows "
            f"{class_.class_version}: open the record with the version that wrote it, or a later one"
        )
    for number in range(version, class_.class_version):
        getattr(class_, f"upcast_v{number}_v{number + 1}")(part)


def _written(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
