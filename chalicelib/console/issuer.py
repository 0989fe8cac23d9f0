"""The issuer over HTTP: its configuration and keys, kept for some minutes, and a code for a token."""

from __future__ import annotations

import base64
import http.client
import json
import re
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlencode

from urllib3.exceptions import ConnectTimeoutError

from chalicelib.console.openid import Begun, Issuer, SignInFailed, issuer_from
from chalicelib.deadline import timely, within
from chalicelib.store import parameters

SECONDS = 5  # for one answer, from connecting to its last byte
MOST = 1_000_000  # bytes of one
KEPT = 300.0  # seconds that configuration and keys are used before they are asked for again
_SAFE = re.compile(
    r"https://|http://(127\.\d+\.\d+\.\d+|localhost|\[::1\])[:/]"
)  # plain on one's own machine only
_Plain, _Secure = timely(http.client.HTTPConnection), timely(http.client.HTTPSConnection)
_kept: dict[str, tuple[float, dict[str, Any]]] = {}


class _Http(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Plain, req)


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Secure, req)


_opener = urllib.request.build_opener(_Http, _Https)


def configured() -> Issuer:
    """Who vouches for people here: the parameter that the stack writes, and the secret that an operator put
    beside it. Raises SignInFailed."""
    setting = parameters.value("RINGBACK_SIGN_IN_PARAMETER")
    if not setting:
        raise SignInFailed("settings", "there is no setting")
    found = issuer_from(setting, "")
    if found.pool:
        return found
    return issuer_from(setting, parameters.value("RINGBACK_SIGN_IN_SECRET_PARAMETER"))


def discovered(issuer: Issuer) -> dict[str, Any]:
    """The issuer's configuration. Raises SignInFailed where it does not answer or lacks what is needed."""
    found = _kept_get(issuer.discovery)
    for name in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not isinstance(found.get(name), str):
            raise SignInFailed("unreachable", f"its configuration has no {name}")
    return found


def keys(configuration: dict[str, Any], kid: str | None) -> list[dict[str, Any]]:
    """The issuer's keys; asked for anew where none of those that are kept is called `kid`."""
    address = configuration["jwks_uri"]
    found = _kept_get(address).get("keys", [])
    if kid and not any(one.get("kid") == kid for one in found):
        _kept.pop(address, None)
        found = _kept_get(address).get("keys", [])
    return list(found)


def tokens_for(
    issuer: Issuer, configuration: dict[str, Any], code: str, one: Begun, back: str
) -> tuple[str, str]:
    """The ID token for a code, and the access token ("" for none). Raises SignInFailed: "code" for one that
    was used, is too old or somebody else's."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": issuer.client,
        "code_verifier": one.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if issuer.secret:
        pair = f"{quote(issuer.client, safe='')}:{quote(issuer.secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    answer = _asked(configuration["token_endpoint"], urlencode(form).encode(), headers)
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise SignInFailed("code", "the issuer gave no token")
    return token, str(answer.get("access_token") or "")


def forget() -> None:
    """Ask for everything again."""
    _kept.clear()


def _kept_get(address: str) -> dict[str, Any]:
    at, found = _kept.get(address, (0.0, {}))
    if not found or time.monotonic() - at > KEPT:
        found = _asked(address)
        _kept[address] = (time.monotonic(), found)
    return found


def _asked(address: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    if not _SAFE.match(address):
        raise SignInFailed("settings", "an address of the issuer is not https")
    request = urllib.request.Request(  # noqa: S310 - looked at above
        address, body, {"Accept": "application/json", **(headers or {})}
    )
    try:
        with within(SECONDS), _opener.open(request, timeout=SECONDS) as answer:
            found = json.loads(answer.read(MOST))
    except urllib.error.HTTPError as error:
        if body is not None and 400 <= error.code < 500:
            raise SignInFailed("code", f"the issuer answered {error.code}") from None
        raise SignInFailed("unreachable", f"the issuer answered {error.code}") from None
    except (OSError, ValueError, http.client.HTTPException, ConnectTimeoutError) as error:
        raise SignInFailed("unreachable", type(error).__name__) from None
    if not isinstance(found, dict):
        raise SignInFailed("unreachable", "no object")
    return found
