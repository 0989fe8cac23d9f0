"""What Chinese asks of its marks on every page: no space follows one, between two sentences either."""

from __future__ import annotations

import html
import re

import pytest

from tests.functions.test_fuzz import Caller, busy, issuer, offers
from tests.functions.test_nothing_is_lost import crowded
from tests.support.console import stage
from tests.support.pages import Ask

__all__ = ["busy", "crowded", "issuer", "stage"]
INLINE = re.compile(r"</?(a|b|span|time|u|mark|code|svg|use|i|kbd|strong|q)\b[^>]*>")
QUOTED = re.compile(r"<(article|textarea|script|pre)\b.*?</\1>", re.DOTALL)  # not the console's own words
GAP = re.compile(r"[^\0]{0,25}[。，；：？、]\s+(?=[^\s\0])[^\0]{0,20}")


@pytest.mark.usefixtures("stage", "crowded")
def test_no_space_follows_a_chinese_mark() -> None:
    caller = Caller()
    caller.cookies["admin"] += "; language=zh-CN"
    pages: list[tuple[Ask, str]] = []
    offers(caller, pages)
    found = {}
    for page, body in pages:
        text = html.unescape(re.sub(r"<[^>]+>", "\0", INLINE.sub("", QUOTED.sub("", body))))
        gaps = [one for one in GAP.findall(text) if "{" not in one]  # braces: the source of a text
        found.update(dict.fromkeys(gaps, page.path))
    assert found == {}
