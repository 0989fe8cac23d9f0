"""A campaign from somebody's first look at the console to the text on a phone and its figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from local.stack import Stack
from tests.emulator.test_console import sign_in, troubles
from tests.emulator.test_stack import CHROMIUM
from tests.stack import later, new_number, new_subscriber, until, wait_for_messages

pytestmark = pytest.mark.browser
CHICAGO = ZoneInfo("America/Chicago")
ENGLISH = "text|text|en"
CHINESE = "text|text|zh-CN"
CURLY = (
    "{{ name | greeting }}, it’s time to renew by {{ ends_on | date }}. Call {{ care_number }}, we are there "
    "for you day and night."
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def field(page: Page, name: str) -> str:
    return page.locator(f"[name='{name}']").input_value()


def segments(page: Page) -> list[tuple[str, str]]:
    """What the meter says of the English text: encoding and segments of the shortest, typical, longest."""
    rows = page.locator("aside section", has_text="text · en").first.locator("tbody tr")
    cells = [rows.nth(n).locator("td").all_inner_texts() for n in range(rows.count())]
    return [(encoding, count) for encoding, count, *_ in cells]


def test_a_new_campaign_from_the_renewal_reminder_to_its_results(browser: Browser, stack: Stack) -> None:
    tomorrow = datetime.now(CHICAGO).date() + timedelta(days=1)
    ends_on = (tomorrow + timedelta(days=1)).isoformat()
    american = {"language": "en", "time_zone": "America/Chicago", "brand": "skylark", "plan": "sky-start"}
    who = new_subscriber(stack, name="Ann", msisdn=new_number("+191"), plan_ends_on=ends_on, **american)
    page = sign_in(browser, stack, "marketing")
    page.get_by_role("link", name="Renewal reminder").first.click()
    page.get_by_role("link", name="New campaign from this one").click()
    page.fill("[name=id]", "spring-renewal")
    page.fill("[name='title_zh-CN']", "春季续订提醒")
    page.fill("[name=title_en]", "Spring renewal")
    page.get_by_role("button", name="Make the draft").click()

    page.fill(f"[name='{CHINESE}']", "{{ name | greeting }}！套餐{{ ends_on | date }}到期，请及时续订。")
    page.fill(f"[name='{ENGLISH}']", "Hello {{ nam }}")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Did you mean `name`")
    assert field(page, ENGLISH) == "Hello {{ nam }}"
    assert troubles(page) == []

    page.fill(f"[name='{ENGLISH}']", CURLY)
    page.get_by_role("button", name="Preview").click()
    assert segments(page) == [("UCS-2", "2")] * 3
    page.get_by_role("button", name="Replace what makes it dearer").click()
    assert field(page, ENGLISH) == CURLY.replace("’", "'")
    assert ("GSM-7", "1") in segments(page)
    page.fill("[name='registration|CN']", "R-2026-0017")
    assert "！" in field(page, CHINESE)  # it is UCS-2 anyway
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.locator(".said")).to_contain_text("a draft")

    mine = new_number("+191")
    page.fill("[name=number]", mine)
    page.locator("[name=language]").last.select_option("en")
    page.get_by_role("button", name="Send me a test").click()
    expect(page.locator(".said")).to_contain_text("on its way to your phone")
    assert "it's time to renew" in wait_for_messages(stack, mine)[0]["body"]

    page.get_by_role("button", name="Submit for review").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("alert")).to_be_visible()  # nobody approves their own
    address = page.url.split("/step")[0]
    page.context.close()
    page = sign_in(browser, stack, "marketing.second")
    page.goto(address)
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Go live").click()
    expect(page.locator("[aria-current=step]")).to_have_text("Live")

    ten = datetime.combine(tomorrow, time(10, 5), CHICAGO)
    with later(stack, (ten - datetime.now(UTC)).total_seconds()):
        texts = until(
            lambda: [
                one
                for one in wait_for_messages(stack, who["msisdn"])
                if one["context"]["campaign"] == "spring-renewal"
            ],
            "the text on the phone",
            patience=90,
        )
    assert "it's time to renew" in texts[0]["body"]
    page.context.close()
    page = sign_in(browser, stack, "marketing")

    def counted() -> bool:
        page.goto("/results/spring-renewal")
        shown = page.locator("main").inner_text()
        return "Delivered" in shown and "100.0 %" in shown

    until(counted, "the delivered text in the results")
    assert troubles(page) == []
    page.context.close()
