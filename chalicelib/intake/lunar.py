"""Lunar birthdays as they are written in Chinese: 农历八月十五, 腊月廿三, 闰六月初一, 闰06-15."""

from __future__ import annotations

import re

_DIGITS = {one: number for number, one in enumerate("零一二三四五六七八九十")} | {"〇": 0, "两": 2, "元": 1}
_MONTHS = {"正": 1, "冬": 11, "腊": 12, "臘": 12}
_MARK = re.compile(r"^(?:农历|農曆|阴历|陰曆|旧历|夏历)\s*[:]?\s*")
_LEAP = re.compile(r"[闰閏]")
_WORDS = re.compile(
    r"(?:([0-9]{4}|[零〇一二三四五六七八九]{4})年)?"
    r"(正|冬|腊|臘|十?[一二三四五六七八九十])月(初|廿|卅|三十|二十|十)?([一二三四五六七八九十]?)[日号]?"
)


def lunar(written: str) -> tuple[str, bool]:
    """What was written as MM-DD or YYYY-MM-DD where it was in words, and whether it says it is lunar."""
    text = _MARK.sub("", written.strip())
    marked = text != written.strip()
    if _LEAP.search(text):  # kept on the same day of the month that is there each year
        text, marked = _LEAP.sub("", text), True
    match = _WORDS.fullmatch(text.replace(" ", ""))
    if match is None or not (match[3] or match[4]):
        return text, marked
    year = "".join(str(_DIGITS[one]) if one in _DIGITS else one for one in match[1] or "")
    month = _MONTHS.get(match[2]) or _number(match[2])
    day = _DAYS.get(match[3] or "", 0) + (_DIGITS[match[4]] if match[4] else 0)
    return f"{year}-{month:02d}-{day:02d}".removeprefix("-"), True


_DAYS = {"": 0, "初": 0, "十": 10, "二十": 20, "廿": 20, "三十": 30, "卅": 30}


def _number(word: str) -> int:
    return sum(_DIGITS[one] for one in word)
