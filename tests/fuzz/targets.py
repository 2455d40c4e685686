"""What is fuzzed: what reads text of strangers. A crash is any error that its reader does not name.

Each target takes bytes. What it raises, or asserts in vain, is a finding. What is read well is held to
more: that it is written as it was read, and read again the same.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Request
from fastapi.security import HTTPBearer

from domain.access import Grant, RoleGranted
from domain.developments.base import Happening
from domain.errors import Invalid
from domain.personal import Marks
from domain.time import ImpossibleDate, parse_edtf
from domain.values import Value
from service.access.issuer import Issuer
from service.api.calling import SeenVersions, seen_versions
from service.api.cursors import ChangesCursor, Cursor, TimelineCursor
from service.api.importing import Clerk
from service.api.lines import Line, Splitter
from service.log.checkpoint import Checkpoint
from service.log.cosignature import WitnessKey
from service.log.errors import Malformed
from service.log.notes import Note, VerifierKey
from service.log.tiles import Bundle, Tile
from service.problems import INVALID, NO_VERSION, Problem

LONGEST_LINE = 4_096
CLERK = Clerk(None, None, "solace-2021", "ada", None, any_year=False, largest=LONGEST_LINE)  # type: ignore[arg-type]
"""It reads lines; nothing is recorded of what it reads."""


class Marked(Value):
    """What has marks."""

    personal: Marks


def edtf(data: bytes) -> None:
    """Dates as sources write them: read, or refused as `ImpossibleDate`."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        read = parse_edtf(text)
    except ImpossibleDate:
        return
    assert str(read) == text
    assert read.earliest is None or read.latest is None or read.earliest <= read.latest
    assert read.earliest is not None or read.latest is not None


def line(data: bytes) -> None:
    """Lines of an import: cut alike however they arrive, each a development or a problem that is told."""
    whole = Splitter(LONGEST_LINE, 1)
    lines = [*whole.split(data), *whole.rest()]
    pieces = Splitter(LONGEST_LINE, 1)
    cut = len(data) // 2
    assert [*pieces.split(data[:cut]), *pieces.split(data[cut:]), *pieces.rest()] == lines
    for one in lines[:8]:
        _read_line(one)


def _read_line(one: Line) -> None:
    read = CLERK._read(one)
    if not isinstance(read, Happening):
        assert 400 <= read.status < 500, read.body
        return
    again = CLERK._read(Line(1, read.model_dump_json(exclude_unset=True).encode()))
    assert again == read


def note(data: bytes) -> None:
    """Signed notes, checkpoints, keys and the names of tiles: read, or refused as `Malformed`."""
    with suppress(Malformed):
        read = Note.parse(data)
        assert Note.parse(read.format()) == read
        assert Checkpoint.parse(read.text).format() == read.text
    text = data.decode("utf-8", "replace")
    for form in (VerifierKey, WitnessKey):
        with suppress(Malformed):
            assert form.parse(text).format() == text
    for named in (Tile, Bundle):
        with suppress(Malformed):
            assert named.parse(text).path == text


def headers(data: bytes) -> None:
    """Authorization and If-Match: a token or none, versions or a problem."""
    authorization, _, if_match = data.partition(b"\n")
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"authorization", authorization), (b"if-match", if_match)],
    }
    request = Request(scope)
    credentials = _answer(HTTPBearer(auto_error=False)(request))
    if credentials is not None:
        assert credentials.scheme.lower() == "bearer"
        credentials.credentials.encode()  # as its digest is made
    try:
        seen: SeenVersions = _answer(seen_versions(request))
    except Problem as problem:
        if problem.kind not in {INVALID, NO_VERSION}:
            raise
        return
    assert seen.tags
    assert all(version > 0 for version in seen.versions)


def _answer(waiting: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine answers that waits for nothing."""
    try:
        waiting.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")


class _Keys(jwt.PyJWKClient):
    """The keys of an issuer that is not asked."""

    def fetch_data(self) -> Any:
        """The one of Ed25519, under the name of `TOKEN`."""
        return {"keys": [{**jwt.algorithms.OKPAlgorithm.to_jwk(SIGNING.public_key(), as_dict=True), **TOKEN}]}


class _Issuer(Issuer):
    def _key_client(self) -> jwt.PyJWKClient:
        return _Keys("https://issuer.example/keys", lifespan=1e9)


SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TOKEN = {"kid": "key"}
ISSUER = _Issuer(
    "https://issuer.example", "depositary", lambda: datetime(2031, 4, 1, tzinfo=UTC), roles="roles"
)


def token(data: bytes) -> None:
    """Tokens of an issuer: as they are sent, and of such claims signed. Nobody's, or of a name and an end."""
    signed = jwt.PyJWS().encode(data, SIGNING, "EdDSA", headers=TOKEN)
    for sent in (data.decode("latin-1"), signed):
        bearer = ISSUER.verify(sent)
        if bearer is not None:
            RoleGranted(by="fuzz", principal=bearer.principal, grant=Grant(role="reader"))
            assert bearer.expires_at.isoformat()
            assert len(bearer.grants) < len(data)


def places(data: bytes) -> None:
    """Where to go on or what is meant: cursors of pages, refused as `Invalid`, and JSON Pointers."""
    text = data.decode("utf-8", "surrogateescape")
    for form in (TimelineCursor, ChangesCursor):
        _read_cursor(form, text)
        _read_cursor(form, urlsafe_b64encode(data).decode().rstrip("="))
    try:
        (pointer,) = Marked(personal=(text,)).personal
    except ValueError:
        return
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    assert steps
    assert all(steps)
    assert re.sub("~[01]", "", pointer).count("~") == 0


def _read_cursor(form: type[Cursor], text: str) -> None:
    try:
        read = form.read(text)
    except Invalid:
        return
    assert form.read(str(read)) == read


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (edtf, line, note, headers, token, places)
}
