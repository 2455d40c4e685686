"""Nothing is sent where only this machine can reach, whatever name leads there."""

import asyncio
import socket
from contextlib import suppress
from ipaddress import ip_address, ip_network

import pytest

from domain.errors import Invalid
from service.settings import Settings
from service.webhooks.destinations import Destinations, is_public
from service.webhooks.sending import Sender
from tests.service.recording import in_threads
from tests.service.webhooks.receiving import receiver

pytestmark = pytest.mark.sqlite

REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.1.2.3 168.63.129.16
169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.192 192.0.2.1
192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
64:ff9b:1::a00:1 100::1 2001:db8::1 2001:0:4136:e378:8000:63bf:f5ff:fffe 2002:7f00:1:: 2002:a00:1::
2002:c0a8:1:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
""".split()
ALLOWED = "1.1.1.1 8.8.8.8 93.184.215.14 172.15.0.1 172.32.0.1 2606:4700:4700::1111 ::ffff:1.1.1.1".split()


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_of_the_whole_world_is_refused(address):
    assert not is_public(ip_address(address))
    assert not Destinations().allows(ip_address(address))


@pytest.mark.parametrize("address", ALLOWED)
def test_what_is_of_the_whole_world_is_allowed(address):
    assert Destinations().allows(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://newsroom.example/", "ftp://newsroom.example/", "https:///hook", "newsroom.example/hook",
        "https://me@newsroom.example/", "https://me:pw@newsroom.example/", "https://newsroom.example/#part",
        "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/meta-data", "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/", "https://newsroom.example:99999/", "https://newsroom.example:x/",
        "https://newsroom.example/a b", "https://newsroom.example\\@127.0.0.1/", "https://[::1",
        "javascript:1",
        "https://newsroom.example/\n", "https://é.example/", "https://newsroom.example/" + "x" * 2_000,
        "http://localhost/", "",
    ],
)  # fmt: skip
def test_an_address_that_nothing_may_be_sent_to_is_refused_with_its_place(url):
    with pytest.raises(Invalid) as refused:
        Destinations().require_url(url, "/url")
    assert refused.value.pointer == "/url"


def test_where_hosts_are_named_others_are_refused():
    destinations = Destinations(hosts=("newsroom.example", "*.archive.example"))
    for url in (
        "https://newsroom.example/a",
        "https://NEWSROOM.example/",
        "https://a.b.archive.example:8443/",
    ):
        destinations.require_url(url, "/url")
    for url in (
        "https://archive.example/",
        "https://newsroom.example.evil.example/",
        "https://evilarchive.example/",
    ):
        with pytest.raises(Invalid, match="sends to no host"):
            destinations.require_url(url, "/url")


def test_a_network_can_be_allowed_and_loopback_by_a_word_of_its_own():
    inside = Destinations(networks=(ip_network("10.20.0.0/16"),))
    here = Destinations(loopback=True)

    assert inside.allows(ip_address("10.20.3.4"))
    assert inside.allows(ip_address("::ffff:10.20.3.4"))
    assert not inside.allows(ip_address("10.21.0.1"))
    assert not inside.allows(ip_address("127.0.0.1"))
    assert here.allows(ip_address("127.0.0.1"))
    assert here.allows(ip_address("::1"))
    assert not here.allows(ip_address("10.0.0.1"))
    here.require_url("http://localhost:8080/hook", "/url")
    with pytest.raises(Invalid):
        here.require_url("http://newsroom.example/", "/url")


def test_the_settings_take_lists_by_commas(monkeypatch):
    monkeypatch.setenv("DEPOSITARY_WEBHOOK_HOSTS", "newsroom.example, *.archive.example")
    monkeypatch.setenv("DEPOSITARY_WEBHOOK_NETWORKS", "10.20.0.0/16,fd00:1::/32")
    monkeypatch.setenv("DEPOSITARY_WEBHOOK_RETRIES", "1,2.5")
    settings = Settings()

    assert settings.webhook_hosts == ("newsroom.example", "*.archive.example")
    assert settings.webhook_networks == (ip_network("10.20.0.0/16"), ip_network("fd00:1::/32"))
    assert settings.webhook_retries == (1.0, 2.5)


def sent(destinations, url):
    async def send():
        sender = Sender(destinations)
        try:
            return await sender.send(url, {}, b'{"id": "1"}')
        finally:
            await sender.close()

    return asyncio.run(send())


def leads_to(monkeypatch, *answers):
    """Have every name lead to the next of these addresses each time that it is looked up."""
    lookups, given = [], iter(answers)

    def look_up(host, port, *_, **__):
        lookups.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in next(given)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return lookups


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["10.0.0.7", "169.254.169.254"], ["0.0.0.0"]], ids=str)
def test_a_name_that_leads_inside_is_not_connected_to(monkeypatch, answer):
    with receiver() as received:
        leads_to(monkeypatch, answer)
        failure = sent(Destinations(), received.url.replace("127.0.0.1", "rebound.example"))

    assert "not to the public" in failure.words
    assert not any(one in failure.words for one in answer), "names of the network here are nobody's affair"
    assert received.arrived == []


def test_a_name_is_looked_up_once_and_what_was_judged_is_connected_to(monkeypatch):
    """Asked a second time, it would lead inside."""
    with receiver() as received:
        lookups = leads_to(monkeypatch, ["127.0.0.1"], ["10.0.0.7"])
        failure = sent(Destinations(loopback=True), received.url.replace("127.0.0.1", "rebound.example"))

    assert failure is None
    assert lookups == ["rebound.example"]
    assert [position for _, position in received.arrived] == [1]


def test_a_redirect_is_not_followed():
    with receiver() as received:
        received.answers = lambda position, times: 307
        failure = sent(Destinations(loopback=True), received.url)

    assert failure.words == "it answered 307"
    assert len(received.arrived) == 1


def test_of_an_answer_without_end_nothing_is_read_but_the_status():
    written = []

    def answer():
        connection, _ = listening.accept()
        with connection, suppress(ConnectionError):
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(10_000):
                connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
                written.append(65_536)

    with socket.create_server(("127.0.0.1", 0)) as listening, in_threads([answer]):
        failure = sent(Destinations(loopback=True), f"http://127.0.0.1:{listening.getsockname()[1]}/")

    assert failure is None
    assert sum(written) < 16 * 2**20


def test_who_answers_nothing_is_given_up_in_time(monkeypatch):
    monkeypatch.setattr("service.webhooks.sending.LONGEST", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        failure = sent(Destinations(loopback=True), f"http://127.0.0.1:{listening.getsockname()[1]}/")

    assert "Timeout" in failure.words or "within" in failure.words
