"""Tokens: whose they are, and what is no token."""

import base64
import hmac
import json
import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from server.auth import Authority, BadKeys, identity_of
from server.core.errors import Refused
from server.core.model import Identity, Role

SECRET = "a secret of more than thirty-two bytes"
BUYER = Identity(role=Role.BUYER, id="b-1", name="林一")
COURIER = Identity(role=Role.LOGISTICS, id="c-1", name="周岚", carrier="sto", badge="S1", lead=True)


def signed(key: object = SECRET, algorithm: str = "HS256", kid: str | None = None, **claims):
    claims = {"sub": "b-1", "role": "buyer", "exp": time.time() + 60} | claims
    present = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(present, key, algorithm=algorithm, headers={"kid": kid} if kid else None)


def refused(authority: Authority, token: str) -> Refused:
    with pytest.raises(Refused) as caught:
        authority.verify(token)
    assert caught.value.code == "unauthorized"
    return caught.value


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def jwks(tmp_path: Path, rsa_key: rsa.RSAPrivateKey) -> Path:
    curve = ec.generate_private_key(ec.SECP256R1())
    keys = [
        RSAAlgorithm.to_jwk(rsa_key.public_key(), as_dict=True) | {"kid": "rsa-1"},
        ECAlgorithm.to_jwk(curve.public_key(), as_dict=True) | {"kid": "ec-1"},
    ]
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": keys}))
    return path


@pytest.mark.parametrize("who", [BUYER, COURIER])
def test_a_minted_token_says_who_it_is_for(who: Identity):
    authority = Authority({None: SECRET})
    claims = authority.verify(authority.mint(who, expires_in_s=60))
    assert claims.identity == who
    assert claims.expires_at == pytest.approx(time.time() + 60, abs=5)


def test_a_short_secret_works_and_is_known_to_be_short():
    authority = Authority({None: "short"})
    assert authority.has_short_secret
    assert authority.verify(signed("short".ljust(32, "\0"))).identity.id == "b-1"
    assert not Authority({None: SECRET}).has_short_secret


def test_an_expired_token_is_refused():
    assert "expired" in str(refused(Authority({None: SECRET}), signed(exp=time.time() - 1)))


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"sub": None},
        {"sub": 7},
        {"sub": "two words"},
        {"sub": "x" * 65},
        {"role": None},
        {"role": "king"},
        {"exp": "tomorrow"},
        {"role": "merchant"},
        {"role": "bot"},
        {"role": "logistics", "shop": "s-1"},
        {"role": "merchant", "shop": "no shop"},
    ],
)
def test_a_token_without_what_its_role_needs_is_refused(claims: dict[str, object]):
    refused(Authority({None: SECRET}), signed(**claims))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ä.ö.ü", "." * 3])
def test_what_is_no_token_is_refused(token: str):
    refused(Authority({None: SECRET}), token)


def test_a_header_of_brackets_is_refused():
    header = base64.urlsafe_b64encode(b"[" * 30_000).decode()
    refused(Authority({None: SECRET}), f"{header}.e30.AA")


def test_another_secret_is_refused():
    refused(Authority({None: SECRET}), signed(SECRET + "!"))


def test_an_unsigned_token_is_refused():
    refused(Authority({None: SECRET}), jwt.encode({"sub": "b-1"}, None, algorithm="none"))


def test_the_kid_picks_the_secret():
    authority = Authority({"old": SECRET + "-old", "new": SECRET + "-new"})
    assert authority.verify(signed(SECRET + "-old", kid="old")).identity.id == "b-1"
    assert authority.verify(signed(SECRET + "-new", kid="new")).identity.id == "b-1"
    refused(authority, signed(SECRET + "-old", kid="new"))
    refused(authority, signed(SECRET + "-old", kid="other"))
    refused(authority, signed(SECRET + "-old"))


def test_minting_names_the_kid_where_there_is_no_plain_secret():
    authority = Authority({"k1": SECRET})
    token = authority.mint(BUYER, expires_in_s=60)
    assert jwt.get_unverified_header(token)["kid"] == "k1"
    assert authority.verify(token).identity == BUYER


def test_a_public_key_of_the_file_verifies(jwks: Path, rsa_key: rsa.RSAPrivateKey):
    authority = Authority({}, jwks=jwks)
    assert authority.verify(signed(rsa_key, "RS256", kid="rsa-1")).identity.id == "b-1"
    refused(authority, signed(rsa_key, "PS256", kid="rsa-1"))
    with pytest.raises(BadKeys, match="SANFANG_TOKEN_SECRET"):
        authority.mint(BUYER, expires_in_s=60)


def test_a_public_key_does_not_pass_as_a_shared_secret(jwks: Path, rsa_key: rsa.RSAPrivateKey):
    public = rsa_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    header, payload, _ = signed(SECRET, kid="rsa-1").split(".")
    mac = hmac.digest(public, f"{header}.{payload}".encode(), "sha256")
    signature = base64.urlsafe_b64encode(mac).decode().rstrip("=")
    refused(Authority({None: SECRET}, jwks=jwks), f"{header}.{payload}.{signature}")


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        '{"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}]}',
        '{"keys": [{"kty": "RSA", "alg": "HS256", "kid": "a"}]}',
        '{"keys": [7]}',
    ],
)
def test_a_key_file_without_public_keys_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "jwks.json"
    path.write_text(text)
    with pytest.raises(BadKeys, match="jwks"):
        Authority({}, jwks=path)


def test_a_kid_of_both_secret_and_file_is_refused(jwks: Path):
    with pytest.raises(BadKeys, match="rsa-1"):
        Authority({"rsa-1": SECRET}, jwks=jwks)


def test_an_identity_keeps_only_what_its_role_needs():
    buyer = identity_of(Role.BUYER, "b-1", shop="s-1", carrier="sto", badge="1", lead=True)
    assert buyer == Identity(role=Role.BUYER, id="b-1", name="b-1")
    assert identity_of(Role.MERCHANT, "a", shop="s", carrier="sto").carrier is None


def test_r47_the_same_agent_id_in_two_shops_is_two_identities():
    one = identity_of(Role.MERCHANT, "a", shop="s-1")
    other = identity_of(Role.MERCHANT, "a", shop="s-2")
    assert one.key != other.key
