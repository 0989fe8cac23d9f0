"""The score a text gives in numbers, if it gives one, and only one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from chalicelib.replies import lexer as lx
from chalicelib.replies.levels import Clause
from chalicelib.replies.numbers import FRAC, MARKED, NUM, ODD, Token
from chalicelib.replies.roles import ALONE, FIRST, GIVEN, MARK, NUMBERS, UNKNOWN, Spot, is_given, role
from chalicelib.replies.survey import Survey

MANY = 16  # numbers in a text that answers no one question
NEGATED, CORRECTED = "a negated score", "a corrected score"
_IS_IT = re.compile(r"(?:is|was|are|does|do)\s(?:a |an )?")
_IF_DONE = re.compile(
    "(?:(?:修|弄|搞|办|换|装|处理|改)(?:好|完|通|掉|妥)|解决|恢复|退[钱款])(?:再|才|就)?我?(?:给|打"
    "|评|改)(?:你们?|您)?(?:个|出)?$"
)
_SO_THEN = re.compile("(?:能|可以|行|好了?|来了?|快|通了?|完了?|了)就(?:给|打|是|能给|可以给)?(?:你们?|您)?$")
_HEARSAY = re.compile(
    "(?:网上|人家|[他她]们?|你们?|大家|都|朋友|同事|邻居|家人|老[婆公板妈爸]|[妈爸姨叔哥姐]|儿子|女儿"
    "|孩子|师傅|客服|听)(?:都|也|又)?说"
)
_FULL_MARKS = re.compile(r"满分(?:是|为|应该是|按)?\s?(\d{1,4})|\bscale (?:of|to|is) (?:1 to |1-)?(\d{1,4})")
_INVERTED = re.compile(
    r"(?:^|[,.!;\n]\s*)(?:had|were|should) (?:it|you|u|they|he|she|the|this|there|i|your)\b"
)
_YOU_WOULD = re.compile(r"\b(?:you|u|they|he|she|it)(?:'d|'ll| would| will| could| might| can) ")
_FOR = re.compile("for|to|给|送")
_TOO_MUCH = re.compile("too (?:many|much|high|generous)|[嫌太]多|太高")
_WOULD = re.compile(r"\b(?:would|wud|could|i'd)\b")
_STARS = re.compile("星|star")
_REFUSALS = frozenset(
    ("不给", "不值", "不值得", "不配", "不可能", "不会", "没给", "不到", "没到", "没资格", "不想")
)


@dataclass(frozen=True, slots=True)
class Given:
    """`score` when one is given for certain; else `doubt` when something looks like a score; else
    neither. `rule` says how it was recognised; `seen` is every number that looks like a score."""

    score: int | None = None
    doubt: str = ""
    rule: str = ""
    seen: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Candidate:
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
    if len(spots) > MANY:
        return Given(doubt="many numbers")
    found = [candidate for spot in spots if (candidate := _candidate(spot, survey))]
    if not found:
        return Given()
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
    found = _FULL_MARKS.search(text)
    return found is not None and survey.scale is not None and int(found[1] or found[2]) != survey.scale[1]


def _another(spots: list[Spot], one: _Candidate, survey: Survey) -> bool:
    """Whether, beside a bare score, a bare number in a short clause may be another: "3, possibly 4"."""
    return any(
        spot.token.kind == NUM
        and int(spot.token.value) != one.score
        and survey.holds(int(spot.token.value))
        and (spot.following is None or (one.rule != MARK and (not spot.before or len(spot.tokens) <= 3)))
        for spot in spots
    )


def _candidate(spot: Spot, survey: Survey) -> _Candidate | None:
    rule = role(spot, survey)
    if rule is None:
        return None
    score, doubt = _score(spot.token, spot.text, survey)
    firm = spot.token.kind != ODD or rule != ALONE or len(spot.clauses) == 1
    doubt = doubt or _doubt(spot, rule, best=score == survey.best)
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
    if token.kind == MARKED and _STARS.search(text, token.start, token.end):
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


def _doubt(spot: Spot, rule: str, best: bool) -> str:
    """What in its clause, or around it, makes a score uncertain; "" for nothing."""
    tokens, before, after, text = spot.tokens, spot.before, spot.after, spot.text
    if _negated(before, after, text):
        return NEGATED
    if any(one.kind == lx.LESS for one in before[-2:]):
        return "points taken away"
    if _IS_IT.fullmatch(text, tokens[0].start, spot.token.start):
        return "a question"
    ahead = (tokens[0].start, spot.token.start)
    if _INVERTED.search(text, 0, spot.token.start) or _YOU_WOULD.search(text, *ahead):
        return "a condition"
    if _SO_THEN.search(text, *ahead) or _IF_DONE.search(text, *ahead) or _conditional(spot, rule):
        return "a condition"
    kinds = {one.kind for one in tokens}
    leads = rule == FIRST or (spot.opens and len(after) > 3)
    if lx.QUESTION in kinds or (not leads and (spot.stop == "?" or (lx.WHY in kinds and before))):
        return "a question"
    if any(one.kind in (lx.LAST_TIME, lx.MADE) for one in (before if leads else tokens)):
        return "another time or person"
    if any(one.kind == lx.ABOUT for one in after) and _TOO_MUCH.search(text, tokens[0].start, tokens[-1].end):
        return "even that is too much"
    if len(after) > 1 and text[after[0].start : after[0].end] in ("都", "也"):
        return "even that is too much"
    if any(one.kind == lx.ABOUT for one in before[-2:] + after[:2]):
        return "about, at least or at most"
    if _HEARSAY.search(text, *ahead):
        return "another time or person"
    if any(one.kind == lx.WORD and text[one.start : one.end] != "分" for one in before) and (
        best or not is_given(spot)
    ):
        return "a score behind words that are not known"  # mostly what it would take, or an irony
    if best and _among_unknown_words(spot, rule):
        return "the best score among words that are not known"
    return ""


def _among_unknown_words(spot: Spot, rule: str) -> bool:
    """Whether words that are not known name a score in the clause before it ("yygq: 5"), or follow it
    and are neither praise nor say whom it is for."""
    text = spot.text
    if spot.number and not spot.before:
        above, stop = spot.clauses[spot.number - 1]
        if stop == ":" and above[-1].kind == lx.WORD and text[above[-1].end - 1] != "分":
            return True
    following = spot.following
    if rule not in (MARK, GIVEN, FIRST) or following is None or _FOR.match(text, following.start):
        return False
    kinds = {one.kind for one in spot.after}
    return lx.WORD in kinds and not kinds & {lx.PRAISE, lx.LEVEL}


def _negated(before: list[Token], after: list[Token], text: str) -> bool:
    if any(one.kind in (lx.NOT, lx.NOT_AT_ALL, lx.UNCLEAR) for one in before):
        return True
    for index, one in enumerate(after[:4]):
        if one.kind in (lx.NOT, lx.NOT_AT_ALL):
            refused = text[one.start : one.end] in _REFUSALS
            last = index + 1 == len(after)  # "5 never"
            return refused or last or (index + 1 < len(after) and after[index + 1].kind == lx.GIVE)
        if one.kind != lx.FILL:
            break
    return False


def _but_follows(spot: Spot) -> bool:
    later = [*spot.after, *(one for clause, _ in spot.clauses[spot.number + 1 :] for one in clause)]
    return any(one.kind == lx.BUT for one in later)


def _once_done(clause: list[Token]) -> bool:
    """ "when it's fixed, 5" """
    kinds = [one.kind for one in clause]
    return lx.WHEN in kinds and lx.PRAISE in kinds[kinds.index(lx.WHEN) :]


def _conditional(spot: Spot, rule: str) -> bool:
    """Whether its clause or one before sets a condition, or the next one takes the score back."""
    kinds = {one.kind for one in spot.tokens}
    if lx.IF in kinds or any(
        one.kind == lx.IF for clause, _ in spot.clauses[: spot.number] for one in clause
    ):
        return True
    if any(_once_done(clause) for clause, _ in spot.clauses[: spot.number]):
        return True
    if _WOULD.search(spot.text, spot.tokens[0].start, spot.token.start) and _but_follows(spot):
        return True
    following = spot.following
    if lx.WHEN in kinds and (rule != FIRST or (following is not None and following.kind == lx.WHEN)):
        return True
    if spot.number + 1 < len(spot.clauses) and rule != FIRST:
        return spot.clauses[spot.number + 1][0][0].kind == lx.IF
    return False
