"""The console from the outside, in one process: a browser that keeps cookies, and people signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from chalicelib import clock
from chalicelib.console import requests, session, user_pool
from chalicelib.console.http_answers import Answer
from chalicelib.console.requests import Request
from chalicelib.console.session import Identity
from tests.support.backends import begun_with
from tests.support.dynamodb import Aws

MARK = re.compile(r'name="mark" value="([0-9a-f]{64})"')
HOST = "console.operator.example"


@pytest.fixture
def stage(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """A user pool with a user of each role."""
    monkeypatch.setenv("RINGBACK_USER_POOL", begun_with(("cognito-idp",), _make_pool))
    user_pool._pool.cache_clear()
    yield aws
    user_pool._pool.cache_clear()


def _make_pool() -> str:
    cognito = boto3.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="ringback")["UserPool"]["Id"]
    for role in session.ROLES:
        cognito.create_group(GroupName=role, UserPoolId=pool)
        cognito.admin_create_user(UserPoolId=pool, Username=role, MessageAction="SUPPRESS")
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=role, GroupName=role)
    return pool


class Browser:
    """Keeps cookies, as a browser does. `host` and `stage` are where it finds the console."""

    def __init__(self, language: str = "en", host: str = HOST, stage: str = "") -> None:
        self.jar = {"language": language}
        self.host = host
        self.stage = stage
        self.headers: dict[str, str] = {}

    def open(self, address: str) -> Answer:
        parts = urlsplit(address)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return self._kept(requests.answer(Request("GET", parts.path, query, {}, self._headers(), self.stage)))

    def send(self, path: str, form: Mapping[str, str]) -> Answer:
        return self.send_lists(path, {name: [value] for name, value in form.items()})

    def send_lists(self, path: str, lists: Mapping[str, list[str]]) -> Answer:
        return self._kept(requests.answer(Request("POST", path, {}, lists, self._headers(), self.stage)))

    def sign_in(self, identity: Identity, now: datetime | None = None) -> None:
        """Be somebody, as if the issuer had just said so."""
        secure = "__Host-" if not self.host.startswith("127.") else ""
        self.jar[f"{secure}session"] = session.begin(identity, now or clock.now())

    def _headers(self) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        return {**self.headers, "host": self.host, "cookie": cookie}

    def _kept(self, response: Answer) -> Answer:
        cookies: Any = response.headers.get("Set-Cookie", [])
        for cookie in [cookies] if isinstance(cookies, str) else cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.jar[name] = value
        return response


def identity(role: str, name: str = "") -> Identity:
    """Somebody in a role, called after it unless `name` says otherwise."""
    return Identity(subject=name or role, name=name or role, role=role, second_factor=True)


def as_role(role: str, language: str = "en", name: str = "") -> Browser:
    """The browser of somebody who has just signed in."""
    browser = Browser(language)
    browser.sign_in(identity(role, name))
    return browser


def mark_of(page: Answer) -> str:
    """The mark that the forms of a page carry."""
    found = MARK.search(str(page.body))
    assert found, "a page without a form"
    return found[1]
