"""How good each score and label of a survey is, so that words and numbers can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from chalicelib.replies import lexer as lx
from chalicelib.replies.levels import compose
from chalicelib.replies.normalise import normalise
from chalicelib.replies.survey import Survey


@dataclass(frozen=True, slots=True)
class Labels:
    """`exact`: the labels as `normalise` leaves them, with their score. `scores`: the score of a level
    (2 very good to -2 very bad). `levels`: the level of a score, where its label tells."""

    exact: dict[str, int]
    scores: dict[int, int]
    levels: dict[int, int]


@lru_cache(maxsize=256)
def labels(survey: Survey) -> Labels:
    """The labels of `survey`, read once.

    A level that two scores' labels share is nobody's. "Very good" is the best score where the best label
    only says "good", and "very bad" the worst likewise; no other level is stretched.
    """
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
    scores = {level: min(found) for level, found in by_level.items() if len(found) == 1}
    if 2 not in by_level and scores.get(1) == survey.best:
        scores[2] = survey.best
    if -2 not in by_level and scores.get(-1) == survey.worst:
        scores[-2] = survey.worst
    return Labels(exact, scores, levels)


def level_of(plain: str) -> int | None:
    """The one level that normalised words say; None when they say none, or several."""
    if plain == "好":
        return 1
    tokens = compose(lx.lex(plain), plain)
    found = {int(token.value) for token in tokens if token.kind == lx.LEVEL}
    if len(found) != 1 or any(token.kind == lx.UNCLEAR for token in tokens):
        return None
    return found.pop()


@lru_cache(maxsize=1_024)
def levels_of_score(score: int, survey: Survey) -> frozenset[int]:
    """How good `score` is: by its place on the scale, and by its label where there is one."""
    low, high = survey.scale or (0, 1)
    share = (score - low) / (high - low)
    if survey.best == low:
        share = 1 - share
    place = 2 if share >= 1 else 1 if share > 0.6 else 0 if share >= 0.4 else -1 if share > 0 else -2
    if high - low == 2:
        place //= 2  # on three steps the ends are "good" and "bad"
    if place == 0 and score in survey.dissatisfied:
        place = -1
    return frozenset((place, labels(survey).levels.get(score, place)))


def sign(level: int) -> int:
    """1, 0 or -1."""
    return (level > 0) - (level < 0)
