"""Whose a bearer token (RFC 6750) is, and what that allows: one of the record, or of a known issuer."""

from typing import Protocol

from domain.access import Authority
from service.access.administration import PREFIX, Administration
from service.access.issuer import Bearer, Issuer


class Judging(Protocol):
    """Says whose a token is; what asks it does not learn by what that is known."""

    def known(self, token: str) -> Authority | None:
        """What a token allows, by what is in memory; `None` where that tells nothing of it."""

    def judge(self, token: str) -> Authority | None:
        """What a token allows, once what others did is learned; raise `IssuerUnreachable`."""

    def is_due(self, token: str) -> bool:
        """Whether a token that is known is to be judged again all the same."""


class Bearers:
    """Knows the principals by their tokens: `Judging` by the record, and by an issuer."""

    def __init__(self, administration: Administration, issuer: Issuer | None = None) -> None:
        self._administration = administration
        self._issuer = issuer

    def known(self, token: str) -> Authority | None:
        """What a token allows, by what is in memory; `None` where that tells nothing of it."""
        if token.startswith(PREFIX) or self._issuer is None:
            return self._administration.of_token(token)
        return self._of(self._issuer.known(token))

    def judge(self, token: str) -> Authority | None:
        """What a token allows, once what others did is learned; raise `IssuerUnreachable`."""
        self._administration.refresh()
        if token.startswith(PREFIX) or self._issuer is None:
            return self._administration.of_token(token)
        return self._of(self._issuer.judge(token))

    def is_due(self, token: str) -> bool:
        """Whether a token that is known is to be judged again all the same."""
        return self._issuer is not None and not token.startswith(PREFIX) and self._issuer.is_due(token)

    def _of(self, bearer: Bearer | None) -> Authority | None:
        if bearer is None:
            return None
        return self._administration.access.of_principal(bearer.principal, bearer.grants)
