"""Bearer tokens of an OpenID Connect issuer: JSON Web Tokens (RFC 7519, RFC 9068) that it has signed.

The issuer's keys are found by its discovery document (OpenID Connect Discovery 1.0) and kept for a while. A
token says who somebody is; what that allows is granted here, or by a claim that the settings name. One that
was good is looked at again after that while: the issuer may have taken the key back that signed it.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any

import httpx2
import jwt
from pydantic import TypeAdapter, ValidationError

from domain.access import Grant
from domain.values import Text
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
KEYS_SOUGHT = 10.0
"""Seconds between two looks for a key that is not among them, as after the issuer took a new one."""
AWAY = 5.0
"""Seconds for which an issuer that did not answer is not asked again, so that nobody waits in a row."""
UNREADABLE = (
    httpx2.HTTPError,
    jwt.PyJWKClientConnectionError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)
"""What comes of an issuer that does not answer, or answers something else."""
NAME = TypeAdapter[str](Text)


class IssuerUnreachable(Exception):
    """The issuer's keys cannot be had, so no token of it can be judged."""

    def __init__(self) -> None:
        super().__init__("the issuer of tokens cannot be reached, or does not answer as one")


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a token is of, and until when."""

    principal: str
    grants: frozenset[Grant]
    expires_at: datetime
    verified_at: datetime


class Issuer:
    """Judges tokens of one issuer."""

    def __init__(
        self, address: str, audience: str, clock: Clock, *, principal: str = "sub", roles: str | None = None
    ) -> None:
        """`principal` names the claim that says who it is, `roles` the one that lists roles: `editor:x`."""
        self._address = address
        self._audience = audience
        self._principal = principal
        self._roles = roles
        self._clock = clock
        self._keys: jwt.PyJWKClient | None = None
        self._kept: OrderedDict[bytes, Bearer] = OrderedDict()
        self._lock = Lock()
        self._asking = Lock()
        self._away_until = 0.0

    def known(self, token: str) -> Bearer | None:
        """Whose token it is, if it was verified before and has not expired."""
        with self._lock:
            bearer = self._kept.get(_digest(token))
        return bearer if bearer is not None and bearer.expires_at > self._clock() else None

    def is_due(self, token: str) -> bool:
        """Whether it is to be looked at again, so that it is good no longer than the key that signed it."""
        with self._lock:
            bearer = self._kept.get(_digest(token))
        return bearer is None or self._clock() - bearer.verified_at > timedelta(seconds=KEYS_KEPT)

    def judge(self, token: str) -> Bearer | None:
        """Whose token it is, verified anew where that is due; as `verify` otherwise.

        While the issuer is away, what was good before is good until its end.
        """
        known = self.known(token)
        if known is not None and not self.is_due(token):
            return known
        try:
            return self.verify(token)
        except IssuerUnreachable:
            if known is None:
                raise
            return known

    def verify(self, token: str) -> Bearer | None:
        """Whose token it is; `None` for one that is not good here. Raise `IssuerUnreachable`."""
        if len(token) > LONGEST or token.count(".") != 2:
            return None
        try:
            claims = jwt.decode(
                token,
                self._key_named(jwt.get_unverified_header(token)["kid"]).key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._address,
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", self._principal]},
            )
            return self._keep(token, claims)
        except (jwt.PyJWTError, LookupError, TypeError, ValueError, OverflowError, OSError):
            # Besides what is forged: an algorithm that the key is not of, a name that nobody can be recorded
            # by, an end that no clock shows.
            return None

    def _keep(self, token: str, claims: dict[str, Any]) -> Bearer:
        principal = NAME.validate_python(claims[self._principal], strict=True)
        ends = datetime.fromtimestamp(claims["exp"], UTC)
        bearer = Bearer(principal, self._granted(claims), ends, self._clock())
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

    def _key_named(self, key: str) -> jwt.PyJWK:
        """A key of the issuer's; raise `IssuerUnreachable`, also for those who come shortly after that."""
        with self._asking:
            if monotonic() < self._away_until:
                raise IssuerUnreachable
            try:
                return self._key_client().get_signing_key(key)
            except UNREADABLE as error:
                self._away_until = monotonic() + AWAY
                raise IssuerUnreachable from error

    def _key_client(self) -> jwt.PyJWKClient:
        if self._keys is None:
            document = f"{self._address.rstrip('/')}/.well-known/openid-configuration"
            found = httpx2.get(document, timeout=5).raise_for_status().json()
            if found["issuer"] != self._address:
                raise ValueError(f"the issuer calls itself {found['issuer']!r}, not {self._address!r}")
            self._keys = jwt.PyJWKClient(
                str(found["jwks_uri"]), lifespan=KEYS_KEPT, timeout=5, cooldown_duration=KEYS_SOUGHT
            )
        return self._keys


def _grant(text: str) -> Grant | None:
    role, _, dossier = text.partition(":")
    try:
        return Grant.model_validate({"role": role, "dossier": dossier or None})
    except ValidationError:
        return None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
