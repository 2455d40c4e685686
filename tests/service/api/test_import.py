"""Import: many developments in one request, each line recorded or refused as if it had been sent alone."""

import json
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from tests.service.api.desk import DOSSIER, Desk, open_desk, telling
from tests.service.api.test_export import export, told
from tests.service.store.test_full_disk import no_room

KEY = "spring-2021"
LIMIT = 4_096
CALL, VISIT = telling("call-held"), telling("visit-made")
HALF_A_CENTURY_OFF = telling("call-held", occurred="2071-03-04")


@pytest.fixture
def small_desk(tmp_path):
    """A service that takes only short lines, with one dossier opened."""
    with open_desk(tmp_path, largest_body=LIMIT) as desk:
        desk.open_dossier()
        yield desk


def as_line(one: Any) -> bytes:
    return one if isinstance(one, bytes) else json.dumps(one).encode()


def post(desk: Desk, lines: list[Any], key: str | None = None, query: str = "", **headers: str | None):
    """Import lines: bytes as they are, and values as JSON."""
    path = f"/v1/dossiers/{desk.dossier}/developments:import{query}"
    typed = {"content_type": "application/x-ndjson", "idempotency_key": key, **headers}
    return desk.post(path, b"\n".join(map(as_line, lines)), **typed)


def imported(desk: Desk, lines: list[Any], key: str | None = None, query: str = "") -> list[dict[str, Any]]:
    """The answers to all lines, and last what sums them up."""
    response = post(desk, lines, key, query)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "application/x-ndjson"
    return [json.loads(answer) for answer in response.text.splitlines()]


def kinds_of_answers(answers: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Of every line its number, and the kind of what was recorded or of the problem."""
    return [
        (
            one["line"],
            one["kind"] if one["status"] == 201 else one["problem"]["type"].removeprefix("/problems/"),
        )
        for one in answers[:-1]
    ]


# Every line by itself


def test_every_line_is_answered_in_order_and_the_last_answer_sums_up(desk):
    *answers, last = imported(desk, [CALL, HALF_A_CENTURY_OFF, VISIT])

    assert [one["line"] for one in answers] == [1, 2, 3]
    assert [one["status"] for one in answers] == [201, 422, 201]
    assert last == {"lines": 3, "recorded": 2, "repeated": 0, "refused": 1, "position": 3}
    assert desk.position == 3
    assert answers[2] == {
        "line": 3,
        "status": 201,
        "id": desk.view("timeline")["developments"][-1]["id"],
        "kind": "visit-made",
        "event": "visit-made",
        "version": 1,
        "position": 3,
        "recorded_at": "2021-07-01T09:01:00.000002Z",
    }


def test_what_is_wrong_with_a_line_is_told_in_the_words_of_a_single_request(desk):
    (answer, last) = imported(desk, [HALF_A_CENTURY_OFF])

    refusal = desk.refused(desk.try_recording("call-held", occurred="2071-03-04"))
    assert answer == {"line": 1, "status": 422, "problem": refusal.body}
    assert (last["refused"], last["position"]) == (1, 0)


def test_a_broken_line_is_refused_and_the_rest_goes_on(desk):
    broken = [b"{", b'{"kind": "call-held\xff"}', b'{"id": NaN}', b"[1]", b"null", b'"words"', b"\x00"]
    answers = imported(desk, [CALL, *broken, VISIT])

    assert kinds_of_answers(answers) == [
        (1, "call-held"),
        (2, "malformed-body"),
        (3, "malformed-body"),
        (4, "malformed-body"),
        (5, "invalid-request"),
        (6, "invalid-request"),
        (7, "invalid-request"),
        (8, "malformed-body"),
        (9, "visit-made"),
    ]


def test_a_line_over_the_limit_is_refused_and_the_rest_goes_on(small_desk):
    long = telling("call-held", summary="x" * LIMIT)
    *answers, last = imported(
        small_desk, [CALL, long, as_line(VISIT).ljust(LIMIT), as_line(VISIT).ljust(LIMIT + 1)]
    )

    single = small_desk.refused(small_desk.try_recording("call-held", summary="x" * LIMIT))
    assert [one["status"] for one in answers] == [201, 413, 201, 413]
    assert answers[1]["problem"] == answers[3]["problem"] == single.body
    assert last["refused"] == 2


def test_the_limit_of_a_body_is_none_of_their_sum(small_desk):
    *_, last = imported(small_desk, [CALL] * 40)

    assert len(as_line(CALL)) * 40 > 5 * LIMIT
    assert last["recorded"] == 40


def test_blank_lines_are_counted_and_not_answered(desk):
    answers = imported(desk, [b"", CALL, b" \t", b"\r", VISIT, b"", b""])

    assert kinds_of_answers(answers) == [(2, "call-held"), (5, "visit-made")]
    assert answers[-1]["lines"] == 6


@pytest.mark.parametrize("body", [[], [b""], [b"", b""]])
def test_nothing_but_the_sum_is_answered_to_nothing(desk, body):
    (last,) = imported(desk, body)

    assert last == {"lines": max(0, len(body) - 1), "recorded": 0, "repeated": 0, "refused": 0, "position": 0}


def test_lines_may_end_as_other_systems_end_them(desk):
    answers = imported(desk, [as_line(CALL) + b"\r", as_line(VISIT) + b"\r", b""])

    assert kinds_of_answers(answers) == [(1, "call-held"), (2, "visit-made")]


def test_a_confirmation_is_meant_for_every_line(desk):
    old = telling("call-held", occurred="0021-03-04")

    assert kinds_of_answers(imported(desk, [old, CALL])) == [(1, "improbable-year"), (2, "call-held")]
    confirmed = imported(desk, [old, CALL], query="?confirm=improbable-year")
    assert kinds_of_answers(confirmed) == [(1, "call-held"), (2, "call-held")]


def test_an_export_is_imported_by_its_developments(desk, tmp_path):
    desk.record("call-held")
    desk.record("visit-made", summary="Words: Перемовини, «谈判».\nA second line.")
    developments = export(desk)[1:]

    (tmp_path / "again").mkdir()
    with open_desk(tmp_path / "again") as again:
        again.open_dossier()
        *_, last = imported(again, [line["development"] for line in developments])

        assert last["recorded"] == 2
        assert told(export(again)[1:]) == told(developments)


# Keys


def test_the_same_lines_again_are_answered_as_the_first_time_and_recorded_once(desk):
    lines = [CALL, b"{", CALL, VISIT]
    *first, summed = imported(desk, lines, KEY)
    desk.clock.turn(hours=1)
    with desk.nothing_recorded():
        *again, last = imported(desk, lines, KEY)

    assert again == first
    assert (summed["recorded"], summed["repeated"]) == (3, 0)
    assert (last["recorded"], last["repeated"], last["refused"], last["position"]) == (0, 3, 1, 4)


def test_a_key_outlives_the_process(tmp_path):
    with open_desk(tmp_path) as desk:
        desk.open_dossier()
        *first, _ = imported(desk, [CALL, VISIT], KEY)
    with open_desk(tmp_path) as later, later.nothing_recorded():
        assert imported(later, [CALL, VISIT], KEY)[:-1] == first


def test_whoever_goes_on_sends_only_the_rest(desk):
    *first, _ = imported(desk, [CALL, VISIT], KEY)
    *rest, last = imported(desk, [VISIT, CALL], KEY, "?from_line=2")

    assert rest[0] == first[1]
    assert (rest[1]["line"], rest[1]["status"]) == (3, 201)
    assert last == {"lines": 2, "recorded": 1, "repeated": 1, "refused": 0, "position": 4}


def test_another_line_under_the_same_key_and_number_is_refused_by_itself(desk):
    imported(desk, [CALL, VISIT], KEY)
    answers = imported(desk, [telling("call-held", summary="They called twice."), VISIT, CALL], KEY)

    assert kinds_of_answers(answers) == [(1, "idempotency-key-reused"), (2, "visit-made"), (3, "call-held")]
    assert f"'{KEY} line 1'" in answers[0]["problem"]["detail"]
    assert desk.position == 4


def test_a_line_that_was_refused_is_corrected_under_the_same_key(desk):
    imported(desk, [CALL, HALF_A_CENTURY_OFF, VISIT], KEY)
    *answers, last = imported(desk, [CALL, CALL, VISIT], KEY)

    assert [one["status"] for one in answers] == [201, 201, 201]
    assert (last["recorded"], last["repeated"]) == (1, 2)


def test_another_end_of_lines_does_not_make_them_others(desk):
    *first, _ = imported(desk, [CALL, VISIT], KEY)
    with desk.nothing_recorded():
        assert imported(desk, [as_line(CALL) + b"\r", as_line(VISIT) + b"\r", b""], KEY)[:-1] == first


def test_the_key_of_a_line_is_no_key_of_a_single_request(desk):
    imported(desk, [CALL], KEY)
    path = f"/v1/dossiers/{desk.dossier}/developments"

    assert desk.post(path, CALL, idempotency_key=KEY).status_code == 201
    refusal = desk.refused(desk.post(path, CALL, idempotency_key=f"{KEY} line 1"))
    assert refusal.places == ["Idempotency-Key"]
    assert desk.position == 3


def test_the_same_key_for_another_dossier_is_refused_at_every_line(desk):
    imported(desk, [CALL], KEY)
    desk.open_dossier(id="lake-2021")
    desk.dossier = "lake-2021"

    assert kinds_of_answers(imported(desk, [CALL, VISIT], KEY)) == [
        (1, "idempotency-key-reused"),
        (2, "visit-made"),
    ]


def test_without_a_key_the_same_lines_are_other_developments(desk):
    first, again = imported(desk, [CALL, CALL]), imported(desk, [CALL, CALL])

    assert len({one["id"] for one in [*first[:-1], *again[:-1]]}) == 4


def test_the_same_import_several_times_at_once_is_recorded_once(desk):
    lines = [CALL, HALF_A_CENTURY_OFF, VISIT] * 5
    with ThreadPoolExecutor(4) as hands:
        imports = list(hands.map(lambda _: imported(desk, lines, KEY), range(4)))

    assert all(one[:-1] == imports[0][:-1] for one in imports)
    assert sum(one[-1]["recorded"] for one in imports) == 10
    assert desk.position == 11


@pytest.mark.sqlite
def test_what_a_full_disk_kept_off_the_record_is_recorded_with_room_again(desk):
    lines = [telling("call-held", summary=f"{number} " * 500) for number in range(30)]
    with no_room(desk.client.app.state.record):
        *answers, last = imported(desk, lines, KEY)
        kept_off = [one for one in answers if one["status"] == 507]
        assert kept_off
        assert {one["problem"]["type"] for one in kept_off} == {"/problems/disk-full"}
        assert last["refused"] == len(kept_off)
    *again, last = imported(desk, lines, KEY)

    assert {one["status"] for one in again} == {201}
    assert last["recorded"] == len(kept_off)
    assert [one for one in again if one in answers] == [one for one in answers if one["status"] == 201]


# Refused before any line is answered


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("", {"authorization": None}, (401, "unauthorized")),
        ("", {"authorization": "Bearer nobody"}, (401, "unauthorized")),
        ("", {"content_type": "application/json"}, (415, "unsupported-media-type")),
        ("", {"content_type": None}, (415, "unsupported-media-type")),
        ("", {"content_encoding": "gzip"}, (415, "unsupported-media-type")),
        ("", {"idempotency_key": "two words"}, (422, "invalid-request")),
        ("?from_line=0", {}, (422, "invalid-request")),
        ("?from_line=x", {}, (422, "invalid-request")),
        ("?from_line=1&from_line=2", {}, (422, "invalid-request")),
        ("?from=1", {}, (422, "invalid-request")),
    ],
)
def test_a_request_that_is_wrong_as_a_whole_records_nothing(busy_desk, query, headers, expected):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(post(busy_desk, [CALL], query=query, **headers))

    assert refusal.told == expected


def test_a_dossier_that_is_not_open_is_said_before_anything_is_answered(busy_desk):
    path = "/v1/dossiers/solace-2012/developments:import"
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.post(path, as_line(CALL), content_type="application/x-ndjson"))

    assert refusal.told == (404, "unknown-dossier")
    assert DOSSIER["id"] in refusal.detail


# Any mixture


def mixture(lots: Random) -> list[bytes]:
    """Lines of every sort, in any order."""
    sorts = [
        lambda: as_line(telling("call-held", summary=f"Call {lots.randrange(9)}")),
        lambda: as_line(telling("other-development", content="Перемовини " * lots.randrange(9))),
        lambda: as_line(telling("visit-made")).ljust(lots.randrange(LIMIT, LIMIT + 3)),
        lambda: as_line(telling("call-held", occurred=lots.choice(["2021-02-30", "2071", "0021-03-04"]))),
        lambda: as_line(telling("agreement-suspended")),
        lambda: as_line(telling("call-held", kind=lots.choice(["call-hold", 7, None]), query=1, path={})),
        lambda: lots.choice([b"", b" ", b"\t\r"]),
        lambda: lots.choice(
            [b"{", b"null", b"[]", b"7", b'"x"', b"\xff", b'{"a":1,"a":2}', b"{}{}", b"\xef\xbb\xbf{}"]
        ),
    ]
    return [lots.choice(sorts)() for _ in range(lots.randint(0, 30))]


def one_by_one(desk: Desk, lines: list[bytes]) -> list[tuple[int, int, dict[str, Any]]]:
    """What each line is answered that is sent alone, under a key of its own."""
    path = f"/v1/dossiers/{desk.dossier}/developments"
    posted = [
        (number, desk.post(path, line, idempotency_key=f"{KEY}-line-{number}"))
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    return [(number, response.status_code, without_names(response.json())) for number, response in posted]


def together(desk: Desk, lines: list[bytes]) -> list[tuple[int, int, dict[str, Any]]]:
    """What each line is answered that is sent with the others."""
    *answers, last = imported(desk, lines, KEY)
    statuses = [one["status"] for one in answers]
    assert last["recorded"] + last["repeated"] == statuses.count(201)
    assert last["refused"] == len(statuses) - statuses.count(201)
    return [(one.pop("line"), one.pop("status"), without_names(one.get("problem", one))) for one in answers]


def without_names(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what no two services share: the id that was given, and the name of the key."""
    detail = answer.get("detail", "").replace(f"{KEY} line ", f"{KEY}-line-")
    return {**answer, "detail": detail, "id": answer.get("id") and "given"}


@pytest.mark.parametrize("seed", range(12))
def test_any_mixture_is_answered_as_its_lines_are_one_by_one(tmp_path, seed):
    """A beginning, then all of it, then all of it with some lines changed."""
    lots = Random(seed)
    lines = mixture(lots)
    changed = [lots.choice([line, as_line(VISIT)]) for line in lines]
    (tmp_path / "alone").mkdir()
    (tmp_path / "together").mkdir()
    limit = {"largest_body": LIMIT}
    with open_desk(tmp_path / "alone", **limit) as alone, open_desk(tmp_path / "together", **limit) as one:
        alone.open_dossier()
        one.open_dossier()
        for sent in (lines[: len(lines) // 2], lines, changed):
            assert together(one, sent) == one_by_one(alone, sent)
            assert one.position == alone.position
