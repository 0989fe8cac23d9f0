"""What is typed on a page beside what is sent: it comes along, and stands there again afterwards.

Without scripts a browser sends one form and forgets the others. So a page whose forms have words of their own
is one form whose buttons say what is done. Where that was done and the page is opened anew, a cookie that
lives half a minute brings the rest of the words to it.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping

COOKIE = "typed"
SECONDS = 30
MOST = 3_000  # characters of the cookie: a browser keeps 4,096 bytes of one


def words_beside(form: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """The fields of these names that a form has words in."""
    return {name: form[name] for name in names if form.get(name, "").strip()}


def written(path: str, words: Mapping[str, str]) -> str:
    """The words that come along to a page, as a cookie holds them; "" where there are none or too many."""
    if not words:
        return ""
    text = json.dumps([path.partition("?")[0], dict(words)], ensure_ascii=False, separators=(",", ":"))
    found = base64.urlsafe_b64encode(text.encode("utf-8", "replace")).decode().rstrip("=")
    return found if len(found) <= MOST else ""


def read(cookie: str, path: str) -> dict[str, str]:
    """The words that came along to this page; none for another page or what is no cookie of ours."""
    try:
        to, words = json.loads(base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return {}
    if to != path or not isinstance(words, dict):
        return {}
    return {str(name): value for name, value in words.items() if isinstance(value, str)}
