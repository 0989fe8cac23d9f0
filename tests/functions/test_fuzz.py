"""No address and no form makes a page fail, whatever its values are: drawn requests over every route.

FUZZ=5000 draws more of them; SEED another row.
"""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest

from chalicelib.console import requests
from chalicelib.console.routes import ROUTES
from tests.care.world import complain, settle_in
from tests.support.console import Browser, as_role, mark_of, stage

__all__ = ["stage"]

PAGES = Path(requests.__file__).parent
NAMES = sorted(
    {
        name
        for file in PAGES.glob("*.py")
        for name in re.findall(r"(?:query|form|lists)(?:\.get\(|\[)[f]?\"(\w+)\"", file.read_text())
    }
)
ODD = (
    "", " ", "0", "-1", "1", "2", "99999999999999999999", "²", "٣", "1e309", "nan", "inf", "1.5",
    "true", "abc", "é", "0001-01-01", "9999-12-31", "2026-02-30", "2026-11-24", "0000-00-00",
    "2026-11-24T25:61", "10000-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "csv", "json", "counts", "all", "mine", "none:", "zh-CN", "/queue", "//evil.example", "/\\evil",
    "/\t/evil", "a\r\nSet-Cookie: x=1", "\x00", "\ud800", "\u202e", "😡" * 50, "x" * 3000, "=1+1",
    "'", "\"><script>", "{{ 7*7 }}", "%s %(n)s", "%", "../../etc/passwd", "K-7Q2M9XB4TA", "#", "|",
    "+8613800000001", "13800000001", "admin", "care", "marketing", "text", "text@b", "usage-alert",
    "approve", "go_live", "submit", "pause", "resume", "end", "assign", "join", "topic", "undo",
    "retry", "drop", "close", "resolve", "answer", "v00000001", "[]", "{}", "null", "a,b", "a:b",
    "a#b", "2026-11-24#x", "~", "1~", "day", "region", "version",
)  # fmt: skip


def drawn(chance: random.Random, browser: Browser, mark: str, case: str) -> tuple[str, str, int | str]:
    """One request: its method and route, and the status, or what was raised."""
    route = chance.choice(ROUTES)
    fill = chance.choice((*ODD, case, case, case))
    path = re.sub(r"\{\w+\}", lambda _: fill.replace("/", "") or "x", route.path)
    fields = {chance.choice(NAMES): chance.choice((*ODD, case)) for _ in range(chance.randrange(6))}
    try:
        if route.method == "GET":
            answer = requests.answer("GET", path, fields, {}, browser._headers())
        else:
            lists = {name: [value] * chance.randrange(1, 3) for name, value in fields.items()}
            marked = {**lists, "mark": [mark]} if chance.random() < 0.95 else lists
            answer = requests.answer("POST", path, {}, marked, browser._headers())
    except Exception as error:
        return route.method, route.path, f"{type(error).__name__} {fields} {path}"
    headers = "".join(f"{name}{value}" for name, value in answer.headers.items())
    split = any(one in headers for one in ("\r", "\n", "\x00"))
    return route.method, route.path, "a header with two lines" if split else answer.status_code


@pytest.mark.usefixtures("stage")
def test_no_value_of_an_address_or_a_form_makes_a_page_fail() -> None:
    settle_in()
    case = complain().case_id
    chance = random.Random(int(os.environ.get("SEED", "1")))
    browser = as_role("admin")
    mark = mark_of(browser.open("/queue?tab=all"))
    found = [drawn(chance, browser, mark, case) for _ in range(int(os.environ.get("FUZZ", "250")))]
    assert [one for one in found if not isinstance(one[2], int) or one[2] >= 500] == []
    assert len({one[2] for one in found}) > 3


def test_anybody_may_ask_anything_without_a_session(tables: object) -> None:
    del tables
    chance = random.Random(2)
    browser = Browser()
    paths = ("/sign-in", "/sign-in/go", "/signed-in", "/choose", "/", "/static/x", "/queue", "/nowhere")
    os.environ.pop("RINGBACK_SIGN_IN_PARAMETER", None)
    bad = []
    for _ in range(300):
        path, value = chance.choice(paths), chance.choice(ODD)
        if path == "/sign-in/go":
            continue
        query = {chance.choice(("next", "why", "code", "state", "error")): value}
        lists = {chance.choice(("back", "language", "theme")): [value]}
        for method in ("GET", "POST"):
            answer = requests.answer(
                method, path, query, lists, {**browser._headers(), "cookie": f"zone={value}; said=x"}
            )
            headers = "".join(f"{name}{one}" for name, one in answer.headers.items())
            if (
                answer.status_code >= 500
                or "\n" in headers
                or "//evil" in str(answer.headers.get("Location", ""))
            ):
                bad.append((method, path, query, lists, answer.status_code))
    assert bad == []
