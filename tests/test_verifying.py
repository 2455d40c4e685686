"""The commands of docs/verifying.md, run as they stand there, answer what it says they answer."""

import re
import subprocess

import pytest

from service.log.form import Form, canonical, commit
from service.log.tree import leaf_hash
from tests.test_readme import MARK, README, Shown, demonstration  # noqa: F401 - a fixture

GUIDE = README.parent / "docs" / "verifying.md"


def shown():
    """The commands, each with what the guide shows as its answer."""
    found: list[Shown] = []
    for line in "\n".join(re.findall(r"```console\n(.*?)```", GUIDE.read_text(), re.DOTALL)).splitlines():
        if line.startswith("$ "):
            found.append(Shown(line[2:]))
        elif line.startswith("> "):
            found[-1].command += "\n" + line[2:]
        elif line:
            found[-1].answer.append(line)
    return found


@pytest.mark.slow
def test_the_guide_answers_what_it_says(demonstration):  # noqa: F811 - the fixture
    environment, directory, _ = demonstration
    (script,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    (directory / "stranger.py").write_text(script)
    commands = shown()
    done = subprocess.run(
        ["bash", "-c", f"\necho {MARK}\n".join(one.command for one in commands)],
        cwd=directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    printed = done.stdout.split(f"{MARK}\n")
    assert len(printed) == len(commands) > 10
    for one, answer in zip(commands, printed, strict=True):
        assert one.matches(answer), f"$ {one.command}\n{answer}\ninstead of\n{one.answer}"


def test_the_form_entry_and_leaf_of_the_guide_are_those_of_the_service():
    guide = GUIDE.read_text()
    form = Form(
        position=7,
        principal="ada",
        recorded_at="2025-06-14T12:00:00.000000Z",
        state='{"label":"İstanbul"}',
        stream="8d9f3c1e-6a52-4f0b-9c4d-2b7e5a1f0c38",
        topic="call-held",
        version=1,
    )
    entry = commit(form, bytes(range(32)))

    assert canonical(form).decode() in guide
    assert f"entry  {entry.hex()}" in guide
    assert f"leaf   {leaf_hash(entry).hex()}" in guide
