"""Signed notes: those of Go and of the specification, and whatever is not quite one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.log.errors import BadSignature, Malformed, NoKnownSigner
from service.log.notes import (
    LONGEST_NOTE,
    MOST_SIGNATURES,
    Note,
    Signature,
    SigningKey,
    VerifierKey,
    open_note,
    parse_signatures,
    sign,
)

# The example in the documentation of golang.org/x/mod/sumdb/note, and Enoch Root's from its tests.
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBw"
    "JnAM=\n"
)
ENOCHS_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ"
    "=\n"
)
PETERS_OWN = SigningKey.parse(
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
)
PETER = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
ENOCH = VerifierKey.parse("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")

NOTE = f"{TEXT}\n{PETERS_LINE}".encode()
BY_BOTH = f"{TEXT}\n{PETERS_LINE}{ENOCHS_LINE}".encode()

ADA = SigningKey("ada.example", bytes([1]) * 32)
BERT = SigningKey("bert.example", bytes([2]) * 32)


def in_note(*lines, text=TEXT):
    return (text + "\n" + "".join(lines)).encode()


def test_a_note_is_signed_as_go_signs_it():
    assert sign(TEXT, PETERS_OWN).format() == NOTE


def test_a_note_is_opened_by_those_who_trust_a_signer():
    opened = open_note(BY_BOTH, [PETER])

    assert opened.text == TEXT
    assert [one.name for one in opened.signatures] == ["PeterNeumann"]
    assert [one.name for one in open_note(BY_BOTH, [ENOCH, PETER]).signatures] == [
        "PeterNeumann",
        "EnochRoot",
    ]


def test_the_note_of_the_c2sp_specification_is_read():
    """Its text has an empty line of its own. No key is published with it."""
    note = (
        "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
        "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcX"
        "xj99ihAQwaqP3ZekRwNtIc=\n"
    ).encode()
    read = Note.parse(note)

    assert read.text.endswith("sole:\n\ned è subito sera.\n")
    assert [(one.name, len(one.value)) for one in read.signatures] == [("quasimodo.example/salvatore", 64)]
    assert read.format() == note


def test_who_trusts_none_of_the_signers_opens_nothing():
    with pytest.raises(NoKnownSigner, match="in the name of PeterNeumann, EnochRoot"):
        open_note(BY_BOTH, [ADA.verifier])
    with pytest.raises(NoKnownSigner):
        open_note(NOTE, [])


@pytest.mark.parametrize("place", range(4, 68))
def test_a_trusted_key_with_a_wrong_signature_is_an_error_whoever_else_has_signed(place):
    note = Note.parse(BY_BOTH)
    peters, enochs = note.signatures
    value = bytearray(peters.value)
    value[place - 4] ^= 1
    wrong = Signature(peters.name, peters.key_id, bytes(value))
    for signatures in [(wrong,), (wrong, enochs), (enochs, wrong), (peters, wrong), (wrong, peters)]:
        with pytest.raises(BadSignature, match=r"PeterNeumann\+c74f20a3"):
            open_note(Note(TEXT, signatures).format(), [PETER, ENOCH])


@pytest.mark.parametrize("value", [b"x", bytes(63), bytes(65), bytes(64)])
def test_a_signature_of_another_length_is_wrong(value):
    with pytest.raises(BadSignature):
        open_note(Note(TEXT, (Signature("PeterNeumann", PETER.key_id, value),)).format(), [PETER])


def test_a_text_that_was_altered_is_not_opened():
    for place in range(len(TEXT)):
        altered = TEXT[:place] + chr(ord(TEXT[place]) ^ 1) + TEXT[place + 1 :]
        with pytest.raises((BadSignature, Malformed)):
            open_note(in_note(PETERS_LINE, text=altered), [PETER])


def test_a_key_that_shares_only_its_name_or_its_id_is_another_key():
    peters = Note.parse(NOTE).signatures[0]
    others = (Signature("PeterNeumann", b"1234", b"?" * 64), Signature("Peter", peters.key_id, b"?" * 64))

    assert open_note(Note(TEXT, (*others, peters)).format(), [PETER]).signatures == (peters,)
    with pytest.raises(NoKnownSigner):
        open_note(Note(TEXT, others).format(), [PETER])


def test_a_key_that_is_no_point_of_the_curve_verifies_nothing():
    off = VerifierKey("off.example", b"\xff" * 32)
    with pytest.raises(BadSignature):
        open_note(Note(TEXT, (Signature(off.name, off.key_id, bytes(64)),)).format(), [off])


def test_two_trusted_keys_that_cannot_be_told_apart_are_a_mistake():
    class Impostor:
        name, key_id = PETER.name, PETER.key_id

    with pytest.raises(ValueError, match="two trusted keys"):
        open_note(NOTE, [PETER, Impostor()])
    assert open_note(NOTE, [PETER, PETER]).text == TEXT


def test_a_signature_that_is_repeated_counts_once():
    assert len(open_note(in_note(PETERS_LINE, PETERS_LINE), [PETER]).signatures) == 1


def test_a_new_signature_takes_the_place_of_the_keys_old_one():
    wrong = Signature(ADA.name, ADA.verifier.key_id, bytes(64))
    note = Note(TEXT, (wrong, BERT.sign(TEXT))).plus(ADA.sign(TEXT))

    assert [one.name for one in note.signatures] == [BERT.name, ADA.name]
    assert len(open_note(note.format(), [ADA.verifier, BERT.verifier]).signatures) == 2


@given(
    st.text(st.characters(exclude_categories=["Cs"])).map(
        lambda text: "".join(letter for letter in text if letter >= " " or letter == "\n") + "\n"
    )
)
def test_whatever_text_is_signed_is_opened_as_it_was(text):
    opened = open_note(sign(text, ADA, BERT).format(), [BERT.verifier])

    assert opened == Note(text, (BERT.sign(text),))


@pytest.mark.parametrize("text", ["", "abc", "a\r\n", "a\tb\n", "\x00\n", "\x1f\n", "\ud800\n", "a\n\x0b"])
def test_what_no_note_can_hold_is_not_signed(text):
    with pytest.raises(Malformed):
        sign(text, ADA)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n",
        b"\n\n",
        TEXT.encode(),
        in_note(),
        PETERS_LINE.encode(),
        b"\n" + PETERS_LINE.encode(),
        NOTE[:-1],
        NOTE + b"\n",
        NOTE + b"\n\n",
        NOTE + b" ",
        b"\x01" + NOTE,
        b"\xff" + NOTE,
        b"\xed\xa0\x80" + NOTE,
        b"\xc0\x8a" + NOTE,
        NOTE.replace(b"\n", b"\r\n"),
        NOTE.replace(b"\n\n", b"\n"),
        NOTE.replace(b"\n\n", b"\n \n"),
        in_note("—PeterNeumann " + PETERS_LINE[15:]),
        in_note("- " + PETERS_LINE[2:]),
        in_note(" " + PETERS_LINE),
        in_note(PETERS_LINE[:-1] + " \n"),
        in_note(PETERS_LINE[:-1] + "\r\n"),
        in_note(PETERS_LINE.replace("Neumann", " Neumann")),
        in_note(PETERS_LINE.replace("Neumann", "+Neumann")),
        in_note(PETERS_LINE.replace("Neumann", "\u00a0Neumann")),
        in_note(PETERS_LINE.replace("PeterNeumann ", " ")),
        in_note(PETERS_LINE.replace("PeterNeumann ", "")),
        in_note(PETERS_LINE.replace(" x08go", "  x08go")),
        in_note("— PeterNeumann\n"),
        in_note("— PeterNeumann \n"),
        in_note("— PeterNeumann x08goA==\n"),
        in_note("— PeterNeumann x08g\n"),
        in_note(PETERS_LINE.replace("nAM=", "nAN=")),
        in_note(PETERS_LINE.replace("nAM=", "nAM")),
        in_note(PETERS_LINE.replace("nAM=", "nAM==")),
        in_note(PETERS_LINE.replace("/", "_")),
        in_note(PETERS_LINE, "Unexpected line.\n"),
        in_note(PETERS_LINE, "\n"),
        in_note(*MOST_SIGNATURES * [PETERS_LINE], PETERS_LINE),
        in_note(PETERS_LINE, text="a" * LONGEST_NOTE + "\n"),
    ],
)
def test_what_is_no_note_is_refused(note):
    with pytest.raises(Malformed):
        open_note(note, [PETER])


def test_a_note_may_have_many_signatures():
    """The specification asks for at least sixteen."""
    others = [Signature(f"n{number}.example", b"1234", b"?" * 3000) for number in range(MOST_SIGNATURES - 1)]

    assert open_note(Note(TEXT, (*others, *Note.parse(NOTE).signatures)).format(), [PETER]).text == TEXT


@given(st.binary(max_size=200))
def test_nothing_but_a_note_is_read(data):
    for note in (data, NOTE[: len(data)] + data, in_note(PETERS_LINE) + data):
        try:
            read = Note.parse(note)
        except Malformed:
            continue
        assert read.format() == note


def test_a_witness_answers_with_the_lines_alone():
    assert parse_signatures(PETERS_LINE + ENOCHS_LINE) == Note.parse(BY_BOTH).signatures
    for lines in ("", PETERS_LINE[:-1], "\n", PETERS_LINE + "\n"):
        with pytest.raises(Malformed):
            parse_signatures(lines)
