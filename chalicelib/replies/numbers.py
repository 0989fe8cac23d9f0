"""Which numbers in a text could be scores, and which are times, money, dates, phones or counts."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.replies.candidates import Doubt
from chalicelib.replies.lexicon import patterns

says = patterns("numbers")


class Token(NamedTuple):
    """A piece of a text: what it is (a kind of `lexer`), what it tells, and where it stands."""

    kind: str
    value: int | str
    start: int
    end: int


NUM, MARKED, FRAC, ODD, COUNT = "num", "marked", "frac", "odd", "count"

_HAN_VALUE = {
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    **{c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
_HAN_UNIT = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "万": 10_000}
_H = "零〇一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾两俩仨百佰千万"
HAN_DIGITS = frozenset(_H)

WORDS = {
    word: value
    for value, words in enumerate(
        (
            "zero nil",
            "one wan",
            "two tow",
            "three tree thre threee",
            "four foru fuor",
            "five fiv fve fiev",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        )
    )
    for word in words.split()
}
PINYIN = {
    word: value
    for value, words in enumerate(
        ("ling", "yi", "er liang", "san", "si", "wu", "liu", "qi", "ba", "jiu", "shi")
    )
    for word in words.split()
}


def digits_at(text: str, start: int) -> Token:
    """The number that begins at the digit `text[start]`, units, ranges and fractions included."""
    alone = says.alone.match(text, start)
    if alone:
        return _plain(text, start, alone.end(), int(alone[0]), alone[0], text[max(0, start - 12) : start])
    found = says.digits.match(text, start)
    if found is None:  # cannot be: `plain` matches any digit
        return Token(COUNT, "number", start, start + 1)
    form, end = found.lastgroup, found.end()
    if form == "open":
        form = "range"
    before = text[max(0, start - 12) : start]
    if form in ("money", "date", "clock", "thousands", "phone", "sum"):
        return Token(COUNT, str(form), start, end)
    unit = says.unit.match(text, end)
    if form == "spoken":
        return Token(ODD, Doubt.TIME_OR_DECIMAL, start, end)
    if form == "ofall":
        first, second = (WORDS.get(one) or int(one) for one in says.share.findall(found[0]))
        if unit or says.before.search(before) or (second == 7 and first == 24):
            return Token(COUNT, "date or share", start, (unit or found).end())
        return Token(FRAC, 1_000 * first + second, start, end)
    measure = None if unit or before[-1:].isalnum() else says.measure_apart.match(text, end)
    if measure:
        return Token(ODD, Doubt.COUNT, start, measure.end())  # "4 扇门都开着"
    if (
        unit
        and text[end : end + 1] == " "
        and not text[end + 1].isascii()
        and not says.counted.search(before)
    ):
        if not says.begins_a_word.match(text, end + 1):
            return Token(ODD, Doubt.COUNT, start, unit.end())  # "3 天没网了"
        unit = None  # "1 周末没人上班": a blank behind the number ends it
    if unit and not (form == "plain" and says.after_mark.match(text, end)):
        return Token(COUNT, "number with a unit", start, unit.end())
    if form == "range":
        if before.endswith(("-", "+")) or says.before.search(before):
            return Token(COUNT, "number with a unit", start, end)
        return Token(ODD, Doubt.RANGE, start, end)
    if form == "decimal":
        if says.currency_before.search(before) or says.before.search(before):
            return Token(COUNT, "money", start, end)
        whole, _, rest = found[0].partition(".")
        if whole.isdigit() and rest and not rest.strip("0"):  # 5.0
            return _plain(text, start, end, int(whole[:9]), found[0], before)
        return Token(ODD, Doubt.RANGE, start, end)
    return _plain(text, start, end, int(found[0]) if end - start < 9 else 10**9, found[0], before)


def _plain(text: str, start: int, end: int, value: int, written: str, before: str) -> Token:
    if before and says.currency_before.search(before):
        return Token(COUNT, "money", start, end)
    marked = says.after_mark.match(text, end)
    more = says.more_or_less.match(text, end)
    if more:
        half = says.unit.match(text, more.end())  # "4 and a half weeks"
        return Token(COUNT if half else ODD, Doubt.RANGE, start, (half or more).end())
    if marked:
        more = says.more_or_less.match(text, marked.end())
        if more:
            return Token(ODD, Doubt.RANGE, start, more.end())
    if before.endswith("+") and not before[:-1].rstrip()[-1:].isdigit():
        return Token(ODD, Doubt.UNUSUAL_NUMBER, start, marked.end() if marked else end)  # "unhappy +1"
    if (
        before.endswith(("-", "<", ">", "~", ":", "^", "/", "\\", "≤", "≥", "≠"))
        and not before[:-1].rstrip()[-1:]
    ):
        return Token(ODD, Doubt.UNUSUAL_NUMBER, start, marked.end() if marked else end)
    if marked:
        if before.rstrip()[-1:] in ("第",):
            return Token(COUNT, "number with a unit", start, marked.end())
        return Token(MARKED, value, start, marked.end())
    if len(written) > 3:
        return Token(COUNT, "long number", start, end)
    if before and says.before.search(before):
        return Token(COUNT, "number with a unit", start, end)
    if len(written) > 1 and written[0] == "0":
        return Token(ODD, Doubt.UNUSUAL_NUMBER, start, end)
    return Token(NUM, value, start, end)


def han_at(text: str, start: int) -> Token | None:
    """The Chinese numeral that begins at `text[start]`, when it stands as a number; else None."""
    run = says.han_run.match(text, start)
    if run is None:
        return None
    share = says.han_share.match(text, start)
    if share:
        return Token(COUNT, "date or share", start, share.end())
    end = run.end()
    value = _han_value(run[0])
    after = says.han_after.match(text, end)
    before = text[max(0, start - 12) : start]
    if after and after["point"]:
        unit = says.unit.match(text, after.end())
        return Token(COUNT if unit else ODD, Doubt.TIME_OR_DECIMAL, start, (unit or after).end())
    if after and after["range"]:
        unit = says.unit.match(text, after.end())
        return Token(COUNT if unit else ODD, Doubt.RANGE, start, (unit or after).end())
    unit = says.unit.match(text, end)
    if unit and not (after and after["mark"]):
        return Token(COUNT, "number with a unit", start, unit.end())
    if after and after["half"]:
        return Token(ODD, Doubt.RANGE, start, after.end())
    if after and after["mark"]:
        if before[-1:] in ("第", "负"):
            return Token(ODD if before[-1:] == "负" else COUNT, Doubt.UNUSUAL_NUMBER, start, after.end())
        more = says.more_or_less.match(text, after.end())
        if value is None or more:
            return Token(ODD, Doubt.RANGE, start, (more or after).end())
        if run[0] in _FULLY and says.adverb.match(text, after.end()):  # 十分满意 is "very satisfied"
            return None
        return Token(MARKED, value, start, after.end())
    if says.before.search(before) or not says.han_alone.match(text, end):
        return None
    if value is None:
        return Token(ODD, Doubt.RANGE, start, end)
    return Token(NUM, value, start, end)


_FULLY = frozenset(("十", "十二", "百"))


def _han_value(run: str) -> int | None:
    """The number a Chinese numeral says; None for two digits side by side (三四, a range) or nonsense."""
    total, digit = 0, None
    if not any(character in _HAN_UNIT for character in run):
        values = {_HAN_VALUE[character] for character in run}
        return values.pop() if len(run) == 1 else None
    for character in run:
        if character in _HAN_VALUE:
            if digit is not None and digit != 0:
                return None
            digit = _HAN_VALUE[character]
        else:
            total += (1 if digit is None else digit) * _HAN_UNIT[character]
            digit = None
    return total + (digit or 0)


def word_at(text: str, start: int, end: int) -> Token | None:
    """The English or pinyin number word at `text[start:end]`, when it stands as a number; else None."""
    word = text[start:end]
    if word in PINYIN:
        mark = says.pinyin_mark.match(text, end)
        return Token(MARKED, PINYIN[word], start, mark.end()) if mark else None
    value = WORDS[word]
    before = text[max(0, start - 12) : start]
    after = says.word_after.match(text, end)
    if after and (after["half"] or after["range"]):
        unit = says.unit.match(text, after.end())
        return Token(COUNT if unit else ODD, Doubt.RANGE, start, (unit or after).end())
    if after and after["ofall"]:
        whole = after["all"]
        number = WORDS.get(whole, int(whole) if whole.isdigit() and len(whole) < 4 else -1)
        if number > 1:
            return Token(FRAC, 1_000 * value + number, start, after.end())
        return Token(COUNT, "number with a unit", start, after.end())
    if after and after["mark"]:
        return Token(MARKED, value, start, after.end())
    unit = says.unit.match(text, end)
    if unit:
        return Token(COUNT, "number with a unit", start, unit.end())
    if says.before.search(before):
        return Token(COUNT, "number with a unit", start, end)
    return Token(NUM, value, start, end)
