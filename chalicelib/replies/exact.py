"""Lists the commonest replies of all: exactly a score, label, letter, option or keyword, and nothing else.

There are so few of them that every rule can be asked beforehand, once per survey; `reading` looks them up.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from chalicelib.replies.survey import Survey

LONGEST = 32  # characters; what is longer is none of them
_KEYWORDS = """
    stop stopall unsubscribe cancel end quit revoke optout opt-out remove arret td start unstop help info
    退订 取消订阅 拒收 帮助
"""
_MARKS = ("", "分", "星")
_HIGHEST = 10  # what people answer where they do not look at the scale
_THANKS = re.compile(r"\A(?:thanks|thank you|thx|谢谢)[,.!] *|[ ,.!]+(?:thanks|thank you|thx|谢谢)\Z")
_NARROW = {
    **{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)},
    **str.maketrans("\u3000。", " ."),
}


def forms(survey: Survey | None) -> Iterator[str]:
    """The exact replies that `survey` invites, as `fold` leaves them; some more than once."""
    yield from _KEYWORDS.split()
    yield from string.ascii_lowercase
    low, high = (survey.scale if survey else None) or (0, 0)
    for number in range(min(low, 0), max(high, _HIGHEST) + 1):
        yield from (f"{number}{mark}" for mark in _MARKS)
    yield from (f"{number}{mark}" for number in "一二三四五六七八九十" for mark in ("", "分"))
    if survey:
        yield from (fold(label) for _, label in survey.labels)
        yield from (fold(word) for key, words in survey.options for word in (key, *words.split("|")))


def fold(text: str) -> str:
    """A text without what changes no exact reply: width, case, blanks and stops around it."""
    narrow = text if text.isascii() else text.translate(_NARROW)
    return narrow.strip().rstrip(" .!").lower()


def unthanked(folded: str) -> str:
    """A folded text without thanks before or behind it."""
    return _THANKS.sub("", folded)
