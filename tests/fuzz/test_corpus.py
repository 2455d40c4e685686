"""What fuzzing begins with, and what it once found, is read as its readers say; `make fuzz` looks further."""

from pathlib import Path

import jwt
import pytest

from tests.fuzz.targets import ISSUER, SIGNING, TARGETS, TOKEN

CORPUS = Path(__file__).parent / "corpus"


@pytest.mark.parametrize(
    "seed", sorted(CORPUS.glob("*/*")), ids=lambda file: f"{file.parent.name}/{file.name}"
)
def test_a_seed_is_read_or_refused_in_the_words_of_its_reader(seed):
    TARGETS[seed.parent.name](seed.read_bytes())


def test_a_token_among_the_seeds_is_good():
    """So what is made up from it comes to what is said of good ones too."""
    claims = (CORPUS / "token" / "claims").read_bytes()

    assert ISSUER.verify(jwt.PyJWS().encode(claims, SIGNING, "EdDSA", headers=TOKEN)).principal == "ada"


def test_every_target_has_seeds():
    assert {folder.name for folder in CORPUS.iterdir()} == TARGETS.keys()
