"""Names, replies and notes as people have them: very long, in one word, from right to left, with emoji.
No page gets wider than its window, on a desk, on a phone or at 200 %, and nothing is cut off in it.

With `RINGBACK_PICTURES=<folder>` it leaves pictures to be looked at.
"""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.lifecycle import Who
from chalicelib.care import actions
from chalicelib.clock import iso
from chalicelib.intake import subscriber_changes
from chalicelib.store import case_views, conversations, inbox
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.conversations import Reply, reply_key
from local.msisdns import msisdn
from tests.functions.test_batches import OFFER
from tests.functions.test_fuzz import busy, issuer
from tests.functions.test_inbox_in_a_browser import DESK, HOST, PHONE, chromium, look, shown
from tests.functions.test_nothing_is_lost import crowded
from tests.functions.test_pages_in_a_browser import STAY
from tests.support.axe import CONTRAST
from tests.support.console import stage
from tests.support.factories import WANG, act, complain
from tests.support.service import Service

__all__ = ["busy", "chromium", "crowded", "issuer", "stage"]
pytestmark = [pytest.mark.usefixtures("stage"), pytest.mark.browser]
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"
NAMES = {
    "o-1": LONG + " Maria-Theresia Konstantinopolitanischedudelsackpfeifer",
    "o-2": "عبد الرحمن بن عبد العزيز آل سعود",
    "o-3": "👩‍👩‍👧‍👦🎉 Zoë ‮evil",
    "o-4": "欧阳上官诸葛司马慕容宇文长孙令狐独孤拓跋尉迟皇甫",
}
WORDS = (
    "https://example.com/" + "x" * 300,
    "啊" * 400,
    "مرحبا، الإنترنت لا يعمل منذ ثلاثة أيام 😡😡😡",
    "2, still\n\n\nno   signal\tat all",
)
HALF = {"width": 720, "height": 450}  # a desk at 200 %
LOOKS = (
    ("zh-CN", "light", DESK),
    ("en", "dark", DESK),
    ("en", "light", HALF),
    ("zh-CN", "light", PHONE),
    ("en", "dark", PHONE),
)
# Words of a control or a heading that its box cuts off and that no ellipsis says so of.
CUT = """() => [...document.querySelectorAll(
  "h1, h2, h3, .btn, .tag, .chip, th, td, dd, dt, label, .fig, .msg p, .note")].filter((one) => {
    if (!one.offsetParent) return false;
    if (one.closest("details:not([open]), .scroll, .strip, .sr, .side, .seg")) return false;
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none" || box.width < 2) return false;
    const longer = one.scrollWidth > one.clientWidth + 2 && style.display !== "inline";
    return longer || box.right > innerWidth + 1 || box.left < -1;
  }).map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 40)}`)"""
# Menus of which, open, a part is out of sight or below something else.
MENUS = """() => [...document.querySelectorAll("details.menu-of")].filter((one) => {
  if (!one.querySelector("summary").offsetParent) return false;
  one.open = true;
  one.scrollIntoView({ block: "center" });
  const sheet = one.querySelector(".sheet, .in");
  const box = sheet.getBoundingClientRect();
  const ends = [Math.max(box.top, 0) + 4, Math.min(box.bottom, innerHeight) - 4];
  const seen = ends.map((at) => document.elementFromPoint(box.left + box.width / 2, at));
  const wrong = box.left < 0 || box.right > innerWidth + 1 || seen.some((there) => !sheet.contains(there));
  one.open = false;
  return wrong;
}).map((one) => one.querySelector("summary").textContent.trim())"""


@pytest.fixture
def odd(crowded: Service) -> list[str]:
    """Cases and replies of such people; the addresses of pages that show them."""
    found = []
    for n, (id, name) in enumerate(NAMES.items()):
        number = msisdn(1000 + n)
        one = replace(
            WANG,
            subscriber_id=id,
            msisdn=number,
            name=name,
            region="内蒙古自治区呼伦贝尔市/鄂伦春自治旗大兴安岭农场",
        )
        subscriber_changes.put_many([one])
        given: dict[str, Any] = {
            "subscriber_id": id,
            "msisdn": number,
            "name": name,
            "complaint": f"C-{LONG}-{n}",
        }
        case = complain(WORDS[n], inbound=f"odd-{n}", **given)
        actions.note(case.case_id, WORDS[(n + 1) % len(WORDS)], act())
        found += [f"/cases/{case.case_id}?tab=all", f"/subscribers/{id}"]
        conversations.write_surely(
            [
                conversations.insert(
                    Reply(
                        msisdn=number,
                        item=reply_key(number, f"odd-in-{n}").range,
                        body=WORDS[n],
                        received_at=iso(crowded.now),
                        applied=True,
                        reading={"kind": "text"},
                        brand="yuntong",
                        subscriber=id,
                        inbox="unhandled",
                    )
                )
            ]
        )
    titles = {"zh-CN": "春节" * 30, "en": LONG}
    lifecycle.save(
        "campaign#odd", {**OFFER, "id": "odd", "title": titles}, Who("li.na", "marketing"), crowded.now
    )
    view = {"title": LONG[:40], "query": {"tab": "all"}, "by": "admin", "at": ""}
    case_views.change("person/admin", lambda views: {**views, "3a2b3c4d": view})
    assert inbox.how_many_unhandled() >= len(NAMES)
    lists = [
        "/queue?tab=all",
        "/inbox",
        "/cases?q=C-",
        "/queue/views?tab=all",
        "/campaigns",
        "/campaigns/odd",
    ]
    return [*lists, "/campaigns/spring", "/campaigns/odd/edit", "/policy", "/people", "/shift", *found]


def test_no_page_is_broken_by_what_people_are_called_and_write(odd: list[str], chromium: Any) -> None:
    wrong = []
    for language, theme, size in LOOKS:
        page = shown(chromium, size, language, theme, role="admin")
        for number, at in enumerate(odd):
            page.goto(HOST + at)
            page.evaluate(STAY)
            called = at.partition("?")[0].strip("/").replace("/", "-")
            name = f"odd-{number:02d}-{called}-{size['width']}-{language}-{theme}"
            about = f"{at} {size['width']} {language}"
            wrong += [f"{about}: {one}" for one in look(page, name, (CONTRAST,))]
            wrong += [f"{about}: cut off: {one}" for one in page.evaluate(CUT)]
            wrong += [f"{about}: out of sight: {one}" for one in page.evaluate(MENUS)]
        page.context.close()
    assert wrong == [], "\n".join(wrong)
