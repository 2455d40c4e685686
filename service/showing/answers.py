"""Any answer for people: which question it answers, then its tables, then where accounts differ."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from projections.diff import ChangedByKnowledge, ChangedByTime, KnowledgeDiff, TimeDiff
from projections.history import History, Version
from projections.timeline import Happened, Timeline
from projections.view import Contested, View
from service.showing import ceasefires, others, returns
from service.showing.tables import table
from service.showing.words import days, in_words, lines, moment, plain, value

SHOWN: Mapping[str, Callable[[Any], Iterator[RenderableType]]] = {
    "ceasefire": ceasefires.ceasefire,
    "ceasefire/course": ceasefires.course,
    "exchanges": returns.exchanges,
    "exchanges/series": returns.series,
    "agreements": others.agreements,
    "positions": others.positions,
    "agenda": others.agenda,
    "contacts": others.contacts,
    "disputes": others.disputes,
    "actors": others.actors,
}
"""The tables of every view, by its name."""


def view(name: str, answer: View) -> Iterator[RenderableType]:
    """Any view."""
    yield asked(answer)
    yield from timeline(answer) if isinstance(answer, Timeline) else SHOWN[name](answer)
    if answer.contested:
        yield table("Where accounts differ", ("development", "accounts"), map(_contested, answer.contested))
    if answer.explanation:
        explained = ((one.path, value(one.answer), one.rule) for one in answer.explanation)
        yield table("By which rule", ("place", "answer", "rule"), explained)
    if answer.left_out:
        left_out = ((one.path, f"the first {one.shown} of {one.of}") for one in answer.left_out)
        yield table("Lists not shown whole", ("list", "shown"), left_out)


def asked(answer: View) -> Text:
    """Which question the answer is to."""
    known = moment(answer.known_at)
    words = f"{answer.dossier}, as of {answer.as_of}, as known at {known} (position {answer.position})"
    return Text(words, style="italic")


def timeline(answer: Timeline) -> Iterator[RenderableType]:
    """What had happened, in the order of time."""
    columns = ("when", "certainty", "what", "standing", "id")
    yield table("The timeline", columns, map(_happened, answer.developments), "nothing had happened")
    if answer.next is not None:
        yield Text("More had happened.", style="italic")


def history(answer: History, headline: str) -> RenderableType:
    """Every version of a development: who, when, why, from which source, and what changed."""
    columns = ("version", "recorded", "by", "event", "why", "from", "what changed")
    return table(f"History of: {headline}", columns, map(_version, answer.versions))


def difference(answer: KnowledgeDiff | TimeDiff) -> Iterator[str]:
    """How an answer changed, in sentences; what it rests on is told as what changed it."""
    told = [one for one in answer.differences if "rests_on" not in one.path.split("/")]
    if not told:
        yield f"Nothing in the view {answer.view} changed."
    for causes, moved in groupby(told, lambda one: tuple(dict.fromkeys(_causes(one)))):
        for one in moved:
            before, after = (_at(one.path, answered) for answered in (one.before, one.after))
            yield f"{place(one.path)}: it was {before}; it is {after}."
        yield from causes


def _at(path: str, answered: Any) -> str:
    """What was answered at a place; a bound that there is not is no number, and a status no name."""
    if answered is None:
        return {"at_most": "without an upper bound"}.get(path.rpartition("/")[2], "not given")
    return in_words(answered)


def place(path: str) -> str:
    """A place in an answer, as people write it."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.strip("/").split("/")]
    return " › ".join(map(plain, steps))  # noqa: RUF001 - a mark between steps


def chain(source: Mapping[str, Any]) -> str:
    """Who said it to whom, from the origin to the outlet."""
    actors = [link["actor"] for link in source.get("chain", [])]
    names = [one if isinstance(one, str) else one.get("name", one.get("description")) for one in actors]
    return " → ".join([*names, source["outlet"]])


def _causes(one: ChangedByKnowledge | ChangedByTime) -> Iterator[str]:
    if isinstance(one, ChangedByTime):
        for edge in one.made_by:
            yield f"  because of “{edge.headline}”, which begins or ends on {edge.day}"
        return
    for cause in one.made_by:
        why = f": {cause.reason}" if cause.reason else ""
        by = f"recorded by {cause.recorded_by} at {moment(cause.recorded_at)}"
        yield f"  because of “{cause.headline}”, {cause.event}, {by}{why}"


def _happened(one: Happened) -> tuple[str, ...]:
    return days(one.earliest, one.latest), str(one.certainty), one.headline, one.standing, str(one.id)


def _contested(one: Contested) -> tuple[str, str]:
    return f"{one.headline}\n{one.id}", lines(map(_account, one.accounts))


def _account(told: Any) -> str:
    says = "; ".join(f"{field}: {value(said)}" for field, said in told.says.items())
    return f"{told.by or 'on record'}: {'it did not happen' if told.denies else says}"


def _version(version: Version) -> tuple[str, ...]:
    changed = (
        _changed(one.field, one.before, one.after) for one in version.differences if one.field != "sources"
    )
    return (
        str(version.version),
        moment(version.recorded_at),
        version.recorded_by,
        version.event,
        version.reason or "",
        lines(map(chain, version.sources)),
        lines(changed),
    )


def _changed(field: str, before: Any, after: Any) -> str:
    was = "" if before is None else f"{value(before)} → "
    return f"{field}: {was}{value(after)}"
