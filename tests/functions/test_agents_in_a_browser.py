"""A working day of care agents in a browser: by keys alone, two on one case, and what survives what."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Dialog, Page, expect

from chalicelib import clock
from chalicelib.care import arrivals, reads
from chalicelib.clock import iso
from chalicelib.store import access, conversations
from chalicelib.store.schema.cases import Case
from chalicelib.store.schema.conversations import Reply, reply_key
from tests.functions.test_inbox_in_a_browser import DESK, HOST, PHONE, answered, chromium, look
from tests.support.axe import CONTRAST
from tests.support.console import Browser, as_role, identity, stage
from tests.support.factories import WANG_GOLD, care_ready, complain

__all__ = ["chromium", "stage"]
pytestmark = [pytest.mark.usefixtures("stage"), pytest.mark.browser]
MANY = 3
ANSWER = "We will call you at 5."
DONE = "Line card replaced"


def at_work(chromium: Any, browser: Browser, **options: Any) -> Page:
    """A page of whoever is signed in with this browser."""
    page: Page = chromium.new_context(**{"viewport": DESK, "locale": "en"} | options).new_page()
    page.route("**/*", lambda route: answered(route, browser))
    return page


def cases(n: int) -> list[Case]:
    care_ready()
    return [complain(inbound=f"in-{one}", complaint=f"C-{one}", hours=-one) for one in range(n)]


def keys(page: Page, *pressed: str) -> int:
    """Press keys, or type words of more than one letter, once the page listens; how many keys that were."""
    page.wait_for_function("document.documentElement.classList.contains('js')")
    count = 0
    for one in pressed:
        if len(one) == 1 or "+" in one:
            page.keyboard.press(one)
            count += 1
        else:
            page.keyboard.type(one)
            count += len(one)
    return count


def test_cases_are_worked_with_the_keyboard_alone(chromium: Any) -> None:
    work = cases(MANY + 1)
    page = at_work(chromium, as_role("care"))
    page.goto(f"{HOST}/cases/{work[0].case_id}?tab=all")
    begun, pressed = time.monotonic(), 0
    for _ in range(MANY):
        at = str(page.locator("a.case[aria-current]").get_attribute("href"))
        pressed += keys(page, "r", ANSWER, "Control+Enter")
        expect(page.locator(".said")).to_have_text("The text is on its way.")
        pressed += keys(page, "e", DONE, "Control+Enter")
        expect(page.locator(".said")).to_contain_text("Resolved")
        expect(page.locator("a.case[aria-current]")).not_to_have_attribute("href", at)
    words = len(ANSWER) + len(DONE)
    seconds = (time.monotonic() - begun) / MANY
    print(f"{seconds:.1f} s and {pressed / MANY:.0f} keys a case, {words} of them words")
    assert pressed / MANY == words + 4
    states = [reads.search(one.case_id)[0].state for one in work]
    assert states.count("open") == 1


def test_what_is_typed_survives_a_reload_a_crash_and_a_session_that_is_over(chromium: Any) -> None:
    (case,) = cases(1)
    browser = as_role("care")
    page = at_work(chromium, browser)
    address = f"{HOST}/cases/{case.case_id}"
    page.goto(address)
    with page.expect_response(f"{address}/draft"):
        keys(page, "r", "Typed before")
    page.reload()
    expect(page.locator("#f-text")).to_have_value("Typed before")
    with page.expect_response(f"{address}/draft"):
        keys(page, "n", "For a colleague")
    page.context.close()  # with all that the browser kept
    again = at_work(chromium, browser)
    again.goto(address)
    expect(again.locator("#f-text")).to_have_value("Typed before")
    expect(again.locator("#n-text")).to_have_value("For a colleague")
    access.end_all("care", "out")
    keys(again, "r")
    again.keyboard.press("End")
    keys(again, " and after", "Control+Enter")
    expect(again.locator("main a.primary")).to_be_visible()
    browser.sign_in(identity("care"))
    again.goto(address)
    expect(again.locator("#f-text")).to_have_value("Typed before and after")
    again.locator("form[action$='/sign-out'] button").click()
    expect(again.locator("main a.primary")).to_be_visible()
    assert again.evaluate("Object.keys(localStorage).filter((one) => one.startsWith('draft'))") == []


def test_without_scripts_what_is_typed_stays_with_whatever_is_pressed(chromium: Any) -> None:
    (case,) = cases(1)
    page = at_work(chromium, as_role("care"), java_script_enabled=False)
    address = f"{HOST}/cases/{case.case_id}"
    page.goto(address)
    page.fill("#f-text", ANSWER)
    page.locator("label[for=face-note]").click()
    page.fill("#n-text", "For a colleague")
    page.locator("summary", has_text="Close without asking").click()
    page.fill("#j-text", "K-1")
    page.press("#j-text", "Enter")
    expect(page.locator(".said")).to_have_text("Kept as a draft.")
    assert page.title().startswith("Kept as a draft. ")
    for said, what, button in (
        ("Put off: it comes back at its time.", "Put off", ".sheet button"),
        ("The topic is set.", "Topic, department, remedy", "button:text-is('Set')"),
    ):
        page.goto(address)
        part = page.locator("details", has=page.locator("summary", has_text=what))
        part.locator("summary").click()
        part.locator(button).click()
        expect(page.locator(".said")).to_have_text(said)
    page.goto(address)
    typed = [page.input_value(one) for one in ("#f-text", "#n-text", "#j-text")]
    assert typed == [ANSWER, "For a colleague", "K-1"]
    page.context.close()


def test_two_agents_on_one_case_and_a_reply_meanwhile_lose_nothing(chromium: Any) -> None:
    (case,) = cases(1)
    address = f"{HOST}/cases/{case.case_id}"
    first = at_work(chromium, as_role("supervisor"))
    second = at_work(chromium, as_role("care"))
    first.goto(address)
    second.goto(address)
    expect(second.locator(".others:visible")).to_contain_text("supervisor")
    keys(second, "r", ANSWER)
    asked: list[str] = []
    second.on("request", lambda request: asked.append(urlsplit(request.url).path))
    said = "It is down again"
    second.evaluate("document.querySelector('.log .talk > :not(.day)').stays = true")
    key = reply_key(WANG_GOLD.msisdn, "in-9")
    conversations.write_surely(
        [
            conversations.insert(
                Reply(msisdn=key.hash, item=key.range, body=said, received_at=iso(clock.now()), applied=True)
            )
        ]
    )
    arrivals.add_words(case.case_id, said, "in-9", clock.now())
    begun = time.monotonic()
    expect(second.locator(".log")).to_contain_text(said, timeout=12_000)
    print(f"{time.monotonic() - begun:.1f} s from the reply to its place in the open case")
    expect(second.locator("#f-text")).to_have_value(ANSWER)
    assert second.evaluate(
        "document.querySelector('.log .talk > :not(.day)').stays"
    )  # nothing is read out twice
    assert second.title().startswith("(1) ")
    assert asked.count(f"/cases/{case.case_id}/here") <= 3
    keys(second, "Control+Enter")
    expect(second.locator("#e-f-text")).to_contain_text("Look at it, then send again what you typed.")
    expect(second.locator("#f-text")).to_have_value(ANSWER)
    keys(second, "Control+Enter")
    expect(second.locator(".said")).to_have_text("The text is on its way.")
    second.context.close()
    first.context.close()


def test_a_page_that_stays_open_says_that_the_session_is_over_and_its_form_is_sent_after_all(
    chromium: Any,
) -> None:
    (case,) = cases(1)
    browser = as_role("care")
    page = at_work(chromium, browser)
    page.goto(f"{HOST}/cases/{case.case_id}")
    keys(page, "n", "She called twice")
    access.end_all("care", "idle", "care")
    expect(page.locator("#over")).to_contain_text("You are signed out.", timeout=12_000)
    expect(page.locator("#n-text")).to_have_value("She called twice")
    browser.sign_in(identity("care"))  # in another tab
    page.locator("#n-text").focus()
    keys(page, "Control+Enter")
    expect(page.locator("main pre")).to_have_text("She called twice")
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator(".said")).to_have_text("Noted.")
    expect(page.locator(".log .note")).to_contain_text("She called twice")
    page.context.close()


def test_words_that_are_kept_nowhere_are_not_left_without_a_question(chromium: Any) -> None:
    care_ready()
    page = at_work(chromium, as_role("admin"))
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    for address, field in (("/policy", "#f-n\\|confirm_from"), ("/queue/views?tab=all", "#f-title")):
        page.goto(HOST + address)
        page.locator(field).press_sequentially("7")
        for away in ("form[action='/choose'] button[name=theme]", "a[href='/board']"):
            page.locator(away).first.click(no_wait_after=True)
            page.wait_for_timeout(300)
        assert page.url == HOST + address
        assert asked == ["beforeunload"] * 2
        asked.clear()
        page.locator(field).press("Enter")  # what is sent asks nothing
        page.wait_for_load_state()
        assert asked == []
    page.context.close()


def test_a_list_that_is_open_shows_what_came_when_it_is_asked_to(chromium: Any) -> None:
    (case,) = cases(1)
    page = at_work(chromium, as_role("supervisor"))
    page.goto(f"{HOST}/cases/{case.case_id}?tab=all")
    keys(page, "r", ANSWER)
    new = complain(inbound="in-7", complaint="C-7")
    arrivals.add_words(new.case_id, "Hello?", "in-8", clock.now())
    expect(page.locator(".newer")).to_be_visible(timeout=12_000)
    assert page.locator("a.case").count() == 1
    expect(page.locator("[data-count=team]")).to_have_text("2")
    page.locator(".newer").click()
    expect(page.locator("a.case")).to_have_count(2)
    expect(page.locator("#f-text")).to_have_value(ANSWER)
    expect(page.locator(".newer")).to_be_hidden()


COVERED = """() => [...document.querySelectorAll("tr[data-to]")].filter((row) => {
  row.scrollIntoView({ block: "end" });
  const box = row.getBoundingClientRect();
  const there = document.elementFromPoint(box.left + box.width / 2, box.bottom - 3);
  return !row.contains(there);
}).length"""


@pytest.mark.parametrize(
    ("what", "options"),
    {
        "desk": {},
        "phone": {"viewport": PHONE},
        "wide": {"viewport": {"width": 2200, "height": 1200}},
        "forced-colours": {"forced_colors": "active"},
        "zoom": {"viewport": {"width": 720, "height": 450}},
    }.items(),
)
def test_every_agent_can_see_and_reach_everything(chromium: Any, what: str, options: Any) -> None:
    work = cases(12)
    without = () if what == "desk" else (CONTRAST,)
    page = at_work(chromium, as_role("care"), **options)
    page.goto(f"{HOST}/queue?tab=all")
    expect(page.locator("#many")).to_be_hidden()
    page.locator("tr[data-to] input").last.check()
    expect(page.locator("[data-chosen]")).to_have_text("1")
    assert look(page, f"queue-{what}", without) == []
    assert page.evaluate(COVERED) == 0
    page.locator("tr[data-to] input").last.uncheck()
    expect(page.locator("#many")).to_be_hidden()
    page.goto(f"{HOST}/cases/{work[0].case_id}?tab=all")
    assert look(page, f"workbench-{what}", without) == []
    keys(page, "e")
    expect(page.locator("#r-text")).to_be_focused()
    keys(page, DONE, "Control+Enter")
    expect(page.locator(".said")).to_contain_text("Resolved")
    page.context.close()
