"""Care's workbench in a browser, without a stack: keys, drafts, ready answers, the next case."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from chalicelib.care import reads
from chalicelib.console.workbench import BESIDE
from tests.functions.test_inbox_in_a_browser import DESK, HOST, PHONE, answered, chromium, look, shown
from tests.support.console import Browser, stage
from tests.support.factories import care_ready, complain

__all__ = ["chromium", "stage"]
pytestmark = [pytest.mark.usefixtures("stage"), pytest.mark.browser]


def test_cases_are_worked_by_keys_and_what_is_typed_is_kept(chromium: Any) -> None:
    care_ready()
    first, second = (complain(inbound=f"in-{n}", complaint=f"C-{n}", hours=-n) for n in range(2))
    page = shown(chromium, DESK, "en", "light")
    page.goto(f"{HOST}/cases/{first.case_id}?tab=all")
    assert look(page, "case-desk-en-light") == []
    page.keyboard.press("r")
    page.keyboard.type("We are looking into it. ")
    page.reload()
    answer = page.locator("#f-text")
    expect(answer).to_have_value("We are looking into it. ")
    ready = page.locator("select[data-canned] option").nth(1)
    words, put_in = ready.inner_text(), ready.get_attribute("value")
    answer.focus()
    page.keyboard.press("End")
    page.keyboard.type(f"/{words.split()[0]}")
    expect(page.locator("#ready-list")).to_contain_text(words)
    page.keyboard.press("Enter")
    expect(answer).to_have_value(f"We are looking into it. {put_in}")
    page.locator("body").press("Escape")
    page.locator(".log").focus()
    page.keyboard.press("n")
    page.keyboard.type("Ask the field team")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said")).to_have_text("Noted.")
    expect(page.locator(".log .note")).to_contain_text("Ask the field team")
    expect(answer).to_have_value(f"We are looking into it. {put_in}")  # another draft than the note's
    expect(page.locator("#n-text")).to_have_value("")
    page.locator("summary", has_text="Close without asking").click()
    page.fill("#j-text", "K-0000000000")
    page.press("#j-text", "Enter")  # the button of its own part, whatever comes first on the page
    expect(page.get_by_role("alert")).to_have_text("There is no such case.")
    expect(page.locator("#j-text")).to_have_value("K-0000000000")
    page.fill("#j-text", "")
    page.locator(".log").focus()
    page.keyboard.press("c")
    expect(page.locator(".said")).to_have_text("The case is yours.")
    expect(answer).to_have_value(f"We are looking into it. {put_in}")
    page.locator(".log").focus()
    page.keyboard.press("e")
    page.keyboard.type("Replaced the line card")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said")).to_contain_text("Resolved")
    expect(page.locator("a.case[aria-current]")).to_have_attribute("href", f"/cases/{second.case_id}?tab=all")
    assert reads.search(first.case_id)[0].state != "open"
    page.keyboard.press("Control+k")
    page.keyboard.type("board")
    expect(page.locator("#palette-list li").first).to_have_text("Board")
    assert look(page, "case-palette") == []
    page.keyboard.press("Enter")
    page.wait_for_url(f"{HOST}/board")
    page.context.close()


FIRST_LOAD = 100_000  # bytes of a page with its styles and scripts, uncompressed
SHIFTED = """() => new Promise((done) => {
  let sum = 0;
  const seen = new PerformanceObserver((list) => list.getEntries().forEach((one) => { sum += one.value; }));
  seen.observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))));
})"""


PAINTED = """() => new Promise((done) => {
  const look = () => requestAnimationFrame(performance.getEntriesByType("paint").length ? done : look);
  look();
})"""


@pytest.mark.parametrize("what", ["/cases/{id}?tab=all", "/queue?tab=all"])
def test_the_first_load_is_small_and_shifts_nothing_though_scripts_come_late(
    chromium: Any, what: str
) -> None:
    care_ready()
    words = "宽带昨晚又断了，报修三次都没有人来，客服只会说在处理，请给一个确切的时间，孩子要上网课"
    cases = [complain(words, inbound=f"in-{n}", complaint=f"C-{n}", hours=-n) for n in range(BESIDE + 5)]
    page = shown(chromium, DESK, "zh-CN", "light", role="supervisor")
    loaded: list[Any] = []
    held: list[Any] = []
    page.on("response", lambda one: loaded.append(one))
    page.route("**/*.js", lambda route: held.append(route))
    page.goto(HOST + what.format(id=cases[0].case_id), wait_until="commit")
    page.evaluate(PAINTED)
    while held:
        answered(held.pop(0), Browser())
    page.wait_for_load_state("load")
    weight = {one.url.removeprefix(HOST): len(one.body()) for one in loaded}
    shifted = page.evaluate(SHIFTED)
    print(sum(weight.values()), weight, shifted)
    assert sum(weight.values()) <= FIRST_LOAD
    assert page.locator("a.case, tr[data-to]").count() == min(len(cases), BESIDE if "cases" in what else 50)
    assert shifted == 0
    page.context.close()


@pytest.mark.parametrize(("language", "theme", "size"), [("zh-CN", "dark", DESK), ("zh-CN", "light", PHONE)])
def test_the_case_page_fits_every_screen_language_and_theme(
    chromium: Any, language: str, theme: str, size: Any
) -> None:
    care_ready()
    case = complain()
    page = shown(chromium, size, language, theme)
    page.goto(f"{HOST}/cases/{case.case_id}")
    assert look(page, f"case-{size['width']}-{language}-{theme}") == []
    page.emulate_media(media="print")
    expect(page.locator(".dock")).to_be_hidden()
    expect(page.locator(".log .talk > *").last).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.log')).overflowY") == "visible"
