"""Bearer tokens of an OpenID Connect issuer: JSON Web Tokens (RFC 7519, RFC 9068) that it has signed.

The issuer's keys are found by its discovery document (OpenID Connect Discovery 1.0) and kept for a while. A
token says who somebody is; what that allows is granted here, or by a claim that the settings name.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import httpx2
import jwt
from pydantic import ValidationError

from domain.access import Grant
from service.clock import Clock

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
"""Those that verify by a public key: with a shared secret, whoever verifies could sign."""
LEEWAY = 30
"""Seconds by which the clocks of the issuer and of this machine may differ."""
MOST_KEPT = 10_000
LONGEST = 16_384
"""Characters of a token that is looked at."""
KEYS_KEPT = 300.0
"""Seconds for which the issuer's keys are kept."""


class IssuerUnreachable(Exception):
    """The issuer's keys cannot be had, so no token of it can be judged."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a token is of, and until when."""

    principal: str
    grants: frozenset[Grant]
    expires_at: datetime


class Issuer:
    """Judges tokens of one issuer."""

    def __init__(
        self, address: str, audience: str, clock: Clock, *, principal: str = "sub", roles: str | None = None
    ) -> None:
        """`principal` names the claim that says who it is, `roles` the one that lists roles: `editor:x`."""
        self._address = address.rstrip("/")
        self._audience = audience
        self._principal = principal
        self._roles = roles
        self._clock = clock
        self._keys: jwt.PyJWKClient | None = None
        self._kept: OrderedDict[bytes, Bearer] = OrderedDict()
        self._lock = Lock()

    def known(self, token: str) -> Bearer | None:
        """Whose token it is, if it was verified before and has not expired."""
        with self._lock:
            bearer = self._kept.get(_digest(token))
        return bearer if bearer is not None and bearer.expires_at > self._clock() else None

    def verify(self, token: str) -> Bearer | None:
        """Whose token it is; `None` for one that is not good here. Raise `IssuerUnreachable`."""
        if len(token) > LONGEST or token.count(".") != 2:
            return None
        try:
            key = self._key_client().get_signing_key_from_jwt(token)
            claims = jwt.decode(
                token,
                key.key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._address,
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", self._principal]},
            )
        except jwt.PyJWKClientConnectionError as error:
            raise IssuerUnreachable("the issuer of tokens cannot be reached") from error
        except jwt.PyJWTError:
            return None
        return self._keep(token, claims)

    def _keep(self, token: str, claims: dict[str, Any]) -> Bearer | None:
        principal = claims[self._principal]
        if not isinstance(principal, str) or not principal.strip():
            return None
        bearer = Bearer(principal, self._granted(claims), datetime.fromtimestamp(claims["exp"], UTC))
        with self._lock:
            self._kept[_digest(token)] = bearer
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return bearer

    def _granted(self, claims: dict[str, Any]) -> frozenset[Grant]:
        """The roles that the claim lists; what is no role here is somebody else's affair."""
        listed = claims.get(self._roles) if self._roles else None
        texts = listed if isinstance(listed, list) else str(listed or "").split()
        return frozenset(grant for text in texts if (grant := _grant(str(text))) is not None)

    def _key_client(self) -> jwt.PyJWKClient:
        if self._keys is None:
            try:
                found = httpx2.get(f"{self._address}/.well-known/openid-configuration", timeout=5)
                address = str(found.raise_for_status().json()["jwks_uri"])
            except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
                raise IssuerUnreachable("the issuer of tokens cannot be reached") from error
            self._keys = jwt.PyJWKClient(address, lifespan=KEYS_KEPT, timeout=5)
        return self._keys


def _grant(text: str) -> Grant | None:
    role, _, dossier = text.partition(":")
    try:
        return Grant.model_validate({"role": role, "dossier": dossier or None})
    except ValidationError:
        return None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
