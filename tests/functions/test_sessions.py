"""Sessions: how long they live, what ends them and how soon, and the form that survives one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from chalicelib import clock
from chalicelib.console import address, session
from chalicelib.console.http_answers import Answer
from chalicelib.store import access
from tests.support.console import Browser, as_role, identity, mark_of, stage
from tests.support.dynamodb import Aws
from tests.support.factories import care_ready, complain

__all__ = ["stage"]
START = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PAGE = {"marketing": "/campaigns"}


class Clock:
    """What the console takes for now."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "now", made)
    return made


def why(answer: Answer) -> str:
    """What a page that turns somebody away says is the reason."""
    assert answer.status_code in (302, 303)
    there = str(answer.headers["Location"])
    assert there.startswith("/sign-in")
    found = re.search(r"why=(\w+)", there)
    return found[1] if found else ""


@pytest.mark.usefixtures("tables")
def test_a_cookie_that_is_no_session_of_ours_says_nothing_about_anybody() -> None:
    as_role("admin")
    for cookie in ("", "x", "e30=.00", "YWRtaW4=.guessed", "\u00fc.\u00fc", "=.=", "."):
        browser = Browser()
        browser.jar["__Host-session"] = cookie
        answer = browser.open("/queue?tab=all")
        there = (answer.status_code, answer.headers["Location"])
        assert there == (302, "/sign-in?next=/queue%3Ftab%3Dall"), cookie


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("role", session.ROLES)
def test_a_session_that_is_not_used_ends_and_one_that_is_used_ends_too(at: Clock, role: str) -> None:
    page, life = PAGE.get(role, "/queue"), session.LIVES[role]
    idle, busy = as_role(role), as_role(role)
    at.now = START + life.idle - MINUTE
    assert busy.open(page).status_code == 200
    at.now = START + life.idle
    assert why(idle.open(page)) == session.IDLE
    while at.now < START + life.longest:
        assert busy.open(page).status_code == 200
        at.now += life.idle / 2
    assert why(busy.open(page)) == session.LONG


@pytest.mark.usefixtures("tables")
def test_what_a_page_asks_by_itself_keeps_no_session_alive(at: Clock) -> None:
    browser = as_role("care")
    browser.headers["x-live"] = "1"
    for _ in range(3):
        at.now += session.LIVES["care"].idle / 3
        last = browser.open("/queue/news?tab=all")
    assert why(last) == session.IDLE


@pytest.mark.usefixtures("tables")
def test_after_signing_out_the_cookie_is_worth_nothing_and_another_browser_stays() -> None:
    one, other = as_role("care"), as_role("care")
    stolen = dict(one.jar)
    one.send("/sign-out", {"mark": mark_of(one.open("/queue"))})
    assert one.jar["__Host-session"] == ""
    one.jar = stolen
    assert why(one.open("/queue")) == session.OUT
    assert other.open("/queue").status_code == 200


def _demote(pool: str) -> None:
    boto3.client("cognito-idp").admin_remove_user_from_group(
        UserPoolId=pool, Username="admin", GroupName="admin"
    )


def _other_role(pool: str) -> None:
    client = boto3.client("cognito-idp")
    client.admin_add_user_to_group(UserPoolId=pool, Username="admin", GroupName="care")
    client.admin_remove_user_from_group(UserPoolId=pool, Username="admin", GroupName="admin")


def _disable(pool: str) -> None:
    boto3.client("cognito-idp").admin_disable_user(UserPoolId=pool, Username="admin")


def _remove(pool: str) -> None:
    boto3.client("cognito-idp").admin_delete_user(UserPoolId=pool, Username="admin")


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (_demote, session.CHANGED),
        (_other_role, session.CHANGED),
        (_disable, session.DISABLED),
        (_remove, session.DISABLED),
    ],
    ids=["role taken", "another role", "disabled", "removed"],
)
def test_what_happens_to_a_user_in_the_pool_holds_within_a_minute(
    at: Clock, happens: Callable[[str], None], reason: str
) -> None:
    browser = as_role("admin")
    happens(os.environ["RINGBACK_USER_POOL"])
    at.now = START + MINUTE - timedelta(seconds=1)
    assert browser.open("/people").status_code == 200  # the longest that the old cookie is good for
    at.now = START + MINUTE
    assert why(browser.open("/people")) == reason
    at.now = START + MINUTE / 2  # and for good, whatever the clock says
    assert why(browser.open("/people")) == reason


@pytest.mark.usefixtures("tables")
def test_ending_every_session_of_somebody_holds_with_the_next_request() -> None:
    browsers = [as_role("care") for _ in range(3)]
    other = as_role("care", name="li.na")
    access.end_all("care", session.EVERYWHERE)
    assert [why(one.open("/queue")) for one in browsers] == [session.EVERYWHERE] * 3
    assert other.open("/queue").status_code == 200
    assert as_role("care").open("/queue").status_code == 200


@pytest.mark.usefixtures("tables")
def test_signing_in_with_another_role_ends_the_sessions_of_the_old_one() -> None:
    before = as_role("admin", name="li.na")
    after = as_role("care", name="li.na")
    assert why(before.open("/people")) == session.CHANGED
    assert after.open("/people").status_code == 403


@pytest.mark.usefixtures("tables")
def test_two_people_of_one_name_stay_two() -> None:
    first, second = identity("care", "li.na"), identity("care", "li.na")
    second = session.Identity("another-subject", second.name, second.role)
    one, two = Browser(), Browser()
    one.sign_in(first)
    two.sign_in(second)
    assert sorted(person.who for person in access.everybody()) == ["li.na", "li.na (another-)"]


ADDRESSES = {
    "a domain": ("care.operator.example", "", True, ""),
    "the API's own address": ("a1b2.execute-api.eu-west-1.amazonaws.com", "console", True, "/console"),
    "another stage's name": ("a1b2.execute-api.eu-west-1.amazonaws.com", "live", True, "/live"),
    "this machine": ("127.0.0.1:4570", "console", False, ""),
    "this machine by name": ("localhost:4570", "console", False, ""),
    "an API on this machine": ("a1b2.execute-api.localhost:4566", "console", False, "/console"),
    "a name that only looks local": ("localhost.evil.example", "console", True, ""),
    "no host": ("", "console", True, ""),
}


@pytest.mark.parametrize(("host", "stage", "secure", "base"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_cookies_are_as_strict_as_the_address_allows(host: str, stage: str, secure: bool, base: str) -> None:
    at = address.address({"host": host}, stage)
    assert (at.secure, at.base) == (secure, base)
    cookie = address.kept("session", "x", at, 60)
    assert cookie.startswith("__Host-session=" if secure else "session=")
    assert ("; Secure" in cookie) is secure
    assert "; HttpOnly" in cookie
    assert "; SameSite=Lax" in cookie
    assert "; Path=/;" in cookie


@pytest.mark.usefixtures("tables")
def test_a_cookie_that_another_host_may_have_set_is_no_session() -> None:
    browser = as_role("care")
    browser.jar["session"] = browser.jar.pop("__Host-session")
    assert browser.open("/queue").status_code == 302


@pytest.mark.usefixtures("stage")
def test_below_a_stage_every_link_form_and_redirect_stands_below_it() -> None:
    browser = as_role("admin")
    browser.host, browser.stage = "a1b2.execute-api.eu-west-1.amazonaws.com", "console"
    for path in ("/queue", "/campaigns", "/people", "/nowhere"):
        page = str(browser.open(path).body)
        links = re.findall(r'(?:href|src|action|data-live|data-to)="(/[^"]*)"', page)
        assert links
        assert [one for one in links if not one.startswith("/console/")] == []
    assert browser.open("/").headers["Location"] == "/console/queue"
    assert Browser(host=browser.host, stage="console").open("/queue").headers["Location"] == (
        "/console/sign-in?next=/queue"
    )
    gone = browser.send("/choose", {"theme": "dark", "back": "/queue"})
    assert gone.headers["Location"] == "/console/queue"


@pytest.mark.usefixtures("aws")
def test_a_form_that_is_sent_too_late_waits_and_goes_out_after_signing_in(at: Clock) -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    page = browser.open(f"/cases/{case.case_id}")
    form = {"mark": mark_of(page), "revision": str(case.revision), "once": "n1", "text": "  我来处理\n<b>"}
    form |= {"text-answer": "您好", "text-call": "", "was-answer": "2026-11-24", "topic": "network"}
    at.now += session.LIVES["care"].idle
    sent = browser.send(f"/cases/{case.case_id}/note", form)
    assert sent.headers["Location"] == "/sign-in?why=idle&next=/draft"
    browser.sign_in(identity("care"))
    waiting = browser.open("/draft")
    assert "我来处理" in str(waiting.body)
    assert "\n&lt;b&gt;" in str(waiting.body)
    assert "\n<b>" not in str(waiting.body)
    shown = re.findall(r'<pre class="card">([^<]+)</pre>', str(waiting.body))
    assert sorted(shown) == ["  我来处理\n&lt;b&gt;", "您好"], "words, and no choices"
    again = form | {"mark": mark_of(waiting), "draft": "1"}
    assert browser.send(f"/cases/{case.case_id}/note", again).status_code == 303
    assert "我来处理" in str(browser.open(f"/cases/{case.case_id}").body)
    assert browser.open("/draft").status_code == 303  # nothing waits any more


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("site", "kept"), [("same-origin", True), ("cross-site", False), ("same-site", False)]
)
def test_a_form_of_another_session_of_this_browser_waits_and_one_of_another_site_does_not(
    site: str, kept: bool
) -> None:
    browser = as_role("care")
    browser.headers["sec-fetch-site"] = site
    answer = browser.send("/cases/K-1/note", {"mark": "0" * 64, "text-note": "she called twice"})
    assert (answer.status_code, "she called twice" in str(answer.body)) == (403, kept)
    assert ("Send it now" in str(answer.body)) == kept
    assert browser.open("/draft").status_code == (200 if kept else 303)


@pytest.mark.usefixtures("tables")
def test_what_waits_is_shown_to_nobody_else_and_kept_for_no_stranger(at: Clock) -> None:
    browser = as_role("care")
    at.now += session.LIVES["care"].idle
    browser.send("/cases/K-1/note", {"text": "secret"})
    other = as_role("care", name="li.na")
    assert other.open("/draft").status_code == 303
    stranger = Browser()
    assert stranger.send("/cases/K-1/note", {"text": "x"}).headers["Location"] == (
        "/sign-in?next=/cases/K-1/note"
    )


def test_the_rows_of_a_session_hold_nothing_that_opens_it(aws: Aws) -> None:
    secret = as_role("care").jar["__Host-session"].partition(".")[2]
    assert secret not in str(aws.rows("catalogue"))
