"""A campaign from somebody's first look at the console to the text on a phone and its figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from chalicelib.i18n.codes import named
from local.stack import Stack
from tests.emulator.test_console import sign_in, troubles
from tests.stack import later, new_number, new_subscriber, until, wait_for_messages
from tests.support.browser import chromium_started

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
    with chromium_started() as running:
        yield running


def field(page: Page, name: str) -> str:
    return page.locator(f"[name='{name}']").input_value()


def write(page: Page, name: str, words: str) -> None:
    """Type a text, on the tab of its language."""
    box = page.locator(f"[name='{name}']")
    page.locator(f"label[for='t-{name.removeprefix('text|').replace('|', '-')}']").click()
    box.fill(words)


def segments(page: Page) -> list[tuple[str, str]]:
    """What the meter says of the English text: encoding and segments of the shortest, typical, longest."""
    rows = page.locator(f"[data-legend='{ENGLISH}'] tbody tr")
    cells = [rows.nth(n).locator("td").all_inner_texts() for n in range(rows.count())]
    return [(encoding, count) for encoding, count, *_ in cells]


def test_a_new_campaign_from_the_renewal_reminder_to_its_results(browser: Browser, stack: Stack) -> None:
    tomorrow = datetime.now(CHICAGO).date() + timedelta(days=1)
    ends_on = (tomorrow + timedelta(days=1)).isoformat()
    american = {"language": "en", "time_zone": "America/Chicago", "brand": "skylark", "plan": "sky-start"}
    who = new_subscriber(stack, name="Ann", msisdn=new_number("1"), plan_ends_on=ends_on, **american)
    new_subscriber(stack, name="Bob", msisdn=new_number("1"), **american)
    page = sign_in(browser, stack, "marketing")
    page.get_by_role("link", name="Renewal reminder").first.click()
    page.get_by_role("link", name="New campaign from this one").click()
    page.fill("[name=id]", "spring-renewal")
    page.fill("[name='title_zh-CN']", "春季续订提醒")
    page.fill("[name=title_en]", "Spring renewal")
    page.get_by_role("button", name="Make the draft").click()

    write(page, CHINESE, "{{ name | greeting }}！套餐{{ ends_on | date }}到期，请及时续订。")
    write(page, ENGLISH, "Hello {{ nam }}")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Did you mean `name`")
    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.evaluate("location.hash") == "#f-text|text|en"
    assert field(page, ENGLISH) == "Hello {{ nam }}"
    assert troubles(page) == []

    write(page, ENGLISH, CURLY)
    over = page.locator(f"[data-box='{ENGLISH}']")
    expect(over.locator("mark.dear")).to_have_text("’")
    expect(over.locator(".chip-in")).to_have_count(3)
    expect(over.locator(".break")).to_have_attribute("data-n", "2")
    assert segments(page) == [("UCS-2", "2")] * 3
    phone = page.locator(f"[data-phone='{ENGLISH}']")
    expect(phone).to_contain_text("it’s time to renew")
    phone.get_by_role("link", name="The next one").first.click()
    expect(phone.locator(".turn").nth(1)).to_be_in_viewport()
    page.get_by_role("button", name="Preview").click()
    assert segments(page) == [("UCS-2", "2")] * 3
    page.get_by_role("button", name="Replace what makes it dearer").click()
    assert field(page, ENGLISH) == CURLY.replace("’", "'")
    assert ("GSM-7", "1") in segments(page)
    page.fill("[name='registration|CN']", "R-2026-0017")
    assert "！" in field(page, CHINESE)  # it is UCS-2 anyway
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.locator(".said")).to_contain_text("a draft")

    mine = new_number("1")
    page.fill("[name=number]", mine)
    page.locator("[name=language]").last.select_option("en")
    page.get_by_role("button", name="Send me a test").click()
    code = wait_for_messages(stack, mine)[0]["body"]
    page.fill("[name=code]", re.findall(r"\d{6}", code)[0])
    page.locator("[name=language]").last.select_option("en")
    page.get_by_role("button", name="Send me a test").click()
    expect(page.locator(".said")).to_contain_text("on its way to your phone")
    assert "it's time to renew" in wait_for_messages(stack, mine, 2)[1]["body"]

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
        return shown.count("100% of the step before") == 2  # sent, delivered

    until(counted, "the delivered text in the results")
    assert troubles(page) == []
    page.context.close()


@pytest.mark.parametrize(("language", "kept"), [("zh-CN", "草稿")])
def test_a_campaign_gets_another_trigger_an_audience_and_a_split_in_the_form(
    browser: Browser, stack: Stack, language: str, kept: str
) -> None:
    page = sign_in(browser, stack, "marketing", language)
    name = f"split-{language.lower()}"
    page.goto("/campaigns/new?base=renewal-offer")
    page.fill("[name=id]", name)
    page.fill("[name='title_zh-CN']", "分组试发")
    page.fill("[name=title_en]", "A split")
    page.locator("main form button").click()

    page.wait_for_load_state()  # all() takes what is there now
    for section in page.locator("details.card").all():
        section.locator("summary").first.click()
    assert troubles(page) == []
    page.locator("[name='trigger|kind'][value=birthday]").check()
    expect(page.locator("[name='trigger|days_before']")).to_be_hidden()
    page.fill("[name='trigger|at']", "25:00")
    page.locator("[name='rule|2|field']").select_option("tier")
    page.locator("[name='rule|2|op']").select_option("one_of")
    page.fill("[name='rule|2|values']", "gold, diamond")
    for number, share in (("1", "45"), ("2", "45")):
        page.fill(f"[name='variant|{number}|name']", "ab"[int(number) - 1])
        page.fill(f"[name='variant|{number}|percent']", share)
    page.fill("[name='variant|holdout']", "10")
    write(page, CHINESE, "{{ name | greeting }}，续订有礼。")
    write(page, ENGLISH, "{{ name | greeting }}, renew and get more.")
    page.locator("button[value=save]").click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "#f-trigger|at")
    assert field(page, "rule|2|values") == "gold, diamond"
    assert troubles(page) == []

    page.fill("[name='trigger|at']", "09:30")
    page.locator("button[value=preview]").click()
    write(page, "text|text@b|zh-CN", "好礼等您。")
    write(page, "text|text@b|en", "A present waits for you.")
    page.locator("button[value=save]").click()
    expect(page.locator(".said")).to_contain_text(kept)
    said = page.locator("main").inner_text()
    for words in ("09:30", named("tier", "gold", language), "10%", "45%"):
        assert words in said
    page.locator("a[href*='/edit']").first.click()
    page.wait_for_load_state()
    assert field(page, "text|text@b|en") == "A present waits for you."
    assert field(page, "variant|holdout") == "10"
    page.context.close()
