"""What `depositary` says of itself: every command helps with examples, and the examples run as they stand."""

import json
import os
import signal
import subprocess
from inspect import getdoc
from pathlib import Path

import pytest

from service.app import create_app
from service.cli import COMMANDS, HELP
from service.cli.lazily import examples_of
from service.client import Client
from service.keyfiles import make_key
from service.serving import listen, serving
from service.settings import Settings
from tests.service.cli.calling import PROGRAM, call, call_apart, commands, examples, printed, words_of
from tests.service.recording import ROOT
from tests.tokens import token_for

pytestmark = pytest.mark.sqlite
EVERY = dict(commands())
GAZETTE = {"outlet": "The Port Solace Gazette (invented)"}
GOES_ON = {"serve"}
"""What ends only when it is told to."""
NOT_FOR_MACHINES = {
    *(("serve",), ("demo",), ("export",), ("checkpoint",)),
}
"""What answers nobody, what was exported, or a signed note."""


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_helps_and_has_an_example(words):
    shown = " ".join(printed(*words, "--help", env={"COLUMNS": "1000", "TERMINAL_WIDTH": "1000"}).split())

    assert examples_of(EVERY[words])
    for example in examples_of(EVERY[words]):
        assert example.startswith(" ".join(["depositary", *words]))
        assert " ".join(example.split()) in shown
    assert ("--json" in shown) == (words not in NOT_FOR_MACHINES)


@pytest.mark.parametrize("one", [one for one in COMMANDS if (one.name,) in EVERY], ids=lambda one: one.name)
def test_a_command_is_listed_with_how_its_own_help_begins(one):
    own = " ".join((getdoc(EVERY[one.name,]) or "").split())

    assert own.startswith(one.help.rstrip("."))


def test_the_list_of_commands_says_where_and_the_exit_codes():
    shown = " ".join(printed("--help").split())

    for name in (one.name for one in COMMANDS):
        assert f"│ {name} " in shown
    for words in ("--at, or in DEPOSITARY_AT", "0 done; 1 refused", "2 not carried out"):
        assert words in " ".join(HELP.split())


@pytest.mark.slow
def test_the_list_is_shown_without_loading_the_program():
    code = (
        "import sys\nfrom service.cli import app\n"
        "try: app(['--help'])\nfinally: print('loaded:', *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([PROGRAM[0], "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.partition("loaded: ")[2].split())

    heavy = {"fastapi", "eventsourcing", "uvicorn", "psycopg", "pydantic", "httpx2", "domain", "projections"}
    assert "typer" in loaded
    assert loaded & heavy == set()


@pytest.fixture
def street(tmp_path, monkeypatch):
    """Where the examples are at home: a demonstration that is served, and the files that they name."""
    monkeypatch.chdir(tmp_path)
    for shown in ("seeds", "docs"):
        (tmp_path / shown).symlink_to(ROOT / shown)
    (tmp_path / "var").mkdir()
    race = {"kind": "other-development", "label": "A race", "occurred": "2021", "sources": [GAZETTE]}
    Path("race.json").write_text(json.dumps(race))
    Path("lake.ndjson").write_text(json.dumps(race) + "\n")
    settings = Settings.of(Path("var/demo.db"))
    key = make_key(settings.log_key_file, "demo.depositary.example/record").verifier.format()
    app = create_app(settings)
    token = token_for(app.state.settings, "me", "admin")
    printed("export", "--record", "var/demo.db", "--out", "record.jsonl")
    with serving(app, listen("127.0.0.1")) as url, Client(url, token) as client:
        monkeypatch.setenv("DEPOSITARY_URL", url)
        monkeypatch.setenv("DEPOSITARY_TOKEN", token)
        printed("load", "seeds/ua-ru-2025.yaml")
        client.open_dossier({"id": "lake", "title": "The talks on the lake (invented)"})
        letter = {**race, "content": "The pilot Orsolin is unwell.", "personal": ["/content"]}
        said = client.record("lake", letter)
        Path("R.json").write_text(json.dumps(client.get("/v1/dossiers/lake/timeline", receipt="true")))
        Path("checkpoint.txt").write_text(client.text("/checkpoint"))
        webhook = client.post("/v1/webhooks", {"url": "https://newsroom.example/lake", "wanted": {}})["id"]
        other = client.post("/v1/administration/tokens", {"principal": "bert"})["id"]
        moment = client.get("/v1/dossiers")["known_at"]
        yield {"ID": str(said.id), "KEY": key, "MOMENT": moment, "WEBHOOK": webhook, "TOKEN": other} | {
            "DEPOSITARY_URL": url
        }


@pytest.mark.slow
def test_the_examples_run_as_they_stand(street):
    for example in examples():
        words, source = words_of(example, street)
        if words[0] not in GOES_ON:
            code, _, errors = call(*words, told=Path(source).read_bytes() if source else None)
            assert code == 0, f"{example}\n{errors}"


@pytest.mark.slow
def test_a_service_is_served_until_it_is_told_to_stop(tmp_path):
    (example,) = examples_of(EVERY["serve",])
    words, _ = words_of(example.replace("8000", "0"), {})
    with subprocess.Popen(
        [*PROGRAM, *words],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OTEL_TRACES_EXPORTER": "pigeons"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        logged = [json.loads(process.stdout.readline())]
        while "running on http://127.0.0.1:" not in logged[-1]["event"]:
            logged.append(json.loads(process.stdout.readline()))
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
    assert logged[0]["event"] == "no traces: OTEL_TRACES_EXPORTER is to be otlp, console or none"
    assert process.returncode in {0, -signal.SIGTERM}
    assert (tmp_path / "lake.db").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("depositary as-of excha", {"exchanges", "exchanges/series"}),
        ("depositary kinds agreement-re", {"agreement-reached", "agreement-rejected"}),
        ("depositary record lake --kind call", {"call-held"}),
        ("depositary say re", {"resolve", "refuse", "retract", "reinstate"}),
        ("depositary tok", {"token"}),
        ("depositary token re", {"revoke"}),
        ("depositary history --js", {"--json"}),
    ],
)
def test_the_shell_completes_commands_options_views_kinds_and_sayings(typed, offered):
    words = typed.split()
    done = call_apart(_DEPOSITARY_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=str(len(words) - 1))

    assert set(done.stdout.split()) == offered, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--help"], 0, ""),
        (["dossiers", "--at", "http://127.0.0.1:1"], 2, "no service answers at http://127.0.0.1:1"),
        (["dossiers", "--nonsense"], 2, "No such option"),
        (["dossier"], 2, "Did you mean 'dossiers'?"),
        (["as-of", "cease", "lake"], 2, "'cease' is no view; did you mean 'ceasefire'?"),
        (["rebuild", "--at", "http://127.0.0.1:1"], 2, "this works on the record itself, a file or a DSN"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_exit_codes_tell_what_came_of_it_and_no_traceback_is_shown(words, code, says):
    done = call_apart(*words)

    assert done.returncode == code, done.stderr
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
