"""Cosignatures: one of a running witness, the specification's, and whatever is not quite one."""

from struct import pack

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from service.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from service.log.cosignature import LATEST, Cosignature, CosigningKey, WitnessKey, cosignatures
from service.log.errors import BadSignature, Malformed, NoKnownSigner
from service.log.notes import Note, Signature, SigningKey, parse_signatures, sign

# A checkpoint of a staging log of Certificate Transparency, as it stood in May 2026, with a cosignature of
# the witness remora.n621.de. Its key is in transparency-dev/formats, note/note_cosigv1_test.go.
COSIGNED = Note.parse(
    """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVk\
jZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0\
WBxtqB0DrAWfBw==
""".encode()
)
REMORA = WitnessKey.parse("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2")

# The example of c2sp.org/tlog-cosignature, and the message that it says is signed.
SPECIFIED = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
SPECIFIED_LINE = (
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ"
    "qhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
SPECIFIED_TIME = 1_679_315_147

LOG = SigningKey("depositary.example", bytes([1]) * 32)
WITNESS = CosigningKey("witness.example", bytes([2]) * 32)
OTHER = CosigningKey("other.example", bytes([3]) * 32)
CHECKPOINT = Checkpoint("depositary.example", 42, bytes(32), ("an extension",))
TEXT = CHECKPOINT.format()
NOTE = sign_checkpoint(CHECKPOINT, LOG)


def test_a_cosignature_of_a_running_witness_is_verified():
    assert cosignatures(COSIGNED, [REMORA]) == (Cosignature("remora.n621.de", 1_779_573_024),)


def test_the_specifications_cosignature_has_its_time_where_it_belongs():
    """No key is published with it."""
    (signature,) = parse_signatures(SPECIFIED_LINE)

    assert signature.value[:8] == pack(">Q", SPECIFIED_TIME)
    assert len(signature.value) == 8 + 64


def test_what_is_signed_is_what_the_specification_says():
    signature = WITNESS.cosign(SPECIFIED, SPECIFIED_TIME)
    message = f"cosignature/v1\ntime 1679315147\n{SPECIFIED}".encode()

    assert signature.value[:8] == pack(">Q", SPECIFIED_TIME)
    Ed25519PublicKey.from_public_bytes(WITNESS.verifier.public).verify(signature.value[8:], message)


@pytest.mark.parametrize("time", [0, 1, SPECIFIED_TIME, LATEST])
def test_who_has_cosigned_and_when(time):
    note = NOTE.plus(OTHER.cosign(TEXT, time + 1 if time < LATEST else 0), WITNESS.cosign(TEXT, time))

    assert cosignatures(note, [WITNESS.verifier]) == (Cosignature("witness.example", time),)
    assert len(cosignatures(note, [WITNESS.verifier, OTHER.verifier])) == 2
    assert open_checkpoint(note.format(), CHECKPOINT.origin, [LOG.verifier]) == CHECKPOINT


def test_nobody_has_cosigned_what_only_the_log_has_signed():
    assert cosignatures(NOTE, [WITNESS.verifier]) == ()


def test_a_cosignature_is_not_the_logs_signature():
    alone = Note(TEXT, (WITNESS.cosign(TEXT, 1),)).format()
    with pytest.raises(NoKnownSigner):
        open_checkpoint(alone, CHECKPOINT.origin, [LOG.verifier])


def test_a_key_signs_as_a_log_or_as_a_witness_and_one_is_not_taken_for_the_other():
    """Even where somebody uses one seed for both, under one name."""
    log, witness = SigningKey("one", bytes(32)), CosigningKey("one", bytes(32))
    plain = sign(TEXT, log).signatures[0]
    with pytest.raises(BadSignature):
        witness.verifier.verify(TEXT, plain.value)
    with pytest.raises(BadSignature):
        witness.verifier.verify(TEXT, bytes(8) + plain.value)
    with pytest.raises(BadSignature):
        log.verifier.verify(TEXT, witness.cosign(TEXT, 0).value[8:])


def test_every_byte_of_a_cosignature_counts():
    good = WITNESS.cosign(TEXT, SPECIFIED_TIME)
    for place in range(len(good.value)):
        value = bytearray(good.value)
        value[place] ^= 0x80
        wrong = Signature(good.name, good.key_id, bytes(value))
        with pytest.raises(BadSignature, match=r"witness\.example"):
            cosignatures(NOTE.plus(wrong), [WITNESS.verifier])


def test_a_time_beyond_the_latest_is_refused_although_it_was_signed(monkeypatch):
    monkeypatch.setattr("service.log.cosignature.LATEST", 2**64 - 1)
    signature = WITNESS.cosign(TEXT, LATEST + 1)
    monkeypatch.undo()
    with pytest.raises(BadSignature):
        cosignatures(NOTE.plus(signature), [WITNESS.verifier])


@pytest.mark.parametrize("value", [b"x", bytes(8), bytes(71), bytes(72), bytes(73)])
def test_a_cosignature_of_another_length_is_wrong(value):
    with pytest.raises(BadSignature):
        cosignatures(NOTE.plus(Signature(WITNESS.name, WITNESS.verifier.key_id, value)), [WITNESS.verifier])


@pytest.mark.parametrize(
    "other",
    [
        Checkpoint("depositary.example", 43, bytes(32), ("an extension",)),
        Checkpoint("depositary.example", 42, bytes([1]) * 32, ("an extension",)),
        Checkpoint("depositary2.example", 42, bytes(32), ("an extension",)),
        Checkpoint("depositary.example", 42, bytes(32), ("another",)),
        Checkpoint("depositary.example", 42, bytes(32)),
    ],
)
def test_a_cosignature_is_of_one_checkpoint(other):
    with pytest.raises(BadSignature):
        cosignatures(sign_checkpoint(other, LOG).plus(WITNESS.cosign(TEXT, 1)), [WITNESS.verifier])


def test_a_witness_cosigns_nothing_but_checkpoints():
    with pytest.raises(Malformed):
        WITNESS.cosign("Good day.\n", 1)
    with pytest.raises(Malformed):
        WITNESS.verifier.verify("Good day.\n", bytes(72))


@pytest.mark.parametrize("time", [-1, LATEST + 1])
def test_a_time_that_cannot_be_written_is_refused(time):
    with pytest.raises(ValueError, match="time"):
        WITNESS.cosign(TEXT, time)
