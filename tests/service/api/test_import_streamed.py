"""Import over a real connection: answered while more arrives, in constant memory, and broken off anywhere."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx2
import pytest

from service.app import create_app
from service.serving import listen, serving
from tests.service.api.desk import DOSSIER, telling
from tests.service.recording import wait_until
from tests.service.stores import settings_for
from tests.service.test_crash import service
from tests.tokens import token_for

PATH = f"/v1/dossiers/{DOSSIER['id']}/developments:import"
MEBIBYTE = 2**20
CALL = json.dumps(telling("call-held")).encode() + b"\n"


class Importer:
    """A client that sends and listens as it likes."""

    def __init__(self, address: str, token: str) -> None:
        self.url = urlsplit(address)
        self.address = address
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}

    @contextmanager
    def sending(self, **headers: str) -> Iterator[http.client.HTTPConnection]:
        """A connection with an import begun, of which no line is sent yet."""
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=60)
        connection.putrequest("POST", PATH)
        for name, value in {**self.headers, **headers, "Transfer-Encoding": "chunked"}.items():
            connection.putheader(name, value)
        connection.endheaders()
        try:
            yield connection
        finally:
            connection.close()

    def labels(self) -> list[str]:
        """What is on record, in the order in which it was recorded."""
        with httpx2.stream("GET", self.address + PATH.replace("developments:import", "export")) as response:
            lines = [json.loads(line) for line in response.iter_lines()][1:]
        ordered = sorted(lines, key=lambda line: line["said"][0]["position"])
        return [line["development"]["label"] for line in ordered]


def send(connection: http.client.HTTPConnection, piece: bytes) -> None:
    connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))


def send_until_closed(connection: http.client.HTTPConnection, piece: bytes) -> None:
    with suppress(OSError):
        send(connection, piece)


def labelled(number: int, size: int = 0) -> bytes:
    told = telling("other-development", label=f"line {number}", content="x" * size or None)
    return json.dumps(told).encode() + b"\n"


def begin(directory: Path) -> str:
    """A record with the dossier opened; a token for it."""
    token = token_for(settings_for(directory / "record.db"))
    with serving(create_app(settings_for(directory / "record.db")), listen("127.0.0.1")) as address:
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx2.post(f"{address}/v1/dossiers", json=DOSSIER, headers=headers).status_code == 201
    return token


@pytest.fixture
def importer(tmp_path) -> Iterator[Importer]:
    token = begin(tmp_path)
    app = create_app(settings_for(tmp_path / "record.db"))
    with serving(app, listen("127.0.0.1")) as address:
        yield Importer(address, token)


def test_a_line_is_answered_before_the_next_is_sent(importer):
    with importer.sending() as connection:
        send(connection, labelled(1))
        response = connection.getresponse()
        answers = [json.loads(response.readline())]
        for number in (2, 3, 4):
            send(connection, labelled(number))
            answers.append(json.loads(response.readline()))
        connection.send(b"0\r\n\r\n")
        last = json.loads(response.readline())

    assert [(one["line"], one["status"]) for one in answers] == [(1, 201), (2, 201), (3, 201), (4, 201)]
    assert last["recorded"] == 4
    assert importer.labels() == ["line 1", "line 2", "line 3", "line 4"]


def test_a_client_that_waits_to_be_told_to_send_is_told(importer):
    with importer.sending(Expect="100-continue") as connection:
        assert connection.sock.recv(1_024).startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
        send(connection, labelled(1))
        connection.send(b"0\r\n\r\n")
        assert json.loads(connection.getresponse().readlines()[-1])["recorded"] == 1


def test_a_client_that_sends_all_of_it_before_it_listens_is_answered(importer):
    """The answers are more than any connection holds by itself."""
    lines = 100_000
    with importer.sending() as connection:
        for _ in range(lines // 10_000):
            send(connection, b"[\n" * 10_000)
        connection.send(b"0\r\n\r\n")
        answers = connection.getresponse().read()

    assert len(answers) > 16 * MEBIBYTE
    assert answers.count(b"\n") == lines + 1
    assert json.loads(answers.splitlines()[-1])["refused"] == lines


def test_a_line_that_never_ends_is_refused_once_it_ends_and_kept_nowhere(importer):
    with importer.sending() as connection:
        for _ in range(64):
            send(connection, b"x" * MEBIBYTE)
        send(connection, b"\n" + labelled(2))
        connection.send(b"0\r\n\r\n")
        long, short, last = map(json.loads, connection.getresponse().readlines())

    assert (long["status"], long["problem"]["limit"], short["status"]) == (413, MEBIBYTE, 201)
    assert last["lines"] == 2


def test_whoever_leaves_in_the_middle_finds_what_was_answered_and_goes_on_from_there(importer, caplog):
    key = {"Idempotency-Key": "spring-2021"}
    with importer.sending(**key) as connection:
        send(connection, b"".join(map(labelled, range(1, 51))) + labelled(51)[:40])
        response = connection.getresponse()
        answers = [json.loads(response.readline()) for _ in range(50)]
        connection.sock.shutdown(socket.SHUT_RDWR)
    assert importer.labels() == [f"line {number}" for number in range(1, 51)]

    path = f"{importer.address}{PATH}?from_line=41"
    rest = b"".join(map(labelled, range(41, 61)))
    response = httpx2.post(path, content=rest, headers={**importer.headers, **key})
    *again, last = map(json.loads, response.text.splitlines())

    assert again[:10] == answers[40:]
    assert (last["recorded"], last["repeated"]) == (10, 10)
    assert importer.labels() == [f"line {number}" for number in range(1, 61)]
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


def test_whoever_leaves_stops_the_import_after_what_has_arrived(importer):
    """Of many lines that are being sent, those that nobody waits for are not recorded for long.

    What fits the buffers on the way has arrived, and that is a tenth of them at most.
    """
    lines = b"".join(map(labelled, range(1, 20_001)))
    with importer.sending() as connection:
        sender = Thread(target=send_until_closed, args=(connection, lines))
        sender.start()
        connection.getresponse().readline()
        connection.sock.shutdown(socket.SHUT_RDWR)
        sender.join(30)
    at_rest = [-1, 0]
    wait_until(lambda: at_rest.append(len(importer.labels())) or at_rest[-1] == at_rest[-2] == at_rest[-3])

    assert 1 <= at_rest[-1] < 2_000


@pytest.mark.slow
def test_memory_does_not_grow_with_the_lines(tmp_path):
    """A hundred megabytes of lines, of which every hundredth is recorded, in a process of its own."""
    token = begin(tmp_path)
    refused = json.dumps(telling("call-held", occurred="2021-02-30", summary="x" * 4_000)).encode() + b"\n"
    piece = refused * 99 + labelled(1, size=4_000)
    with service(tmp_path / "record.db") as (process, address):
        importer = Importer(address, token)

        def most_memory() -> int:
            status = Path(f"/proc/{process.pid}/status").read_text()
            return next(
                int(line.split()[1]) * 1_024 for line in status.splitlines() if line.startswith("VmHWM")
            )

        def send_lines(count: int) -> None:
            body = iter([piece] * (count // 100))
            response = httpx2.post(address + PATH, content=body, headers=importer.headers, timeout=120)
            last = json.loads(response.text.splitlines()[-1])
            assert (last["lines"], last["recorded"]) == (count, count // 100)

        send_lines(2_000)
        before = most_memory()
        send_lines(25_000)

        assert 25_000 * len(refused) > 100 * MEBIBYTE
        assert most_memory() - before < 10 * MEBIBYTE
