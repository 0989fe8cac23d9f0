"""The score a text gives in numbers, if it gives one, and only one."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from chalicelib.replies import lexer as lx
from chalicelib.replies.doubts import NEGATED, doubt_of
from chalicelib.replies.levels import Clause
from chalicelib.replies.lexicon import patterns
from chalicelib.replies.numbers import FRAC, MARKED, NUM, ODD, Token
from chalicelib.replies.roles import ALONE, FIRST, MARK, NUMBERS, UNKNOWN, Spot, role
from chalicelib.replies.survey import Survey

says = patterns("scores")

MANY = 16  # numbers in a text that answers no one question
CORRECTED = "a corrected score"


class Given(NamedTuple):
    """`score` when one is given for certain; else `doubt` when something looks like a score; else
    neither. `rule` says how it was recognised; `seen` is every number that looks like a score."""

    score: int | None = None
    doubt: str = ""
    rule: str = ""
    seen: frozenset[int] = frozenset()


NOTHING = Given()


class _Candidate(NamedTuple):
    score: int
    rule: str
    spot: Spot
    doubt: str = ""
    firm: bool = True  # False: only looks like one because nothing else is there

    @property
    def position(self) -> tuple[int, int]:
        return self.spot.number, self.spot.place


def given(clauses: list[Clause], text: str, survey: Survey) -> Given:
    """The score that the clauses of a composed text give on the survey's scale."""
    spots = [
        Spot.at(clauses, number, place, text)
        for number, (tokens, _) in enumerate(clauses)
        for place, token in enumerate(tokens)
        if token.kind in NUMBERS
    ]
    if not spots:
        return NOTHING
    if len(spots) > MANY:
        return Given(doubt="many numbers")
    found = [candidate for spot in spots if (candidate := _candidate(spot, survey))]
    if not found:
        return NOTHING
    found = _without_the_scale(found, survey)
    found = [one for one in found if one.firm] or found
    found = _without_nought(found, survey)
    seen = frozenset(one.score for one in found)
    if len(seen) > 1:
        return _corrected(found) or _instead(found) or Given(doubt="two different scores", seen=seen)
    doubts = [one.doubt for one in found if one.doubt]
    doubts += ["a score of another scale"] if _another_scale(text, survey) else []
    doubts += ["another number that may be a score"] if _another(spots, found[0], survey) else []
    if doubts:
        return Given(doubt=doubts[0], seen=seen)
    return Given(found[0].score, rule=found[0].rule, seen=seen)


def _another_scale(text: str, survey: Survey) -> bool:
    """Whether the text says what full marks are, and the survey's scale has others: 满分是100."""
    if "满分" not in text and "scale " not in text:
        return False
    found = says.full_marks.search(text)
    return found is not None and survey.scale is not None and int(found[1] or found[2]) != survey.scale[1]


def _another(spots: list[Spot], one: _Candidate, survey: Survey) -> bool:
    """Whether, beside a bare score, a bare number in a short clause may be another: "3, possibly 4"."""
    return any(
        spot.token.kind == NUM
        and int(spot.token.value) != one.score
        and survey.holds(int(spot.token.value))
        and (
            spot.following is None
            or says.for_whom.match(spot.text, spot.token.end)
            or (one.rule != MARK and (not spot.before or len(spot.tokens) <= 3))
        )
        for spot in spots
    )


def _candidate(spot: Spot, survey: Survey) -> _Candidate | None:
    rule = role(spot, survey)
    if rule is None:
        return None
    score, doubt = _score(spot.token, spot.text, survey)
    firm = spot.token.kind != ODD or rule != ALONE or len(spot.clauses) == 1
    doubt = doubt or doubt_of(spot, rule, best=score == survey.best)
    if not doubt and rule == UNKNOWN:
        doubt = "a score or a count"
    if not doubt and not survey.holds(score):
        if rule in (ALONE, FIRST) and len(spot.clauses) > 1 and score > 12:
            return None  # "10086, nobody answers"
        doubt = "a number outside the scale"
    return _Candidate(score, rule, spot, doubt, firm)


def _score(token: Token, text: str, survey: Survey) -> tuple[int, str]:
    """The score a number stands for, and why that is doubtful."""
    low, high = survey.scale or (0, 0)
    upright = survey.best == high
    if token.kind == ODD:
        return -1, str(token.value)
    if token.kind == FRAC:
        first, whole = divmod(int(token.value), 1_000)
        return first, "" if whole == high and upright else "a share of something else than the scale"
    if token.kind in (lx.TOP, lx.BOTTOM):
        return high if token.kind == lx.TOP else low, "" if upright else "the highest is not the best here"
    if token.kind == MARKED and says.stars.search(text, token.start, token.end):
        if not upright:
            return int(token.value), "the highest is not the best here"
        if high > 5 >= int(token.value):
            return int(token.value), "stars of five or of the scale"
    return int(token.value), ""


def _without_the_scale(found: list[_Candidate], survey: Survey) -> list[_Candidate]:
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


def _without_nought(found: list[_Candidate], survey: Survey) -> list[_Candidate]:
    """`found` without the 0 of "1, because there is no 0"."""
    low = survey.scale[0] if survey.scale else 0
    rest = [one for one in found if one.score != 0]
    if any(one.spot.following is other.spot.token for one, other in pairwise(found)):
        return found  # "1 0" may be a 10
    if low > 0 and rest and all(one.score == low and not one.doubt for one in rest):
        return rest
    return found


def _corrected(found: list[_Candidate]) -> Given | None:
    """The last of two scores, when words between them take the first back."""
    last = found[-1]
    first = next(one for one in found if one.score != last.score)
    if last.doubt or len({one.score for one in found}) != 2:
        return None
    if any(one.score != last.score for one in found if one.position > first.position):
        return None
    for number, (tokens, _) in enumerate(last.spot.clauses):
        for place, token in enumerate(tokens):
            if token.kind == lx.CORRECTION and first.position < (number, place) < last.position:
                return Given(last.score, rule=CORRECTED)
    return None


def _instead(found: list[_Candidate]) -> Given | None:
    """The second of two, when the first is only there to be denied: "not 3, 4"."""
    if len(found) == 2 and found[0].doubt == NEGATED and not found[1].doubt:
        return Given(found[1].score, rule=CORRECTED)
    return None
