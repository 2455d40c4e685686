"""Roles: what each allows, where, and what becomes of it as administrators grant and withdraw."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.access import (
    ACTS,
    RIGHTS,
    Access,
    Authority,
    Grant,
    RequestsRefused,
    Right,
    RoleGranted,
    RoleWithdrawn,
    TokenIssued,
    TokenRevoked,
)

NOW = datetime(2031, 4, 1, 12, tzinfo=UTC)
DIGEST = "ab" * 32
EDITOR_OF_LAKE = Grant(role="editor", dossier="lake")
READER = Grant(role="reader")

ALLOWED = {
    "reader": "read",
    "recorder": "read record",
    "editor": "read record edit",
    "auditor": "read audit",
    "admin": "read record edit audit administer",
}
"""What each role allows, as the README has it."""


@pytest.mark.parametrize("role", RIGHTS)
def test_each_role_allows_what_it_says_and_nothing_else(role):
    authority = Authority("ada", frozenset({Grant(role=role)}))

    assert {right.value for right in Right if authority.may(right, "lake")} == set(ALLOWED[role].split())


def test_a_role_in_one_dossier_allows_nothing_in_another_nor_in_all():
    ada = Authority("ada", frozenset({EDITOR_OF_LAKE}))

    assert ada.may(Right.EDIT, "lake")
    assert not ada.may(Right.READ, "harbour")
    assert not ada.may(Right.READ), "in all of them"
    assert ada.dossiers == {"lake"}


def test_a_role_in_all_dossiers_allows_it_in_each():
    assert Authority("ada", frozenset({READER})).may(Right.READ, "a-dossier-to-come")


def test_a_credential_that_is_narrowed_allows_what_both_allow():
    ada = Authority("ada", frozenset({Grant(role="admin")}), only=frozenset({EDITOR_OF_LAKE}))

    assert ada.may(Right.EDIT, "lake")
    assert not ada.may(Right.EDIT, "harbour")
    assert not ada.may(Right.ADMINISTER, "lake")


def test_narrowing_gives_nothing_that_the_principal_has_not():
    ada = Authority("ada", frozenset({READER}), only=frozenset({Grant(role="admin")}))

    assert ada.may(Right.READ, "lake")
    assert not ada.may(Right.RECORD, "lake")


def issued(**told):
    return TokenIssued(
        **{"by": "root", "token": "0123456789ab", "digest": DIGEST, "principal": "ada", **told}
    )


def granted(grant, principal="ada"):
    return RoleGranted(by="root", principal=principal, grant=grant)


def test_a_token_allows_what_its_principal_may_by_now():
    access = Access().after([issued(), granted(READER)])
    assert access.of_token(DIGEST, NOW) == Authority("ada", frozenset({READER}))

    later = access.after([RoleWithdrawn(by="root", principal="ada", grant=READER), granted(EDITOR_OF_LAKE)])
    assert later.of_token(DIGEST, NOW) == Authority("ada", frozenset({EDITOR_OF_LAKE}))


def test_a_token_that_is_unknown_revoked_or_expired_is_nobodys():
    access = Access().after([granted(READER), issued(expires_at=NOW)])

    assert access.of_token("cd" * 32, NOW) is None
    assert access.of_token(DIGEST, NOW - timedelta(microseconds=1)) is not None
    assert access.of_token(DIGEST, NOW) is None
    revoked = access.after([TokenRevoked(by="root", token="0123456789ab")])
    assert revoked.of_token(DIGEST, NOW - timedelta(days=1)) is None


def test_a_principal_that_an_issuer_knows_has_its_roles_and_those_of_its_claims():
    access = Access().after([granted(READER, "ada@example.org")])

    assert access.of_principal("ada@example.org", [EDITOR_OF_LAKE]).grants == {READER, EDITOR_OF_LAKE}
    assert access.of_principal("somebody").grants == frozenset()


def test_what_was_refused_changes_nothing():
    refused = RequestsRefused(
        by="depositary",
        principal=None,
        problem="unauthorized",
        method="POST",
        route="/v1/dossiers",
        times=3,
        first_at=NOW,
        last_at=NOW,
    )

    assert Access().after([refused]) == Access()


def test_each_act_is_stored_under_a_name_of_its_own():
    assert {name: act.name for name, act in ACTS.items()} == {name: name for name in ACTS}
