"""The score a text gives in words, if it gives one: a survey's label or what people say for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.replies import lexer as lx
from chalicelib.replies.levels import clauses, compose
from chalicelib.replies.normalise import normalise
from chalicelib.replies.numbers import COUNT, FRAC, MARKED, NUM, Token
from chalicelib.replies.survey import Survey

Clause = tuple[list[Token], str]

# Words that labels are made of: they say how satisfied someone is, whatever stands beside them.
_CORE = re.compile(r"满意|不满|一般|satisf|satisif|manyi|man yi|yiban|yi ban|neutral|好评|差评")
_BESIDE = frozenset(
    (
        lx.FILL,
        lx.TOPIC,
        lx.PRAISE,
        lx.LEVEL,
        lx.VERY,
        lx.MILD,
        lx.GIVE,
        lx.STARTER,
        lx.AT_ALL,
        lx.CORRECTION,
        lx.UNCLEAR,
        NUM,
        MARKED,
        FRAC,
    )
)
# Also said for "yes" and "no": they need something that is found so, or stand for nothing certain.
_WEAK = frozenset(
    (
        "ok",
        "okay",
        "okie",
        "okie",
        "alright",
        "all right",
        "不行",
        "不ok",
        "ok",
        "oklah",
        "可以",
        "well",
        "can la",
        "can lah",
    )
)
_SUBJECTS = re.compile(
    r"\b(?:it'?s|it was|it is|was|were|just|only|quite|service|overall|everything is|average)\b|服务|态度|处理|质量|效率|结果|客服|师傅|解决|售后"
)
_TURNING = frozenset((lx.IF, lx.WHEN, lx.QUESTION, lx.LAST_TIME, lx.ABOUT))
_WITH = re.compile(r"\s?(?:with|by|about|at|that|as|because|cos|coz|since|due)\b")


AGREEMENT = "a yes or no, or an answer"


@dataclass(frozen=True, slots=True)
class Said:
    """`level` of the one thing that is said for certain; else `doubt`; else neither. `core`: in words of
    the labels' kind. `levels`: all that are found in the text, certain or not."""

    level: int | None = None
    doubt: str = ""
    core: bool = False
    levels: frozenset[int] = frozenset()
    label: int | None = None  # the score whose label is said word for word


def said(found: list[Clause], text: str, moods: frozenset[int], survey: Survey) -> Said:
    """What the clauses of a composed text say about satisfaction."""
    exact = dict(compiled(survey).exact)
    levels: set[int] = set()
    certain: list[tuple[int, bool, int]] = []  # level, core, clause
    labels: set[int] = set()
    doubt = ""
    for number, (tokens, stop) in enumerate(found):
        written = text[tokens[0].start : tokens[-1].end]
        if written in exact:
            labels.add(exact[written])
        own = [token for token in tokens if token.kind == lx.LEVEL]
        if len(tokens) <= 5 or all(token.kind != lx.WORD for token in tokens):
            levels.update(int(token.value) for token in own)
        kinds = {token.kind for token in tokens}
        if not own and lx.UNCLEAR not in kinds:
            continue
        core = any(_CORE.search(text, token.start, token.end) for token in own)
        if not _statement(tokens, text, core, own):
            continue
        quoted = text[: tokens[0].start].endswith('"') and stop == '"' and len(found) > 1
        if quoted or lx.UNCLEAR in kinds or kinds & _TURNING or stop == "?":
            doubt = doubt or "words with a condition, a question or two negations"
            continue
        if not core and all(text[token.start : token.end] in _WEAK for token in own):
            if not _SUBJECTS.search(text, tokens[0].start, tokens[-1].end):
                doubt = doubt or (AGREEMENT if len(found) == 1 else "")
                continue
        certain += [(int(token.value), core, number) for token in own]
    if labels and not certain and not doubt:
        return Said(
            label=labels.pop() if len(labels) == 1 else None, doubt="" if len(labels) < 2 else "two labels"
        )
    if not certain:
        return Said(doubt=doubt, levels=frozenset(levels))
    return _decide(found, certain, levels, doubt, moods, labels)


def _decide(
    found: list[Clause],
    certain: list[tuple[int, bool, int]],
    levels: set[int],
    doubt: str,
    moods: frozenset[int],
    labels: set[int],
) -> Said:
    everything = frozenset(levels)
    signs = {_sign(level) for level, _, _ in certain}
    if doubt or len(signs) > 1:
        return Said(doubt=doubt or "words that disagree", levels=everything)
    level = max((level for level, _, _ in certain), key=abs)
    core = any(is_core for _, is_core, _ in certain)
    sign = _sign(level)
    places = {place for _, _, place in certain}
    kinds = {token.kind for tokens, _ in found for token in tokens}
    others = [
        token.kind for place, (tokens, _) in enumerate(found) if place not in places for token in tokens
    ]
    if lx.MOCKING in kinds or 2 in moods or (sign and -sign in moods):
        return Said(doubt="words that may be mocking", levels=everything)
    if any(_sign(one) == -sign for one in levels if sign):
        return Said(doubt="words that disagree", levels=everything)
    last = found[-1][0][-1]
    if sign > 0 and last.kind in (lx.NOT, lx.NOT_AT_ALL):
        return Said(doubt="words that are taken back", levels=everything)
    if any(kind == lx.IF for kind in others):
        return Said(doubt="words with a condition", levels=everything)
    complaint = lx.COMPLAINT in kinds or (COUNT in others and sign > 0 and not core)
    if sign > 0 and complaint and not (core and lx.BUT in kinds):
        return Said(doubt="praise with a complaint", levels=everything)
    label = labels.pop() if len(labels) == 1 else None
    if core or label is not None:
        return Said(level, core=True, levels=everything, label=label)
    if all(kind in _BESIDE for kind in others) or (sign < 0 and lx.COMPLAINT in others):
        return Said(level, levels=everything)
    if lx.BUT in kinds or sign < 0:
        return Said(doubt="words with something else", levels=everything)
    return Said(levels=everything)


def _statement(tokens: list[Token], text: str, core: bool, own: list[Token]) -> bool:
    """Whether a clause says how satisfied its writer is, and nothing else."""
    kinds = [token.kind for token in tokens]
    allowed = set(_BESIDE) | {lx.IF, lx.QUESTION, lx.LAST_TIME, lx.ABOUT, lx.BUT, lx.MOCKING}
    if core:
        allowed |= {lx.THING, COUNT, lx.WHEN, lx.WHY}
    if own and int(own[0].value) < 0:
        allowed.add(lx.COMPLAINT)
    if lx.THING in kinds and not core:
        return False
    if all(kind in allowed for kind in kinds):
        return True
    if not own:
        return False
    last = own[-1]
    place = tokens.index(last)
    before, after = kinds[:place], kinds[place + 1 :]
    if core and all(kind in allowed for kind in after) and "对" in text[tokens[0].start : last.start]:
        return True
    return (
        all(kind in allowed for kind in before)
        and _WITH.match(text, last.end) is not None
        and lx.GIVE not in before
    )


def _sign(level: int) -> int:
    return (level > 0) - (level < 0)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a survey's labels come to: their words as they are normalised, and which score a level is."""

    exact: tuple[tuple[str, int], ...]
    scores: tuple[tuple[int, int], ...]  # level -> score
    levels: tuple[tuple[int, int], ...]  # score -> level, where a label tells


@lru_cache(maxsize=256)
def compiled(survey: Survey) -> Compiled:
    """The labels of `survey`, read once."""
    exact: dict[str, int] = {}
    by_level: dict[int, set[int]] = {}
    levels: dict[int, int] = {}
    for score, words in survey.labels:
        plain = normalise(words).text.strip(" .!")
        exact[plain] = score
        level = level_of(plain)
        if level is not None:
            by_level.setdefault(level, set()).add(score)
            levels.setdefault(score, level)
    scores: dict[int, int] = {level: min(found) for level, found in by_level.items() if len(found) == 1}
    known = {score for score, _ in survey.labels}
    if scores:
        if 2 not in by_level and scores.get(1) == survey.best:
            scores[2] = survey.best
        if -2 not in by_level and scores.get(-1) == survey.worst:
            scores[-2] = survey.worst
        if 1 not in by_level and scores.get(2) != survey.best and survey.best in known:
            scores.pop(1, None)
    return Compiled(tuple(exact.items()), tuple(scores.items()), tuple(levels.items()))


def level_of(plain: str) -> int | None:
    """The one level that normalised words say; None when they say none, or several."""
    tokens = compose(lx.lex(plain), plain)
    if "好" in plain and plain == "好":
        return 1
    found = {int(token.value) for token in tokens if token.kind == lx.LEVEL}
    if any(token.kind == lx.UNCLEAR for token in tokens):
        return None
    return found.pop() if len(found) == 1 else None


def levels_of_score(score: int, survey: Survey) -> frozenset[int]:
    """How good `score` is: by its label, and by its place on the scale."""
    low, high = survey.scale or (0, 1)
    share = (score - low) / (high - low)
    if survey.best == low:
        share = 1 - share
    place = 2 if share >= 0.999 else 1 if share > 0.6 else 0 if share >= 0.4 else -1 if share > 0.001 else -2
    if survey.scale and high - low == 2 and place:
        place //= 2  # on three steps the ends are "good" and "bad"
    if score in survey.dissatisfied and place >= 0:
        place = -1 if place == 0 else place
    label = dict(compiled(survey).levels).get(score)
    return frozenset((place,) if label is None else (place, label))


__all__ = ["Clause", "Said", "clauses", "compiled", "level_of", "levels_of_score", "said"]
