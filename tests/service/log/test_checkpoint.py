"""Checkpoints: the specification's, one of a running log, and whatever is not quite one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.log.checkpoint import LARGEST_SIZE, Checkpoint, open_checkpoint, sign_checkpoint
from service.log.errors import BadSignature, Malformed, NoKnownSigner
from service.log.keys import decode
from service.log.notes import Note, SigningKey, VerifierKey, sign

# The example of c2sp.org/tlog-checkpoint.
SPECIFIED = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

# A checkpoint of a staging log of Certificate Transparency, as it stood in May 2026, with the log's key.
# The log has signed it twice: by a TreeHeadSignature of RFC 6962, which is unknown here, and by Ed25519.
STAGING = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllz\
alApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1\
bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0\
WBxtqB0DrAWfBw==
""".encode()
STAGING_KEY = VerifierKey.parse(
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
)

ORIGIN = "depositary.example/ua-ru-2025"
KEY = SigningKey(ORIGIN, bytes([1]) * 32)
OTHER_KEY = SigningKey("other.example", bytes([2]) * 32)
ROOT = bytes(range(32))
LINE = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
CHECKPOINT = Checkpoint(ORIGIN, 42, ROOT)

lines = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


def test_the_specifications_checkpoint_is_read_and_written():
    root = decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    checkpoint = Checkpoint("example.com/behind-the-sofa", 20_852_163, root)

    assert Checkpoint.parse(SPECIFIED) == checkpoint
    assert checkpoint.format() == SPECIFIED


def test_a_checkpoint_of_a_running_log_is_opened():
    opened = open_checkpoint(STAGING, STAGING_KEY.name, [STAGING_KEY])

    assert (opened.origin, opened.size) == (STAGING_KEY.name, 1_432_088_532)
    assert opened.root.hex().startswith("53b58cefd8ebcf28")


def test_it_is_not_opened_once_a_single_letter_was_altered():
    end = STAGING.index(b"\n\n")
    for place in range(end):
        altered = STAGING[:place] + bytes([STAGING[place] ^ 1]) + STAGING[place + 1 :]
        with pytest.raises((BadSignature, Malformed)):
            open_checkpoint(altered, STAGING_KEY.name, [STAGING_KEY])


@given(lines, st.integers(0, LARGEST_SIZE), st.binary(min_size=32, max_size=32), st.lists(lines, max_size=3))
def test_every_checkpoint_is_read_back(origin, size, root, extensions):
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))

    assert Checkpoint.parse(checkpoint.format()) == checkpoint
    assert open_checkpoint(sign_checkpoint(checkpoint, KEY).format(), origin, [KEY.verifier]) == checkpoint


def test_a_checkpoint_is_opened_by_any_key_of_its_log():
    note = sign_checkpoint(CHECKPOINT, OTHER_KEY, KEY).format()
    for keys in ([KEY.verifier], [OTHER_KEY.verifier], [KEY.verifier, OTHER_KEY.verifier]):
        assert open_checkpoint(note, ORIGIN, keys) == CHECKPOINT


def test_a_checkpoint_that_others_have_signed_is_not_opened():
    with pytest.raises(NoKnownSigner):
        open_checkpoint(sign_checkpoint(CHECKPOINT, OTHER_KEY).format(), ORIGIN, [KEY.verifier])


def test_a_checkpoint_of_another_log_is_not_opened_although_the_key_is_right():
    with pytest.raises(
        Malformed, match=r"of the log 'depositary.example/ua-ru-2025', not of 'other.example'"
    ):
        open_checkpoint(sign_checkpoint(CHECKPOINT, KEY).format(), "other.example", [KEY.verifier])


def test_a_signed_text_that_is_no_checkpoint_is_not_opened():
    with pytest.raises(Malformed):
        open_checkpoint(sign("Good day.\n", KEY).format(), ORIGIN, [KEY.verifier])


def test_a_signature_is_not_taken_from_one_checkpoint_to_another():
    signatures = sign_checkpoint(CHECKPOINT, KEY).signatures
    other = Note(Checkpoint(ORIGIN, 43, ROOT).format(), signatures).format()
    with pytest.raises(BadSignature):
        open_checkpoint(other, ORIGIN, [KEY.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n\n\n",
        f"log\n1\n{LINE}",
        f"log\n1\n{LINE}\n\n",
        f"log\n1\n{LINE}\n\nextension\n",
        f"log\n1\n{LINE}\nextension",
        f"log\n1\n{LINE}\nextension\n\n",
        f"log\n1\n{LINE}\nexten\tsion\n",
        f"\n1\n{LINE}\n",
        f"log\n\n{LINE}\n",
        "log\n1\n\n",
        "log\n1\n",
        f"log\n{LINE}\n1\n",
        f"lo\rg\n1\n{LINE}\n",
        f"log\r\n1\r\n{LINE}\r\n",
        f"log\n01\n{LINE}\n",
        f"log\n00\n{LINE}\n",
        f"log\n+1\n{LINE}\n",
        f"log\n-1\n{LINE}\n",
        f"log\n 1\n{LINE}\n",
        f"log\n1 \n{LINE}\n",
        f"log\n1_0\n{LINE}\n",
        f"log\n0x1\n{LINE}\n",
        f"log\n1.0\n{LINE}\n",
        f"log\n١\n{LINE}\n",
        f"log\n{LARGEST_SIZE + 1}\n{LINE}\n",
        f"log\n{'9' * 5000}\n{LINE}\n",
        f"log\n1\n{LINE[:-1]}\n",
        f"log\n1\n{LINE[:-2]}9=\n",
        f"log\n1\n {LINE}\n",
        f"log\n1\n{LINE[:40]}\n",
        f"log\n1\n{LINE[:40]}{LINE}\n",
        f"log\n1\n{LINE.replace('A', '-')}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 1, ROOT, ()),
        ("a\nb", 1, ROOT, ()),
        ("a\x00", 1, ROOT, ()),
        ("\ud800", 1, ROOT, ()),
        ("log", -1, ROOT, ()),
        ("log", LARGEST_SIZE + 1, ROOT, ()),
        ("log", 1, ROOT[:-1], ()),
        ("log", 1, b"", ()),
        ("log", 1, ROOT, ("",)),
        ("log", 1, ROOT, ("a\nb",)),
        ("log", 1, ROOT, ("\r",)),
    ],
)
def test_what_no_checkpoint_can_say_is_not_made(origin, size, root, extensions):
    with pytest.raises(Malformed):
        Checkpoint(origin, size, root, extensions)


@given(st.text(alphabet="ab0129=\n" + LINE, max_size=120))
def test_nothing_but_a_checkpoint_is_read(text):
    for one in (text, SPECIFIED + text, text + SPECIFIED):
        try:
            read = Checkpoint.parse(one)
        except Malformed:
            continue
        assert read.format() == one
