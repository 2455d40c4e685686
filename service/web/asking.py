"""What a page is asked for: both clocks, the lenses and the filters, as a form sends them.

A form sends a field that was left empty as an empty text; here that is a field that was not given.
"""

import re
from collections.abc import Collection, Iterator
from datetime import datetime, time
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BeforeValidator, Field

from domain.values import Slug
from projections.cut import Lens
from service.api.asking import Day, MomentInTime, Party, Position, Query, StandingName
from service.moments import Asked
from service.words import days

_UNZONED = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?))?", re.ASCII)


def _given(value: object) -> object:
    return value.strip() or None if isinstance(value, str) else value


def _each_given(value: object) -> object:
    return [one for one in value if one != ""] if isinstance(value, list) else value


def _moment(value: object) -> object:
    """A moment as a person writes it: a day is its end, and what names no zone is in UTC."""
    found = _UNZONED.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return _given(value)
    clock = found[2] or time.max.isoformat()
    return f"{found[1]}T{clock if clock.count(':') == 2 else clock + ':00'}Z"


Blank = BeforeValidator(_given)
BlankList = BeforeValidator(_each_given)


class PageQuery(Query):
    """The state of a page, all of which its address holds."""

    as_of: Annotated[Day | None, Blank] = None
    known_at: Annotated[MomentInTime | None, BeforeValidator(_moment)] = None
    at_position: Annotated[Position | None, Blank] = None
    standing: Annotated[list[StandingName], BlankList] = Field([])
    according_to: Annotated[Party | None, Blank] = None
    kind: Annotated[list[Slug], BlankList] = Field([], max_length=100)
    actor: Annotated[Party | None, Blank] = None
    text: Annotated[Party | None, Blank] = None
    lanes: Annotated[Literal["kind", "actor"] | None, Blank] = None
    stretch: Annotated[int | None, Field(ge=1), Blank] = None
    view: Annotated[Slug | None, Blank] = None
    since: Annotated[MomentInTime | None, BeforeValidator(_moment)] = None

    def asked(self) -> Asked:
        """The clocks as they were given."""
        return Asked(self.as_of, self.known_at, self.at_position)

    def lens(self) -> Lens:
        """The lens that is asked for."""
        return Lens(self.according_to, tuple(self.standing))

    def given(self, but: Collection[str] = ()) -> Iterator[tuple[str, Any]]:
        """Each parameter that was given, as a form sends it on."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            several = value if isinstance(value, list) else [value]
            yield from ((name, _told(one)) for one in several if one is not None and name not in but)

    def address(self, path: str, **changes: Any) -> str:
        """The address of a page in this state, but for some changes."""
        state = {name: getattr(self, name) for name in type(self).model_fields} | changes
        told = {name: _told(value) for name, value in state.items() if value not in (None, [], ())}
        return f"{path}?{urlencode(told, doseq=True)}" if told else path


def _told(value: Any) -> Any:
    return days.stamp(value) if isinstance(value, datetime) else value
