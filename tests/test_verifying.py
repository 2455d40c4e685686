"""The commands of docs/verifying.md, run as they stand there, answer what it says they answer."""

import re

import pytest

from service.log.form import Form, canonical, commit
from service.log.tree import leaf_hash
from tests.test_readme import README, assert_answered, commands_in, demonstration  # noqa: F401 - a fixture

GUIDE = README.parent / "docs" / "verifying.md"


@pytest.mark.slow
def test_the_guide_answers_what_it_says(demonstration):  # noqa: F811 - the fixture
    environment, directory, _ = demonstration
    (script,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    (directory / "stranger.py").write_text(script)
    shown = commands_in(GUIDE.read_text())
    assert len(shown) > 10
    assert_answered(shown, environment, directory)


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
