"""The console in a real browser, on the packaged service: the whole loop, and what axe says of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from local.stack import Stack
from tests.stack import awake, later, new_subscriber, put_events, reply, until, wait_for_messages
from tests.support.axe import CONTRAST, violations
from tests.support.browser import chromium_started

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")
HOUR = 3600.0
PAGES = {
    "care": ("/queue?tab=all", "/cases", "/board", "/topics"),
    "marketing": (
        "/campaigns",
        "/batches",
        "/batches/new?campaign=renewal-offer",
        "/templates",
        "/campaigns/new",
        "/campaigns/renewal-reminder",
        "/campaigns/post-complaint-survey/edit",
        "/results",
        "/results/renewal-reminder/texts",
    ),
    "supervisor": ("/teams", "/deadlines", "/answers"),
    "admin": ("/people", "/me", "/policy", "/policy?version=1", "/audit", "/dead-letters", "/service"),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium_started() as running:
        yield running


def sign_in(
    browser: Browser,
    stack: Stack,
    username: str,
    language: str = "en",
    theme: str = "light",
    at: str = "console_url",
) -> Page:
    """A page on which somebody is signed in. `at` says which of the console's addresses is used: its domain,
    or with `api_url` the API's own, below whose stage paths are to be given without a slash in front."""
    base = str(stack.document[at])
    password = next(user["password"] for user in stack.document["users"] if user["username"] == username)
    context = browser.new_context(base_url=base)
    context.add_cookies([{"name": "language", "value": language, "url": base}])
    context.add_cookies([{"name": "theme", "value": theme, "url": base}])
    page = context.new_page()
    page.goto("sign-in")
    page.locator("a.primary").click()  # to the managed login
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    expect(page.locator(".side form[action$='/sign-out']")).to_be_visible()
    assert page.url.startswith(base)
    return page


def troubles(page: Page) -> list[str]:
    """What axe finds on a page that is serious or worse, as `rule: element`; at colours it looks
    without a stack, in tests/functions/test_pages_in_a_browser.py."""
    return [f"{one.rule}: {one.html}" for one in violations(page, [CONTRAST]) if one.impact in SERIOUS]


def resolved(stack: Stack, who: dict[str, str], complaint: str) -> None:
    """A complaint of a subscriber was resolved just now."""
    now = datetime.now(UTC)
    times = {"opened_at": (now - timedelta(days=2)).isoformat(), "resolved_at": now.isoformat()}
    about = {"complaint_id": complaint, "topic": "账单"}
    put_events(stack, {"type": "complaint.resolved", "subscriber_id": who["subscriber_id"], **about, **times})


def complain(stack: Stack, number: str) -> dict[str, str]:
    """A subscriber whose complaint was resolved, and who has the survey on the phone."""
    who = new_subscriber(stack, name=f"赵{number}", region="广东/广州", tier="gold", time_zone=awake())
    resolved(stack, who, f"T-{who['subscriber_id']}")
    with later(stack, HOUR):
        wait_for_messages(stack, who["msisdn"])
    return who


@pytest.mark.parametrize(
    ("language", "theme", "at"), [("en", "dark", "console_url"), ("zh-CN", "light", "api_url")]
)
@pytest.mark.parametrize("role", PAGES)
def test_pages_open_at_both_addresses(
    browser: Browser, stack: Stack, role: str, language: str, theme: str, at: str
) -> None:
    page = sign_in(browser, stack, role, language, theme, at)
    failed: list[str] = []
    page.on("response", lambda one: failed.append(one.url) if one.status >= 400 else None)
    for path in PAGES[role]:
        answer = page.goto(path.lstrip("/"))
        assert answer
        assert answer.ok, path
        assert failed == [], f"what {path} asks for is not there"
    page.context.close()


# The other ways a re-check ends are care/test_life.py's.
def test_a_bad_answer_becomes_a_case_that_its_subscriber_opens_again(browser: Browser, stack: Stack) -> None:
    name, at = "一", "api_url"
    who = complain(stack, name)
    reply(stack, who["msisdn"], "1069012300", "2，宽带还是断")
    page = sign_in(browser, stack, "care", at=at)

    def found() -> bool:
        page.goto("queue?tab=all")
        return page.get_by_role("link", name=f"赵{name}", exact=True).count() == 1

    until(found, "the case in the queue")
    page.get_by_role("link", name=f"赵{name}", exact=True).click()

    def read() -> bool:  # the case is there before the reply's own row says what it was read as
        page.reload()
        return "read as rating 2" in page.locator(".msg", has_text="宽带还是断").inner_text()

    until(read, "what the reply was read as")
    expect(page.locator("aside")).to_contain_text("Network operations")
    assert troubles(page) == []
    expect(page.locator("aside")).not_to_contain_text(who["msisdn"])
    page.keyboard.press("c")
    expect(page.locator(".said")).to_have_text("The case is yours.")
    page.keyboard.press("r")
    page.keyboard.type("您好，线路已修好。")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said")).to_have_text("The text is on its way.")
    texts = until(
        lambda: [one for one in wait_for_messages(stack, who["msisdn"]) if "线路已修好" in one["body"]],
        "the answer on the phone",
    )
    assert texts[0]["body"].startswith("【云通】")
    case = urlsplit(page.url).path
    page.locator("details[data-key=e] summary").click()
    page.fill("#r-text", "换了接头")
    page.get_by_role("button", name="Resolve and ask the subscriber").click()
    expect(page.locator(".said")).to_contain_text("Resolved")
    with later(stack, 26 * HOUR):  # one survey a day is the most that anybody gets
        until(
            lambda: [
                one
                for one in wait_for_messages(stack, who["msisdn"], 3)
                if one["context"]["campaign"] == "recheck-survey"
            ],
            "the re-check on the phone",
        )
        reply(stack, who["msisdn"], "1069012300", "1")
        page.context.close()
    with later(stack, 27 * HOUR):
        page = sign_in(browser, stack, "care", at=at)  # a session is over after a shift

        def opened_again() -> bool:
            page.goto(case)
            return any("reopened" in one for one in page.locator(".state .tag").all_inner_texts())

        until(opened_again, "the case open again")
        page.context.close()


def test_without_javascript_a_case_is_claimed_and_answered(browser: Browser, stack: Stack) -> None:
    who = complain(stack, "二")
    reply(stack, who["msisdn"], "1069012300", "2")
    signed = sign_in(browser, stack, "care")
    cookies = signed.context.cookies()
    signed.context.close()
    context = browser.new_context(
        java_script_enabled=False, base_url=str(stack.document["console_url"]).rstrip("/")
    )
    base = stack.document["console_url"]
    context.add_cookies([{"name": one["name"], "value": one["value"], "url": base} for one in cookies])
    page = context.new_page()

    def found() -> bool:
        page.goto("/queue?tab=all")
        return page.get_by_role("link", name="赵二").count() == 1

    until(found, "the case in the queue")
    page.get_by_role("link", name="赵二").click()
    page.get_by_role("button", name="Claim").click()
    expect(page.locator(".said")).to_have_text("The case is yours.")
    page.fill("#f-text", "您好，正在为您核实。")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said")).to_have_text("The text is on its way.")
    context.close()
