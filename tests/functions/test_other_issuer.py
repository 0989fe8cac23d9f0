"""Signing in with an OpenID Connect provider that knows nothing of us: npm's oidc-provider."""

from __future__ import annotations

import html
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib import clock
from chalicelib.console import issuer, openid
from chalicelib.console.http_answers import Answer
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


SECRET = "a-secret:with%signs"
ROLES = {"ops-care": "care", "ops-desk": "supervisor"}


def vouched_for(patch: pytest.MonkeyPatch, provider: str, secret: str = SECRET) -> None:
    """Set the console up with the provider."""
    discovery = f"{provider}/.well-known/openid-configuration"
    vouch(patch, discovery, secret, role_claim="groups", roles=ROLES)


def come_back(browser: Browser, name: str = "care.li") -> Answer:
    """Go to the provider, sign in there as `name` and come back; what the console answers then."""
    return browser.open(signed_in_at(str(browser.open("/sign-in/go").headers["Location"]), name))


@pytest.mark.usefixtures("tables")
def test_another_provider_signs_people_in_with_a_role_from_its_claim(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    vouched_for(monkeypatch, provider)
    browser = Browser(host=HOST)
    back = signed_in_at(str(browser.open("/sign-in/go?next=/board").headers["Location"]), "care.li")
    answer = browser.open(back)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/board")
    assert "care.li" in str(browser.open("/queue").body)
    assert browser.open("/teams").status_code == 403


def another_audience(browser: Browser, provider: str, patch: pytest.MonkeyPatch) -> Answer:
    """A token that the provider gave for another application, to the same person at the same time."""
    back = signed_in_at(str(browser.open("/sign-in/go").headers["Location"]), "care.li")
    other = openid.Issuer(f"{provider}/.well-known/openid-configuration", "another-application", SECRET)
    about, begun = issuer.discovered(other), openid.unpacked(browser.jar["signing"])
    there = openid.address_of(other, about["authorization_endpoint"], CALLBACK, begun, again=False)
    code = openid.code_from(dict(parse_qsl(urlsplit(signed_in_at(there, "care.li")).query)), begun)
    tokens = issuer.tokens_for(other, about, code, begun, CALLBACK)
    patch.setattr(issuer, "tokens_for", lambda *_: tokens)  # as an application that was taken over could
    return browser.open(back)


def expired(browser: Browser, provider: str, patch: pytest.MonkeyPatch) -> Answer:
    """A token that is looked at two hours after it was given; it is good for one."""
    del provider
    later = clock.outside() + timedelta(hours=2)
    patch.setattr(clock, "outside", lambda: later)
    return come_back(browser)


def another_nonce(browser: Browser, provider: str, patch: pytest.MonkeyPatch) -> Answer:
    """A token of another sign-in than the one that this browser began."""
    del provider, patch
    back = signed_in_at(str(browser.open("/sign-in/go").headers["Location"]), "care.li")
    begun = openid.unpacked(browser.jar["signing"])
    browser.jar["signing"] = openid.packed(replace(begun, nonce="of another sign-in"))
    return browser.open(back)


def replayed_code(browser: Browser, provider: str, patch: pytest.MonkeyPatch) -> Answer:
    """The address that the provider sent a browser back to, opened again with all that the browser kept."""
    del provider, patch
    back = signed_in_at(str(browser.open("/sign-in/go").headers["Location"]), "care.li")
    jar = dict(browser.jar)
    assert browser.open(back).status_code == 303
    browser.jar = jar
    return browser.open(back)


def unknown_role(browser: Browser, provider: str, patch: pytest.MonkeyPatch) -> Answer:
    """Somebody whose group is no role here."""
    del provider, patch
    return come_back(browser, "sales.wu")


def another_secret(browser: Browser, provider: str, patch: pytest.MonkeyPatch) -> Answer:
    """A console whose secret is no longer the provider's."""
    vouched_for(patch, provider, "the secret before")
    return come_back(browser)


def unreachable(browser: Browser, provider: str, patch: pytest.MonkeyPatch) -> Answer:
    """A provider that does not answer any more when one comes back from it."""
    del provider
    back = signed_in_at(str(browser.open("/sign-in/go").headers["Location"]), "care.li")
    (port,) = free_ports(1)
    vouched_for(patch, f"http://127.0.0.1:{port}")
    return browser.open(back)


TOLD = {  # what is wrong -> what the visitor gets
    another_audience: (400, "could not be verified"),
    expired: (400, "could not be verified"),
    another_nonce: (400, "could not be verified"),
    replayed_code: (400, "was used already"),
    unknown_role: (403, "no role here yet"),
    another_secret: (400, "was used already"),
    unreachable: (503, "does not answer"),
}


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(("wrong", "told"), TOLD.items(), ids=[one.__name__ for one in TOLD])
def test_what_a_provider_did_not_give_for_this_sign_in_lets_nobody_in(
    provider: str,
    monkeypatch: pytest.MonkeyPatch,
    wrong: Callable[[Browser, str, pytest.MonkeyPatch], Answer],
    told: tuple[int, str],
) -> None:
    vouched_for(monkeypatch, provider)
    browser = Browser(host=HOST)
    answer = wrong(browser, provider, monkeypatch)
    assert (answer.status_code, told[1] in str(answer.body)) == (told[0], True), str(answer.body)
    assert "session" not in browser.jar
    assert browser.open("/queue").status_code == 302
