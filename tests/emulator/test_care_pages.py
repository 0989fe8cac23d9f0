"""Every action of the care team in a real browser, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from chalicelib.console.frame import translated
from local.stack import Stack
from tests.emulator.test_console import complain, sign_in, troubles
from tests.emulator.test_stack import CHROMIUM
from tests.stack import reply, until

pytestmark = pytest.mark.browser
LANGUAGES = ("en", "zh-CN")
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM)
        yield made
        made.close()


class Desk:
    """Somebody of the care team at their page, who reads `language`."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.language = language

    def word(self, key: str) -> str:
        return translated(key, self.language)

    def act(self, heading: str, button: str, said: str, **fields: str) -> None:
        """Open a card, fill it in, press its button, and read what the page says."""
        if heading:
            self.page.locator("summary", has_text=re.compile(f"^{re.escape(self.word(heading))}$")).click()
        for field, value in fields.items():
            place = self.page.locator(f"#{field.replace('_', '-')}")
            if place.evaluate("one => one.tagName") == "SELECT":
                place.select_option(value)
            else:
                place.fill(value)
        self.page.get_by_role("button", name=self.word(button), exact=True).first.click()
        expect(self.page.locator(".said").first).to_have_text(self.word(said))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_of_a_case_says_what_it_did(browser: Browser, stack: Stack, language: str) -> None:
    name = f"三{language}"
    who = complain(stack, name)
    reply(stack, who["msisdn"], "1069012300", "1 网速太慢")
    page = sign_in(browser, stack, "supervisor", language)
    desk = Desk(page, language)

    def found() -> bool:
        page.goto("/queue?tab=all")
        return page.get_by_role("link", name=f"赵{name}", exact=True).count() == 1

    until(found, "the case in the queue")
    page.get_by_role("link", name=f"赵{name}", exact=True).click()
    address = page.url
    desk.act("", "Claim", "The case is yours.")
    desk.act("Record a call", "Record", "The call is recorded.", f_outcome="no_answer", c_text="再打")
    desk.act("Note", "Keep", "Noted.", n_text="<b>老客户</b>")
    expect(page.locator(".history")).to_contain_text(["<b>老客户</b>"])
    desk.act("Topic, department, remedy", "Set", "The topic is set.", f_topic="billing")
    assert troubles(page) == []
    expect(page.locator("aside")).not_to_contain_text(who["msisdn"])
    page.get_by_role("button", name=desk.word("Show"), exact=True).click()
    expect(page.locator("aside")).to_contain_text(who["msisdn"])
    bubble = page.locator(".bubble", has_text="网速太慢")
    bubble.locator("summary").click()
    bubble.locator("select").select_option("2")
    bubble.get_by_role("button").click()
    expect(page.locator(".said")).to_have_text(desk.word("Noted: that is what it means."))
    expect(bubble).to_contain_text(desk.word("first read as"))
    desk.act("", "Send", "The text is on its way.", f_text="您好，正在处理。")
    desk.act("Hand over", "Hand over", "Handed over.", f_to="care", v_text="我下班了")
    desk.act("Close without asking", "Close", "Closed.", x_text="已电话解决")
    desk.act("", "Open again", "Open again.", o_text="又来电了")
    page.goto("/queue?tab=all")
    page.locator(f"tr[data-to='{address[address.index('/cases/') :]}'] input").check()
    page.locator("#many select[name=what]").select_option("assign")
    page.locator("#many select[name=to]").select_option("supervisor")
    page.get_by_role("button", name=desk.word("Do it"), exact=True).click()
    expect(page.locator(".said")).to_have_text(desk.word("Done."))
    page.goto(f"/cases?q=赵{name}")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("supervisor")
    with page.expect_download() as download:
        page.evaluate("location.href = '/queue?tab=all&as=csv'")
    assert "1 网速太慢" in download.value.path().read_text(encoding="utf-8")
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_a_phone(browser: Browser, stack: Stack, language: str) -> None:
    page = sign_in(browser, stack, "supervisor", language)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    for path in ("/queue?tab=all", "/cases", "/board", "/topics"):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{path} is {wide} px wide"
        assert troubles(page) == [], path
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_sort_complaints_are_edited_tried_and_brought_back(
    browser: Browser, stack: Stack, language: str
) -> None:
    page = sign_in(browser, stack, "care", language)
    desk = Desk(page, language)
    new = "冒烟" if language == "zh-CN" else "smouldering"

    def tried() -> str:
        page.goto("/topics")
        page.fill("[name=text]", f"router {new}")
        page.get_by_role("button", name=desk.word("Sort"), exact=True).click()
        return page.locator("main").inner_text()

    assert f"{new} →" not in tried()
    words = page.locator("#t-network")
    page.locator("details", has=words).locator("summary").click()
    before = words.input_value()
    words.fill(f"{before}\n{new} much")
    page.get_by_role("button", name=desk.word("Save"), exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(new)
    assert words.input_value().endswith(f"{new} much")
    assert troubles(page) == []
    words.fill(f"{before}\n{new} 5")
    page.get_by_role("button", name=desk.word("Save"), exact=True).click()
    expect(page.locator(".said")).to_have_text(
        desk.word("Saved. What is written from now on is sorted by it.")
    )
    assert f"{new} →" in tried()
    page.get_by_role("button", name=desk.word("Bring back"), exact=True).first.click()
    expect(page.locator(".said")).to_be_visible()
    assert f"{new} →" not in tried()
    page.context.close()
