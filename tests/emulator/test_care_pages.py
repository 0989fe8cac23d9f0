"""Every action of the care team in a real browser.

Half of the walks are in English, half in Chinese: every page is looked at in both without a stack, in
tests/functions/test_pages_in_a_browser.py, and what pages say comes from catalogues that are checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from chalicelib.i18n.codes import named
from chalicelib.i18n.translations import say
from local.stack import Stack
from tests.emulator.test_console import HOUR, complain, resolved, sign_in, troubles
from tests.emulator.test_first_text import applied
from tests.stack import later, messages, new_number, reply, until
from tests.support.browser import chromium_started

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium_started() as running:
        yield running


class Desk:
    """Somebody of the care team at their page, who reads `language`."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.language = language

    def word(self, key: str) -> str:
        return say(key, self.language)

    def act(self, heading: str, button: str, said: str, **fields: str) -> None:
        """Open a part of the page, fill it in, press its button, and read what the page says."""
        if heading:
            named_so = re.compile(f"^{re.escape(self.word(heading))}$")
            self.page.locator("summary, .composer > label", has_text=named_so).click()
        for field, value in fields.items():
            place = self.page.locator(f"#{field.replace('_', '-')}")
            if place.evaluate("one => one.tagName") == "SELECT":
                place.select_option(value)
            else:
                place.fill(value)
        self.page.get_by_role("button", name=self.word(button), exact=True).first.click()
        expect(self.page.locator(".said").first).to_have_text(self.word(said))


def case_of(desk: Desk, stack: Stack, name: str, *bodies: str) -> dict[str, str]:
    """A subscriber whose bad answer has become a case, opened from the queue."""
    who = complain(stack, name)
    for body in bodies:
        reply(stack, who["msisdn"], "1069012300", body)
    link = desk.page.get_by_role("link", name=f"赵{name}", exact=True)

    def found() -> bool:
        desk.page.goto("/queue?tab=all")
        return link.count() == 1

    until(found, "the case in the queue")
    link.click()
    return who


@pytest.mark.parametrize("language", ["en"])
def test_every_action_of_a_case_says_what_it_did(browser: Browser, stack: Stack, language: str) -> None:
    name = f"三{language}"
    page = sign_in(browser, stack, "supervisor", language)
    desk = Desk(page, language)
    who = case_of(desk, stack, name, "1 网速太慢")
    address = page.url
    desk.act("", "Claim", "The case is yours.")
    desk.act("Call", "Record", "The call is recorded.", f_outcome="no_answer", c_text="再打")
    desk.act("Note", "Keep", "Noted.", n_text="<b>老客户</b>")
    expect(page.locator(".history")).to_contain_text(["<b>老客户</b>"])
    desk.act("Topic, department, remedy", "Set", "The topic is set.", f_topic="billing")
    assert troubles(page) == []
    expect(page.locator("aside")).not_to_contain_text(who["msisdn"])
    page.get_by_role("button", name=desk.word("Show"), exact=True).click()
    expect(page.locator("aside")).to_contain_text(who["msisdn"])
    bubble = page.locator(".msg", has_text="网速太慢")
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
    page.locator(f"tr[data-to='{urlsplit(address).path}'] input").check()
    page.locator("#many select[name=what]").select_option("assign")
    page.locator("#many select[name=to]").select_option("supervisor")
    page.get_by_role("button", name=desk.word("Apply"), exact=True).click()
    given = say("Given to %(to)s: %(n)s.", language, to="supervisor", n=1)
    expect(page.locator(".said")).to_have_text(given)
    page.goto(f"/cases?q=赵{name}")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("supervisor")
    with page.expect_download() as download:
        page.evaluate("location.href = '/queue?tab=all&as=csv'")
    assert "1 网速太慢" in download.value.path().read_text(encoding="utf-8")
    page.context.close()


@pytest.mark.parametrize("language", ["zh-CN"])
def test_who_is_responsible_what_is_given_and_what_presses(
    browser: Browser, stack: Stack, language: str
) -> None:
    page = sign_in(browser, stack, "care", language)
    desk = Desk(page, language)
    fold, aside = "Topic, department, remedy", page.locator("aside")
    case_of(desk, stack, f"四{language}", "1 网速太慢")
    desk.act(fold, "Set the department", "The department is set.", f_department="billing")
    chosen = page.locator("#f-department option:checked").inner_text()
    expect(aside).to_contain_text(chosen)
    desk.act("", "Undo", "Taken back.")
    expect(aside.locator("dd", has_text=re.compile(f"^{re.escape(chosen)}$"))).to_have_count(0)
    desk.act(fold, "Set the remedy", "The remedy is recorded.", f_remedy="credit", y_text="二十元")
    expect(page.locator(".history").last).to_contain_text("二十元")
    desk.act("", "It is urgent", "Changed.")
    expect(page.locator(".state")).to_contain_text(desk.word("urgent"))
    assert troubles(page) == []
    desk.act("", "Not urgent", "Changed.")
    expect(page.locator(".state")).not_to_contain_text(desk.word("urgent"))
    desk.act("Change the roster", "Change", "The roster is changed.", f_colour="red", w_text="媒体关注")
    expect(aside).to_contain_text(named("roster", "red", language))
    expect(aside).to_contain_text("媒体关注")
    desk.act("", "Claim", "The case is yours.")
    desk.act("", "Undo", "Taken back.")
    expect(page.get_by_role("button", name=desk.word("Claim"), exact=True)).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("language", ["en"])
def test_what_is_refused_is_said_at_its_field_and_nothing_typed_is_lost(
    browser: Browser, stack: Stack, language: str
) -> None:
    page = sign_in(browser, stack, "care", language)
    desk = Desk(page, language)
    case_of(desk, stack, f"五{language}", "1 网速太慢")
    address = page.url
    page.locator("summary", has_text=re.compile(f"^{re.escape(desk.word('Close without asking'))}$")).click()
    page.fill("#j-text", "K-0000000000")
    page.get_by_role("button", name=desk.word("Join"), exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(desk.word("There is no such case."))
    expect(page.locator("#j-text")).to_be_focused()
    expect(page.locator("#j-text")).to_have_value("K-0000000000")
    assert troubles(page) == []
    other = sign_in(browser, stack, "supervisor", language)
    other.goto(address)
    page.fill("#f-text", "您好，稍后回电。")
    expect(page.locator("#told li").first).to_contain_text("1")
    other.get_by_role("button", name=desk.word("Claim"), exact=True).click()
    expect(other.locator(".said")).to_have_text(desk.word("The case is yours."))
    expect(other.locator(".others[role=status]")).to_contain_text("care")
    page.get_by_role("button", name=desk.word("Send"), exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("supervisor")
    expect(page.locator("#f-text")).to_have_value("您好，稍后回电。")
    assert troubles(page) == []
    other.get_by_role("button", name=desk.word("Undo"), exact=True).first.click()
    expect(other.get_by_role("button", name=desk.word("Claim"), exact=True)).to_be_visible()
    page.get_by_role("button", name=desk.word("Send"), exact=True).click()
    expect(page.get_by_role("alert")).not_to_contain_text("supervisor has")  # it changed meanwhile
    expect(page.locator("#f-text")).to_have_value("您好，稍后回电。")
    page.get_by_role("button", name=desk.word("Send"), exact=True).click()
    expect(page.locator(".said")).to_have_text(desk.word("The text is on its way."))
    other.context.close()
    page.context.close()


@pytest.mark.parametrize("language", ["zh-CN"])
def test_two_complaints_of_one_subscriber_become_one_case(
    browser: Browser, stack: Stack, language: str
) -> None:
    name = f"六{language}"
    who = complain(stack, name)
    reply(stack, who["msisdn"], "1069012300", "1 网速太慢")
    # Before the clock is put on: an answer that is read the day after is about the second survey.
    until(lambda: applied(stack, who["msisdn"]) == 1, "the first answer applied")
    resolved(stack, who, f"T2-{who['subscriber_id']}")
    with later(stack, 26 * HOUR):  # one survey a day is the most that anybody gets
        # Not any second text: the thanks for the first answer may come before the second survey.
        until(
            lambda: any("/T2-" in one["context"]["item"] for one in messages(stack, who["msisdn"])),
            "the second survey",
        )
        reply(stack, who["msisdn"], "1069012300", "1 又断了")
        page = sign_in(browser, stack, "care", language)
        desk = Desk(page, language)
        rows = page.locator("tbody tr", has=page.get_by_role("link", name=f"赵{name}", exact=True))

        def both() -> bool:
            page.goto("/queue?tab=all")
            return rows.count() == 2

        until(both, "both cases in the queue")
        for n in range(2):
            rows.nth(n).locator("input").check()
        expect(page.locator("[data-chosen]")).to_have_text("2")
        page.locator("#many select[name=what]").select_option("join")
        page.get_by_role("button", name=desk.word("Apply"), exact=True).click()
        assert troubles(page) == []
        page.get_by_role("button", name=say("Close %(n)s as duplicates", language, n=1)).click()
        expect(page.locator(".said")).to_have_text(say("Closed as duplicates: %(n)s.", language, n=1))
        expect(rows).to_have_count(1)
        page.goto("/queue?tab=closed")
        rows.get_by_role("link").click()
        expect(page.locator(".state")).to_contain_text(named("outcome", "duplicate", language))
        desk.act("", "Open again", "Open again.", o_text="其实是两件事")
        page.context.close()


@pytest.mark.parametrize("language", ["en"])
def test_the_queue_is_worked_by_keys(browser: Browser, stack: Stack, language: str) -> None:
    page = sign_in(browser, stack, "care", language)
    desk = Desk(page, language)
    name = f"七{language}"
    case_of(desk, stack, name, "1 网速太慢")
    address = urlsplit(page.url).path
    page.goto("/queue?tab=all&topic=network")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert troubles(page) == []
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    at = page.locator("tbody tr").evaluate_all(
        "(rows, to) => rows.findIndex((row) => row.dataset.to === to)", address
    )
    for _ in range(at + 2):
        page.keyboard.press("j")
    if at + 1 < page.locator("tbody tr").count():
        page.keyboard.press("k")
    expect(page.locator("tr.here")).to_have_attribute("data-to", address)
    page.keyboard.press("x")
    expect(page.locator("tr.here input")).to_be_checked()
    page.keyboard.press("c")
    expect(page.locator(".said")).to_have_text(desk.word("The case is yours."))
    page.goto("/queue?tab=mine")
    page.locator(f"tr[data-to='{address}']").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.locator("#f-text")).to_be_focused()
    page.go_back()
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator("#r-text")).to_be_focused()
    page.context.close()


@pytest.mark.parametrize("language", ["zh-CN"])
def test_a_figure_of_the_board_leads_to_its_cases(browser: Browser, stack: Stack, language: str) -> None:
    page = sign_in(browser, stack, "care", language)
    desk = Desk(page, language)
    name = f"八{language}"
    case_of(desk, stack, name, "1 网速太慢")
    page.goto("/board")
    page.get_by_role("link", name="广东", exact=True).click()
    page.get_by_role("link", name="广东/广州", exact=True).click()
    expect(page.get_by_role("link", name=f"赵{name}", exact=True)).to_be_visible()
    chip = page.get_by_role(
        "link", name=say("Without %(filter)s", language, filter=named("filter", "region", language))
    )
    expect(chip).to_contain_text("广东/广州")
    chip.click()
    expect(chip).to_have_count(0)
    assert troubles(page) == []
    page.context.close()


ODD = {
    "html": "1 <script>alert(1)</script><b>急</b>",
    "1,600 characters": ("1 分，" + "网速太慢" * 400)[:1600],
    "emoji only": "😡😡👎",
    "a quote of the invitation": "> 请回复1-5评分，回复TD退订\n1",
}


def test_odd_replies_are_shown_as_they_are_and_do_nothing(browser: Browser, stack: Stack) -> None:
    page = sign_in(browser, stack, "care")
    desk = Desk(page, "en")
    asked: list[str] = []

    def dismissed(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismissed)
    who = case_of(desk, stack, "九", "1 网速太慢")
    for body in ODD.values():
        reply(stack, who["msisdn"], "1069012300", body, times=2)  # the network delivers each twice
    stranger = new_number()
    reply(stack, stranger, "1069012300", ODD["html"])

    def all_there() -> bool:
        page.reload()
        return page.locator(".msg:not(.out)").count() >= 1 + len(ODD)

    until(all_there, "the replies on the page")
    shown = page.locator(".msg:not(.out)")
    expect(shown).to_have_count(1 + len(ODD))
    for body in ODD.values():
        text = shown.evaluate_all(
            "(all, body) => all.filter((one) => one.firstChild.textContent.trim() === body.trim()).length",
            body,
        )
        assert text == 1, body[:40]
    assert page.locator(".msg b, .msg script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert troubles(page) == []
    page.goto(f"/cases?q={stranger.replace('+', '%2B')}")
    until(lambda: page.reload() and page.locator(".msg").count() == 1, "the stranger's reply")
    expect(page.locator(".msg")).to_contain_text("<script>alert(1)</script>")
    assert asked == []
    page.context.close()


@pytest.mark.parametrize("language", ["zh-CN"])
def test_pages_fit_a_phone(browser: Browser, stack: Stack, language: str) -> None:
    page = sign_in(browser, stack, "supervisor", language)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    for path in ("/queue?tab=all", "/cases", "/board", "/topics"):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{path} is {wide} px wide"
        assert troubles(page) == [], path
    page.context.close()


@pytest.mark.parametrize("language", ["en"])
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
