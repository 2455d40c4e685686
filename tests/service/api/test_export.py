"""The export: a dossier as lines, of which each can be recorded again."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from projections.registry import VIEWS
from service.chronology import play, read
from tests.service.api.desk import DOSSIER, RADIO, Desk, open_desk


def export(desk: Desk, **query: Any) -> list[dict[str, Any]]:
    response = desk.client.get(f"/v1/dossiers/{desk.dossier}/export", params=query)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "application/x-ndjson"
    assert response.text.endswith("\n")
    return [json.loads(line) for line in response.text.splitlines()]


def told(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the lines tell, without what only one record can know."""
    names = ("standing", "development", "corroborations")
    return [{name: line[name] for name in names if name in line} for line in lines]


def put_in(desk: Desk, lines: list[dict[str, Any]]) -> None:
    """Record an export, line by line."""
    opening, *developments = lines
    assert desk.post("/v1/dossiers", opening["dossier"]).status_code == 201
    for line in developments:
        response = desk.post(f"/v1/dossiers/{desk.dossier}/developments", line["development"])
        assert response.status_code == 201, response.text
        development = response.json()["id"]
        for source in line["corroborations"]:
            desk.said(development, "corroborations", source=source)
        if line["standing"] == "retracted":
            desk.said(development, "retractions")


def test_the_first_line_is_the_dossier_and_the_others_its_developments_in_time(desk):
    later = desk.record("visit-made")
    earlier = desk.record("call-held")

    opening, *developments = export(desk)

    clocks = {"as_of": "2021-07-01", "known_at": "2021-07-01T09:03:00Z", "position": 3}
    said = {
        "position": 1,
        "version": 1,
        "event": "dossier-opened",
        "recorded_at": "2021-07-01T09:01:00Z",
        "recorded_by": "ada",
        "to": "/v1/dossiers",
        "body": DOSSIER,
    }
    assert opening == {**clocks, "dossier": DOSSIER, "said": [said]}
    assert [line["id"] for line in developments] == [earlier, later]
    assert developments[0]["recorded_at"] == "2021-07-01T09:03:00Z"
    assert developments[0]["codes"] == {
        "plover": "CONSULT",
        "plover_mode": "phone",
        "cameo": "041",
        "acled": None,
    }


def test_lines_recorded_again_as_they_are_give_an_equal_dossier(desk, tmp_path):
    first = desk.record("call-held")
    desk.record("visit-made", summary="Words: Перемовини, «谈判».\nA second line.")
    desk.record("remains-repatriated", occurred="2021-03~")
    mistaken = desk.record("other-development")
    desk.said(first, "amendments", changes={"dating": "By the log of the line."})
    desk.said(first, "corroborations", source=RADIO)
    desk.said(mistaken, "retractions")
    lines = export(desk)

    (tmp_path / "again").mkdir()
    with open_desk(tmp_path / "again") as again:
        again.clock.turn(minutes=30)
        put_in(again, lines)

        assert told(export(again)) == told(lines)
        assert export(again)[0]["dossier"] == DOSSIER


def test_what_rests_on_another_is_recorded_again_under_the_others_new_id(desk, tmp_path):
    agreement = desk.record("agreement-reached")
    desk.record("exchange-stage-carried-out", under={"agreement": agreement, "stipulation": "pilots"})
    before = desk.view("exchanges")["by_stipulation"]

    (tmp_path / "again").mkdir()
    with open_desk(tmp_path / "again") as again:
        again.clock.turn(minutes=30)
        opening, reached, stage = export(desk)
        put_in(again, [opening, reached])
        new = export(again)[1]["id"]
        stage["development"]["under"]["agreement"] = new
        again.post(f"/v1/dossiers/{again.dossier}/developments", stage["development"])

        (after,) = again.view("exchanges")["by_stipulation"]

    assert after["agreement"] == new
    assert after["carried_out"]["persons"] == before[0]["carried_out"]["persons"]


SOLACE = Path(__file__).parents[3] / "seeds" / "solace-2021.yaml"
TODAY = datetime(2026, 2, 3, 9, tzinfo=UTC)


@dataclass
class Player:
    """Sends what a chronology tells to a desk, a minute after each other."""

    desk: Desk

    def post(self, path: str, body: Any, *, key: str | None = None, seen: int | None = None) -> Any:
        self.desk.clock.turn(minutes=1)
        response = self.desk.post(path, body, idempotency_key=key, if_match=f'"{seen}"' if seen else None)
        assert response.status_code == 201, response.text
        return response.json()


def said_again(desk: Desk, lines: list[dict[str, Any]]) -> dict[str, str]:
    """Say all that an export says, each at its moment; answer the new ids."""
    ids: dict[str, str] = {}
    told = [(line, said) for line in lines for said in line["said"]]
    for line, said in sorted(told, key=lambda one: one[1]["position"]):
        desk.clock.now = datetime.fromisoformat(said["recorded_at"])
        path, body = renamed([said["to"], said["body"]], ids)
        seen = f'"{said["version"] - 1}"' if said["version"] > 1 else None
        response = desk.post(path, body, if_match=seen)
        assert response.status_code == 201, response.text
        if said["version"] == 1 and "id" in line:
            ids[line["id"]] = response.json()["id"]
    return ids


def renamed(value: Any, ids: dict[str, str]) -> Any:
    """The same with the new ids for the old ones."""
    text = json.dumps(value)
    for old, new in ids.items():
        text = text.replace(old, new)
    return json.loads(text)


def all_answers(desk: Desk, ids: Iterable[str]) -> Iterator[Any]:
    """What every view of a dossier answers, and the history of every development."""
    for name in ("timeline?limit=500", "changes?limit=500", *VIEWS):
        yield desk.view(name)
    for one in ids:
        yield desk.read(one)
        yield desk.get(f"/v1/developments/{one}/history")


def test_a_whole_chronology_said_again_gives_every_answer_and_every_history_again(empty_desk, tmp_path):
    """Disputes, rectifications, identifications, retractions and their reasons: nothing is lost."""
    empty_desk.clock.now = TODAY
    played = play(read(SOLACE), Player(empty_desk), "solace", lambda _: None)
    lines = export(empty_desk)
    assert {said["event"] for line in lines for said in line["said"]} >= {
        "disputed",
        "objection-raised",
        "same-as",
    }

    (tmp_path / "again").mkdir()
    with open_desk(tmp_path / "again") as again:
        ids = said_again(again, lines)

        old = [renamed(one, ids) for one in all_answers(empty_desk, played.ids.values())]
        assert list(all_answers(again, (ids[one] for one in played.ids.values()))) == old
        assert export(again) == renamed(lines, ids)


def test_an_export_is_of_its_moment(desk, call):
    whole = export(desk)
    desk.clock.turn(days=1)
    desk.record("visit-made")
    desk.said(call, "retractions")

    then = {"as_of": whole[0]["as_of"]}
    assert export(desk, at_position=2, **then) == whole
    assert export(desk, known_at=whole[0]["known_at"], **then) == whole
    assert [line["standing"] for line in export(desk)[1:]] == ["retracted", "reported"]
