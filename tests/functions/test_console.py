"""The console from the outside: signing in, who may open what, forms of other sites, and a case's pages."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import boto3
import pytest

from chalicelib.care import figures
from chalicelib.care.reads import search
from chalicelib.console import requests, session, user_pool
from chalicelib.console.frame import ANYONE
from chalicelib.console.requests import Answer
from chalicelib.console.routes import ROUTES
from chalicelib.functions import counting
from chalicelib.i18n.translations import languages
from chalicelib.store.relationship import relationship
from chalicelib.store.schema.conversations import Survey, Text
from tests.care.world import NOW, complain, settle_in
from tests.functions.test_counting import NO_CONTEXT, record
from tests.support.dynamodb import Aws
from tests.support.service import WANG, Service

KEY = "k" * 40
PASSWORD = "Right-horse-9-battery"
MARK = re.compile(r'name="mark" value="([0-9a-f]{64})"')


@pytest.fixture
def stage(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """A user pool with a user of each role, and the key of sessions."""
    cognito = boto3.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="ringback")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="console", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )
    for role in session.ROLES:
        cognito.create_group(GroupName=role, UserPoolId=pool)
        cognito.admin_create_user(UserPoolId=pool, Username=role, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=pool, Username=role, Password=PASSWORD, Permanent=True)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=role, GroupName=role)
    boto3.client("ssm").put_parameter(Name="session", Value=KEY, Type="SecureString")
    monkeypatch.setenv("RINGBACK_USER_POOL", pool)
    monkeypatch.setenv("RINGBACK_USER_POOL_CLIENT", client["UserPoolClient"]["ClientId"])
    monkeypatch.setenv("RINGBACK_SESSION_KEY_PARAMETER", "session")
    monkeypatch.setattr(user_pool, "_key", (0.0, ""))
    user_pool._pool.cache_clear()
    yield aws
    user_pool._pool.cache_clear()


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of sessions, and nothing else: who is turned away makes no call."""
    monkeypatch.setattr(user_pool, "_key", (time.monotonic(), KEY))


class Browser:
    """Keeps cookies, as a browser does."""

    def __init__(self, language: str = "en") -> None:
        self.jar = {"language": language}

    def open(self, address: str) -> Answer:
        parts = urlsplit(address)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return self._kept(requests.answer("GET", parts.path, query, {}, self._headers()))

    def send(self, path: str, form: Mapping[str, str]) -> Answer:
        return self.send_lists(path, {name: [value] for name, value in form.items()})

    def send_lists(self, path: str, lists: Mapping[str, list[str]]) -> Answer:
        return self._kept(requests.answer("POST", path, {}, lists, self._headers()))

    def sign_in(self, role: str, password: str = PASSWORD, then: str = "") -> Answer:
        return self.send("/sign-in", {"username": role, "password": password, "next": then})

    def _headers(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}

    def _kept(self, response: Answer) -> Answer:
        cookies: Any = response.headers.get("Set-Cookie", [])
        for cookie in [cookies] if isinstance(cookies, str) else cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.jar[name] = value
        return response


def as_role(role: str, language: str = "en") -> Browser:
    browser = Browser(language)
    assert browser.sign_in(role).status_code == 303
    return browser


def with_session(role: str) -> Browser:
    """Somebody who signed in a moment ago, without the user pool's part in it."""
    browser = Browser()
    browser.jar["session"] = session.sealed(session.begin(role, role, datetime.now(UTC)), KEY)
    return browser


def mark_of(page: Answer) -> str:
    found = MARK.search(str(page.body))
    assert found
    return found[1]


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("role", session.ROLES)
def test_everybody_comes_to_their_first_page(role: str) -> None:
    there = as_role(role).open("/").headers["Location"]
    assert there == ("/campaigns" if role == "marketing" else "/queue")


@pytest.mark.usefixtures("stage")
def test_a_wrong_password_says_what_to_do_and_keeps_the_name() -> None:
    page = Browser().sign_in("care", "wrong")
    assert page.status_code == 422
    assert 'value="care"' in str(page.body)
    assert "The name or the password is wrong" in str(page.body)
    assert 'value="wrong"' not in str(page.body)


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize(
    "then", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_signing_in_leads_to_no_other_site(then: str) -> None:
    assert Browser().sign_in("care", then=then).headers["Location"] == "/"


@pytest.mark.usefixtures("keyed")
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_wants_a_session_a_role_and_a_form_mark(route: Any) -> None:
    path = re.sub(r"\{\w+\}", "x", route.path)

    def send(one: Browser) -> Answer:
        return one.open(path) if route.method == "GET" else one.send(path, {})

    refused = send(Browser())
    assert refused.status_code == 302
    assert str(refused.headers["Location"]).startswith("/sign-in")
    for role in sorted(ANYONE - route.roles):
        assert send(with_session(role)).status_code == 403, role
    if route.method == "POST":
        for role in sorted(route.roles):
            assert send(with_session(role)).status_code == 403, role


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize(
    "cookie",
    ["", "x", "e30=.00", session.sealed(session.begin("admin", "admin", NOW), "another key")],
    ids=["none", "nonsense", "unsigned", "signed by somebody else"],
)
def test_no_session_but_ours_is_taken(cookie: str) -> None:
    browser = Browser()
    browser.jar["session"] = cookie
    refused = browser.open("/queue")
    assert (refused.status_code, refused.headers["Location"]) == (302, "/sign-in?next=/queue")


def test_a_session_ends() -> None:
    begun = session.begin("care", "care", NOW)
    late = NOW.replace(hour=(NOW.hour + session.HOURS) % 24)
    assert session.opened(session.sealed(begun, KEY), KEY, NOW) == begun
    assert session.opened(session.sealed(begun, KEY), KEY, late) is None


@pytest.mark.usefixtures("stage")
def test_pages_let_no_script_in_but_their_own() -> None:
    page = as_role("care").open("/queue")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=", str(page.body))


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("name", ["../brands.yaml", "..%2fbrands.yaml", "frame.html", "nothing.css"])
def test_nothing_but_styles_and_scripts_is_handed_out(name: str) -> None:
    assert Browser().open(f"/static/{name}").status_code == 404


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    "route",
    [one for one in ROUTES if "{" not in one.path and one.method == "GET"],
    ids=lambda route: str(route.path),
)
def test_every_page_opens_with_nothing_in_it(route: Any, language: str) -> None:
    settle_in()
    page = as_role("admin", language).open(route.path)
    assert page.status_code == 200
    assert f'<html lang="{language}"' in str(page.body)


@pytest.mark.usefixtures("stage")
def test_a_case_from_the_queue_to_its_answer() -> None:
    settle_in()
    case = complain()
    browser = as_role("care")
    assert f"/cases/{case.case_id}" in str(browser.open("/queue?tab=all").body)
    page = browser.open(f"/cases/{case.case_id}")
    assert "+8613800000001" not in str(page.body)
    form = {"mark": mark_of(page), "revision": str(case.revision), "once": "a"}
    assert browser.send(f"/cases/{case.case_id}/claim", form).status_code == 303
    page = browser.open(f"/cases/{case.case_id}")
    assert "The case is yours." in str(page.body)
    assert "The case is yours." not in str(browser.open(f"/cases/{case.case_id}").body)
    (now,) = search(case.case_id)
    assert now.owner == "care"
    browser.send(f"/cases/{case.case_id}/number", form)
    assert "+8613800000001" in str(browser.open(f"/cases/{case.case_id}").body)


@pytest.mark.usefixtures("stage")
def test_the_second_of_two_people_is_told_and_keeps_what_they_typed() -> None:
    settle_in()
    case = complain()
    first, second = as_role("care"), as_role("supervisor")
    page = second.open(f"/cases/{case.case_id}")
    stale = {"mark": mark_of(page), "revision": str(case.revision), "once": "b", "text": "我来处理"}
    form = {"mark": mark_of(first.open("/queue?tab=all")), "revision": str(case.revision), "once": "a"}
    first.send(f"/cases/{case.case_id}/claim", form)
    told = second.send(f"/cases/{case.case_id}/answer", stale)
    assert told.status_code == 409
    assert "care changed this case at" in str(told.body)
    assert "我来处理" in str(told.body)
    assert search(case.case_id)[0].answers == 0


ODD = {
    "html": "1 <script>alert(1)</script>",
    "an attribute": '1 " onmouseover="alert(1)',
    "emoji only": "😡😡👎",
    "1,600 characters": "1 分，" + "网速太慢" * 399,
    "a quote of the invitation": "> 请回复1-5评分，回复TD退订\n1",
    "template marks": "1 {{ 7 * 7 }} {% raw %}",
}


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("known", [True, False], ids=["known number", "unknown number"])
@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
def test_what_a_subscriber_writes_is_shown_as_it_is_and_is_nothing_else(
    service: Service, body: str, known: bool
) -> None:
    service.complain()
    service.settle()
    number = "+8613900000001" if known else "+8613955550000"
    for _ in range(2):
        service.write(body, "in-1", number)
    page = str(as_role("care").open(f"/cases?q={quote(number)}").body)
    assert page.count(html.escape(body).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")) >= 1
    assert body not in page or html.escape(body) == body
    assert page.count('<article class="bubble">') == 1  # delivered twice, kept once


def test_a_survey_and_its_score_are_on_the_board(service: Service) -> None:
    service.complain()
    service.settle()
    service.write("2")
    said = [one for one in relationship(WANG.msisdn) if isinstance(one, Text | Survey)]
    counted = {"Records": [record(n, None, one) for n, one in enumerate(said)]}
    for _ in range(2):  # the stream brings them again
        counting.count(counted, NO_CONTEXT)
    day = service.now.date().isoformat()
    total = figures.board(day, day).total
    assert (total["asked"], total["answers"], total["satisfied"], total.scores) == (1, 1, 0, {2: 1})
