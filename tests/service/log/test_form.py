"""The canonical form of an event, and the entry that commits to it."""

import doctest
import hashlib
import hmac
from dataclasses import asdict, fields, replace

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from service.log import form as module
from service.log.form import Form, canonical, commit

FORM = Form(
    position=7,
    principal="ada",
    recorded_at="2025-06-14T12:00:00.000000Z",
    state='{"label":"x"}',
    stream="8d9f3c1e-6a52-4f0b-9c4d-2b7e5a1f0c38",
    topic="call-held",
    version=1,
)
SALT = bytes(range(32))

texts = st.text(st.characters(exclude_categories=["Cs"]))
integers = st.integers(-(2**53) + 1, 2**53 - 1)
forms = st.builds(Form, integers, texts, texts, texts, texts, texts, integers)

EVERY_CONTROL = "".join(map(chr, range(0x20)))
AWKWARD = EVERY_CONTROL + '"\\/\x7f\x80\u2028\u2029\ufeff\uffff\U0001f54a\U0010ffff'


def test_the_worked_example_holds():
    """That of the module's own documentation."""
    result = doctest.testmod(module)

    assert result.attempted >= 6
    assert result.failed == 0


@given(forms)
@example(replace(FORM, state=AWKWARD, principal=AWKWARD))
@example(replace(FORM, position=2**53 - 1, version=-(2**53) + 1))
def test_the_form_is_that_of_rfc_8785(form):
    """Byte for byte as an implementation of the RFC writes it."""
    assert canonical(form) == rfc8785.dumps(asdict(form))


@given(forms)
def test_the_entry_is_an_hmac_of_the_form(form):
    expected = hmac.new(SALT, rfc8785.dumps(asdict(form)), hashlib.sha256).digest()

    assert commit(form, SALT) == expected


@given(forms, forms)
def test_two_events_have_one_form_only_if_they_are_the_same(one, other):
    assert (canonical(one) == canonical(other)) == (one == other)


def test_every_member_is_committed_to():
    for member in fields(Form):
        value = getattr(FORM, member.name)
        changed = replace(FORM, **{member.name: value + 1 if isinstance(value, int) else value + " "})
        assert commit(changed, SALT) != commit(FORM, SALT), member.name


def test_the_state_is_committed_to_as_it_was_written():
    """Not as what it means: spaces and the order of members count."""
    states = ['{"a":1,"b":2}', '{"b":2,"a":1}', '{"a": 1,"b":2}', '{"a":1.0,"b":2}', '{"\\u0061":1,"b":2}']

    assert len({commit(replace(FORM, state=state), SALT) for state in states}) == len(states)


def test_the_same_event_under_another_salt_has_another_entry():
    assert commit(FORM, SALT) != commit(FORM, SALT[::-1])


@pytest.mark.parametrize("salt", [b"", SALT[:-1], SALT + b"\x00", SALT * 2])
def test_a_salt_has_one_length(salt):
    with pytest.raises(ValueError, match="a salt has 32 bytes"):
        commit(FORM, salt)


@pytest.mark.parametrize("changed", [{"position": 2**53}, {"version": -(2**53)}, {"state": "\ud800"}])
def test_what_rfc_8785_cannot_write_is_refused(changed):
    form = replace(FORM, **changed)
    with pytest.raises(ValueError, match=r"RFC 8785|surrogates"):
        canonical(form)
    with pytest.raises(rfc8785.CanonicalizationError):
        rfc8785.dumps(asdict(form))
