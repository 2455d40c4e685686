"""A dossier for TimelineJS (Knight Lab): a JSON object of `title` and `events`, with dates and texts.

TimelineJS draws days, months and years, and knows no doubt. So a date is drawn no more exactly than it is
known, and what it is in EDTF stands beside it as `display_date`. What has no first day cannot be drawn.
"""

import json
from collections.abc import Iterator
from datetime import date
from html import escape
from typing import Any

from domain.time import Bounds, Certainty
from service.formats.telling import Telling
from service.formats.whole import Ledger, Whole

WHY = "a slide of TimelineJS has no place for it"


def timeline_js(telling: Telling, ledger: Ledger) -> Iterator[bytes]:
    """The dossier as of its day; what had not begun by it, and what was retracted, is left out."""
    events = []
    for whole in telling.developments():
        left_out = _left_out(whole, telling)
        if left_out is None:
            events.append(_slide(whole, telling))
        ledger.close(whole, left_out or WHY)
    headline, day = escape(telling.dossier.title), telling.moment.as_of.isoformat()
    title = {"text": {"headline": headline, "text": f"<p>As of {day}.</p>"}}
    yield json.dumps({"title": title, "events": events}, ensure_ascii=False, indent=1).encode() + b"\n"


def _left_out(whole: Whole, telling: Telling) -> str | None:
    """Why a development is not drawn; `None` where it is."""
    bounds = whole.entry.bounds
    if whole.entry.retracted:
        return "it is retracted, so it is not drawn"
    if bounds.occurred_by(telling.moment.as_of) is Certainty.NOT:
        return f"it had not begun by {telling.moment.as_of}, so it is not drawn"
    if bounds.earliest is None:
        return "it has no first day, and TimelineJS draws nothing without one"
    return None


def _slide(whole: Whole, telling: Telling) -> dict[str, Any]:
    development, bounds = whole.entry.development, whole.entry.bounds
    whole.take("/id", "/standing", "/development/kind", "/development/occurred", "/development/summary")
    certainty = bounds.occurred_by(telling.moment.as_of)
    notes = [f"{whole.entry.standing}, {certainty}", *_sources(whole)]
    slide = {
        "unique_id": whole.id,
        "group": development.kind,
        "display_date": str(development.occurred),
        "autolink": False,
        "text": {
            "headline": escape(development.headline()),
            "text": "".join(f"<p>{escape(note)}</p>" for note in notes),
        },
    }
    return {**slide, **_dates(bounds, lasting=development.occurred.lasting)}


def _dates(bounds: Bounds, *, lasting: bool) -> dict[str, Any]:
    """Where it is drawn: at what its first and last day have in common, or from one to the other."""
    first, last = bounds.earliest, bounds.latest
    assert first is not None
    if lasting and last is not None and last != first:
        return {"start_date": _day(first), "end_date": _day(last)}
    if last is None or last.year != first.year:
        end = {"end_date": {"year": last.year}} if last else {}
        return {"start_date": {"year": first.year}, **end}
    if last.month != first.month:
        return {"start_date": {"year": first.year}}
    return {"start_date": _day(first) if last == first else {"year": first.year, "month": first.month}}


def _day(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def _sources(whole: Whole) -> Iterator[str]:
    for index, source in enumerate(whole.entry.development.sources):
        at = f"/development/sources/{index}"
        whole.take(f"{at}/outlet", f"{at}/title", f"{at}/published")
        named = [source.outlet, *([source.title] if source.title else [])]
        yield ": ".join(named) + (f" ({source.published})" if source.published else "")
