"""The demonstration's tables: what the record says of the founding chronology, for a person to read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from service.client import Client

DAYS_OF_CEASEFIRE = ("2025-05-15", "2025-05-16", "2025-05-19", None)
DAYS_OF_EXCHANGES = ("2025-06-08", "2025-06-14", "2025-06-26", None)

Answer = Mapping[str, Any]


def show(console: Console, client: Client, dossier: str, development: str) -> None:
    """Print ceasefire status, cumulative exchanges and next steps, and one development's history."""
    opened = client.get(f"/v1/dossiers/{dossier}")
    console.rule(opened["dossier"]["title"])
    for table in _tables(client, f"/v1/dossiers/{dossier}", development):
        console.print(table)
        console.print()


def _tables(client: Client, dossier: str, development: str) -> Iterator[Table]:
    yield _ceasefire([_as_of(client, f"{dossier}/ceasefire", day) for day in DAYS_OF_CEASEFIRE])
    yield _said(client.get(f"{dossier}/ceasefire"))
    yield _exchanges([_as_of(client, f"{dossier}/exchanges", day) for day in DAYS_OF_EXCHANGES])
    yield _steps(client.get(f"{dossier}/agenda"))
    yield _history(
        client.get(f"/v1/developments/{development}"),
        client.get(f"/v1/developments/{development}/history"),
    )


def _as_of(client: Client, path: str, day: str | None) -> Answer:
    return client.get(path, as_of=day) if day else client.get(path)


def _table(title: str, *columns: str) -> Table:
    table = Table(*columns, title=title, title_justify="left", title_style="bold")
    for column in table.columns:
        column.overflow = "fold"
    return table


def _ceasefire(answers: Sequence[Answer]) -> Table:
    table = _table("Ceasefire status", "as of", "status", "in effect", "since", "on record, by party")
    for answer in answers:
        said = [f"{party['party']}: {len(party['said'])}" for party in answer["on_record"]]
        table.add_row(
            answer["as_of"],
            answer["status"] or "one of " + ", ".join(answer["possible"]),
            answer["in_effect"],
            "\n".join(_span(step) for step in answer["since"]),
            "\n".join(said),
        )
    return table


def _said(answer: Answer) -> Table:
    table = _table(f"Said of a ceasefire, as of {answer['as_of']}", "party", "what", "words", "attributed to")
    for party in answer["on_record"]:
        for said in party["said"]:
            what = "condition" if said["condition"] else said["stance"] or said["kind"]
            table.add_row(party["party"], what, said["content"], "\n".join(said["attributed_to"]))
    return table


def _exchanges(answers: Sequence[Answer]) -> Table:
    table = _table(
        "Cumulative exchanges",
        "as of",
        "under",
        "promised",
        "stages: certain",
        "possibly more",
        "persons returned",
    )
    for answer in answers:
        for under in answer["by_stipulation"]:
            _exchange_row(table, answer["as_of"], under["formula"], under["promised"], under["carried_out"])
        _exchange_row(table, answer["as_of"], "all", [], answer["exchanges"])
        table.add_section()
    return table


def _exchange_row(
    table: Table, as_of: str, name: str | None, promised: Sequence[Answer], carried_out: Answer
) -> None:
    stages = carried_out["stages"]
    table.add_row(
        as_of,
        (name or "no formula").replace("_", " "),
        "\n".join(f"{one['side']}: {_count(one['count'])}" for one in promised),
        str(stages["certain"]),
        str(stages["possible"]),
        "\n".join(f"{side['side']}: {_tally(side['persons'])}" for side in carried_out["persons"]),
    )


def _steps(answer: Answer) -> Table:
    table = _table(f"Planned steps, as of {answer['as_of']}", "step", "by", "state", "waits for")
    for step in answer["steps"]:
        after = step["after"]
        waits = "" if after is None else f"{after['condition']} ({'met' if after['met'] else 'not met yet'})"
        state = step["state"] or "one of " + ", ".join(step["possible"])
        table.add_row(step["step"], step["planned_by"], state, waits)
    return table


def _history(development: Answer, history: Answer) -> Table:
    title = f"History of: {development['headline']}"
    table = _table(title, "version", "recorded", "by", "event", "why", "from", "what changed")
    for version in history["versions"]:
        table.add_row(
            str(version["version"]),
            version["recorded_at"][:19].replace("T", " "),
            version["recorded_by"],
            version["event"],
            version["reason"] or "",
            "\n".join(_chain(source) for source in version["sources"]),
            "\n".join(_difference(one) for one in version["differences"] if one["field"] != "sources"),
        )
    return table


def _chain(source: Answer) -> str:
    actors = [link["actor"] for link in source.get("chain", [])]
    names = [one if isinstance(one, str) else one.get("name", one.get("description")) for one in actors]
    return " → ".join([*names, source["outlet"]])


def _difference(difference: Answer) -> str:
    was = "" if difference["before"] is None else f"{_value(difference['before'])} → "
    return f"{difference['field']}: {was}{_value(difference['after'])}"


def _span(step: Answer) -> str:
    earliest, latest = step["earliest"] or "..", step["latest"] or ".."
    return str(earliest) if earliest == latest else f"between {earliest} and {latest}"


def _tally(tally: Answer) -> str:
    certain, possible = _persons(tally["certain"]), _persons(tally["with_possible"])
    return certain if certain == possible else f"{certain}; with the possible stages {possible}"


def _persons(persons: Answer) -> str:
    if persons["stages"] == 0:
        return "none"
    least, most = persons["at_least"], persons["at_most"]
    unpublished = persons["unknown"] + persons["withheld"]
    if unpublished == persons["stages"]:
        return "no published count"
    span = str(least) if least == most else f"{least} to {'unknown' if most is None else most}"
    return f"{span} ({unpublished} of {persons['stages']} stages without a count)" if unpublished else span


def _count(count: Answer) -> str:
    match count["type"]:
        case "exact":
            return str(count["value"])
        case "at_least":
            return f"{count['min']} or more"
        case "at_most":
            return f"{count['max']} or fewer"
        case "between":
            return f"{count['min']} to {count['max']}"
    return str(count["type"]).replace("_", " ")


def _value(value: Any) -> str:
    match value:
        case str():
            return value
        case list() if all(isinstance(one, str) for one in value):
            return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)
