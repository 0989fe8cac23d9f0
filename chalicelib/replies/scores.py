"""Finds the score that a text gives in numbers, as one candidate: several that differ are one in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from chalicelib.replies import lexer as lx
from chalicelib.replies.candidates import Candidate, Doubt, Intent, Rule
from chalicelib.replies.levels import Clause
from chalicelib.replies.lexicon import patterns
from chalicelib.replies.number_doubts import doubts_of
from chalicelib.replies.number_roles import NUMBERS, Spot, role
from chalicelib.replies.numbers import FRAC, MARKED, NUM, ODD, Token
from chalicelib.replies.survey import Survey

says = patterns("scores")

MANY = 16  # numbers in a text that answers no one question
NONE: frozenset[Doubt] = frozenset()


class _Number(NamedTuple):
    """A number that is a score, or looks like one; `firm` is false where it does only because nothing else is
    there."""

    score: int
    rule: Rule
    spot: Spot
    doubts: frozenset[Doubt]
    firm: bool

    @property
    def position(self) -> tuple[int, int]:
        return self.spot.number, self.spot.place

    def candidate(self, *more: Doubt) -> Candidate:
        token = self.spot.token
        return Candidate(
            Intent.RATING, self.rule, (token.start, token.end), self.score, self.doubts.union(more)
        )


def number(clauses: list[Clause], text: str, survey: Survey) -> Candidate | None:
    """The score that the clauses of a composed text give on the survey's scale; None where none looks like
    one."""
    spots = [
        Spot.at(clauses, number, place, text)
        for number, (tokens, _) in enumerate(clauses)
        for place, token in enumerate(tokens)
        if token.kind in NUMBERS
    ]
    if len(spots) > MANY:
        return Candidate(Intent.RATING, Rule.NUMBER_PERHAPS, (0, len(text)), None, frozenset({Doubt.SEVERAL}))
    found = [one for spot in spots if (one := _number(spot, survey))]
    if not found:
        return None
    found = _without_the_scale(found, survey)
    found = [one for one in found if one.firm] or found
    first, *rest = _without_nought(found, survey)
    if any(one.score != first.score for one in rest):
        return _corrected([first, *rest]) or _instead([first, *rest]) or first.candidate(Doubt.SEVERAL)
    doubts = {doubt for one in rest for doubt in one.doubts}
    if _another_scale(text, survey):
        doubts.add(Doubt.OTHER_SCALE)
    if _another(spots, first, survey):
        doubts.add(Doubt.SEVERAL)
    return first.candidate(*doubts)


def _another_scale(text: str, survey: Survey) -> bool:
    """Whether the text says what full marks are, and the survey's scale has others: 满分是100."""
    if "满分" not in text and "scale " not in text:
        return False
    found = says.full_marks.search(text)
    return found is not None and survey.scale is not None and int(found[1] or found[2]) != survey.scale[1]


def _another(spots: Sequence[Spot], one: _Number, survey: Survey) -> bool:
    """Whether, beside a bare score, a bare number in a short clause may be another: "3, possibly 4"."""
    return any(
        spot.token.kind == NUM
        and int(spot.token.value) != one.score
        and survey.holds(int(spot.token.value))
        and (
            spot.following is None
            or says.for_whom.match(spot.text, spot.token.end)
            or (one.rule is not Rule.NUMBER_MARKED and (not spot.before or len(spot.tokens) <= 3))
        )
        for spot in spots
    )


def _number(spot: Spot, survey: Survey) -> _Number | None:
    rule = role(spot, survey)
    if rule is None:
        return None
    score, doubts = _score(spot.token, spot.text, survey)
    firm = spot.token.kind != ODD or rule is not Rule.NUMBER_ALONE or len(spot.clauses) == 1
    if not doubts:
        doubts = doubts_of(spot._replace(rule=rule, best=score == survey.best))
    if not doubts and rule is Rule.NUMBER_PERHAPS:
        doubts = frozenset({Doubt.COUNT})
    if not doubts and not survey.holds(score):
        beside = rule in (Rule.NUMBER_ALONE, Rule.NUMBER_FIRST) and len(spot.clauses) > 1
        if beside and score > 12:
            return None  # "10086, nobody answers"
        doubts = frozenset({Doubt.OUTSIDE})
    return _Number(score, rule, spot, doubts, firm)


def _score(token: Token, text: str, survey: Survey) -> tuple[int, frozenset[Doubt]]:
    """The score a number stands for, and why that is doubtful."""
    low, high = survey.scale or (0, 0)
    upright = survey.best == high
    if token.kind == ODD:
        return -1, frozenset({Doubt(str(token.value))})
    score = int(token.value) if token.value != "" else 0
    doubt = None
    if token.kind == FRAC:
        score, whole = divmod(score, 1_000)
        doubt = None if whole == high and upright else Doubt.OTHER_SCALE
    elif token.kind in (lx.TOP, lx.BOTTOM):
        score = high if token.kind == lx.TOP else low
        doubt = None if upright else Doubt.HIGHEST_IS_NOT_BEST
    elif token.kind == MARKED and says.stars.search(text, token.start, token.end):
        if not upright:
            doubt = Doubt.HIGHEST_IS_NOT_BEST
        elif high > 5 >= score:
            doubt = Doubt.OTHER_SCALE  # of five, or of the scale
    return score, NONE if doubt is None else frozenset({doubt})


def _without_the_scale(found: list[_Number], survey: Survey) -> list[_Number]:
    """`found` without a "full marks are 10" that only says what the scale is."""
    high = survey.scale[1] if survey.scale else 0
    if len(found) < 3:
        return found
    for one, other in pairwise(found):
        near = one.spot.number == other.spot.number and other.spot.place - one.spot.place <= 2
        kinds = {one.spot.token.kind, other.spot.token.kind}
        if near and lx.TOP in kinds and len(kinds) == 2 and one.score == other.score == high:
            return [rest for rest in found if rest is not one and rest is not other]
    return found


def _without_nought(found: list[_Number], survey: Survey) -> list[_Number]:
    """`found` without the 0 of "1, because there is no 0"."""
    low = survey.scale[0] if survey.scale else 0
    rest = [one for one in found if one.score != 0]
    if any(one.spot.following is other.spot.token for one, other in pairwise(found)):
        return found  # "1 0" may be a 10
    if low > 0 and rest and all(one.score == low and not one.doubts for one in rest):
        return rest
    return found


def _corrected(found: list[_Number]) -> Candidate | None:
    """The last of two scores, when words between them take the first back."""
    last = found[-1]
    first = next(one for one in found if one.score != last.score)
    if last.doubts or len({one.score for one in found}) != 2:
        return None
    if any(one.score != last.score for one in found if one.position > first.position):
        return None
    for number, (tokens, _) in enumerate(last.spot.clauses):
        for place, token in enumerate(tokens):
            if token.kind == lx.CORRECTION and first.position < (number, place) < last.position:
                return replace(last.candidate(), rule=Rule.NUMBER_CORRECTED)
    return None


def _instead(found: list[_Number]) -> Candidate | None:
    """The second of two, when the first is only there to be denied: "not 3, 4"."""
    if len(found) == 2 and Doubt.NEGATED in found[0].doubts and not found[1].doubts:
        return replace(found[1].candidate(), rule=Rule.NUMBER_CORRECTED)
    return None
