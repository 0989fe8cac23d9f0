"""Every page of the console in one look: each address in both languages and themes, on a desk and on a phone.

One Chromium walks them all; the console answers in this process and no stack is started. With
`RINGBACK_PICTURES=<folder>` it fills the console with 2,000 cases and 30,000 texts first, and leaves a
picture of each page in each language, theme and size.
"""

from __future__ import annotations

import itertools
import os
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from bench.pages import PAGES
from bench.pages_world import Size, fill
from local.handsets import design
from tests.functions.test_inbox_in_a_browser import DESK, HOST, PHONE, answered, chromium, look, shown
from tests.support.axe import CONTRAST
from tests.support.console import Browser, stage

__all__ = ["chromium", "stage"]
pytestmark = [pytest.mark.usefixtures("stage"), pytest.mark.browser]
PICTURES = "RINGBACK_PICTURES" in os.environ
FULL = Size(cases=500, texts=30_000, rows=30_000, subscribers=2_000, audit=400, labels=300)
SOME = Size(cases=12, texts=200, rows=30, subscribers=60, audit=30, labels=10)
DOWNLOADS = {"/cases/{id}/here"}
OTHERS = (
    "/sign-in?why=idle&next=/draft",
    "/people",
    "/imports",
    "/me",
    "/campaigns/post-complaint-survey/edit",
    "/nowhere",
)
LOOKS = [("en", "light", DESK, "desk"), ("zh-CN", "dark", PHONE, "phone")]
if PICTURES:
    LOOKS = [
        (language, theme, size, what)
        for language, theme in itertools.product(("en", "zh-CN"), ("light", "dark"))
        for size, what in ((DESK, "desk"), (PHONE, "phone"))
    ]
# Buttons of a bar that stays in sight and lie below something else all the same.
BURIED = """() => [...document.querySelectorAll(".foot button, .many button")].filter((one) => {
  const box = one.getBoundingClientRect();
  const there = document.elementFromPoint(box.left + box.width / 2, box.bottom - 4);
  return box.width && box.top < innerHeight && !one.contains(there);
}).map((one) => one.textContent)"""
STAY = "for (let one = setTimeout(() => {}); one; one -= 1) clearTimeout(one)"  # no page loads itself again


def addresses() -> list[str]:
    """The first address of each kind of page."""
    kinds = [pages[0] for path, pages in PAGES.items() if path not in DOWNLOADS]
    asked = [path + ("?" + urlencode(query) if query else "") for path, query in kinds]
    return [*asked, *OTHERS]


def parts(chromium: Any, size: Any, html: str) -> Page:
    """The page of all parts, as the local run shows it."""
    page: Page = chromium.new_context(viewport=size).new_page()
    page.route("**/static/*", lambda route: answered(route, Browser()))
    page.route(f"{HOST}/design", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{HOST}/design")
    return page


def test_every_part_is_right_in_both_languages_and_themes(chromium: Any) -> None:
    for language, theme, size, what in LOOKS:
        page = parts(chromium, size, design.page(language, theme))
        assert look(page, f"design-{what}-{language}-{theme}") == []
        page.context.close()


PRESSED = """() => [...document.querySelectorAll("main :is(button, .btn)")]
  .filter((one) => one.offsetParent).map((one) => one.textContent.trim())"""
CURRENT = """() => [...document.querySelectorAll("[aria-current]")].filter((one) => {
  const drawn = [one, one.closest("tr") || one].map((each) => getComputedStyle(each));
  const plain = (style) => style.outlineStyle === "none" && style.borderBottomStyle === "none";
  return one.offsetParent && drawn.every(plain);
}).map((one) => one.outerHTML.slice(0, 80))"""


def test_a_printed_page_has_nothing_to_press_and_forced_colours_mark_where_one_is(chromium: Any) -> None:
    fill(SOME)
    page = shown(chromium, DESK, "en", "dark", role="admin")
    wrong = []
    for address in addresses():
        page.goto(HOST + address)
        page.evaluate(STAY)
        page.emulate_media(media="print")
        wrong += [f"{address}: {one} is printed" for one in page.evaluate(PRESSED)]
        page.emulate_media(media="screen", forced_colors="active")
        wrong += [f"{address}: not marked: {one}" for one in page.evaluate(CURRENT)]
        page.emulate_media(media="screen", forced_colors="none")
    page.context.close()
    assert wrong == [], "\n".join(wrong)


def test_every_page_is_right_for_everybody(chromium: Any) -> None:
    fill(FULL if PICTURES else SOME)
    wrong = []
    for number, (language, theme, size, what) in enumerate(LOOKS):
        page = shown(chromium, size, language, theme, role="admin")
        for at, address in enumerate(addresses()):
            page.goto(HOST + address)
            page.evaluate(STAY)
            name = f"{address.partition('?')[0].strip('/').replace('/', '-')}-{what}-{language}-{theme}"
            # Contrast, most of what axe takes, in one theme a page: their parts are looked at in both.
            without = () if at % len(LOOKS) == number else (CONTRAST,)
            wrong += [f"{address} {what}: {one}" for one in look(page, name, without)]
            wrong += [f"{address} {what}: {one} lies below" for one in page.evaluate(BURIED)]
        page.context.close()
    assert wrong == [], "\n".join(wrong)
