"""Tokens of an OpenID Connect issuer: a small real one on loopback, and those that it has not signed."""

import json
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient

from domain.access import Grant
from service.access.issuer import Issuer, IssuerUnreachable
from service.app import create_app
from tests.service.api.desk import DOSSIER
from tests.service.stores import settings_for

KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
STRANGER = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
CURVE = ec.generate_private_key(ec.SECP256R1())
SIGNED = {"KEY": (KEY, "RS256"), "CURVE": (CURVE, "ES256")}


class _Answers(BaseHTTPRequestHandler):
    """The two documents that a service asks an issuer for."""

    def do_GET(self):
        here = f"http://127.0.0.1:{self.server.server_port}"
        documents = {
            "/.well-known/openid-configuration": {"issuer": here, "jwks_uri": f"{here}/keys"},
            "/keys": json.loads(keys_of(*SIGNED)),
        }
        self.server.asked.append(self.path)
        body = self.server.instead.get(self.path, json.dumps(documents[self.path]).encode())
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


def _public(algorithm, name):
    key, signs = SIGNED[name]
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": name, "alg": signs, "use": "sig"}


class Server(ThreadingHTTPServer):
    """A small issuer; what it answers can be put in the place of its documents."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked, self.instead = [], {}

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture(scope="module")
def serving():
    with Server() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def server(serving):
    """The issuer, as it answers from the beginning."""
    serving.asked.clear()
    serving.instead.clear()
    return serving


@pytest.fixture
def address(server):
    return server.address


def claims(address, **told):
    now = datetime.now(UTC)
    own = {
        "iss": address,
        "aud": "depositary",
        "sub": "ada@example.org",
        "iat": now,
        "exp": now + timedelta(hours=1),
    }
    return {name: value for name, value in {**own, **told}.items() if value is not None}


def token(address, key="KEY", named=None, **told):
    signing, algorithm = SIGNED[key]
    return jwt.encode(claims(address, **told), signing, algorithm, headers={"kid": named or key})


def keys_of(*names):
    algorithms = {"KEY": jwt.algorithms.RSAAlgorithm, "CURVE": jwt.algorithms.ECAlgorithm}
    return json.dumps({"keys": [_public(algorithms[name], name) for name in names]}).encode()


@pytest.fixture
def issuer(address):
    return Issuer(address, "depositary", lambda: datetime.now(UTC), roles="depositary_roles")


@pytest.mark.parametrize("key", SIGNED)
def test_a_token_that_the_issuer_signed_says_who_it_is(issuer, address, key):
    assert issuer.known(token(address, key)) is None, "it has not been verified yet"

    signed = token(address, key)
    assert issuer.verify(signed).principal == "ada@example.org"
    assert issuer.known(signed).principal == "ada@example.org"


def test_a_claim_of_roles_gives_those_that_are_roles_here(issuer, address):
    roles = ["editor:lake", "reader", "king", "editor:Not A Slug", 7]

    assert issuer.verify(token(address, depositary_roles=roles)).grants == {
        Grant(role="editor", dossier="lake"),
        Grant(role="reader"),
    }


def forged(address):
    """What nobody should be let in by."""
    now, own = datetime.now(UTC), claims(address)
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    yield "of another key", jwt.encode(own, STRANGER, "RS256", headers={"kid": "KEY"})
    yield "of a key that is not known", jwt.encode(own, STRANGER, "RS256", headers={"kid": "STRANGER"})
    yield "without a signature", jwt.encode(own, None, "none", headers={"kid": "KEY"})
    yield "signed with the public key as a secret", _hmac(own, public)
    yield "for somebody else", token(address, aud="another-service")
    yield "for nobody", token(address, aud=None)
    yield "of another issuer", token(address, iss="https://issuer.example")
    yield "that has ended", token(address, exp=now - timedelta(minutes=5))
    yield "without an end", token(address, exp=None)
    yield "that is not good yet", token(address, nbf=now + timedelta(minutes=5))
    yield "without a subject", token(address, sub=None)
    yield "of an empty subject", token(address, sub=" ")
    yield "that names a key of another kind", token(address, "CURVE", "KEY")
    yield "that names a key of the other kind", token(address, "KEY", "CURVE")
    yield "that ends where no clock shows", token(address, exp=2**60)
    yield "that was made later than now", token(address, iat=now + timedelta(hours=1))
    yield "of a subject that no record can name", token(address, sub="ada\0")
    yield "of a subject without end", token(address, sub="a" * 10_001)
    yield "of a subject that is a number", token(address, sub=7)
    yield "whose header has no end", "eyJ" + "W1tb" * 4_000 + ".e30.e30"
    yield "whose claims were altered", _altered(token(address))
    yield "that is none", "a.b.c"
    yield "that is too long", "a." + "b" * 20_000 + ".c"


def _hmac(own, secret):
    """What the library itself would refuse to sign."""
    import hmac
    from base64 import urlsafe_b64encode

    def part(value):
        return urlsafe_b64encode(json.dumps(value, default=lambda one: int(one.timestamp())).encode()).rstrip(
            b"="
        )

    signed = part({"alg": "HS256", "kid": "KEY", "typ": "JWT"}) + b"." + part(own)
    digest = urlsafe_b64encode(hmac.digest(secret, signed, "sha256")).rstrip(b"=")
    return (signed + b"." + digest).decode()


def _altered(signed):
    header, body, signature = signed.split(".")
    other = jwt.encode({"sub": "eve"}, "x" * 32, "HS256").split(".")[1]
    assert other != body
    return f"{header}.{other}.{signature}"


def test_what_the_issuer_did_not_sign_for_this_service_lets_nobody_in(issuer, address):
    let_in = [what for what, forgery in forged(address) if issuer.verify(forgery) is not None]

    assert let_in == []


def test_a_token_is_forgotten_when_it_ends(address):
    now = [datetime.now(UTC)]
    issuer = Issuer(address, "depositary", lambda: now[0])
    signed = token(address)
    issuer.verify(signed)
    now[0] += timedelta(hours=2)

    assert issuer.known(signed) is None


def test_a_token_is_good_no_longer_than_the_key_that_signed_it(server, address, monkeypatch):
    """The issuer takes back a key that has leaked; what was signed with it goes by its end no more."""
    monkeypatch.setattr("service.access.issuer.KEYS_KEPT", 0.01)
    now = [datetime.now(UTC)]
    issuer = Issuer(address, "depositary", lambda: now[0])
    signed = token(address)
    assert issuer.judge(signed).principal == "ada@example.org"
    server.instead["/keys"] = keys_of("CURVE")
    sleep(0.02)
    now[0] += timedelta(seconds=1)

    assert issuer.known(signed) is not None, "what is under way goes on"
    assert issuer.is_due(signed)
    assert issuer.judge(signed) is None


def test_what_was_good_before_is_good_while_the_issuer_is_away(server, address, monkeypatch):
    monkeypatch.setattr("service.access.issuer.KEYS_KEPT", 0.01)
    now = [datetime.now(UTC)]
    issuer = Issuer(address, "depositary", lambda: now[0])
    signed = token(address)
    assert issuer.judge(signed) is not None
    server.instead["/keys"] = b"<html>Back soon</html>"
    sleep(0.02)
    now[0] += timedelta(seconds=1)

    assert issuer.judge(signed).principal == "ada@example.org"
    with pytest.raises(IssuerUnreachable):
        issuer.judge(token(address, sub="bert@example.org"))


def test_a_new_key_of_the_issuer_is_found(server, address, monkeypatch):
    monkeypatch.setattr("service.access.issuer.KEYS_SOUGHT", 0)
    server.instead["/keys"] = keys_of("KEY")
    issuer = Issuer(address, "depositary", lambda: datetime.now(UTC))
    assert issuer.verify(token(address)) is not None
    assert issuer.verify(token(address, "CURVE")) is None
    server.instead["/keys"] = keys_of("KEY", "CURVE")

    assert issuer.verify(token(address, "CURVE")) is not None


def test_nobody_has_the_issuer_asked_for_keys_without_end(server, issuer, address):
    assert issuer.verify(token(address)) is not None
    for n in range(20):
        assert issuer.verify(token(address, named=f"no key {n}")) is None

    assert server.asked.count("/keys") == 1


@pytest.mark.parametrize("document", ["/keys", "/.well-known/openid-configuration"])
@pytest.mark.parametrize("answer", [b"<html>", b"\xff", b"[" * 100_000], ids=["page", "bytes", "deep"])
def test_an_issuer_that_answers_something_else_is_not_asked_by_each_who_comes(
    server, issuer, address, document, answer
):
    server.instead[document] = answer
    for _ in range(3):
        with pytest.raises(IssuerUnreachable):
            issuer.verify(token(address))

    assert server.asked.count(document) == 1


def test_what_another_issuer_says_of_its_keys_is_not_taken(server, issuer, address):
    told = {"issuer": "https://issuer.example", "jwks_uri": f"{address}/keys"}
    server.instead["/.well-known/openid-configuration"] = json.dumps(told).encode()

    with pytest.raises(IssuerUnreachable):
        issuer.verify(token(address))


@pytest.mark.parametrize("ending", ["", "/"])
def test_an_issuer_is_called_as_it_calls_itself(server, ending):
    """Some have a stroke at their end, and it counts in what they sign."""
    called = server.address + ending
    told = {"issuer": called, "jwks_uri": f"{server.address}/keys"}
    server.instead["/.well-known/openid-configuration"] = json.dumps(told).encode()
    issuer = Issuer(called, "depositary", lambda: datetime.now(UTC))

    assert issuer.verify(token(called)) is not None
    assert issuer.verify(token(server.address + "/"[: 1 - len(ending)])) is None


def test_an_issuer_that_is_away_is_said_to_be_away():
    with pytest.raises(IssuerUnreachable):
        Issuer("http://127.0.0.1:9", "depositary", lambda: datetime.now(UTC)).verify(
            token("http://127.0.0.1:9")
        )


@pytest.fixture
def client(address, tmp_path):
    settings = settings_for(tmp_path / "record.db", issuer=address, issuer_roles="depositary_roles")
    with TestClient(create_app(settings)) as client:
        yield client


def test_whoever_the_issuer_knows_may_do_what_is_granted_here_or_by_the_claim(client, address):
    def opened(**told):
        return client.post(
            "/v1/dossiers", json=DOSSIER, headers={"Authorization": f"Bearer {token(address, **told)}"}
        ).status_code

    assert opened() == 403, "known, and nobody here"
    assert opened(depositary_roles=["recorder"]) == 403
    assert opened(depositary_roles=["editor"]) == 201
    client.app.state.record.administration.grant("bert@example.org", Grant(role="editor"), "root")
    assert opened(sub="bert@example.org") == 200
    (change,) = client.get(f"/v1/dossiers/{DOSSIER['id']}/changes").json()["changes"]
    assert change["recorded_by"] == "ada@example.org"


def test_a_token_of_nobody_is_refused_as_any_is(client, address):
    for _, forgery in forged(address):
        response = client.post("/v1/dossiers", json=DOSSIER, headers={"Authorization": f"Bearer {forgery}"})
        assert (response.status_code, response.json()["type"]) == (401, "/problems/unauthorized")
