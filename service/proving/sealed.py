"""Texts that are sealed in the log: what of an answer that tells them is proved, and what is not.

Whoever verifies an answer has no keys, so a sealed text reads there as an erased one does, by its figures.
The answer may tell it so too, or tell a text in its place: the same one wherever the figures are the same.
That a text was recorded, and where, is proved then; what it says is not.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from eventsourcing.persistence import JSONTranscoder

from domain.personal import is_erased
from service.proving.recomputing import pairs_of
from service.store.mapper import EventMapper

WITHOUT_KEYS = EventMapper(JSONTranscoder()).reading(lambda statement, params: [(None, None)])
"""Reads the state that a receipt shows, which is not packed or encrypted; sealed texts read as erased."""

_MARKER = re.compile(r"(\[erased [0-9a-f]{8}\])")
_NAMES = re.compile(r"/actors/\d+/names")
"""How somebody is called: names are told apart, and by their figures only those of one development are."""


def differences(told: Any, computed: Any, pointer: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two JSON values differ, as JSON Pointers (RFC 6901), with both values there.

    Lists of where texts were erased, and of names, are compared as a whole.
    """
    whole = pointer.endswith("/erased") or _NAMES.fullmatch(pointer)
    pairs = None if whole else pairs_of(told, computed)
    if pairs is None:
        if type(told) is not type(computed) or told != computed:
            yield pointer, told, computed
        return
    for step, one, other in pairs:
        yield from differences(one, other, f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}")


class Sealed:
    """The texts that an answer tells in the place of sealed ones."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer
        self._texts: dict[str, str] = {}
        self.places: list[str] = []
        """Where they stand in the answer."""

    def explain(self, found: Sequence[tuple[str, Any, Any]]) -> tuple[str, Any, Any] | None:
        """The first of some differences that sealed texts do not explain; `None` where they explain all."""
        alone_first = sorted(found, key=lambda one: not (isinstance(one[2], str) and is_erased(one[2])))
        unexplained = [one for one in alone_first if not self._explains(*one)]
        self.places.sort()
        return min(unexplained, key=found.index, default=None)

    def _explains(self, pointer: str, told: Any, computed: Any) -> bool:
        match told, computed:
            case str(), str() if _MARKER.search(computed):
                explained = self._reads(told, computed)
            case list(), list() if pointer.endswith("/erased"):
                return self._was_not_erased(pointer.removesuffix("/erased"), told, computed)
            case list(), list() if _NAMES.fullmatch(pointer):
                explained = any(is_erased(one["name"]) for one in computed) and len(told) <= len(computed)
            case _:
                return False
        if explained:
            self.places.append(pointer)
        return explained

    def _reads(self, told: str, computed: str) -> bool:
        """Whether a text reads as the one that was computed, with other texts in the place of sealed ones."""
        parts = _MARKER.split(computed)
        pattern = "".join("(.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
        read = re.fullmatch(pattern, told, re.DOTALL)
        if read is None:
            return False
        pairs = list(zip(parts[1::2], read.groups(), strict=True))
        if any(is_erased(text) and text != marker for marker, text in pairs):
            return False
        return all(self._texts.setdefault(marker, text) == text for marker, text in pairs)

    def _was_not_erased(self, owner: str, told: list[Any], computed: list[Any]) -> bool:
        """Whether those places alone are left out where the answer tells a text."""
        left_out = [place for place in computed if place not in told]
        if [place for place in computed if place in told] != told:
            return False
        holder = _at(self._answer, owner)
        texts = [_text(holder, str(place)) for place in left_out]
        return not any(text is not None and is_erased(text) for text in texts)


def _text(holder: Any, place: str) -> str | None:
    """The text at a place in an event, a development or an answer, wherever that is shown."""
    said = holder.get("said", {}) if isinstance(holder, dict) else {}
    _, _, rest = place[1:].partition("/")
    ways: list[tuple[Any, str]] = [(holder, place), (_at(holder, "/development"), place), (said, place)]
    ways += [(_at(said, f"/{name}"), f"/{rest}") for name in ("changes", "says") if rest]
    found = (_at(inside, way) for inside, way in ways)
    return next((one for one in found if isinstance(one, str)), None)


def _at(told: Any, pointer: str) -> Any:
    """What a JSON Pointer leads to; `None` where it leads nowhere."""
    for step in pointer.split("/")[1:]:
        match told:
            case dict():
                told = told.get(step.replace("~1", "/").replace("~0", "~"))
            case list() if step.isdecimal() and int(step) < len(told):
                told = told[int(step)]
            case _:
                return None
    return told
