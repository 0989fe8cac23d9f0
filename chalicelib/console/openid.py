"""OpenID Connect, the part without a network: what is asked of the issuer, and what a token must say.

Authorisation code with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636, RFC 9700). Signatures are
RS256, which every issuer has to offer (Core, 15.1).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

from chalicelib.console.session import Identity, role_of

LEEWAY = 120  # seconds that clocks may differ
NAMES = ("cognito:username", "preferred_username", "email", "sub")  # claims that a person is called by
# Values of `amr` (RFC 8176, and what issuers add to it) that say that more than a password was asked.
MORE_THAN_A_PASSWORD = frozenset({"mfa", "otp", "hwk", "swk", "sms", "fpt", "face", "pop", "sc", "webauthn"})
# SHA-256 in a signature by PKCS #1 v1.5 (RFC 8017, 9.2, note 1)
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")


class SignInFailed(Exception):
    """Somebody cannot be let in. `code` is what they are told (`codes`, "sign-in failed"), `detail` is for
    the log: it names the check and quotes nothing. `identity` is who it is, where that is known."""

    def __init__(self, code: str, detail: str = "", identity: Identity | None = None) -> None:
        self.code = code
        self.detail = detail
        self.identity = identity
        super().__init__(f"{code} {detail}".strip())


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who vouches for people. `discovery` is its configuration's address. `role_claim` holds groups;
    `roles` says which role a group is, without it groups are called like roles. `acr` are values of that
    claim that stand for a second factor. With `pool` it is the stack's own user pool."""

    discovery: str
    client: str
    secret: str = ""
    scope: str = "openid email profile"
    role_claim: str = "cognito:groups"
    roles: Mapping[str, str] = field(default_factory=dict)
    acr: tuple[str, ...] = ()
    pool: bool = False
    factor_for: tuple[str, ...] = ()  # roles that sign in with a second factor only


def issuer_from(text: str, secret: str) -> Issuer:
    """The issuer that a setting (JSON) and a secret describe. Raises SignInFailed where it says none."""
    try:
        said = json.loads(text or "{}")
        found = Issuer(
            discovery=str(said["discovery"]),
            client=str(said["client"]),
            secret=secret,
            scope=str(said.get("scope") or Issuer.__dataclass_fields__["scope"].default),
            role_claim=str(said.get("role_claim") or Issuer.__dataclass_fields__["role_claim"].default),
            roles=dict(said.get("roles") or {}),
            acr=tuple(said.get("acr") or ()),
            pool=bool(said.get("pool")),
            factor_for=tuple(str(said.get("factor_for") or "").replace(" ", "").split(",")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SignInFailed("settings", "the setting is not JSON with discovery and client") from None
    if not found.discovery or not found.client:
        raise SignInFailed("settings", "discovery or client is empty")
    return found


@dataclass(frozen=True, slots=True)
class Begun:
    """What the browser keeps while its person is at the issuer. `next` is where they were going."""

    state: str
    nonce: str
    verifier: str
    next: str = ""


def begun(next_page: str) -> Begun:
    """A sign-in that begins."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Begun(state, nonce, verifier, next_page)


def packed(one: Begun) -> str:
    """As a cookie's value."""
    return base64.urlsafe_b64encode(json.dumps(asdict(one)).encode()).decode()


def unpacked(cookie: str) -> Begun:
    """Out of a cookie's value. Raises SignInFailed for any other."""
    try:
        return Begun(**{name: str(value) for name, value in json.loads(_decoded(cookie)).items()})
    except (ValueError, TypeError, AttributeError):
        raise SignInFailed("state", "no sign-in was begun in this browser") from None


def address_of(issuer: Issuer, authorize: str, back: str, one: Begun, *, again: bool) -> str:
    """Where the browser goes to sign in. With `again` the issuer is to ask even those it knows: somebody
    signed out on purpose."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(one.verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": issuer.client,
        "redirect_uri": back,
        "scope": issuer.scope,
        "state": one.state,
        "nonce": one.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if again:
        asked["prompt"] = "login"
    return f"{authorize}{'&' if '?' in authorize else '?'}{urlencode(asked)}"


def code_from(query: Mapping[str, str], one: Begun) -> str:
    """The code that the issuer sent the browser back with. Raises SignInFailed."""
    if not hmac.compare_digest(query.get("state", "").encode("utf-8", "replace"), one.state.encode()):
        raise SignInFailed("state", "another state")
    if query.get("error") or not query.get("code"):
        raise SignInFailed("refused", "the issuer sent no code")
    return query["code"]


def key_of(token: str) -> str | None:
    """The name of the key that a token says it is signed with; None when it says none."""
    try:
        head = json.loads(_decoded(token.split(".")[0]))
    except ValueError:
        return None
    found = head.get("kid") if isinstance(head, dict) else None
    return found if isinstance(found, str) else None


def claims_from(token: str, keys: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What a token says, once its signature is one of the issuer's `keys` (RFC 7517). Raises SignInFailed."""
    # Only whoever signs in needs it: 30 kB, nothing native (docs/decisions/sign-in.md).
    from jwt import InvalidTokenError, PyJWS

    wanted = key_of(token)
    try:
        jws = PyJWS()
        if "RS256" in jws.get_algorithms():
            jws.unregister_algorithm("RS256")  # one way to check, whatever else is installed
        jws.register_algorithm("RS256", _rs256())
        for key in keys:
            fits = key.get("kty") == "RSA" and key.get("use", "sig") == "sig"
            if fits and wanted in (None, key.get("kid")):
                return dict(json.loads(jws.decode(token, key=key, algorithms=["RS256"])))  # type: ignore[arg-type]
    except (InvalidTokenError, ValueError, TypeError):
        raise SignInFailed("token", "signature") from None
    raise SignInFailed("token", "key")


def _rs256() -> Any:
    from jwt.algorithms import Algorithm

    class Rs256(Algorithm):
        """RS256 for checking, on Python's own integers."""

        def prepare_key(self, key: Any) -> Any:
            return key

        def verify(self, msg: bytes, key: Any, sig: bytes) -> bool:
            n, e = (int.from_bytes(_decoded(key[part])) for part in ("n", "e"))
            return rs256_is_of(n, e, msg, sig)

        def sign(self, msg: bytes, key: Any) -> bytes:
            raise NotImplementedError

        @staticmethod
        def to_jwk(key_obj: Any, as_dict: bool = False) -> Any:
            raise NotImplementedError

        @staticmethod
        def from_jwk(jwk: Any) -> Any:
            raise NotImplementedError

    return Rs256()


def rs256_is_of(n: int, e: int, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` was made with the key whose public half is `n` and `e` (RFC 8017,
    8.2.2): the whole padded digest is made anew and compared, so nothing in a signature is parsed."""
    size = (n.bit_length() + 7) // 8
    if n.bit_length() < 2048 or e < 3 or len(signature) != size or int.from_bytes(signature) >= n:
        return False
    digest = _SHA256 + hashlib.sha256(message).digest()
    wanted = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    return hmac.compare_digest(pow(int.from_bytes(signature), e, n).to_bytes(size), wanted)


def check(claims: Mapping[str, Any], *, name: str, client: str, nonce: str, now: float) -> None:
    """Raise SignInFailed unless a token is the issuer's (`name`), for us, for this sign-in, and of now (epoch
    seconds). OpenID Connect Core 1.0, 3.1.3.7."""
    audience = claims.get("aud")
    for_whom = audience if isinstance(audience, list) else [audience]
    times = (claims.get("exp"), claims.get("iat", now))
    if claims.get("iss") != name:
        raise SignInFailed("token", "issuer")
    if client not in for_whom or (len(for_whom) > 1 and claims.get("azp") != client):
        raise SignInFailed("token", "audience")
    if claims.get("azp", client) != client:
        raise SignInFailed("token", "audience")
    if not all(isinstance(one, int | float) for one in times):
        raise SignInFailed("token", "times")
    if times[0] + LEEWAY <= now or times[1] - LEEWAY > now:  # type: ignore[operator]
        raise SignInFailed("token", "expired")
    if not isinstance(claims.get("nonce"), str) or not hmac.compare_digest(
        claims["nonce"].encode("utf-8", "replace"), nonce.encode()
    ):
        raise SignInFailed("token", "nonce")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise SignInFailed("token", "subject")


def identity_from(claims: Mapping[str, Any], issuer: Issuer) -> Identity:
    """Who the claims of a checked token are. Raises SignInFailed for somebody without a role."""
    verified = claims.get("email_verified") in (True, "true")
    email = str(claims.get("email") or "").lower() if verified else ""
    name = next((str(claims[one]) for one in NAMES if claims.get(one)), "")
    amr = claims.get("amr")
    methods = set(amr) if isinstance(amr, list) else set()
    factor = bool(MORE_THAN_A_PASSWORD & methods) or claims.get("acr") in issuer.acr
    said = _groups(claims, issuer.role_claim)
    groups = [issuer.roles.get(one, "") for one in said] if issuer.roles else said
    role = role_of(groups)
    found = Identity(str(claims["sub"]), name, role or "", email, factor)
    if role is None:
        raise SignInFailed("role", "no group is a role", found)
    return found


def _groups(claims: Mapping[str, Any], claim: str) -> list[str]:
    """The values of a claim; its name may lead inward by dots, such as `realm_access.roles`."""
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return found.replace(",", " ").split()
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
