"""The wall of phones in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from local.msisdns import msisdn
from tests.local.handsets_server import Handsets, running_handsets
from tests.support.browser import CHROMIUM, chromium_started

TO, MAYA, FROM = "+8613800000001", "+13125550142", "1069012300"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(), reason=f"no browser at {CHROMIUM}: set RINGBACK_CHROMIUM"
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium_started() as running:
        yield running


@pytest.fixture
def handsets() -> Iterator[Handsets]:
    with running_handsets() as running:
        yield running


def is_mistake(said: ConsoleMessage) -> bool:
    """Whether the console tells of an error; that a request was refused is what some tests are about."""
    return said.type == "error" and "Failed to load resource" not in said.text


@pytest.fixture
def page(browser: Browser, handsets: Handsets) -> Iterator[Page]:
    """A page that by the end of the test has made no mistake: no script error, nothing forbidden."""
    context = browser.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
    page, problems = context.new_page(), list[str]()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if is_mistake(said) else None)
    page.goto(handsets.url)
    expect(page.locator("#live")).to_have_attribute("data-state", "connected")
    yield page
    context.close()
    assert problems == []


def card(page: Page, msisdn: str) -> Locator:
    """The phone with this number."""
    return page.locator(f'.card[data-msisdn="{msisdn}"]')


def test_an_empty_wall_says_how_to_fill_it(page: Page) -> None:
    expect(page.locator("#empty")).to_contain_text("No texts yet")
    expect(page.locator("#empty code")).to_contain_text("ringback events send")
    page.get_by_role("button", name="Send a test text").click()
    expect(page.locator(".card .mt .bubble")).to_contain_text("A test text")
    expect(page.locator("#empty")).to_be_hidden()


def test_phones_without_texts_come_with_a_command_that_makes_one(page: Page, handsets: Handsets) -> None:
    handsets.post("/people", [{"msisdn": TO, "name": "李雷", "subscriber_id": "YT-000001"}])
    expect(card(page, TO)).to_contain_text("No texts yet")
    expect(page.locator("#command")).to_contain_text('"subscriber_id":"YT-000001"')
    handsets.send()
    expect(page.locator("#empty")).to_be_hidden()


def test_a_text_appears_by_itself_and_then_its_delivery(page: Page, handsets: Handsets) -> None:
    handsets.post("/people", [{"msisdn": TO, "name": "李雷", "language": "zh-CN", "brand": "yuntong"}])
    handsets.send(body="【云通】您本月国内流量已使用80%")
    one = card(page, TO)
    expect(one.locator("h2")).to_have_text("李雷")
    expect(one.locator(".number")).to_have_text("+86 138 0000 0001")
    expect(one.locator(".sender strong")).to_have_text("云通")
    expect(one.locator(".mt .meta")).to_contain_text("On its way · 1 segment")
    handsets.pass_time(1)
    expect(one.locator(".mt .meta")).to_contain_text("Delivered · 1 segment")
    expect(page.locator("#f-texts")).to_have_text("1")


def test_markup_in_texts_and_names_stays_text(page: Page, handsets: Handsets) -> None:
    evil = '<img src=x onerror="document.title=1"><b>bold</b>\nsecond line'
    handsets.post("/people", [{"msisdn": TO, "name": "<script>document.title=2</script>"}])
    handsets.send(body=evil, sender="1069012300")
    expect(card(page, TO).locator(".bubble")).to_have_text(evil)
    assert card(page, TO).locator(".bubble *, h2 *").count() == 0
    expect(page).to_have_title("Ringback · Handsets")


def test_answers_go_out_by_enter_button_and_twice(page: Page, handsets: Handsets) -> None:
    sent = handsets.send()
    one = card(page, TO)
    one.get_by_label("Answer from").fill("五分,很专业")
    one.get_by_label("Answer from").press("Enter")
    expect(one.locator(".mo .bubble")).to_have_text("五分,很专业")
    expect(one.locator(".mo .meta")).to_contain_text("Sent")
    expect(one.get_by_label("Answer from")).to_have_value("")
    one.get_by_role("button", name="Send twice").click()
    one.get_by_role("button", name="STOP").click()
    expect(one.locator(".mo .meta").last).to_contain_text("delivered 2 times")
    one.get_by_role("button", name="退订").click()
    expect(one.locator(".mo")).to_have_count(3)
    found = handsets.inbound()
    assert [one["messageBody"] for one in found] == ["五分,很专业", "STOP", "STOP", "退订"]
    assert {one["previousPublishedMessageId"] for one in found} == {sent}
    assert len({one["inboundMessageId"] for one in found}) == 3


def test_an_answer_that_fails_says_why_and_keeps_what_was_typed(page: Page, handsets: Handsets) -> None:
    handsets.send()
    handsets.topic_is_down = True
    one = card(page, TO)
    one.get_by_label("Answer from").fill("five")
    one.get_by_label("Answer from").press("Enter")
    expect(one.get_by_role("alert")).to_contain_text("did not take the answer")
    expect(one.get_by_label("Answer from")).to_have_value("five")
    expect(one.locator(".mo .meta")).to_contain_text("Not sent")


def test_networks_are_set_from_the_page(page: Page, handsets: Handsets) -> None:
    handsets.send()
    handsets.send(MAYA)
    card(page, TO).get_by_label("Network of").select_option("Slow")
    seconds = card(page, TO).get_by_label("Seconds")
    expect(seconds).to_have_value("10")
    seconds.fill("3")
    seconds.press("Tab")
    page.get_by_label("Network of all phones").select_option("Unreachable")
    expect(card(page, MAYA)).to_have_attribute("data-tone", "bad")
    expect(card(page, TO)).to_have_attribute("data-tone", "shaky")
    expected = {TO: {"mode": "delay", "seconds": 3.0}, "*": {"mode": "fail"}}
    page.wait_for_function(
        "expected => fetch('/network').then(r => r.json()).then(n => JSON.stringify(n) === expected)",
        arg=json.dumps(expected, separators=(",", ":")).replace("3.0", "3"),
    )
    handsets.send(MAYA, body="lost")
    handsets.pass_time(1)
    expect(card(page, MAYA).locator(".mt").last).to_have_attribute("data-state", "undelivered")
    expect(card(page, MAYA).locator(".mt .meta").last).to_contain_text("Never arrived")
    card(page, TO).get_by_label("Network of").select_option("As all")
    expect(card(page, TO)).to_have_attribute("data-tone", "bad")


def test_the_newest_phone_is_in_front_and_others_are_found(page: Page, handsets: Handsets) -> None:
    handsets.post("/rates", {FROM: 1000})
    for number in range(70):
        handsets.send(msisdn(number), body=f"text {number}")
    expect(page.locator(".card")).to_have_count(60)
    expect(page.locator(".card").first).to_have_attribute("data-msisdn", msisdn(69))
    page.reload()
    expect(page.locator("#more")).to_contain_text("60 of 70 phones")
    page.get_by_label("Find a phone").fill(msisdn(3)[-9:])
    expect(page.locator(".card")).to_have_count(1)
    expect(card(page, msisdn(3))).to_be_visible()
    page.get_by_label("Find a phone").fill("nobody")
    expect(page.locator("#empty")).to_contain_text("No phone found")
    page.get_by_role("button", name="Show all phones").click()
    expect(page.locator(".card")).to_have_count(60)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".card")).to_have_count(70)


def test_a_paused_wall_stands_still_and_catches_up(page: Page, handsets: Handsets) -> None:
    handsets.send()
    expect(page.locator(".mt")).to_have_count(1)
    page.get_by_role("button", name="Pause the wall").click()
    handsets.send(MAYA)
    expect(page.locator("#notice")).to_contain_text("1 new text since")
    expect(page.locator(".mt")).to_have_count(1)
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".mt")).to_have_count(2)


def test_a_phone_is_added_by_number_and_a_wrong_one_is_explained(page: Page) -> None:
    page.get_by_role("button", name="Add phone").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Number").fill("555")
    dialog.get_by_role("button", name="Add phone").click()
    expect(dialog.get_by_role("alert")).to_contain_text("is not an E.164 number")
    dialog.get_by_label("Number").fill("+1 (415) 555-0111")
    dialog.get_by_label("Name").fill("Priya")
    dialog.get_by_role("button", name="Add phone").click()
    expect(card(page, "+14155550111").locator("h2")).to_have_text("Priya")
    expect(card(page, "+14155550111")).to_contain_text("No texts yet")
    expect(card(page, "+14155550111").get_by_label("Answer from")).to_be_disabled()


def test_both_languages_and_both_colours_are_kept(page: Page, handsets: Handsets) -> None:
    handsets.send(body="Skylark: your plan ends today")
    page.get_by_role("button", name="切换为中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator(".mt .meta")).to_contain_text("发送中 · 1 段")
    page.get_by_role("button", name="浅色或深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("h1")).to_have_text(re.compile("手机墙"))


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_nothing_is_wider_than_the_screen(page: Page, handsets: Handsets, width: int) -> None:
    handsets.send(body="https://example.org/" + "x" * 200)
    handsets.send(sender="another", body="two senders show a choice of whom to answer")
    page.set_viewport_size({"width": width, "height": 800})
    expect(card(page, TO).get_by_label("Answer to")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for part in (".answer .send", ".quick button:last-child", ".bubble", ".owner .net"):
        edges = page.evaluate(
            "part => [document.querySelector(part).getBoundingClientRect().right, "
            "document.querySelector('.screen').getBoundingClientRect().right]",
            part,
        )
        assert edges[0] <= edges[1], part


def test_a_reset_empties_the_phones_on_the_page(page: Page, handsets: Handsets) -> None:
    handsets.send()
    expect(page.locator(".mt")).to_have_count(1)
    handsets.post("/reset", {})
    expect(page.locator(".mt")).to_have_count(0)
    handsets.send(body="after the reset")
    expect(page.locator(".mt .bubble")).to_have_text("after the reset")
