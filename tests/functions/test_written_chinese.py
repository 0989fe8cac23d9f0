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
GAP = re.compile(r"[^\n]{0,25}[。，；：？、] +(?=\S)[^\n]{0,20}")


@pytest.mark.usefixtures("stage", "crowded")
def test_no_space_follows_a_chinese_mark() -> None:
    caller = Caller()
    caller.cookies["admin"] += "; language=zh-CN"
    pages: list[tuple[Ask, str]] = []
    offers(caller, pages)
    found = {}
    for page, body in pages:
        text = html.unescape(re.sub(r"<[^>]+>", "\n", INLINE.sub("", QUOTED.sub("", body))))
        found.update(dict.fromkeys(GAP.findall(text), page.path))
    assert found == {}
