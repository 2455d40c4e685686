"""Signatures are those of Standard Webhooks, and what does not pass is told apart from what does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from service.webhooks.signing import NotGenuine, new_secret, sign, verify

pytestmark = pytest.mark.sqlite

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
MOMENT = datetime.fromtimestamp(1_614_265_330, UTC)
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
"""The example of the standard."""


def test_the_example_of_the_standard_is_signed_as_it_has_it():
    assert sign(SECRET, HEADERS["webhook-id"], MOMENT, BODY) == HEADERS


def test_the_example_of_the_standard_is_genuine():
    assert verify(SECRET, HEADERS, BODY, MOMENT) == HEADERS["webhook-id"]


def test_of_several_signatures_one_is_enough_and_the_names_of_headers_have_no_case():
    several = {
        name.title(): "v1a,AAAA v1,AAAA " + text if name.endswith("signature") else text
        for name, text in HEADERS.items()
    }

    assert verify(SECRET, several, BODY, MOMENT)


@pytest.mark.parametrize(
    ("headers", "body", "later"),
    [
        ({"webhook-id": "msg_other"}, BODY, 0),
        ({"webhook-timestamp": "1614265331"}, BODY, 0),
        ({"webhook-timestamp": "yesterday"}, BODY, 0),
        ({"webhook-timestamp": "9" * 400}, BODY, 0),
        ({"webhook-signature": "v1,AAAA"}, BODY, 0),
        ({"webhook-signature": "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}, BODY, 0),
        ({"webhook-signature": "v1,not Base64 é"}, BODY, 0),
        ({"webhook-signature": ""}, BODY, 0),
        ({}, BODY + b" ", 0),
        ({}, BODY, 301),
        ({}, BODY, -301),
    ],
    ids=str,
)
def test_what_was_altered_is_old_or_is_to_come_is_not_genuine(headers, body, later):
    with pytest.raises(NotGenuine):
        verify(SECRET, {**HEADERS, **headers}, body, MOMENT + timedelta(seconds=later))


@pytest.mark.parametrize("name", HEADERS)
def test_a_message_without_one_of_the_headers_is_not_genuine(name):
    with pytest.raises(NotGenuine, match=name):
        verify(SECRET, {other: text for other, text in HEADERS.items() if other != name}, BODY, MOMENT)


@given(body=some.binary(), position=some.integers(1, 2**62))
def test_what_is_signed_is_genuine_under_its_own_secret_alone(body, position):
    secret, other = new_secret(), new_secret()
    headers = sign(secret, f"msg_{position}", MOMENT, body)

    assert verify(secret, headers, body, MOMENT) == f"msg_{position}"
    with pytest.raises(NotGenuine):
        verify(other, headers, body, MOMENT)
