"""Tokens: who may write."""

import json
import os
from stat import S_IMODE

import pytest

from service.tokens import PREFIX, Tokens


@pytest.fixture
def file(tmp_path):
    return tmp_path / "record.db.tokens"


def test_a_token_is_its_principals(file):
    tokens = Tokens(file)
    ada, bert = tokens.issue("ada"), tokens.issue("bert")

    assert (tokens.principal(ada), tokens.principal(bert)) == ("ada", "bert")
    assert ada != bert
    assert ada.startswith(PREFIX)


@pytest.mark.parametrize("nobodys", ["", "depositary_", "depositary_x", "ada", "å", "\x00", "a" * 10_000])
def test_what_is_nobodys_token_is_nobodys(file, nobodys):
    tokens = Tokens(file)
    assert tokens.principal(nobodys) is None

    tokens.issue("ada")
    assert tokens.principal(nobodys) is None


def test_the_file_holds_digests_and_no_token(file):
    token = Tokens(file).issue("ada")

    assert token.removeprefix(PREFIX) not in file.read_text()
    ((digest, principal),) = json.loads(file.read_text()).items()
    assert principal == "ada"
    assert len(digest) == 64
    assert Tokens(file).principal(digest) is None, "who can read the file cannot write with it"


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077], ids=oct)
def test_only_its_owner_can_read_the_file(file, mask):
    before = os.umask(mask)
    try:
        Tokens(file).issue("ada")
        Tokens(file).issue("bert")
    finally:
        os.umask(before)

    assert S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == [file.name], "nothing else is left behind"


def test_a_file_that_others_could_read_is_replaced_by_one_that_they_cannot(file):
    file.write_text("{}")
    file.chmod(0o644)
    Tokens(file).issue("ada")

    assert S_IMODE(file.stat().st_mode) == 0o600


def test_to_issue_again_is_to_replace(file):
    tokens = Tokens(file)
    first, bert = tokens.issue("ada"), tokens.issue("bert")
    second = tokens.issue("ada")

    assert tokens.principal(first) is None
    assert (tokens.principal(second), tokens.principal(bert)) == ("ada", "bert")


def test_what_another_process_issues_is_seen_at_once(file):
    here, there = Tokens(file), Tokens(file)
    for turn in range(50):
        token = there.issue("ada")
        assert here.principal(token) == "ada", turn
        token = here.issue("bert")
        assert there.principal(token) == "bert", turn


def test_what_is_edited_by_hand_is_seen_at_once(file):
    tokens = Tokens(file)
    token = tokens.issue("ada")
    file.write_text(file.read_text().replace('"ada"', '"grace"'))

    assert tokens.principal(token) == "grace"


def test_who_is_struck_off_may_no_longer_write(file):
    tokens = Tokens(file)
    token = tokens.issue("ada")
    file.unlink()

    assert tokens.principal(token) is None


def test_who_has_a_token_is_listed_and_can_be_struck_off(file):
    tokens = Tokens(file)
    ada, bert = tokens.issue("ada"), tokens.issue("bert")

    assert Tokens(file).principals() == ("ada", "bert")
    assert tokens.revoke("ada")
    assert not tokens.revoke("ada")
    assert (tokens.principal(ada), tokens.principal(bert)) == (None, "bert")
    assert Tokens(file).principals() == ("bert",)
