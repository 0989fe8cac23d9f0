"""Finds the letters of a survey and the options of a choice question, as candidates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.replies import lexer as lx
from chalicelib.replies.candidates import Candidate, Doubt, Intent, Rule
from chalicelib.replies.levels import clauses, compose
from chalicelib.replies.lexicon import patterns
from chalicelib.replies.normalise import normalise
from chalicelib.replies.numbers import MARKED, NUM, ODD
from chalicelib.replies.survey import NOT_ME, Survey

says = patterns("choices")

_GIVING = (
    r"(?:(?:我|就|那就?|应该)?(?:选项|选择?|答案?是?|回复?|投|给|评)\s*:?\s*"
    r"|(?:i\s)?(?:choose|pick|select|answer|ans|option|letter|reply|vote|my answer|go for|say)"
    r"(?:\sis)?\s*:?\s*)?"
)
_LIGHT = frozenset(
    (
        *(lx.FILL, lx.TOPIC, lx.LEVEL, lx.PRAISE, lx.COMPLAINT, lx.GIVE, lx.VERY, lx.MILD, lx.NOT),
        *(lx.NOT_AT_ALL, lx.AT_ALL, lx.UNCLEAR, lx.STOP),
    )
)
EDGES = " .,;:!?~\"')]\n-、="


def _lettered(span: tuple[int, int], meaning: int | str | None, *doubts: Doubt) -> Candidate:
    """What is behind `span` is the rest of the text."""
    kind = Intent.NOT_ME if meaning == NOT_ME else Intent.RATING
    return Candidate(kind, Rule.LETTER, span, meaning, frozenset(doubts))


def _either(keys: Iterable[str]) -> str:
    """A pattern for any of `keys`, the longest first, that is not part of a word."""
    return f"(?:{'|'.join(re.escape(key) for key in sorted(keys, key=len, reverse=True))})(?![a-z0-9'])"


@dataclass(frozen=True, slots=True)
class _Keys:
    """The letters of a survey, or the keys of its options, ready to be found."""

    meanings: dict[str, int | str]
    first: re.Pattern[str]
    another: re.Pattern[str]

    @classmethod
    def of(cls, meanings: dict[str, int | str]) -> _Keys | None:
        if not meanings:
            return None
        either = _either(meanings)
        return cls(
            meanings,
            re.compile(rf"[\s\"'(\[.*]*{_GIVING}[\"'(\[]?(?P<key>{either})"),
            re.compile(rf"(?:\s|,|/|和|或者?|or\b|and\b|&|还是)*(?P<key>{either})"),
        )


@lru_cache(maxsize=256)
def _letters(survey: Survey) -> _Keys | None:
    return _Keys.of({normalise(letter).text: meaning for letter, meaning in survey.letters})


def letter(text: str, survey: Survey) -> Candidate | None:
    """The letter a normalised text answers with; None when it does not begin with one."""
    keys = _letters(survey)
    if keys is None:
        return None
    if doubly := _LETTER_AND_SCORE.match(text):
        return _agreeing(doubly, keys)
    everything = (0, len(text))
    if _run_together(text, keys):
        return _lettered(everything, None, Doubt.SEVERAL)
    found = keys.first.match(text)
    if found is None:
        astray = _among_chinese_words(text, keys)
        return _lettered(everything, None, Doubt.AMONG_OTHER_WORDS) if astray else None
    end = found.end()
    after = text[end:]
    rest = after.strip(EDGES)
    if after.strip()[:1] == "?" or (after.rstrip().endswith("?") and len(rest) < 8):
        return _lettered(found.span("key"), None, Doubt.QUESTION)
    if after[:1] in ("+", "#"):
        return _lettered(found.span("key"), None, Doubt.UNUSUAL_NUMBER)
    second = keys.another.match(after)
    if second and second.end() > second.end("key") - len(second["key"]) and after[: second.start("key")]:
        if second["key"] != found["key"]:
            return _lettered((found.start("key"), end + second.end()), None, Doubt.SEVERAL)
        end += second.end()
        rest = text[end:].strip(EDGES)
    meaning = keys.meanings[found["key"]]
    span = (found.start("key"), end)
    if not rest:
        return _lettered(span, meaning)
    if after[:1].isdigit():
        return None
    spoken = says.spoken.match(rest) and after[:1] == " "
    if _is_commented_on(found["key"], after, rest):
        return _lettered(span, meaning, *((Doubt.MAY_BE_A_WORD,) if spoken else ()))
    if not spoken and _may_be_an_answer(found["key"], after, rest):
        return _lettered(span, meaning, Doubt.AMONG_OTHER_WORDS)
    return None


_LETTER_AND_SCORE = re.compile(
    r"\W*([a-z])[\s,.、-]?(\d{1,2})\s?(?:分|points?|pts)?(?=\W*\Z|[,.!;\n]|\s[\u4e00-\u9fff])"
)


def _agreeing(found: re.Match[str], keys: _Keys) -> Candidate:
    """A letter with its own score behind it, "B9", is that letter; with another's it is doubtful."""
    meaning = keys.meanings.get(found[1])
    if meaning is None:
        return _lettered(found.span(), None, Doubt.OUTSIDE)
    return _lettered(found.span(), meaning, *(() if meaning == int(found[2]) else (Doubt.DISAGREES,)))


def _run_together(text: str, keys: _Keys) -> bool:
    """Whether a text is nothing but letters of the survey and digits behind them, and no word: AB, A10."""
    bare = text.strip(EDGES)
    written = bare.rstrip("0123456789")
    if not 1 < len(bare) <= 4 or not written or not all(one in keys.meanings for one in written):
        return False
    return lx.lex(bare)[0].kind == lx.WORD or len(set(written)) < len(written)


def _among_chinese_words(text: str, keys: _Keys) -> bool:
    """Whether a letter stands behind Chinese words that are all known: 不是A是B."""
    if text.isascii():
        return False
    left = says.among_han.sub(lambda found: " " if found[0] in keys.meanings else found[0], text)
    return left != text and all(token.kind in _LIGHT for token in lx.lex(left))


def _may_be_an_answer(key: str, after: str, rest: str) -> bool:
    """Whether a letter that is not clearly commented on may be an answer all the same: "C 太慢了"."""
    kinds = {token.kind for token in lx.lex(rest)}
    if rest.isascii():
        return key != "a" and after[:1] == " "
    return kinds <= _LIGHT


def _is_commented_on(key: str, after: str, rest: str) -> bool:
    """Whether `rest` comments on the letter, and the letter is no part of it: "a lot", "B超"."""
    if rest[0].isdigit() or (after[:1] != " " and not "\u4e00" <= after[:1] <= "\u9fff"):
        return True
    kinds = [token.kind for token in lx.lex(rest)]
    if key == "a" and rest[0].isascii() and rest[0].isalpha() and kinds[0] != lx.FILL:
        return False
    return all(kind in _LIGHT or kind in (NUM, MARKED) for kind in kinds) and any(
        kind not in (lx.VERY, lx.TOPIC, lx.COMPLAINT) for kind in kinds
    )


_NTH = {
    **{word: str(place) for place, word in enumerate(("first", "second", "third", "fourth", "fifth"), 1)},
    **{word: str(place) for place, word in enumerate("一二三四五六七八九十", 1)},
}


@lru_cache(maxsize=256)
def _options(survey: Survey) -> tuple[dict[str, str], dict[str, str], _Keys | None]:
    keys = {normalise(key).text: key for key, _ in survey.options}
    words = {
        plain: key
        for key, said in survey.options
        for form in said.split("|")
        if (plain := normalise(form).text.strip(" .!"))
    }
    lettered = None if all(key.isdigit() for key in keys) else _Keys.of(dict(keys))
    return keys, words, lettered


def choice(text: str, survey: Survey) -> Candidate | None:
    """The option a normalised text names, by its key or its words; None when it names none."""
    keys, words, lettered = _options(survey)
    named = {
        key
        for plain, key in words.items()
        if _names(plain, text)
        # not as a part of another option's words
        and not any(plain in other and other != plain and other in text for other in words)
    }
    left = text
    for plain in sorted(words, key=len, reverse=True):
        left = left.replace(plain, " ")
    by_key, doubts = _by_letter(left, lettered) if lettered else _by_number(left, keys, bool(named))
    named |= by_key
    if len(named) > 1:
        doubts = {Doubt.SEVERAL}
    elif named:
        doubts = {Doubt.NEGATED} if says.denied.search(left) else set()
        doubts |= {Doubt.QUESTION} if text.rstrip().endswith("?") else set()
    elif not doubts:
        return None
    value = named.pop() if len(named) == 1 else None
    return Candidate(Intent.CHOICE, Rule.OPTION, (0, len(text)), value, frozenset(doubts))


def _names(words: str, text: str) -> bool:
    """Whether `words` stand in `text`, and not as a part of other words."""
    if words not in text:
        return False
    return not words.isascii() or re.search(rf"(?<![a-z0-9]){re.escape(words)}(?![a-z0-9])", text) is not None


def _by_number(text: str, keys: dict[str, str], worded: bool) -> tuple[set[str], set[Doubt]]:
    """The options whose numbers are said, and what speaks against them."""
    named: set[str] = set()
    for number, (tokens, _) in enumerate(clauses(compose(lx.lex(text), text))):
        for place, token in enumerate(tokens):
            if token.kind == ODD and len(tokens) < 4:
                return named, {Doubt.SEVERAL}
            if token.kind not in (NUM, MARKED):
                continue
            others = [one for one in tokens if one is not token]
            light = all(one.kind in _LIGHT or one.kind in (NUM, MARKED, lx.ABOUT) for one in others)
            if not light and (number, place, len(tokens)) != (0, 0, 1):
                continue
            if str(token.value) in keys:
                named.add(keys[str(token.value)])
            elif not worded:
                return named, {Doubt.OUTSIDE}
    for found in says.ordinal.finditer(text):
        spoken = found[1] or found[2]
        spoken = _NTH.get(spoken, spoken)
        if spoken in keys:
            named.add(keys[spoken])
    return named, set()


def _by_letter(text: str, keys: _Keys) -> tuple[set[str], set[Doubt]]:
    """The options whose letters are said, and what speaks against them."""
    found = keys.first.match(text)
    if found is None:
        return set(), set()
    after = text[found.end() :]
    key = str(keys.meanings[found["key"]])
    another = keys.another.match(after)
    if another and after:
        return {key, str(keys.meanings[another["key"]])}, set()
    rest = after.strip(" .,;:!~\"')]\n-")
    if all(token.kind in _LIGHT for token in lx.lex(rest)) or after.lstrip()[:1] in (*",.:;)!\n-",):
        return {key}, set()
    apart = _may_be_an_answer(found["key"], after, rest) and not says.spoken.match(rest)
    return set(), {Doubt.AMONG_OTHER_WORDS} if apart else set()
