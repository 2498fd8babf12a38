"""Does only a good token of the right issuer, audience, type and time count?"""

from __future__ import annotations

import hmac
import json
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from entrypoints.api.tokens import Issuer, NotAccepted, Purpose, Registry, Verifier
from entrypoints.settings import Misconfigured, Settings
from journey.values import Role
from tests.api.conftest import Desk, opened

PATH = "/schedule/day"
NOW = int(datetime.now(UTC).timestamp())
GOOD = {"iss": "journey", "aud": "journey", "sub": "nora", "role": "nurse", "exp": NOW + 600, "iat": NOW}
HEADER = {"alg": "ES256", "typ": "at+jwt"}


def signed(key: Any, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """A token signed by a key; a claim given as None is left out."""
    whole = {name: value for name, value in (GOOD | claims).items() if value is not None}
    named = HEADER | (header or {})
    return jwt.encode(named, whole, key, algorithms=[named["alg"]])


def ask(desk: Desk, authorization: str) -> tuple[int, str]:
    """What a bearer gets: status, and code if refused."""
    answer = desk.get(PATH, None, headers={"Authorization": authorization})
    return answer.status, answer.code if answer.status != 200 else ""


def unsigned(token: str) -> str:
    """The same claims with `alg: none` and no signature."""
    _, claims, _ = token.split(".")
    header = urlsafe_b64encode(json.dumps({"alg": "none", "typ": "at+jwt"}).encode()).decode().rstrip("=")
    return f"{header}.{claims}."


def confused(token: str, key: ECKey) -> str:
    """The same claims, signed with the public key as if it were a shared secret."""
    _, claims, _ = token.split(".")
    header = {"alg": "HS256", "typ": "at+jwt", "kid": key.kid}
    begun = f"{urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip('=')}.{claims}"
    mac = hmac.digest(key.as_pem(private=False), begun.encode(), "sha256")
    return f"{begun}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


def elevated(token: str) -> str:
    """The same token with another role written into it."""
    header, claims, signature = token.split(".")
    whole = json.loads(urlsafe_b64decode(claims + "=="))
    altered = urlsafe_b64encode(json.dumps(whole | {"role": "prescriber"}).encode()).decode().rstrip("=")
    return f"{header}.{altered}.{signature}"


def test_a_good_token_counts(busy: Desk) -> None:
    """A token of this installation lets its role in, whatever the letter case of the scheme."""
    assert ask(busy, f"Bearer {signed(busy.issuer.key)}") == (200, "")
    assert ask(busy, f"bearer {signed(busy.issuer.key)}") == (200, "")
    assert ask(busy, f"Bearer {signed(busy.issuer.key, {'typ': 'application/AT+JWT'})}") == (200, "")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "somebody"},
        {"iss": None},
        {"aud": "other"},
        {"aud": ["other", "else"]},
        {"aud": None},
        {"exp": None},
        {"exp": "soon"},
        {"exp": 10**40},
        {"sub": None},
        {"sub": ""},
        {"sub": "no ra"},
        {"sub": ["nora"]},
        {"role": None},
        {"role": "surgeon"},
        {"role": ["nurse"]},
        pytest.param({"nbf": NOW + 3600}, id="not yet"),
    ],
    ids=str,
)
def test_wrong_claims(busy: Desk, claims: dict[str, Any]) -> None:
    """A token of another issuer or audience, of nobody, in no role, without an end, or not yet valid does not count."""
    assert ask(busy, f"Bearer {signed(busy.issuer.key, **claims)}") == (401, "token_invalid")


def test_expired(busy: Desk) -> None:
    """A token whose time is over is refused as such, and no other is."""
    assert ask(busy, f"Bearer {signed(busy.issuer.key, exp=NOW - 60)}") == (401, "token_expired")
    assert busy.get(PATH, Role.NURSE).status == 200


@pytest.mark.parametrize("typ", ["JWT", "jwt", "id_token", "link+jwt", "session+jwt", ""])
def test_another_type_is_no_access_token(busy: Desk, typ: str) -> None:
    """An ID token, a sign-in link and a session are never taken for a token for access."""
    assert ask(busy, f"Bearer {signed(busy.issuer.key, {'typ': typ})}") == (401, "token_invalid")


@pytest.mark.parametrize("forge", [unsigned, elevated, lambda it: it[:-8], lambda it: it + "x"], ids=range(4))
def test_forged(busy: Desk, forge: Callable[[str], str]) -> None:
    """A token without signature, with an altered claim or a cut signature does not count."""
    assert ask(busy, f"Bearer {forge(signed(busy.issuer.key))}") == (401, "token_invalid")


def test_foreign_keys(busy: Desk) -> None:
    """A token signed by another key does not count, nor one signed by our public key as a shared secret."""
    stranger = ECKey.generate_key("P-256", {"kid": str(busy.issuer.key.kid)})
    assert ask(busy, f"Bearer {signed(stranger, {'kid': busy.issuer.key.kid})}") == (401, "token_invalid")
    assert ask(busy, f"Bearer {confused(signed(busy.issuer.key), busy.issuer.key)}") == (401, "token_invalid")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic bm9yYTpub3Jh", "Bearer a.b.c", "Bearer ....", "Token x", "Bearer " + "x" * 9000],
)
def test_no_token_at_all(busy: Desk, authorization: str) -> None:
    """What is no token is refused, and not repeated."""
    answer = busy.get(PATH, None, headers={"Authorization": authorization})
    assert answer.status == 401
    assert "x" * 10 not in answer.text


def test_two_tokens_are_none(busy: Desk) -> None:
    """A request with two authorizations is refused: it is not clear whose it is."""
    token = f"Bearer {signed(busy.issuer.key)}"
    sent = busy.client.get(PATH, headers=[("Authorization", token), ("Authorization", token)])
    assert sent.status_code == 401


def test_key_file(tmp_path: Path) -> None:
    """The key that signs tokens is made once, for its owner's eyes, and a wider or broken file is refused in words."""
    settings = Settings(data=tmp_path)
    one, other = (Issuer.open(settings, lambda: datetime.now(UTC)) for _ in range(2))
    assert one.key.thumbprint() == other.key.thumbprint()
    assert stat.S_IMODE(settings.token_key.stat().st_mode) == 0o600
    settings.token_key.chmod(0o644)
    with pytest.raises(Misconfigured, match="mode 600"):
        Verifier.open(settings, lambda: datetime.now(UTC))
    settings.token_key.chmod(0o600)
    settings.token_key.write_text("{}")
    with pytest.raises(Misconfigured, match="holds no key"):
        Verifier.open(settings, lambda: datetime.now(UTC))


@pytest.mark.parametrize("user", ["", "Robin Example", "a" * 65, "nora\n", "ñora", "-x"])
def test_no_token_for_what_is_no_user(busy: Desk, user: str) -> None:
    """A user is a short code: no name with spaces, no empty one."""
    with pytest.raises(ValueError, match="letters"):
        busy.issuer.issue(Purpose.ACCESS, user, Role.NURSE, timedelta(hours=1))


class TestExternalIssuer:
    """Tokens of an issuer that is configured."""

    @staticmethod
    def settings(tmp_path: Path, *keys: Any) -> Settings:
        """An installation that trusts an issuer with these keys."""
        file = tmp_path / "jwks.json"
        file.write_text(json.dumps(KeySet(list(keys)).as_dict(private=False)))
        return Settings(data=tmp_path / "data", issuer="https://id.example", audience="clinic", jwks_file=file)

    @pytest.mark.parametrize(
        "key, algorithm",
        [
            (RSAKey.generate_key(2048, {"kid": "one"}), "RS256"),
            (RSAKey.generate_key(2048, {"kid": "one"}), "PS256"),
            (ECKey.generate_key("P-256", {"kid": "one"}), "ES256"),
            (OKPKey.generate_key("Ed25519", {"kid": "one"}), "Ed25519"),
        ],
        ids=["RS256", "PS256", "ES256", "Ed25519"],
    )
    def test_its_tokens_count(self, tmp_path: Path, key: Any, algorithm: str) -> None:
        """A token of the configured issuer counts, with the long header of a real one; our own no longer does."""
        settings = self.settings(tmp_path, key)
        own = Issuer.open(Settings(data=tmp_path / "data"), lambda: datetime.now(UTC))
        header = {"alg": algorithm, "kid": "one", "x5t": "t" * 43, "x5t#S256": "s" * 43, "jku": "https://" + "j" * 600}
        claims = {"iss": "https://id.example", "aud": ["clinic", "else"]}
        verifier = Verifier.open(settings, lambda: datetime.now(UTC))
        whole = GOOD | claims
        token = jwt.encode(
            HEADER | header, whole, key, registry=Registry(algorithms=[algorithm], strict_check_header=False)
        )
        assert verifier.read(token, Purpose.ACCESS).role is Role.NURSE
        with pytest.raises(NotAccepted):
            verifier.read(signed(own.key), Purpose.ACCESS)

    def test_we_issue_none(self, tmp_path: Path) -> None:
        """Where an issuer is configured we issue nothing, and nobody signs in by a link."""
        key = ECKey.generate_key("P-256", {"kid": "one"})
        settings = self.settings(tmp_path, key)
        with pytest.raises(Misconfigured, match=r"id\.example"):
            Issuer.open(settings, lambda: datetime.now(UTC))
        with opened(settings) as desk:
            assert desk.get("/sign-in/whatever", None).code == "link_not_valid"
            link = signed(key, {"kid": "one", "typ": "link+jwt"}, iss="https://id.example", aud="clinic")
            assert desk.get(f"/sign-in/{link}", None).code == "link_not_valid"
            cookie = signed(key, {"kid": "one", "typ": "session+jwt"}, iss="https://id.example", aud="clinic")
            assert desk.get(PATH, None, headers={"Cookie": f"journey_session={cookie}"}).code == "token_invalid"

    @pytest.mark.parametrize(
        "text",
        ["", "{}", "[]", '{"keys": [{"kty": "oct", "k": "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IQ"}]}', '{"keys": [1]}'],
    )
    def test_no_keys_no_start(self, tmp_path: Path, text: str) -> None:
        """A file without public keys, or with a shared secret, keeps the server from starting, in words."""
        file = tmp_path / "jwks.json"
        file.write_text(text)
        settings = Settings(data=tmp_path, issuer="https://id.example", jwks_file=file)
        with pytest.raises(Misconfigured, match="holds"):
            Verifier.open(settings, lambda: datetime.now(UTC))
        with pytest.raises(Misconfigured, match="jwks_file"):
            Verifier.open(Settings(data=tmp_path, issuer="https://id.example"), lambda: datetime.now(UTC))
