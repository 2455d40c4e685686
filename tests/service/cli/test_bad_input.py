"""What cannot be read, or leads elsewhere, ends a command with words, and not with a traceback."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from service.client import Client, Elsewhere, NotUnderstood
from tests.service.cli.calling import call, printed

pytestmark = pytest.mark.sqlite

DEEP = "[" * 5_000
MAPPING = "cases: [{tell: {kind: other-development, label: {column: what}}}]"
CALL = '{"kind": "call-held", "occurred": "2021-03-08", "parties": ["XA", "XB"]}'


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """A folder with a record, which the environment names, with one dossier in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEPOSITARY_AT", "lake.db")
    printed("open", "lake", "--title", "The lake (invented)")
    return tmp_path


@contextmanager
def a_page():
    """The address of something that answers, and is no Depositary; the tokens that it was sent."""
    tokens = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            tokens.append(self.headers.get("Authorization"))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<p>A page.</p>\n")

        do_POST = do_GET  # noqa: N815 - as the library has it

        def log_message(self, *_):
            """Nothing of it goes to the errors."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", tokens
        server.shutdown()


@pytest.mark.parametrize(
    ("command", "told", "says"),
    [
        (["record", "lake", "-"], DEEP, "the development is not JSON"),
        (["record", "lake", "-"], b"\xff{", "the development is not JSON"),
        (["record", "lake", "--kind", "other-development", "--label", "\udcff"], None, "is not UTF-8"),
        (["verify-receipt", "-", "--key", "x"], DEEP, "- is not JSON"),
        (["conformance", "http://127.0.0.1:1", "--yes"], None, "it takes a --token"),
    ],
)
def test_what_cannot_be_read_is_said(lake, command, told, says):
    code, out, errors = call(*command, told=told)

    assert (code, out) == (2, "")
    assert says in errors


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (DEEP, "nested too deep"),
        (b"\xff", "not YAML"),
        ("steps: [{record: {kind: x}, as: one}]", "line 1: a dossier is to be opened before this"),
        (
            "steps:\n- open: {id: cape, title: The cape}\n- record: {kind: x, label: !id none}\n  as: one",
            "line 3: nothing was recorded as 'none' before this",
        ),
    ],
)
def test_a_chronology_that_is_none_is_refused_with_the_line(lake, content, says):
    (lake / "steps.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    code, _, errors = call("load", "steps.yaml")

    assert code == 2
    assert says in errors


def test_a_dossier_that_a_chronology_opens_without_an_id_is_refused_by_the_service(lake):
    (lake / "steps.yaml").write_text("steps: [{open: {title: The cape (invented)}}]")

    assert call("load", "steps.yaml")[::2] == (1, "/id: required, and missing\n")


@pytest.mark.parametrize(
    ("table", "mapping", "says"),
    [
        (b"what\nA race\n", f"csv: {{encoding: klingon}}\n{MAPPING}", "expected an encoding of texts"),
        (b"what\nA race\n", f"csv: {{encoding: rot13}}\n{MAPPING}", "expected an encoding of texts"),
        (b"what\nA race\n", "cases: " + DEEP, "nested too deep"),
        ("what\nCaf\xe9\n".encode("latin-1"), MAPPING, "the table is not in UTF-8: say in the mapping"),
        (b"what;when\nA race;2021\n", MAPPING, "say `csv: {delimiter: ';'}`"),
        (b"", MAPPING, "the table is empty"),
    ],
)
def test_a_table_or_a_mapping_that_cannot_be_read_says_what_would_be_right(lake, table, mapping, says):
    (lake / "table.csv").write_bytes(table)
    (lake / "mapping.yaml").write_text(mapping)
    code, _, errors = call("import", "table.csv", "--mapping", "mapping.yaml", "--dossier", "lake")

    assert code == 2
    assert says in errors


@pytest.mark.parametrize(
    "command",
    [
        ["dossiers"],
        ["get", "/v1/dossiers"],
        ["record", "lake", CALL],
        ["token", "list"],
        ["import", "line.ndjson", "--dossier", "lake"],
        ["import", "line.ndjson", "--dossier", "lake", "--dry-run"],
    ],
    ids=" ".join,
)
def test_what_answers_and_is_no_depositary_is_not_taken_for_one(lake, command):
    (lake / "line.ndjson").write_text(CALL)
    with a_page() as (url, _):
        code, out, errors = call(*command, "--at", url)

    assert (code, out) == (2, "")
    assert "what answers there is no Depositary" in errors


def test_a_page_is_not_written_as_a_record(lake):
    with a_page() as (url, _):
        code, out, errors = call("export", "--record", url, "--out", "record.jsonl")

    assert (code, out) == (2, "")
    assert "no Depositary" in errors
    assert not (lake / "record.jsonl").exists()


def test_no_token_goes_anywhere_but_to_the_service(lake):
    with a_page() as (url, tokens):
        code, _, errors = call("get", f"{url}/v1/dossiers", "--token", "secret")
        with Client("http://127.0.0.1:1", "secret") as client:
            for ask in (client.get, client.text, lambda path: next(client.download(path))):
                with pytest.raises(Elsewhere):
                    ask(url)
            with pytest.raises(Elsewhere):
                next(client.lines(url))

    assert (code, tokens) == (2, [])
    assert "leads elsewhere" in errors


def test_the_client_says_that_it_does_not_understand():
    with a_page() as (url, _), Client(url) as client, pytest.raises(NotUnderstood, match="no Depositary"):
        client.dossiers()


def test_ids_stand_whole_in_the_tables_to_be_copied(lake):
    label = "A race of ferries from the eastern shore to Port Solace, and back again. " * 3
    body = {"kind": "other-development", "label": label, "occurred": "[2021-03-01..2021-03-09]"}
    given = json.dumps({**body, "sources": [{"outlet": "Lake Radio (invented)"}]})
    id_ = printed("record", "lake", given, "--only", "id").strip()
    says = json.dumps({"label": "Another race."})
    printed("say", "dispute", id_, "--by", "XB", "--says", says, "--reason", label, "--seen", 1)

    assert id_ in printed("as-of", "timeline", "lake")
    assert id_ in printed("as-of", "disputes", "lake")
