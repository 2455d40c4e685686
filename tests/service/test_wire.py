"""What comes before a request is known, or does not come: bounded, and over a real connection."""

import socket
from contextlib import suppress
from time import monotonic
from urllib.parse import urlsplit

import httpx2
import pytest

from service.app import create_app
from service.serving import listen, serving
from service.wire import LARGEST_HEAD
from tests.service.stores import settings_for

pytestmark = pytest.mark.sqlite
HEAD = b"GET /v1/health/live HTTP/1.1\r\nHost: here\r\n"
LENGTHY = 8 * 2**20
"""Bytes, far over the bound, and more than the sockets between hold."""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    app = create_app(settings_for(tmp_path_factory.mktemp("wire") / "record.db"))
    with serving(app, listen("127.0.0.1")) as address:
        yield address


def connected(service):
    url = urlsplit(service)
    connection = socket.create_connection((url.hostname, url.port), timeout=10)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
    return connection


def answered(connection):
    """All that is answered, until the service ends the connection."""
    told = b""
    with suppress(ConnectionError):
        while piece := connection.recv(65_536):
            told += piece
    return told


def sent(connection, lot, much=LENGTHY):
    """How much of something that does not end is taken, in bytes."""
    taken = 0
    with suppress(ConnectionError):
        while taken < much:
            connection.sendall(lot)
            taken += len(lot)
    return taken


ENDLESS = {
    "one field": (HEAD + b"X-Long: ", b"x" * 65_536),
    "fields": (HEAD, b"X-Many: y\r\n" * 6_000),
    "an address": (b"GET /v1/health/live?", b"x" * 65_536),
    "trailers": (
        HEAD.replace(b"GET", b"POST") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n",
        b"X: y\r\n" * 10_000,
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_has_no_end_is_not_taken_in(service, what):
    begins, goes_on = ENDLESS[what]
    with connected(service) as connection:
        connection.sendall(begins)

        assert sent(connection, goes_on) < LENGTHY
    assert httpx2.get(f"{service}/v1/health/live").status_code == 200


def test_a_head_over_the_bound_is_told_so(service):
    with connected(service) as connection:
        connection.sendall(HEAD)
        for _ in range(2):
            connection.sendall(b"X-Long: " + b"x" * LARGEST_HEAD + b"\r\n")

        assert answered(connection).startswith(b"HTTP/1.1 431 ")


def test_a_head_below_the_bound_is_answered_also_where_it_comes_in_pieces(service):
    with connected(service) as connection:
        for piece in (HEAD, b"X-Long: ", *[b"x" * 1_000] * 40, b"\r\nConnection: close\r\n", b"\r\n"):
            connection.sendall(piece)

        assert answered(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("begun", [b"", HEAD, b"\r\n" * 7])
def test_who_says_nothing_is_not_waited_for(service, monkeypatch, begun):
    monkeypatch.setattr("service.wire.LONGEST_HEAD", 0.2)
    began = monotonic()
    with connected(service) as connection:
        connection.sendall(begun)

        assert answered(connection) == b""
    assert monotonic() - began < 5


def test_who_has_been_answered_and_says_nothing_more_is_not_waited_for(service, monkeypatch):
    with connected(service) as connection:
        connection.sendall(HEAD + b"\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        monkeypatch.setattr("service.wire.LONGEST_HEAD", 0.2)
        connection.sendall(HEAD)

        assert b"HTTP" not in answered(connection)


@pytest.mark.parametrize(("announced", "status"), [(50, 408), (10**9, 413)])
def test_a_body_that_does_not_come_is_not_waited_for(service, monkeypatch, announced, status):
    monkeypatch.setattr("service.api.limits.LONGEST", 0.2)
    with connected(service) as connection:
        fields = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n{" % announced
        connection.sendall(b"POST /v1/dossiers HTTP/1.1\r\nHost: here\r\n" + fields)

        assert connection.recv(65_536).startswith(b"HTTP/1.1 %d " % status)


def test_who_follows_the_feed_is_not_cut_off_by_the_patience_with_bodies(service, monkeypatch):
    monkeypatch.setattr("service.api.limits.LONGEST", 0.1)
    monkeypatch.setattr("service.wire.LONGEST_HEAD", 0.1)
    with connected(service) as connection:
        connection.sendall(b"GET /v1/feed HTTP/1.1\r\nHost: here\r\n\r\n")
        told = b""
        while b"following" not in told:
            told += connection.recv(65_536)
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(65_536)


AMBIGUOUS = {
    "two framings": b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "a list of lengths": b"Content-Length: 2, 2\r\n\r\n{}",
    "a length with a sign": b"Content-Length: +2\r\n\r\n{}",
    "a coding that is none": b"Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "chunked, and not at the end": b"Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a size of a chunk that is none": b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "a folded field": b"X-One: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
    "a space before a colon": b"Content-Length : 2\r\n\r\n{}",
    "a zero in a field": b"X-One: a\0b\r\nContent-Length: 2\r\n\r\n{}",
    "lines without a return": b"X-One: a\nContent-Length: 2\n\n{}",
}
HIDDEN = b"GET /v1/health/live HTTP/1.1\r\nHost: here\r\n\r\n"
"""What a proxy that reads the request otherwise would take for a part of it."""


@pytest.mark.parametrize("how", AMBIGUOUS)
def test_what_a_proxy_may_read_otherwise_is_refused_and_the_connection_ended(service, how):
    with connected(service) as connection:
        connection.sendall(b"POST /v1/dossiers HTTP/1.1\r\nHost: here\r\n" + AMBIGUOUS[how] + HIDDEN)
        told = answered(connection)

    assert told.startswith(b"HTTP/1.1 400 ")
    assert told.count(b"HTTP/1.1 ") == 1
