"""A text as a row of tokens: known words, numbers, stops, and what is not known.

Chinese has no blanks, so the longest known word at each place is taken; English goes by words and by
phrases of words. What each word tells is data (`lexicon`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from chalicelib.replies.candidates import Doubt
from chalicelib.replies.lexicon import patterns, told, words
from chalicelib.replies.numbers import (
    COUNT,
    HAN_DIGITS,
    NUM,
    ODD,
    PINYIN,
    WORDS,
    Token,
    digits_at,
    han_at,
    word_at,
)

says = patterns("lexer")

LEVEL = "level"  # value: how good, 2 to -2
VERY, MILD, NOT, NOT_AT_ALL, AT_ALL, UNCLEAR = "very", "mild", "not", "not_at_all", "at_all", "unclear"
FILL, TOPIC, THING, PRAISE, COMPLAINT = "fill", "topic", "thing", "praise", "complaint"
BUT, MOCKING, IF, WHEN, QUESTION, WHY = "but", "mocking", "if", "when", "question", "why"
LAST_TIME, ABOUT, CORRECTION, LESS, GIVE = "last_time", "about", "correction", "less", "give"
MADE, TOP, BOTTOM, STARTER, WORD, STOP = "made", "top", "bottom", "starter", "word", "stop"

Entry = tuple[str, str, "int | str"]  # the words, their kind, their value


def _by_first(language: str, first: Callable[[str], str]) -> dict[str, list[Entry]]:
    """The known words of a language by the character or the word they begin with, the longest first."""
    table: dict[str, list[Entry]] = {}
    for word, (kind, value) in told(language).items():
        table.setdefault(first(word), []).append((word, kind, value))
    for row in table.values():
        row.sort(key=lambda entry: -len(entry[0]))
    return table


_FIRST = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|.")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_BLANK = re.compile(r"[ \n]+")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹"
    "孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_NAMING = frozenset(f"小老阿{_SURNAMES}")
_NAME = re.compile(
    f"(?:小|老|阿)[{_SURNAMES}](?![\u4e00-\u9fff]?(?:时|是|说))(?:师傅|工|哥|姐)?"
    f"|(?<=我[是叫])[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?=$|[\\s,.!])"
    f"|[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}?(?:师傅|先生|女士|经理|工程师|小姐|老师|主任|客服)"
)
_NAMED_BY_NUMBER = re.compile(r"[a-z]+-\d+[a-z0-9-]*")  # I-95
_NOT_GLUED = frozenset(
    ("got", "get", "gotten", "give", "given", "rest", "one", "all", "here", "there", "it", "out", "in", "on")
)  # fmt: skip
_GLUE = re.compile(r"[a-z0-9']+")
_DOUBLE = re.compile(r"([a-z])\1")
_GLUED = re.compile(r"[a-z0-9']")
_LETTER_BEHIND = re.compile("[0-9]+[a-z]")
_ZERO_AS_O = re.compile(r"(?:\d+o+|o\d|l\d|\dl)(?![a-z0-9])")
_CHINESE = _by_first("zh", lambda word: word[0])
_ENGLISH = _by_first("en", lambda word: _FIRST.match(word)[0])  # type: ignore[index]
# Words that begin no longer phrase, and are no numbers.
_KNOWN_ALONE = frozenset(
    word for word, row in _ENGLISH.items() if len(row) == 1 and row[0][0] == word
) - {*WORDS, *PINYIN}  # fmt: skip
# How long the words are that begin with a character, the longest first.
_LENGTHS = {first: sorted({len(entry[0]) for entry in row}, reverse=True) for first, row in _CHINESE.items()}
_CHINESE_WORDS = {entry[0]: entry for row in _CHINESE.values() for entry in row}
STARTERS, PHONE_SPEAK = words("starters"), words("phone_speak")
STOPS = frozenset(',.;!?:~\n…()[]"|=*_/\\-')


def lex(text: str) -> list[Token]:
    """The tokens of a normalised text, in order; blanks are left out, but a blank between Chinese
    characters and a line's end are stops."""
    tokens: list[Token] = []
    position, length = 0, len(text)
    foreign = text.isascii()
    while position < length:
        character = text[position]
        if "\u4e00" <= character <= "\u9fff" or character == "〇":
            token = _han(text, position)
        elif character == " " and foreign:
            position += 1
            continue
        elif character in " \n":
            stop, position = _blank(text, position)
            tokens += stop
            continue
        elif "a" <= character <= "z":
            token = _english_at(text, position, _WORD.match(text, position).end())  # type: ignore[union-attr]
        elif "0" <= character <= "9":
            token = _digit(text, position)
        elif character in STOPS:
            token = Token(STOP, character, position, position + 1)
        elif character.isalnum():
            token = Token(WORD, "", position, position + 1)
        else:
            position += 1
            continue
        tokens.append(token)
        position = token.end
    return tokens


def _blank(text: str, start: int) -> tuple[list[Token], int]:
    """The stop that blanks make, if they do, and where they end."""
    end = _BLANK.match(text, start).end()  # type: ignore[union-attr]
    if "\n" in text[start:end]:
        return [Token(STOP, "\n", start, end)], end
    if start > 0 and end < len(text) and _apart(text[start - 1], text[end]):
        return [Token(STOP, " ", start, end)], end
    return [], end


def _apart(before: str, after: str) -> bool:
    """Whether a blank between these is a stop: it is between Chinese words, and beside a number."""
    return (_is_han(before) and (_is_han(after) or after.isdigit())) or (before.isdigit() and _is_han(after))


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _han(text: str, start: int) -> Token:
    """The longest known word that begins here, or the number, whichever is longer."""
    number = han_at(text, start) if text[start] in HAN_DIGITS else None
    for length in _LENGTHS.get(text[start], ()):
        if number and number.end >= start + length and (number.kind != COUNT or number.end > start + length):
            break
        entry = _CHINESE_WORDS.get(text[start : start + length])
        if (
            entry
            and len(entry[0]) == length
            and not (entry[0] == "不满" and text[start + 2 : start + 3] == "意")
        ):
            return Token(entry[1], entry[2], start, start + length)
    if number:
        return number
    name = _NAME.match(text, start) if text[start] in _NAMING else None
    return Token(TOPIC, "", start, name.end()) if name else Token(WORD, "", start, start + 1)


def _english_at(text: str, start: int, end: int) -> Token:
    hyphened = text[end : end + 1] == "-" and text[end + 1 : end + 2].isdigit()
    if hyphened and (end == start + 1 or not _entry(text, start, text[start:end], end)):
        return Token(WORD, "", start, _NAMED_BY_NUMBER.match(text, start).end())  # type: ignore[union-attr]
    if text[end : end + 1].isdigit():
        zero = _ZERO_AS_O.match(text, start)
        if zero:
            return Token(ODD, Doubt.UNUSUAL_NUMBER, start, zero.end())
        entry = _entry(text, start, text[start:end], end)
        if entry and entry[1] in (GIVE, FILL, LEVEL) and len(entry[0]) > 2:  # score5, ok4
            return Token(entry[1], entry[2], start, end)
        glued = _GLUE.match(text, start)
        if text[start:end] in WORDS and glued and len(glued[0]) < 8:
            return Token(ODD, Doubt.UNUSUAL_NUMBER, start, glued.end())
        return Token(WORD, "", start, glued.end() if glued else end)
    word = text[start:end]
    if word in _KNOWN_ALONE:
        entry = _ENGLISH[word][0]
        return Token(entry[1], entry[2], start, end)
    phrase = _entry(text, start, word, end)
    if phrase and phrase[1] == WORD and len(phrase[0]) > len(word):
        return Token(WORD, "", start, start + len(phrase[0]))  # "three cheers"
    if word not in WORDS and word[-1:] == word[-2:-1] and word.rstrip(word[-1]) + word[-1] in WORDS:
        return Token(NUM, WORDS[word.rstrip(word[-1]) + word[-1]], start, end)  # fourrr
    if word in WORDS or word in PINYIN:
        number = word_at(text, start, end)
        if number and not (word == "one" and number.kind == NUM and not _stands_alone(text, start, end)):
            return number
    if phrase:
        return Token(phrase[1], phrase[2], start, start + len(phrase[0]))
    kind, value = _unknown(word)
    return Token(kind, value, start, end)


@lru_cache(maxsize=8_192)
def _unknown(word: str) -> tuple[str, int | str]:
    """What a word that is in no list is: a stretched or misspelt one that is, or a WORD."""
    squeezed = _DOUBLE.sub(r"\1", word)
    entry = _entry(squeezed, 0, squeezed, len(squeezed)) if squeezed != word else None
    if entry and entry[0] == squeezed and entry[1] in (LEVEL, VERY, NOT, FILL):
        return entry[1], entry[2]
    level = misspelt(word)
    if level is not None:
        return LEVEL, level
    if says.complaining.match(word):
        return COMPLAINT, ""
    return (STARTER if word in STARTERS else WORD), ""


def _entry(text: str, start: int, word: str, end: int) -> Entry | None:
    """The longest known phrase that begins with `word`, which is `text[start:end]`."""
    row = _ENGLISH.get(word)
    if row is None:
        return None
    if len(row) == 1 and row[0][0] == word:
        return row[0]
    for entry in row:
        length = len(entry[0])
        if start + length == end:
            return entry
        if text.startswith(entry[0], start) and not _GLUED.match(text, start + length):
            return entry
    return None


_ALONE = re.compile(r"\s*(?:$|[,.!;:\n-])")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether "one" is a number here and no pronoun."""
    return bool(_ALONE.match(text, end)) and (
        start == 0
        or text[:start].rstrip(" ")[-1:] in ("", ",", ".", "!", "\n", ":", "-")
        or text[:start].endswith((" a ", "give ", "it "))
    )


def _digit(text: str, start: int) -> Token:
    if _LETTER_BEHIND.match(text, start):
        zero = _ZERO_AS_O.match(text, start)
        if zero:
            return Token(ODD, Doubt.UNUSUAL_NUMBER, start, zero.end())
        spoken = says.spoken_digit.match(text, start)
        if spoken:
            return Token(WORD, "", start, spoken.end())
    if start > 1 and says.subject.search(text, max(0, start - 5), start):
        return Token(WORD, "", start, start + 1)  # "i 1 to complain"
    if says.too_alone.match(text, start) and says.too_behind.search(text[:start]):
        return Token(WORD, "", start, start + 1)  # "me 2"
    if start > 1 and text[start - 1] == " " and text[start - 2].isascii() and text[start - 2].isalpha():
        spelt = says.as_a_word.match(text, start) or says.too.match(text, start)
        if spelt and not says.giving.search(text, max(0, start - 12), start):
            return Token(WORD, "", start, start + 1)
    number = digits_at(text, start)
    glued = _WORD.match(text, number.end)
    if number.kind == NUM and glued:
        word = glued[0]
        if word in _NOT_GLUED:
            return Token(WORD, "", start, glued.end())  # "4got"
        if word in WORDS:
            return Token(ODD, Doubt.UNUSUAL_NUMBER, start, glued.end())
        if (
            len(word) == 1
            or word in PHONE_SPEAK
            or not (_entry(text, number.end, word, glued.end()) or word in STARTERS)
        ):
            return Token(WORD if number.value != 3 or word != "q" else FILL, "", start, glued.end())
    percent = text[number.end - 1 : number.end] == "%"
    if number.kind == COUNT and percent and text[start : number.end].replace(" ", "") == "100%":
        return Token(VERY, "", start, number.end)
    return number


# Words that thumbs misspell; one letter missing, doubled, wrong or swapped is forgiven, two in long words.
_SPELT = {
    "satisfied": 1,
    "dissatisfied": -1,
    "unsatisfied": -1,
    "satisfactory": 1,
    "disappointed": -1,
    "disappointing": -1,
    "excellent": 2,
    "terrible": -2,
    "horrible": -2,
    "awesome": 2,
    "amazing": 2,
    "fantastic": 2,
    "perfect": 2,
    "wonderful": 2,
    "brilliant": 2,
    "neutral": 0,
    "average": 0,
    "unhappy": -1,
    "pathetic": -2,
}


def misspelt(word: str) -> int | None:
    """The level of the word that `word` is a slip or two away from; None when there is none, or several."""
    if not 6 <= len(word) <= 14:
        return None
    most = 1 if len(word) < 8 else 2
    levels = {
        level
        for right, level in _SPELT.items()
        if right[0] == word[0]
        and abs(len(right) - len(word)) <= most
        and (_slips(right, word) <= most or (len(word) > 7 and sorted(right) == sorted(word)))
    }
    return levels.pop() if len(levels) == 1 else None


def _slips(right: str, word: str) -> int:
    """How many letters are missing, too many, wrong or swapped."""
    before: list[int] = []
    row = list(range(len(word) + 1))
    for n, letter in enumerate(right, 1):
        before, last, row = row, before, [n]
        for m, other in enumerate(word, 1):
            cost = min(before[m] + 1, row[m - 1] + 1, before[m - 1] + (letter != other))
            if n > 1 and m > 1 and letter == word[m - 2] and right[n - 2] == other:
                cost = min(cost, last[m - 2] + 1)
            row.append(cost)
    return row[-1]
