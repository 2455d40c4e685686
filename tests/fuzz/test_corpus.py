"""What fuzzing begins with, and what it once found, is read as its readers say; `make fuzz` looks further."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"


@pytest.mark.parametrize(
    "seed", sorted(CORPUS.glob("*/*")), ids=lambda file: f"{file.parent.name}/{file.name}"
)
def test_a_seed_is_read_or_refused_in_the_words_of_its_reader(seed):
    TARGETS[seed.parent.name](seed.read_bytes())


def test_every_target_has_seeds():
    assert {folder.name for folder in CORPUS.iterdir()} == TARGETS.keys()
