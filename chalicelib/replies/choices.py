"""Letters of a survey, and the options of a choice question."""

from __future__ import annotations

import re
from functools import lru_cache

from chalicelib.replies import lexer as lx
from chalicelib.replies.levels import clauses, compose
from chalicelib.replies.normalise import normalise
from chalicelib.replies.numbers import MARKED, NUM, ODD
from chalicelib.replies.survey import Survey

_LIGHT = frozenset(
    (
        lx.FILL,
        lx.TOPIC,
        lx.LEVEL,
        lx.PRAISE,
        lx.COMPLAINT,
        lx.GIVE,
        lx.VERY,
        lx.MILD,
        lx.NOT,
        lx.NOT_AT_ALL,
        lx.AT_ALL,
        lx.UNCLEAR,
        lx.STOP,
    )
)
_GIVING = r"(?:(?:我|就|那就?|应该)?(?:选择?|答案?是?|回复?|投|给|评)\s*:?\s*|(?:i\s)?(?:choose|pick|select|answer|ans|option|letter|reply|vote|my answer|go for|say)(?:\sis)?\s*:?\s*)?"


@lru_cache(maxsize=256)
def _letters(survey: Survey) -> tuple[re.Pattern[str], dict[str, int | str]] | None:
    meanings = {normalise(letter).text: meaning for letter, meaning in survey.letters}
    if not meanings:
        return None
    keys = "|".join(re.escape(key) for key in sorted(meanings, key=len, reverse=True))
    return re.compile(rf"[\s\"'(\[.*]*{_GIVING}[\"'(\[]?(?P<key>{keys})(?![a-z0-9'])"), meanings


def letter(text: str, survey: Survey) -> tuple[int | str | None, str, str] | None:
    """The meaning of the letter a normalised text begins with, the words after it, and a doubt.

    None when the text does not answer with a letter.
    """
    table = _letters(survey)
    if table is None:
        return None
    pattern, meanings = table
    found = pattern.match(text)
    if found is None:
        return None
    after = text[found.end() :]
    rest = after.strip(" .,;:!?~\"')]\n-、=")
    if after.strip()[:1] == "?" or (after.rstrip().endswith("?") and len(rest) < 8):
        return None, "", "a letter with a question"
    second = re.match(
        rf"(?:\s|,|/|和|或|or|and|&|还是|、)*(?:{'|'.join(map(re.escape, meanings))})(?![a-z0-9'])", after
    )
    if second and second[0].strip():
        other = second[0].strip(" ,/和或&还是、or")[-1:]
        if other != found["key"]:
            return None, "", "two letters"
        rest = after[second.end() :].strip(" .,;:!?~\"')]\n-")
    if not rest:
        return meanings[found["key"]], "", ""
    separated = (after[:1] not in (" ", "") and not "\u4e00" <= after[:1] <= "\u9fff") or rest[0].isdigit()
    tokens = lx.lex(rest)
    light = all(token.kind in _LIGHT or token.kind in (NUM, MARKED) for token in tokens)
    light = light and any(token.kind not in (lx.VERY, lx.TOPIC, lx.COMPLAINT) for token in tokens)
    if separated or (
        light
        and not (
            found["key"] == "a" and rest[0].isascii() and rest[0].isalpha() and tokens[0].kind != lx.FILL
        )
    ):
        if rest[0].isdigit() and after[:1].isdigit():
            return None
        return meanings[found["key"]], rest, ""
    return None


@lru_cache(maxsize=256)
def _options(survey: Survey) -> tuple[dict[str, str], dict[str, str]]:
    keys = {normalise(key).text: key for key, _ in survey.options}
    words: dict[str, str] = {}
    for key, said in survey.options:
        for form in said.split("|"):
            plain = normalise(form).text.strip(" .!")
            if plain:
                words[plain] = key
    return keys, words


_ORDINAL = re.compile(
    r"第\s?([0-9一二三四五六七八九十])\s?(?:个|项|条)?|\b(?:number|no\.?|option|choice|the)\s([0-9]+|first|second|third|fourth|fifth)\b(?:\sone)?"
)
_NTH = {
    **{word: str(place) for place, word in enumerate(("first", "second", "third", "fourth", "fifth"), 1)},
    **{word: str(place) for place, word in enumerate("一二三四五六七八九十", 1)},
}
_DENIED = re.compile(r"不是|不选|除了|\bnot\b|n't\b|\bexcept\b|\bneither\b|\bnone\b|都不|不要")


def choice(text: str, survey: Survey) -> tuple[str, str] | None:
    """The key of the option a normalised text names, and a doubt; None when it names none."""
    keys, words = _options(survey)
    named: set[str] = set()
    # The options' words, as long as no longer option's words hold them.
    for plain, key in words.items():
        found = re.search(rf"(?<![a-z0-9]){re.escape(plain)}(?![a-z0-9])", text)
        if found and not any(plain in other and other != plain and other in text for other in words):
            named.add(key)
    left = text
    for plain in sorted(words, key=len, reverse=True):
        left = left.replace(plain, " ")
    by_key, doubt = _by_key(left, keys, bool(named))
    named |= by_key
    if doubt and not named:
        return "", doubt
    if not named:
        return None
    if len(named) > 1:
        return "", "two options"
    if _DENIED.search(left):
        return "", "an option that is denied"
    if doubt:
        return "", doubt
    if text.rstrip().endswith("?"):
        return "", "an option with a question"
    return named.pop(), ""


def _by_key(text: str, keys: dict[str, str], worded: bool) -> tuple[set[str], str]:
    """The options named by their keys."""
    named: set[str] = set()
    digits = all(key.isdigit() for key in keys)
    if digits:
        found = clauses(compose(lx.lex(text), text))
        for number, (tokens, _) in enumerate(found):
            for place, token in enumerate(tokens):
                if token.kind == ODD and len(tokens) < 4:
                    return named, "two options"
                if token.kind not in (NUM, MARKED):
                    continue
                others = [one for one in tokens if one is not token]
                light = all(
                    one.kind in _LIGHT or one.kind in (NUM, MARKED, lx.ABOUT, lx.NOT) for one in others
                )
                if not (light or (number == 0 and place == 0 and len(tokens) == 1)):
                    continue
                if str(token.value) in keys:
                    named.add(keys[str(token.value)])
                elif not worded:
                    return named, "no such option"
        for one in _ORDINAL.finditer(text):
            spoken = one[1] or one[2]
            spoken = _NTH.get(spoken, spoken)
            if spoken in keys:
                named.add(keys[spoken])
        return named, ""
    pattern = re.compile(
        rf"[\s\"'(\[]*{_GIVING}(?P<key>{'|'.join(map(re.escape, sorted(keys, key=len, reverse=True)))})(?![a-z0-9'])(?P<after>.*)",
        re.S,
    )
    found_key = pattern.match(text)
    if not found_key:
        return named, ""
    after = found_key["after"]
    rest = after.strip(" .,;:!~\"')]\n-")
    more = re.match(
        rf"(?:and|or|&|和|或|,|/)?\s*(?P<key>{'|'.join(map(re.escape, keys))})(?![a-z0-9'])", rest
    )
    if more:
        return {keys[found_key["key"]], keys[more["key"]]}, ""
    light = all(token.kind in _LIGHT for token in lx.lex(rest)) or (
        after[:1] in ",.:;)!\n" and after[:1] != ""
    )
    return ({keys[found_key["key"]]} if light else named), ""
