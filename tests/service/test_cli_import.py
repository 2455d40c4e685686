"""`depositary import`: a file of developments, each line is recorded once, however the connection breaks."""

import json
import os
import pty
import subprocess
import sys
from contextlib import ExitStack, closing

import pytest
from typer.testing import CliRunner

from service.app import create_app
from service.cli import app
from service.cli.importing import MOST_TOLD
from service.client import Client, Refused
from service.sending import MOST_BYTES, MOST_LINES, Sending, _pieces
from service.serving import listen, serving
from tests.service.api.desk import DOSSIER, telling
from tests.service.recording import ROOT, in_threads, wait_until
from tests.service.store.test_full_disk import no_room
from tests.service.stores import settings_for
from tests.service.wire import wire
from tests.tokens import token_for

CALL = telling("call-held")
WRONG = telling("call-held", occurred="2021-02-30")
SOON = (0.01, 0.01, 0.01)


@pytest.fixture
def application(tmp_path):
    return create_app(settings_for(tmp_path / "record.db"))


@pytest.fixture
def service(application, monkeypatch):
    """The address of a service with one dossier opened; the environment names it and a token."""
    token = token_for(application.state.settings)
    with serving(application, listen("127.0.0.1")) as url:
        monkeypatch.setenv("DEPOSITARY_URL", url)
        monkeypatch.setenv("DEPOSITARY_TOKEN", token)
        with Client(url, token) as client:
            client.post("/v1/dossiers", DOSSIER)
        yield url


@pytest.fixture
def file(tmp_path):
    return tmp_path / "spring.ndjson"


def write(file, lines):
    file.write_bytes(b"".join(line if isinstance(line, bytes) else as_line(line) for line in lines))
    return file


def as_line(told):
    return json.dumps(told).encode() + b"\n"


def labelled(numbers):
    return [telling("other-development", label=f"line {number}") for number in numbers]


def run(*arguments, told=None, dossier=DOSSIER["id"]):
    """Call the command; its exit code, what it printed, and what it printed as errors."""
    named = ["import", *map(str, arguments), *(["--dossier", dossier] if dossier else [])]
    done = CliRunner().invoke(app, named, input=told)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def run_json(*arguments, told=None):
    code, out, errors = run(*arguments, "--json", told=told)
    assert errors == ""
    return code, json.loads(out)


def labels(url):
    """What is on record, in the order in which it was recorded."""
    with Client(url) as client:
        _, *lines = [json.loads(line) for line in client.lines(f"/v1/dossiers/{DOSSIER['id']}/export")]
    ordered = sorted(lines, key=lambda line: line["said"][0]["position"])
    return [line["development"].get("label") for line in ordered]


# A file


def test_every_line_is_recorded_in_the_order_of_the_file(service, file):
    code, out, errors = run(write(file, labelled(range(1, 6))))

    assert (code, out, errors) == (
        0,
        "Into solace-2021: 5 recorded, 0 on record before, 0 refused.\n",
        "",
    )
    assert labels(service) == [f"line {number}" for number in range(1, 6)]


def test_the_same_file_again_records_nothing_twice(service, file):
    run(write(file, labelled(range(5))))
    code, out, _ = run(file)

    assert (code, out) == (0, "Into solace-2021: 0 recorded, 5 on record before, 0 refused.\n")
    assert len(labels(service)) == 5


def test_lines_that_are_refused_are_told_with_their_numbers_and_the_others_are_recorded(service, file):
    code, out, errors = run(write(file, [CALL, WRONG, b"\n", b"{\n", CALL]))

    assert code == 1
    assert out == "Into solace-2021: 2 recorded, 0 on record before, 2 refused.\n"
    assert "line 2: /occurred: '2021-02-30' is not a date in EDTF" in errors
    assert "line 4: the body is not JSON" in errors
    assert "Correct what was refused where it stands" in errors


def test_of_many_refused_lines_some_are_told_and_all_are_counted(service, file):
    code, out, errors = run(write(file, [WRONG] * (MOST_TOLD + 5)))

    assert code == 1
    assert f"{MOST_TOLD + 5} refused" in out
    assert errors.count("\nline ") + errors.startswith("line ") == MOST_TOLD
    assert f"Only the first {MOST_TOLD} are told of." in errors


def test_a_corrected_file_is_imported_under_the_key_of_the_first_time(service, file):
    _, first = run_json(write(file, [CALL, WRONG, CALL]))
    code, second = run_json(write(file, [CALL, CALL, CALL]), "--key", first["key"])

    assert (code, second["recorded"], second["repeated"]) == (0, 1, 2)


def test_for_machines_it_is_summed_up_in_json(service, file):
    code, summary = run_json(write(file, [CALL, WRONG, b"\n", CALL]))

    (refusal,) = summary.pop("refusals")
    assert code == 1
    assert summary.pop("key").startswith("import-")
    assert summary == {"lines": 4, "recorded": 2, "repeated": 0, "refused": 1, "position": 3}
    assert (refusal["line"], refusal["status"], refusal["problem"]["type"]) == (
        2,
        422,
        "/problems/invalid-request",
    )


def test_the_key_is_made_of_the_content_and_the_dossier(service, file):
    keys = [run_json(write(file, told))[1]["key"] for told in ([CALL], [CALL, CALL], [CALL])]
    with Client(service, os.environ["DEPOSITARY_TOKEN"]) as client:
        client.post("/v1/dossiers", {**DOSSIER, "id": "lake"})
    _, out, _ = run(file, "--json", "--dossier", "lake", dossier=None)

    assert keys[0] == keys[2] != keys[1]
    assert json.loads(out)["recorded"] == 1
    assert json.loads(out)["key"] not in keys


def test_what_comes_before_a_line_can_be_left_out(service, file):
    write(file, labelled(range(1, 6)))
    code, summary = run_json(file, "--from-line", 4)
    _, whole = run_json(file)

    assert (code, summary["lines"], summary["recorded"]) == (0, 2, 2)
    assert (whole["recorded"], whole["repeated"]) == (3, 2)
    assert labels(service) == ["line 4", "line 5", "line 1", "line 2", "line 3"]


def test_lines_are_read_from_standard_input_too(service):
    code, summary = run_json("-", told=b"".join(map(as_line, labelled([1, 2]))))

    assert (code, summary["recorded"]) == (0, 2)


def test_a_pipe_is_imported_as_it_runs(service):
    """It cannot be read twice, so the key is not made of its content; nor is its length known."""
    command = [sys.executable, "-c", "from service.cli import app; app()", "import", "-", "--json"]
    done = subprocess.run(
        [*command, "--dossier", DOSSIER["id"]],
        input=b"".join(map(as_line, labelled([1, 2]))),
        cwd=ROOT,
        capture_output=True,
        check=True,
    )

    assert json.loads(done.stdout)["recorded"] == 2
    assert labels(service) == ["line 1", "line 2"]


def test_more_than_a_piece_is_sent_in_pieces(service, file):
    lines = [as_line(WRONG)] * (2 * MOST_LINES + 10)
    code, summary = run_json(write(file, [as_line(CALL), *lines, as_line(CALL)]))

    assert (code, summary["lines"], summary["recorded"]) == (1, len(lines) + 2, 2)
    assert [one["line"] for one in summary["refusals"]] == list(range(2, 1_002))


def test_a_piece_has_a_bounded_size():
    small, large = [b"x"] * (MOST_LINES + 1), [b"x" * (MOST_BYTES // 2)] * 3

    assert [len(piece) for piece in _pieces(enumerate(small)) if piece] == [MOST_LINES, 1]
    assert [len(piece) for piece in _pieces(enumerate(large)) if piece] == [2, 1]
    assert [len(piece) for piece in _pieces(enumerate([b"x" * 2 * MOST_BYTES, b"y"])) if piece] == [1, 1]


def test_progress_is_shown_on_a_terminal(service, file):
    write(file, labelled(range(3)))
    mine, terminal = pty.openpty()
    command = [sys.executable, "-c", "from service.cli import app; app()", "import", str(file)]
    done = subprocess.run([*command, "--dossier", DOSSIER["id"]], cwd=ROOT, stderr=terminal, check=True)
    os.close(terminal)
    shown = os.read(mine, 65_536).decode()
    os.close(mine)

    assert done.returncode == 0
    assert "Importing" in shown
    assert "3 lines" in shown


# What cannot be carried out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--token", "depositary_nobody"], "the token is not valid here"),
        (["--at", "http://127.0.0.1:1"], "no service answers at http://127.0.0.1:1"),
        (["--key", "two words"], "Idempotency-Key: expected 1 to 255 visible characters"),
        (["--from-line", "0"], "from-line"),
    ],
)
def test_what_cannot_be_carried_out_says_why_and_records_nothing(service, file, arguments, words):
    code, out, errors = run(write(file, [CALL]), *arguments)

    assert (code, out) == (2, "")
    assert words in errors
    assert labels(service) == []


def test_a_dossier_that_is_not_open_is_said(service, file):
    code, _, errors = run(write(file, [CALL]), dossier="solace-2012")

    assert code == 2
    assert "did you mean 'solace-2021'?" in errors


def test_a_file_that_is_not_there_is_said(service):
    code, _, errors = run("nowhere.ndjson")

    assert code == 2
    assert "nowhere.ndjson" in errors


# A connection that breaks


def test_a_broken_connection_is_taken_up_again_where_it_broke(service, file):
    """Cut in the head of an answer, in the middle of a line, and between two."""
    write(file, labelled(range(1, 401)))
    with wire(service, 30_000, 20, 41_234) as broken:
        code, summary = run_json(file, "--at", broken.address)

    assert broken.connections == 4
    assert (code, summary["lines"], summary["recorded"], summary["repeated"]) == (0, 400, 400, 0)
    assert labels(service) == [f"line {number}" for number in range(1, 401)]


def test_whoever_comes_no_further_gives_up_and_says_how_to_go_on(service, file, monkeypatch):
    monkeypatch.setattr("service.cli.importing.Sending", lambda *given: Sending(*given, pauses=SOON))
    write(file, labelled(range(1, 401)))
    with wire(service, 30_000, *[20] * 100) as broken:
        code, out, errors = run(file, "--at", broken.address)
    key = errors.partition("--key ")[2].partition(".")[0]

    assert (code, out) == (2, "")
    assert broken.connections == 1 + len(SOON)
    assert "Answered up to line" in errors
    code, summary = run_json(file, "--key", key)
    assert (code, summary["recorded"] + summary["repeated"]) == (0, 400)
    assert labels(service) == [f"line {number}" for number in range(1, 401)]


@pytest.mark.sqlite
def test_a_service_that_cannot_write_for_the_moment_is_waited_for(service, application, file, caplog):
    write(file, labelled(range(1, 101)))
    full, ends = ExitStack(), []
    full.enter_context(no_room(application.state.record))
    with full, in_threads([lambda: ends.append(run_json(file))]):
        wait_until(lambda: "the store failed" in caplog.text)
        full.close()

    ((code, summary),) = ends
    assert (code, summary["recorded"], summary["refused"]) == (0, 100, 0)
    assert sorted(labels(service)) == sorted(f"line {number}" for number in range(1, 101))


def test_what_is_refused_for_good_is_not_tried_again(service):
    with Client(service, os.environ["DEPOSITARY_TOKEN"]) as client:
        sending = Sending(client, DOSSIER["id"], "two words", pauses=SOON)
        with (
            pytest.raises(Refused, match="visible characters"),
            closing(sending.send([(1, b"{}")])) as answers,
        ):
            next(answers)
