"""Tokens: who somebody is (section 1 of docs/protocol.md).

A key has one algorithm, fixed when it is loaded; the token only names the key (`kid`). So a token
can neither choose its algorithm nor pass a public key off as a shared secret.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import jwt
import msgspec
from msgspec import Meta, Struct

from server.core.bodies import ID_PATTERN
from server.core.errors import Refused
from server.core.model import CarrierId, Identity, Role, ShopId

HMAC = "HS256"
# By key type, where the JWK itself does not say. Only algorithms with a private and a public half.
ASYMMETRIC = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
OF_CURVE = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
Id = Annotated[str, Meta(pattern=ID_PATTERN)]
NAME_LIMIT = 64  # characters; a name is shown, so a longer one is cut
SHORT_SECRET = 32  # bytes; RFC 7518 3.2 wants a key as long as the digest


class Claims(Struct, frozen=True):
    """A verified token: whose it is, and when it ends in unix seconds."""

    identity: Identity
    expires_at: float


class BadKeys(Exception):
    """A secret or a key file that cannot be used."""


class Key(Struct, frozen=True):
    """What verifies a token, and by which algorithm alone."""

    algorithm: str
    secret: Any


class _Payload(Struct, frozen=True):
    """The claims we read; others are ignored."""

    sub: Id
    role: Role
    exp: Annotated[float, Meta(gt=0)]
    shop: Id | None = None
    carrier: Id | None = None
    name: str = ""
    badge: Annotated[str, Meta(max_length=64)] | None = None
    lead: bool = False


class Authority:
    """Verifies tokens, and mints them where it holds a shared secret."""

    def __init__(self, secrets: Mapping[str | None, str], *, jwks: Path | None = None) -> None:
        """`secrets` are HS256 keys by `kid`; None is the key of tokens without one.

        Raises:
            BadKeys: the key file cannot be used, or a `kid` is there twice.
        """
        self.has_short_secret = any(len(text.encode()) < SHORT_SECRET for text in secrets.values())
        # HMAC fills a short key up with zeros anyway (RFC 2104, 2). Done here it gives the same
        # signatures, and PyJWT does not warn at every token of what is said once at the start.
        self._keys: dict[str | None, Key] = {
            kid: Key(HMAC, text.encode().ljust(SHORT_SECRET, b"\0"))
            for kid, text in secrets.items()
        }
        for kid, key in _read_jwks(jwks).items() if jwks else ():
            if kid in self._keys:
                raise BadKeys(f"two keys for kid {kid!r}")
            self._keys[kid] = key

    @property
    def has_keys(self) -> bool:
        return bool(self._keys)

    def verify(self, token: str) -> Claims:
        """Read a token.

        Raises:
            Refused: `unauthorized`; the text says why, without anything of the token.
        """
        try:
            key = self._key_of(token)
            payload = jwt.decode(
                token,
                key.secret,
                algorithms=[key.algorithm],
                options={"require": ["exp", "sub"], "verify_aud": False, "verify_iat": False},
            )
            claims = msgspec.convert(payload, _Payload)
        except jwt.ExpiredSignatureError:
            raise Refused("unauthorized", "the token has expired") from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise Refused("unauthorized", "not a valid token") from None
        return Claims(_identity(claims), claims.exp)

    def mint(self, identity: Identity, *, expires_in_s: float) -> str:
        """A token for somebody, valid from now on.

        Raises:
            BadKeys: there is no shared secret to sign with.
        """
        shared = [(kid, key) for kid, key in self._keys.items() if key.algorithm == HMAC]
        if not shared:
            raise BadKeys("no token secret to sign with: set SANFANG_TOKEN_SECRET")
        # The plain secret before those with a kid.
        kid, key = min(shared, key=lambda pair: pair[0] is not None)
        claims = {
            "sub": identity.id,
            "role": identity.role.value,
            "name": identity.name,
            "shop": identity.shop,
            "carrier": identity.carrier,
            "badge": identity.badge,
            "lead": identity.lead or None,
            "exp": time.time() + expires_in_s,
        }
        present = {name: value for name, value in claims.items() if value is not None}
        headers = {"kid": kid} if kid else None
        return jwt.encode(present, key.secret, algorithm=HMAC, headers=headers)

    def _key_of(self, token: str) -> Key:
        kid = jwt.get_unverified_header(token).get("kid")
        key = self._keys.get(kid)
        if key is None and kid is None and len(self._keys) == 1:
            key = next(iter(self._keys.values()))
        if key is None:
            raise jwt.InvalidKeyError("no such key")
        return key


def identity_of(
    role: Role,
    sub: str,
    *,
    name: str = "",
    shop: str | None = None,
    carrier: str | None = None,
    badge: str | None = None,
    lead: bool = False,
) -> Identity:
    """An identity with what its role needs and nothing else.

    Raises:
        Refused: `unauthorized`, when the shop or the carrier is missing.
    """
    of_shop = role in (Role.MERCHANT, Role.BOT)
    of_carrier = role is Role.LOGISTICS
    if of_shop and not shop:
        raise Refused("unauthorized", f"a token of role {role} names its shop")
    if of_carrier and not carrier:
        raise Refused("unauthorized", f"a token of role {role} names its carrier")
    return Identity(
        role=role,
        id=sub,
        name=name[:NAME_LIMIT] or sub,
        shop=ShopId(shop) if shop and of_shop else None,
        carrier=CarrierId(carrier) if carrier and of_carrier else None,
        lead=lead and of_carrier,
        badge=badge if of_carrier else None,
    )


def _identity(claims: _Payload) -> Identity:
    return identity_of(
        claims.role,
        claims.sub,
        name=claims.name,
        shop=claims.shop,
        carrier=claims.carrier,
        badge=claims.badge,
        lead=claims.lead,
    )


def _read_jwks(path: Path) -> dict[str | None, Key]:
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        return {jwk.get("kid"): _key(jwk) for jwk in written["keys"]}
    except OSError as error:
        raise BadKeys(f"jwks: cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
        raise BadKeys(f"jwks: {path} is not a set of public keys: {error}") from None


def _key(jwk: dict[str, Any]) -> Key:
    algorithm = jwk.get("alg") or _usual_algorithm(jwk)
    if algorithm not in ASYMMETRIC:
        raise ValueError(f"no public-key algorithm: {algorithm}")
    if "d" in jwk:
        raise ValueError("it holds a private key")
    return Key(algorithm, jwt.PyJWK(jwk, algorithm=algorithm).key)


def _usual_algorithm(jwk: dict[str, Any]) -> str | None:
    kind = jwk.get("kty")
    if kind == "EC":
        return OF_CURVE.get(str(jwk.get("crv")))
    return {"RSA": "RS256", "OKP": "EdDSA"}.get(str(kind))
