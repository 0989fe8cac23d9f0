"""Signing in with an OpenID Connect provider that knows nothing of us: npm's oidc-provider."""

from __future__ import annotations

import html
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from local.processes import free_ports, running, wait_for
from tests.support.console import Browser
from tests.support.issuer import vouch

FOLDER = Path(__file__).parents[1] / "oidc"
HOST = "127.0.0.1:4570"
CALLBACK = f"http://{HOST}/signed-in"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address while it runs."""
    if not (FOLDER / "node_modules/oidc-provider").is_dir():
        pytest.skip("no oidc-provider here: make setup")
    (port,) = free_ports(1)
    command = ["node", "provider.mjs", str(port), CALLBACK]
    log = tmp_path_factory.mktemp("oidc") / "log"
    import os

    with running("the OpenID provider", command, log, os.environ, FOLDER) as child:
        root = f"http://127.0.0.1:{port}"
        wait_for(child, f"{root}/.well-known/openid-configuration")
        yield root


class NoFurther(urllib.request.HTTPRedirectHandler):
    """Stops at the address of the console, which is no server here."""

    def redirect_request(self, *about: object) -> urllib.request.Request | None:
        to = str(about[-1])
        return None if to.startswith(CALLBACK) else super().redirect_request(*about)  # type: ignore[arg-type]


def signed_in_at(there: str, name: str) -> str:
    """Sign in at the provider as `name` and agree; where it sends the browser then."""
    opener = urllib.request.build_opener(NoFurther, urllib.request.HTTPCookieProcessor(CookieJar()))
    page = opener.open(there, timeout=20)
    for _ in range(2):
        text = page.read().decode()
        action = html.unescape(re.findall(r'action="([^"]+)"', text)[0])
        form = dict(re.findall(r'name="(\w+)" value="(\w+)"', text)) | {"login": name, "password": "x"}
        target = urllib.parse.urljoin(page.url, action)
        try:
            page = opener.open(target, urllib.parse.urlencode(form).encode(), timeout=20)
        except urllib.error.HTTPError as error:
            return str(error.headers["Location"]).removeprefix(f"http://{HOST}")
    raise AssertionError("the provider did not send the browser back")


@pytest.mark.usefixtures("tables")
def test_another_provider_signs_people_in_with_a_role_from_its_claim(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, roles = "a-secret:with%signs", {"ops-care": "care", "ops-desk": "supervisor"}
    discovery = f"{provider}/.well-known/openid-configuration"
    vouch(monkeypatch, discovery, secret, role_claim="groups", roles=roles)
    browser = Browser(host=HOST)
    back = signed_in_at(str(browser.open("/sign-in/go?next=/board").headers["Location"]), "care.li")
    cookies = dict(browser.jar)
    answer = browser.open(back)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/board")
    assert "care.li" in str(browser.open("/queue").body)
    assert browser.open("/teams").status_code == 403
    browser.jar = cookies
    assert "used already" in str(browser.open(back).body)  # the same code again

    stranger = Browser(host=HOST)
    back = signed_in_at(str(stranger.open("/sign-in/go").headers["Location"]), "sales.wu")
    assert stranger.open(back).status_code == 403
    vouch(monkeypatch, discovery, "another secret", role_claim="groups", roles=roles)
    wrong = Browser(host=HOST)
    back = signed_in_at(str(wrong.open("/sign-in/go").headers["Location"]), "care.li")
    assert wrong.open(back).status_code == 400
