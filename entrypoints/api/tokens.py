"""How does somebody prove who they are: by a signed token, for one purpose and a limited time?

Tokens for access come from this installation's own key, or from another issuer alone if one is configured. A token of
another type (an ID token, a sign-in link) is never taken for one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import ECKey, KeySet
from joserfc.jws import JWSRegistry

from entrypoints.settings import Misconfigured, Settings
from journey.store import secret_file
from journey.values import Role

LOCAL = "journey"
ALGORITHMS = ("ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "Ed25519", "EdDSA")
"""Signatures by a key pair only: with a shared secret, whoever checks a token could issue one."""

LEEWAY_S = 30
LINK_TTL = timedelta(hours=8)
USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", re.ASCII)


class Purpose(StrEnum):
    """What a token is for; it is told by its type."""

    ACCESS = "at+jwt"
    LINK = "link+jwt"
    SESSION = "session+jwt"


class NotAccepted(Exception):  # noqa: N818 - what the token is
    """A token that does not count here."""

    def __init__(self, *, expired: bool = False) -> None:
        """Say whether it is merely too old."""
        super().__init__("the token has expired" if expired else "the token is not valid here")
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: who, in which role, until when; and the token's own id."""

    user: str
    role: Role
    until: datetime
    token_id: str


class Registry(JWSRegistry):
    """Takes the longer headers of real issuers, and headers it does not know."""

    max_header_length = 4096


@dataclass(frozen=True, slots=True)
class Issuer:
    """This installation's own issuer, for tokens, one-time links and the sessions they begin."""

    key: ECKey
    audience: str
    clock: Callable[[], datetime]

    @classmethod
    def open(cls, settings: Settings, clock: Callable[[], datetime]) -> Issuer:
        """The issuer with its key, made at the first time. Raises Misconfigured."""
        if settings.issuer is not None:
            raise Misconfigured(f"tokens are issued by {settings.issuer}: ask there")
        return cls(_own_key(settings), settings.audience, clock)

    def issue(self, purpose: Purpose, user: str, role: Role, ttl: timedelta) -> str:
        """A signed token. Raises ValueError for a user's name that is none."""
        if not USER.fullmatch(user):
            raise ValueError("a user's name is letters, digits and . _ : - only, at most 64")
        now = self.clock()
        claims = {
            "iss": LOCAL,
            "aud": self.audience,
            "sub": user,
            "role": role.value,
            "iat": int(now.timestamp()),
            "exp": int((now + ttl).timestamp()),
            "jti": str(uuid4()),
        }
        header = {"alg": "ES256", "typ": purpose.value, "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, registry=_registry())

    def link(self, user: str, role: Role, base_url: str, ttl: timedelta = LINK_TTL) -> str:
        """A link that signs a user in to the pages, once. Raises ValueError as `issue` does."""
        return f"{base_url.rstrip('/')}/sign-in/{self.issue(Purpose.LINK, user, role, ttl)}"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Reads tokens of one issuer, meant for this audience."""

    keys: KeySet
    issuer: str
    audience: str
    clock: Callable[[], datetime]

    @classmethod
    def open(cls, settings: Settings, clock: Callable[[], datetime]) -> Verifier:
        """The verifier of the configured issuer's tokens, or else of our own. Raises Misconfigured."""
        if settings.issuer is None:
            return cls(KeySet([_own_key(settings)]), LOCAL, settings.audience, clock)
        if settings.jwks_file is None:
            raise Misconfigured("an issuer is configured without its public keys: set jwks_file")
        try:
            keys = KeySet.import_key_set(json.loads(settings.jwks_file.read_text()))
        except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
            raise Misconfigured(f"{settings.jwks_file} holds no JWK set ({type(error).__name__})") from None
        if any(key.key_type == "oct" for key in keys.keys):
            raise Misconfigured(f"{settings.jwks_file} holds a shared secret: only public keys belong there")
        return cls(keys, settings.issuer, settings.audience, clock)

    def read(self, token: str, purpose: Purpose) -> Claims:
        """What a token of this purpose says. Raises NotAccepted."""
        try:
            read = jwt.decode(token, self.keys, registry=_registry())
            self._checks().validate(read.claims)
            return _claims(read.header, read.claims, purpose)
        except ExpiredTokenError:
            raise NotAccepted(expired=True) from None
        except (JoseError, ValueError, TypeError, KeyError, OverflowError):
            raise NotAccepted from None

    def _checks(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self.clock().timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
            sub={"essential": True},
        )


def _claims(header: dict[str, Any], claims: dict[str, Any], purpose: Purpose) -> Claims:
    """The claims of a token of the right type; RFC 9068 lets the type carry its media type's prefix."""
    typ, user = str(header.get("typ", "")).lower(), claims["sub"]
    if typ.removeprefix("application/") != purpose.value or not USER.fullmatch(user):
        raise NotAccepted
    until = datetime.fromtimestamp(claims["exp"], UTC)
    return Claims(user=user, role=Role(claims["role"]), until=until, token_id=str(claims.get("jti", "")))


def _registry() -> Registry:
    return Registry(algorithms=ALGORITHMS, strict_check_header=False)


def _own_key(settings: Settings) -> ECKey:
    file = settings.token_key
    try:
        if not file.exists():
            made = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
            secret_file.write(file, json.dumps(made.as_dict(private=True)).encode())
        return ECKey.import_key(json.loads(secret_file.read(file)))
    except (OSError, secret_file.Exposed) as error:
        raise Misconfigured(f"the key that signs tokens can't be used: {error}") from None
    except (ValueError, KeyError, TypeError, JoseError):
        raise Misconfigured(f"{file} holds no key that signs tokens") from None
