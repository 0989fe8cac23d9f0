"""An OpenID Connect issuer on this machine that says what a test wants it to say."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from chalicelib.console import issuer as console_issuer
from chalicelib.store import parameters

CLIENT = "ringback-console"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def encoded(data: bytes) -> str:
    """As JOSE writes bytes."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed(claims: dict[str, Any], key: Any = KEY, **head: Any) -> str:
    """A token with these claims, by RS256."""
    parts = [{"alg": "RS256", "typ": "JWT", "kid": "k1", **head}, claims]
    body = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    return f"{body}.{encoded(key.sign(body.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def jwk(key: Any = KEY, kid: str = "k1") -> dict[str, str]:
    """The public half of a key as the issuer publishes it."""
    numbers = key.public_key().public_numbers()
    n, e = (encoded(one.to_bytes((one.bit_length() + 7) // 8)) for one in (numbers.n, numbers.e))
    return {"kty": "RSA", "use": "sig", "kid": kid, "alg": "RS256", "n": n, "e": e}


@dataclass
class TestIssuer:
    """`claims` go into the next token beside what belongs there; `token` replaces it. `asked` are the forms
    that the token endpoint got."""

    __test__ = False
    root: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    access_token: str = "a"
    nonce: str = ""
    codes: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)
    keys: list[dict[str, str]] = field(default_factory=lambda: [jwk()])

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.root,
            "authorization_endpoint": f"{self.root}/authorize",
            "token_endpoint": f"{self.root}/token",
            "jwks_uri": f"{self.root}/keys",
        }

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What the token endpoint says: a code is good once."""
        self.asked.append(form)
        if form["code"] not in self.codes:
            return 400, {"error": "invalid_grant"}
        self.codes.remove(form["code"])
        now = int(time.time())
        usual = {"iss": self.root, "aud": CLIENT, "sub": "sub-1", "iat": now, "exp": now + 300}
        token = self.token or signed({**usual, "nonce": self.nonce, **self.claims})
        return 200, {"id_token": token, "access_token": self.access_token}

    def sends_back(self, location: str, code: str = "c1") -> str:
        """The address on which a browser that was sent to `location` comes back, signed in."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        self.nonce = query["nonce"]
        self.codes.add(code)
        return f"/signed-in?code={code}&state={query['state']}"


@pytest.fixture
def issuer(tables: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestIssuer]:
    """An issuer that the console is set up with: groups are called like roles."""
    del tables
    found = TestIssuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            say = {"/keys": {"keys": found.keys}}.get(self.path, found.configuration())
            self._say(200, say)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*found.answer({name: values[0] for name, values in parse_qs(body).items()}))

        def _say(self, status: int, said: dict[str, Any]) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    found.root = f"http://127.0.0.1:{server.server_port}"
    vouch(monkeypatch, f"{found.root}/.well-known/openid-configuration", role_claim="groups")
    yield found
    server.shutdown()
    server.server_close()


def vouch(patch: pytest.MonkeyPatch, discovery: str, secret: str = "", **more: Any) -> None:
    """Set the console up with an issuer."""
    setting = json.dumps({"discovery": discovery, "client": CLIENT, **more})
    values = {"sign-in": setting, "sign-in-secret": secret}
    patch.setattr(parameters, "_kept", {name: (time.monotonic(), one) for name, one in values.items()})
    patch.setattr(parameters, "_from_the_store", lambda name: values.get(name, ""))  # and no other
    patch.setenv("RINGBACK_SIGN_IN_PARAMETER", "sign-in")
    patch.setenv("RINGBACK_SIGN_IN_SECRET_PARAMETER", "sign-in-secret")
    patch.setenv("RINGBACK_USER_POOL", "")
    console_issuer.forget()
