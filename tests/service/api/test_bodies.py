"""Bodies as bytes: what is not quite JSON, too large, or of another type is refused unseen."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest

from service.api.strict import LONGEST_ON_THE_LOOP
from service.app import create_app
from service.serving import listen, serving
from tests.service.api.desk import SAYINGS, Desk, Refusal, crossed, telling
from tests.service.stores import settings_for

WRITES = [
    "/v1/dossiers",
    "/v1/dossiers/solace-2021/developments",
    *(f"/v1/developments/{{held}}/{what}" for what in SAYINGS),
]
"""Every address that takes a body."""

each_write = pytest.mark.parametrize("path", WRITES)


def refused(desk: Desk, path: str, body: bytes, **headers: str | None) -> Refusal:
    """The refusal of a body, which leaves no trace."""
    with desk.nothing_recorded():
        return desk.refused(desk.post(path, body, if_match='"1"', **headers))


NO_JSON = [
    (b"", "is not JSON"),
    (b" ", "is not JSON"),
    (b"{", "is not JSON"),
    (b"{}{}", "is not JSON"),
    (b"{'id': 1}", "is not JSON"),
    (b'{"id": 1,}', "is not JSON"),
    (b'{"title": "a\nb"}', "is not JSON"),
    (b'{"title": "\\x41"}', "is not JSON"),
    (b"\xef\xbb\xbf{}", "BOM"),
    (b"\xff\xfe{\x00}\x00", "is not UTF-8: byte 0"),
    (b'{"title": "\xc3\x28"}', "is not UTF-8: byte 11"),
    (b'{"title": "\xed\xa0\x80"}', "is not UTF-8: byte 11"),
    (b'{"title": "\xc0\xaf"}', "is not UTF-8: byte 11"),
    (b'{"id": NaN}', "NaN is not a number"),
    (b'{"id": Infinity}', "Infinity is not a number"),
    (b'{"id": [1, -Infinity]}', "-Infinity is not a number"),
    (b'{"id": 1e400}', "a number that is too long"),
    (b'{"id": ' + b"9" * 5_000 + b"}", "has 5000 digits, and at most 1000 are read"),
    (b'{"id": 1, "id": 2}', "the name 'id' occurs twice"),
    (b'{"changes": {"a": 1, "\\u0061": 2}}', "the name 'a' occurs twice"),
    (b'{"title": "\\ud800"}', "half of a surrogate pair"),
    (b'{"\\udfff": 1}', "half of a surrogate pair"),
    (b'{"title": "\\udc00\\ud800"}', "half of a surrogate pair"),
    (b"[" * 66 + b"]" * 66, "nested deeper than 64 levels"),
    (b'{"a":' * 66 + b"1" + b"}" * 66, "nested deeper than 64 levels"),
    (b"[" * 10_000 + b"]" * 10_000, "nested deeper than 64 levels"),
    (b"[" * 30_000, "nested deeper than 64 levels"),
]


@pytest.mark.parametrize(("path", "wrong"), crossed(WRITES, NO_JSON))
def test_what_is_not_quite_json_is_refused_with_what_is_wrong(busy_desk, held, path, wrong):
    body, expected = wrong
    refusal = refused(busy_desk, path.format(held=held), body)

    assert refusal.told == (400, "malformed-body")
    assert expected in refusal.detail


def test_a_pair_of_surrogates_is_one_character(desk):
    body = b'{"id": "lake", "title": "Dove \\ud83d\\udd4a over the lake"}'

    assert desk.post("/v1/dossiers", body).status_code == 201
    assert desk.get("/v1/dossiers/lake")["dossier"]["title"] == "Dove \U0001f54a over the lake"


def test_words_in_any_script_come_back_as_they_were_put_in(desk):
    words = "Перемовини 谈判 مفاوضات \u05d3 \u200d\u200c \u200e\u200f e\u0301 ﬀ \u2028 \ufeff \U0010fffd"

    development = desk.record("call-held", summary=words)

    assert desk.read(development)["development"]["summary"] == words


OTHER_TYPES = [
    None,
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "json",
    "*/*",
]


@pytest.mark.parametrize(("path", "content_type"), crossed(WRITES, OTHER_TYPES))
def test_a_body_of_another_type_is_refused(busy_desk, held, path, content_type):
    refusal = refused(busy_desk, path.format(held=held), b"{}", content_type=content_type)

    assert refusal.told == (415, "unsupported-media-type")
    assert "expected Content-Type: application/json" in refusal.detail
    assert refusal.response.headers["Accept"] == "application/json"


@each_write
def test_a_body_in_a_coding_is_refused(busy_desk, held, path):
    refusal = refused(busy_desk, path.format(held=held), b"{}", content_encoding="gzip")

    assert refusal.told == (415, "unsupported-media-type")
    assert refusal.response.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"]
)
def test_json_may_be_spelled_in_any_case_and_with_parameters(desk, content_type):
    response = desk.post("/v1/dossiers", b'{"id": "lake", "title": "Lake"}', content_type=content_type)

    assert response.status_code == 201


# Size: the busy desk takes 64 KiB at most.


@each_write
def test_a_body_over_the_limit_is_refused_by_its_announced_length(busy_desk, held, path):
    refusal = refused(busy_desk, path.format(held=held), b" " * 65_537)

    assert refusal.told == (413, "body-too-large")
    assert refusal.body["limit"] == 65_536


@each_write
def test_a_body_over_the_limit_is_refused_that_does_not_say_its_length(busy_desk, held, path):
    def chunks() -> Iterator[bytes]:
        for _ in range(1_000):
            yield b" " * 8_192

    headers = {
        "Authorization": f"Bearer {busy_desk.token}",
        "Content-Type": "application/json",
        "If-Match": '"1"',
    }
    with busy_desk.nothing_recorded():
        response = busy_desk.client.post(path.format(held=held), content=chunks(), headers=headers)
        refusal = busy_desk.refused(response)

    assert "content-length" not in response.request.headers
    assert refusal.told == (413, "body-too-large")


def test_a_body_up_to_the_limit_is_read(busy_desk):
    body = b'{"title": "Lake"}'

    refusal = refused(busy_desk, "/v1/dossiers", body + b" " * (65_536 - len(body)))

    assert refusal.told == (422, "invalid-request")


def test_a_long_body_is_read_as_strictly_as_a_short_one(busy_desk):
    long = b" " * LONGEST_ON_THE_LOOP

    assert refused(busy_desk, "/v1/dossiers", b'{"id": NaN}' + long).told == (400, "malformed-body")
    assert refused(busy_desk, "/v1/dossiers", b'{"id": 1}' + long).told == (422, "invalid-request")


def test_a_long_telling_is_taken(desk):
    words = [{"by": "XA", "label": "x" * 9_000}] * 9

    assert desk.try_recording("call-held", characterised_as=words).status_code == 201


def test_chunks_are_one_body(desk):
    body = b'{"id": "lake", "title": "Lake"}'
    headers = {"Authorization": f"Bearer {desk.token}", "Content-Type": "application/json"}

    response = desk.client.post("/v1/dossiers", content=iter([body[:7], body[7:]]), headers=headers)

    assert response.status_code == 201


def test_the_telling_of_the_examples_is_far_below_the_depth(desk):
    assert desk.post(f"/v1/dossiers/{desk.dossier}/developments", telling("call-held")).status_code == 201


def test_a_caller_who_leaves_in_the_middle_of_a_body_is_no_fault(tmp_path, caplog):
    """Over a real connection: the announced body never comes."""
    app = create_app(settings_for(tmp_path / "record.db"))
    with serving(app, listen("127.0.0.1")) as address:
        url = urlsplit(address)
        with socket.create_connection((url.hostname, url.port)) as caller:
            caller.sendall(
                b"POST /v1/dossiers HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
                b"Content-Length: 50\r\n\r\n{"
            )
        assert httpx2.get(f"{address}/v1/dossiers").json()["position"] == 0

    assert [one for one in caplog.records if one.levelname == "ERROR"] == []
