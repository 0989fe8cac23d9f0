"""The inbox as people see it: both languages, light and dark, empty and full, on a desk and on a phone.

The page runs in a browser whose requests the console answers in this process; no stack is started. With
`RINGBACK_PICTURES=<folder>` it leaves pictures there, to be looked at.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.care.reply_counters import reply_counts
from chalicelib.clock import iso
from chalicelib.console import requests
from chalicelib.i18n.translations import say
from chalicelib.store import conversations, inbox, results
from chalicelib.store.schema.conversations import Reply, reply_key
from tests.i18n import pseudo
from tests.support.axe import violations
from tests.support.browser import chromium_started
from tests.support.console import Browser, as_role, stage
from tests.support.factories import WANG
from tests.support.service import Service

__all__ = ["stage"]
pytestmark = [pytest.mark.usefixtures("stage"), pytest.mark.browser]
HOST = "http://console.test"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SAID = (
    ("请问我的套餐下个月能不能换成更便宜的那个", "text"),
    ("can you stop but keep the bills", "ask"),
    ("Who is this? I got this number last week", "not_me"),
    ("5 分，师傅很专业", "rating"),
    ("退订", "opt_out"),
    ("您好，我正在开车，稍后给您回复。", "machine"),
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with chromium_started() as running:
        yield running


def shown(chromium: Any, size: Any, language: str, theme: str, role: str = "care") -> Page:
    """A page of somebody, answered by the console itself."""
    browser = as_role(role, language)
    browser.jar["theme"] = theme
    context = chromium.new_context(viewport=size, locale=language)
    page: Page = context.new_page()
    page.route("**/*", lambda route: answered(route, browser))
    return page


def answered(route: Route, browser: Browser) -> None:
    asked = route.request
    parts = urlsplit(asked.url)
    if asked.method == "POST":
        found = browser.send(parts.path, dict(parse_qsl(asked.post_data or "", keep_blank_values=True)))
    elif parts.path.startswith("/static/"):
        found = requests.static(parts.path.removeprefix("/static/"))
    else:
        found = browser.open(f"{parts.path}?{parts.query}")
    headers = {name: str(value) for name, value in found.headers.items() if name != "Set-Cookie"}
    if found.status_code in (302, 303):  # what the browser would do: open where it is sent
        found = browser.open(headers["Location"])
        headers = {"Content-Type": "text/html; charset=utf-8"}
    route.fulfill(status=found.status_code, headers=headers, body=found.body)


def fill(service: Service, many: int) -> None:
    """So many replies, most of them dealt with."""
    rows = []
    for n in range(many):
        body, kind = SAID[n % len(SAID)]
        waits = kind in ("text", "ask", "not_me") and n < 40
        at = iso(service.now - timedelta(minutes=7 * n))
        rows.append(
            Reply(
                msisdn=WANG.msisdn,
                item=reply_key(WANG.msisdn, f"in-{n}").range,
                body=body,
                received_at=at,
                applied=True,
                reading={"kind": kind, **({"score": 5} if kind == "rating" else {})},
                campaign="post-complaint-survey" if n % 2 else "usage-alert",
                brand="yuntong",
                subscriber=WANG.subscriber_id if n % 3 else "",
                handled="inbox" if waits else "rule",
                automatic="" if waits else {"rating": "thanks", "opt_out": "opt_out"}.get(kind, ""),
                inbox="unhandled" if waits else f"handled#{at[:7]}",
            )
        )
    for start in range(0, many, 25):
        conversations.write_surely([conversations.insert(one) for one in rows[start : start + 25]])
    counted = [results.CountedChange(one.item, n, reply_counts(None, one)) for n, one in enumerate(rows)]
    results.add(counted)  # as the table's stream would have it


def look(page: Page, name: str, without: Sequence[str] = ()) -> list[str]:
    """What axe finds but for some rules, and whether anything is wider than the page; leaves a picture."""
    if folder := os.environ.get("RINGBACK_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")
    wrong = [f"{one.rule}: {one.html[:120]}" for one in violations(page, without)]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wrong + ([f"{wide} px wider than the window"] if wide > 0 else [])


def test_it_is_right_for_everybody_and_decides(service: Service, chromium: Any, tmp_path: Path) -> None:
    empty = shown(chromium, DESK, "en", "light")
    empty.goto(f"{HOST}/inbox")
    assert look(empty, "inbox-empty-en-light") == []
    fill(service, 2000 if "RINGBACK_PICTURES" in os.environ else 60)
    wrong = []
    looks = [(("en", "light"), (DESK, "desk")), (("zh-CN", "dark"), (PHONE, "phone"))]
    if "RINGBACK_PICTURES" in os.environ:
        every = itertools.product(("en", "zh-CN"), ("light", "dark"))
        looks = list(itertools.product(every, ((DESK, "desk"), (PHONE, "phone"))))
    for (language, theme), (size, what) in looks:
        page = shown(chromium, size, language, theme)
        page.goto(f"{HOST}/inbox")
        wrong += look(page, f"inbox-{what}-{language}-{theme}")
        page.goto(f"{HOST}/inbox?show=all")
        wrong += look(page, f"inbox-all-{what}-{language}-{theme}")
    assert wrong == []
    phone = shown(chromium, PHONE, "zh-CN", "dark")
    phone.goto(f"{HOST}/inbox")
    if "RINGBACK_PICTURES" in os.environ:  # every message in brackets, to see at once what is none
        with pseudo.spoken(tmp_path):
            page = shown(chromium, DESK, pseudo.LANGUAGE, "light")
            page.goto(f"{HOST}/inbox")
            look(page, "inbox-pseudo-locale")
    phone.locator("tr").filter(has_text="can you stop").first.get_by_role("link").first.click()
    expect(phone.locator("#decide")).to_be_visible()
    look(phone, "inbox-decide-phone")

    page = shown(chromium, DESK, "en", "light")
    page.goto(f"{HOST}/inbox")
    before = page.locator("[data-count=inbox]").last.inner_text()
    page.fill("#f-text", "We will look into it")
    assert page.locator("input[value=answer]").is_checked()
    service.now += timedelta(minutes=1)
    service.write("你们这些消息我看着心烦，能不能消停一会儿", "in-new")
    expect(page.locator("[data-newer]")).to_have_text("1 new: show", timeout=15_000)
    assert page.locator("#f-text").input_value() == "We will look into it"
    assert page.locator("[data-count=inbox]").last.inner_text() == str(int(before) + 1)
    page.fill("#f-text", "")
    page.locator("input[value=nothing]").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.locator(".toast")).to_contain_text(say("Nothing to do: it is off the list.", "en"))
    look(page, "inbox-undo")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("It is on the list again.")
    assert inbox.how_many_unhandled() == int(before) + 1
