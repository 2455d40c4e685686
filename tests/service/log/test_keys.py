"""Keys as text: read and written as Go writes them, and nothing else taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.log.cosignature import CosigningKey, WitnessKey
from service.log.errors import Malformed
from service.log.keys import decode, encode
from service.log.notes import SigningKey, VerifierKey

# From the documentation and the tests of golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_OWN = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
WRONG_LENGTH = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="
WRONG_TYPE = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

# Of a running witness, from transparency-dev/formats, note/note_cosigv1_test.go.
REMORA = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"

KINDS = [(VerifierKey, PETER), (VerifierKey, ENOCH), (WitnessKey, REMORA), (SigningKey, PETERS_OWN)]
each_kind = pytest.mark.parametrize(("kind", "text"), KINDS)

names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1).map(
    lambda name: name.replace("+", "-")
)
seeds = st.binary(min_size=32, max_size=32)


@each_kind
def test_a_published_key_is_read_and_written(kind, text):
    assert kind.parse(text).format() == text


def test_a_key_has_the_published_id():
    assert VerifierKey.parse(PETER).key_id.hex() == "c74f20a3"
    assert WitnessKey.parse(REMORA).key_id.hex() == "da77ade7"


def test_the_private_key_leads_to_the_public_one():
    assert SigningKey.parse(PETERS_OWN).verifier.format() == PETER


@given(names, seeds)
def test_every_key_is_read_back(name, seed):
    for key in (SigningKey(name, seed), CosigningKey(name, seed)):
        assert type(key).parse(key.format()) == key
        assert type(key.verifier).parse(key.verifier.format()) == key.verifier


def test_one_key_used_for_two_purposes_has_two_ids():
    assert SigningKey("one", bytes(32)).verifier.key_id != CosigningKey("one", bytes(32)).verifier.key_id


@each_kind
def test_no_part_of_a_key_is_a_key(kind, text):
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            if end - start < len(text):
                with pytest.raises(Malformed):
                    kind.parse(text[start:end])


@each_kind
def test_a_key_with_one_letter_mistyped_is_refused(kind, text):
    for place, letter in enumerate(text):
        for other in {chr(ord(letter) + 1), letter.swapcase(), "+", " ", "\n", "é"} - {letter}:
            with pytest.raises(Malformed):
                kind.parse(text[:place] + other + text[place + 1 :])


@each_kind
@pytest.mark.parametrize("rest", ["\n", " ", "=", "+", "A", "AAAA", "\x00"])
def test_a_key_is_nothing_but_the_key(kind, text, rest):
    for changed in (text + rest, rest + text):
        with pytest.raises(Malformed):
            kind.parse(changed)


@pytest.mark.parametrize("text", [WRONG_LENGTH, WRONG_TYPE, REMORA, PETERS_OWN, "", "+", "++", "a+b+c"])
def test_what_is_no_ed25519_key_is_refused(text):
    with pytest.raises(Malformed):
        VerifierKey.parse(text)


@pytest.mark.parametrize("text", [PETER, "", "PRIVATE+KEY+", PETERS_OWN.lower()])
def test_what_is_no_signing_key_is_refused(text):
    with pytest.raises(Malformed):
        SigningKey.parse(text)


def test_a_key_for_one_purpose_is_not_taken_for_another():
    key = SigningKey("one", bytes(32))
    with pytest.raises(Malformed, match="no key of type 4"):
        WitnessKey.parse(key.verifier.format())
    with pytest.raises(Malformed, match="no key of type 4"):
        CosigningKey.parse(key.format())


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a+b", "a\n", "a\tb", "a\u00a0b", "a\u2028b", "\x00", "\ud800"]
)
@pytest.mark.parametrize("kind", [VerifierKey, SigningKey, WitnessKey, CosigningKey])
def test_what_cannot_be_a_name_is_refused(kind, name):
    with pytest.raises(Malformed, match="no name of a key"):
        kind(name, bytes(32))


@pytest.mark.parametrize("changed", [PETERS_OWN[:-1], PETERS_OWN + "=", PETERS_OWN.replace("c7", "c8")])
@pytest.mark.parametrize("kind", [SigningKey, VerifierKey, WitnessKey, CosigningKey])
def test_a_refusal_shows_no_part_of_a_private_key(kind, changed):
    with pytest.raises(Malformed) as refused:
        kind.parse(changed)

    seed = changed[changed.index("AYEK") :]
    assert not any(seed[place : place + 4] in str(refused.value) for place in range(len(seed) - 3))


def test_a_private_key_is_not_shown_in_passing():
    assert repr(SigningKey.parse(PETERS_OWN)) == "SigningKey(name='PeterNeumann')"
    assert repr(CosigningKey("w1", bytes(32))) == "CosigningKey(name='w1')"


# Base64


@given(st.binary(max_size=100))
def test_base64_is_read_back(value):
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    "text",
    ["A", "AA", "AAA", "AB==", "AAB=", "AA==\n", "AA==AA==", "=", "A===", "AA=", "A A=", "-_==", "é", "=AAA"],
)
def test_base64_has_one_spelling(text):
    with pytest.raises(Malformed):
        decode(text)
