"""The commands of the README's walk-through, run as they stand there, answer what it says they answer."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

README = Path(__file__).parent.parent / "README.md"
MARK = "=====next-command====="


@dataclass
class Shown:
    """A command, and the lines that the README shows as its answer; … stands for anything."""

    command: str
    answer: list[str] = field(default_factory=list)

    def matches(self, printed: str) -> bool:
        pattern = "\n".join(re.escape(line).replace("…", ".*") for line in self.answer)
        return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def commands_in(text: str) -> list[Shown]:
    """The commands of a text's console blocks, each with what the text shows as its answer."""
    shown: list[Shown] = []
    for line in "\n".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL)).splitlines():
        if line.startswith("$ "):
            shown.append(Shown(line[2:]))
        elif line.startswith("> "):
            shown[-1].command += "\n" + line[2:]
        elif line:
            shown[-1].answer.append(line)
    return shown


def assert_answered(shown: list[Shown], environment, directory):
    """Run the commands one after the other in one shell, and compare every answer."""
    done = subprocess.run(
        ["bash", "-c", f"\necho {MARK}\n".join(one.command for one in shown)],
        cwd=directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    printed = done.stdout.split(f"{MARK}\n")
    assert len(printed) == len(shown)
    for one, answer in zip(shown, printed, strict=True):
        assert one.matches(answer), f"$ {one.command}\n{answer}\ninstead of\n{one.answer}"


@pytest.fixture
def demonstration(tmp_path):
    """`depositary demo`, as `make demo` starts it, in a directory of its own and on a free port."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with subprocess.Popen(
        ["depositary", "demo", "--port", "0"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if served := re.match(r"Serving at (\S+) until interrupted", line):
                yield {**environment, "DEPOSITARY_URL": served[1]}, tmp_path, "".join(lines)
                break
        else:
            pytest.fail("".join(lines))
        process.terminate()


def test_the_commands_of_the_readme_answer_what_it_says(demonstration):
    environment, directory, _ = demonstration
    shown = commands_in(README.read_text())
    assert len(shown) > 20
    assert_answered(shown, environment, directory)


def test_the_python_of_the_readme_prints_what_its_comments_say(demonstration):
    environment, directory, _ = demonstration
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    issue = ["depositary", "token", "issue", "me", "--database", "var/demo.db"]
    token = subprocess.run(
        issue, cwd=directory, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=directory,
        env={**environment, "DEPOSITARY_TOKEN": token, "PYTHONPATH": str(README.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == re.findall(r"print\(.*\)  # (.*)", code), done.stderr
    assert len(done.stdout.splitlines()) > 5


def test_the_demonstration_prints_what_the_record_answers(demonstration):
    _, _, printed = demonstration
    for title in ("Ceasefire status", "Cumulative exchanges", "Planned steps", "History of"):
        assert title in printed
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in printed.splitlines() if "│" in line]
    ceasefire = {row[0]: row[1] for row in rows if len(row) == 5 and row[0]}
    assert ceasefire["2025-05-15"] == "none"
    assert ceasefire["2025-05-16"] == ceasefire["2025-05-19"] == "under_discussion"
    stages = {(row[0], row[1]): (row[3], row[4]) for row in rows if len(row) == 6 and row[0]}
    assert stages["2025-06-08", "all"] == ("0", "3")
    assert stages["2025-06-14", "all for all"] == ("4", "0")
    assert stages["2025-06-26", "all"] == ("7", "3")


def test_run_twice_it_starts_from_the_record_that_it_finds(tmp_path):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = ["depositary", "demo", "--once", "--port", "0"]
    runs = [
        subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    first, second = (run.stdout.split("\n\n", 1)[1] for run in runs)
    assert first == second


def test_a_port_that_is_taken_is_said_in_words(demonstration):
    environment, directory, _ = demonstration
    port = environment["DEPOSITARY_URL"].rpartition(":")[2]
    done = subprocess.run(
        ["depositary", "demo", "--once", "--port", port],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "choose another --port" in done.stderr
