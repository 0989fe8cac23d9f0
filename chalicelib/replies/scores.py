"""The score a text gives in numbers, if it gives one, and only one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.replies import lexer as lx
from chalicelib.replies.lexer import PHONE_SPEAK, STARTERS
from chalicelib.replies.numbers import COUNT, FRAC, MARKED, NUM, ODD, Token
from chalicelib.replies.survey import Survey

Clause = tuple[list[Token], str]

# What may stand beside a score without making it anything else.
EXPLAINED = frozenset(
    (
        lx.FILL,
        lx.TOPIC,
        lx.THING,
        lx.PRAISE,
        lx.COMPLAINT,
        lx.LEVEL,
        lx.VERY,
        lx.MILD,
        lx.GIVE,
        lx.UNCLEAR,
        lx.STARTER,
        lx.CORRECTION,
        lx.MOCKING,
        lx.BUT,
        lx.AT_ALL,
        COUNT,
        NUM,
        MARKED,
        FRAC,
        ODD,
        lx.TOP,
        lx.BOTTOM,
        lx.QUESTION,
        lx.ABOUT,
        lx.IF,
        lx.WHEN,
        lx.LAST_TIME,
        lx.NOT,
        lx.NOT_AT_ALL,
        lx.LESS,
        lx.WHY,
        lx.MADE,
    )
)
_IS_IT = re.compile(r"(?:is|was|are|does|do)\s(?:a |an )?")
_SO_THEN = re.compile("(?:能|可以|行|好了?|来了?|快|通了?|完了?|了)就(?:给|打|是|能给|可以给)?(?:你们?|您)?$")
_MARKS = re.compile("分|星|star|point")
_STARS = re.compile("星|star")
NEGATED = "a negated score"
_LIGHT = frozenset((lx.FILL, lx.TOPIC, lx.VERY, lx.MILD, lx.GIVE, lx.STARTER))
_NUMBERS = frozenset((NUM, MARKED, FRAC, ODD, lx.TOP, lx.BOTTOM))
_STARTING = frozenset(
    (
        lx.FILL,
        lx.TOPIC,
        lx.THING,
        lx.PRAISE,
        lx.COMPLAINT,
        lx.LEVEL,
        lx.VERY,
        lx.MILD,
        lx.UNCLEAR,
        lx.STARTER,
        lx.BUT,
        lx.NOT,
        lx.NOT_AT_ALL,
        lx.WHY,
        lx.MOCKING,
        lx.IF,
        lx.WHEN,
        COUNT,
    )
)


@dataclass(frozen=True, slots=True)
class Given:
    """`score` when one is given for certain; else `doubt` when something looks like a score; else
    neither. `rule` says how it was recognised."""

    score: int | None = None
    doubt: str = ""
    rule: str = ""
    seen: frozenset[int] = frozenset()  # every number that looks like a score


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: int
    rule: str
    clause: int
    place: int
    doubt: str = ""
    firm: bool = True  # False: only looks like one because nothing else is there


def given(clauses: list[Clause], text: str, survey: Survey) -> Given:
    """The score that the clauses of a composed text give on the survey's scale."""
    found: list[_Candidate] = []
    for number, (tokens, stop) in enumerate(clauses):
        for place, token in enumerate(tokens):
            if token.kind in _NUMBERS:
                candidate = _candidate(clauses, number, place, text, survey)
                if candidate:
                    found.append(candidate)
        del stop
    if not found:
        return Given()
    found = _without_the_scale(clauses, found, survey)
    clear = [one for one in found if one.firm]
    found = clear or found
    zeros = [one for one in found if one.score == 0 and not survey.holds(0)]
    if zeros and len(zeros) < len(found) and survey.scale:
        rest = [one for one in found if one not in zeros]
        if all(one.score == survey.scale[0] and not one.doubt for one in rest):
            found = rest  # "1, because there is no 0"
    scores = {one.score for one in found}
    if len(scores) > 1:
        return _corrected(clauses, found) or _instead(found) or Given(doubt="two different scores")
    doubts = [one.doubt for one in found if one.doubt]
    if doubts:
        return Given(doubt=doubts[0], seen=frozenset(scores))
    only = found[0]
    if not survey.holds(only.score):
        return Given(doubt="a number outside the scale", seen=frozenset(scores))
    return Given(only.score, rule=only.rule)


def _without_the_scale(clauses: list[Clause], found: list[_Candidate], survey: Survey) -> list[_Candidate]:
    """`found` without a "full marks are 10" that only says what the scale is."""
    high = survey.scale[1] if survey.scale else 0
    for one, other in zip(found, found[1:], strict=False):
        side_by_side = one.clause == other.clause and other.place - one.place <= 2
        kinds = {clauses[one.clause][0][one.place].kind, clauses[other.clause][0][other.place].kind}
        if (
            side_by_side
            and lx.TOP in kinds
            and len(kinds) == 2
            and len(found) > 2
            and one.score == other.score == high
        ):
            return [rest for rest in found if rest is not one and rest is not other]
    return found


def _corrected(clauses: list[Clause], found: list[_Candidate]) -> Given | None:
    """The last of several scores, when words between the first and it, or right after it, take the first back."""
    last = found[-1]
    if last.doubt:
        return None
    first = next(one for one in found if one.score != last.score)
    between = False
    for number in range(first.clause, last.clause + 1):
        for place, token in enumerate(clauses[number][0]):
            if (number, place) > (first.clause, first.place) and (number, place) < (last.clause, last.place):
                between = between or token.kind == lx.CORRECTION
    settled = all(
        one.score == last.score for one in found if (one.clause, one.place) > (first.clause, first.place)
    )
    if between and settled and len({one.score for one in found}) == 2:
        return Given(last.score, rule="a corrected score")
    return None


def _instead(found: list[_Candidate]) -> Given | None:
    """The second of two, when the first is only there to be denied: "not 3, 4"."""
    if len(found) == 2 and found[0].doubt == NEGATED and not found[1].doubt:
        return Given(found[1].score, rule="a corrected score")
    return None


def _candidate(
    clauses: list[Clause], number: int, place: int, text: str, survey: Survey
) -> _Candidate | None:
    tokens, _ = clauses[number]
    token = tokens[place]
    rule = _role(clauses, number, place, text, survey)
    if rule is None:
        return None
    score, doubt = _score(token, text, survey)
    firm = True
    if token.kind == ODD:
        firm = rule != "alone" or len(clauses) == 1
        doubt = doubt or str(token.value)
    doubt = doubt or _doubt(clauses, number, place, text, rule)
    if rule == "unknown":
        doubt = doubt or "a score or a count"
    if not doubt and not survey.holds(score):
        if rule in ("alone", "first") and len(clauses) > 1 and score > 12:
            return None
        doubt = "a number outside the scale"
    return _Candidate(score, rule, number, place, doubt, firm)


def _score(token: Token, text: str, survey: Survey) -> tuple[int, str]:
    low, high = survey.scale or (0, 0)
    if token.kind == FRAC:
        first, whole = divmod(int(token.value), 1_000)
        if whole == high and survey.best == high:
            return first, ""
        return first, "a share of something else than the scale"
    if token.kind in (lx.TOP, lx.BOTTOM):
        score = high if token.kind == lx.TOP else low
        return score, "" if survey.best == high else "the highest is not the best here"
    if token.kind == ODD:
        return -1, str(token.value)
    if token.kind == MARKED and _STARS.search(text, token.start, token.end):
        if survey.best != high:
            return int(token.value), "the highest is not the best here"
        if high > 5 >= int(token.value):
            return int(token.value), "stars of five or of the scale"
    return int(token.value), ""


def _role(clauses: list[Clause], number: int, place: int, text: str, survey: Survey) -> str | None:
    """Why the number at this place is a score: "marked", "given", "alone", "first"; None when it is none."""
    tokens, stop = clauses[number]
    token = tokens[place]
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    if token.kind in (MARKED, lx.TOP, lx.BOTTOM):
        return "marked" if _marks_a_score(clauses, number, place, text) else None
    if token.kind == ODD and _MARKS.search(text, token.start, token.end):
        return "marked"
    if survey.prefix and text[: token.start].rstrip(" :").endswith(survey.prefix):
        return "marked"
    if (
        text[max(0, token.start - 1) : token.start] == "分"
        and text[max(0, token.start - 2) : token.start] != "十分"
    ):
        return "marked"
    others = [one for index, one in enumerate(tokens) if index != place]
    unknown_next = following is not None and following.kind == lx.WORD
    if not unknown_next and _is_given(clauses, number, place, text):
        return "given"
    edge = number in (0, len(clauses) - 1)
    if not edge and any(one.kind == lx.WORD for clause, _ in clauses for one in clause):
        return None
    if all(one.kind in EXPLAINED for one in others):
        if following is not None and following.kind not in _STARTING and following.kind not in _NUMBERS:
            return (
                "alone"
                if following.kind in (lx.QUESTION, lx.ABOUT, lx.IF, lx.LAST_TIME, lx.CORRECTION, lx.GIVE)
                else None
            )
        if following is not None and _phone_speak(text, following):
            return None
        if (
            place == 0
            and following is not None
            and following.kind in (lx.TOPIC, lx.THING)
            and text[following.start].isascii()
        ):
            return "unknown"
        return "alone"
    if len(clauses) == 1 and place == 1 and len(tokens) == 2 and _is_han(text, tokens[0].start):
        return "unknown"  # 份9: one character that is not known before it
    if number == 0 and place == 0:
        if following is None:
            return "first"
        if following.kind in (lx.TOPIC, lx.THING) and text[following.start].isascii():
            return "unknown"  # "2 service slow", or "3 mobile"
        if following.kind in _STARTING and not _phone_speak(text, following):
            return "first"
        if _is_han(text, following.start) and token.end == following.start and token.kind == NUM:
            return "first" if _han_reason(text, following) else None
    del stop
    return None


def _marks_a_score(clauses: list[Clause], number: int, place: int, text: str) -> bool:
    """Whether stars or points are given here, and not a hotel's; 分 always are."""
    tokens, _ = clauses[number]
    token = tokens[place]
    if not text[token.start : token.end].isascii():
        return True
    if all(one.kind in EXPLAINED for one in tokens) or _is_given(clauses, number, place, text):
        return True
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    first = number == 0 and place == 0
    last = number == len(clauses) - 1 and following is None
    return last or (first and (following is None or following.kind != lx.WORD))


def _is_han(text: str, place: int) -> bool:
    return "\u4e00" <= text[place] <= "\u9fff"


# Single characters that begin a reason right behind a score and never count something.
_REASON = frozenset(
    "没不还太很就也都才未无有从到修网信客服师态速卡慢差垃坏断老总根至真我你他她她这那但因可而投电打为在连又再被只能要希"
)


def _han_reason(text: str, token: Token) -> bool:
    return text[token.start] in _REASON


def _phone_speak(text: str, token: Token) -> bool:
    word = text[token.start : token.end]
    return word in PHONE_SPEAK and word not in STARTERS


def _is_given(clauses: list[Clause], number: int, place: int, text: str) -> bool:
    """Whether words of giving stand before the number, with nothing but filling words between."""
    tokens, _ = clauses[number]
    back = place - 1
    while back >= 0 and place - back <= 5:
        kind = tokens[back].kind
        if kind == lx.GIVE:
            return True
        if text[tokens[back].start : tokens[back].end] in ("a", "an") and back == place - 1:
            return True
        if kind not in _LIGHT and kind not in (
            lx.LEVEL,
            lx.NOT,
            lx.NOT_AT_ALL,
            lx.IF,
            lx.LAST_TIME,
            lx.ABOUT,
            lx.LESS,
            lx.CORRECTION,
        ):
            return False
        back -= 1
    if back < 0 and number > 0 and place == 0 and clauses[number - 1][1] in (":", "=", "\n", " "):
        before = clauses[number - 1][0]
        return bool(before) and before[-1].kind == lx.GIVE
    return False


def _doubt(clauses: list[Clause], number: int, place: int, text: str, rule: str) -> str:
    """What makes the score at this place uncertain; "" for nothing."""
    tokens, stop = clauses[number]
    before, after = tokens[:place], tokens[place + 1 :]
    if _negated(before, after, text):
        return NEGATED
    if any(one.kind == lx.LESS for one in before[-2:]):
        return "points taken away"
    if _IS_IT.fullmatch(text, tokens[0].start, tokens[place].start):
        return "a question"
    if _SO_THEN.search(text, tokens[0].start, tokens[place].start):
        return "a condition"
    kinds = {one.kind for one in tokens}
    lead = rule == "first" or (place == 0 and number == 0 and len(after) > 3)
    if stop == "?" and not lead:
        return "a question"
    if lx.QUESTION in kinds:
        return "a question"
    if lx.WHY in kinds and not lead and before:
        return "a question"
    opens = after[:1] and after[0].kind == lx.WHEN
    if (
        lx.IF in kinds
        or (lx.WHEN in kinds and (rule != "first" or opens))
        or _condition(clauses, number, rule)
    ):
        return "a condition"
    if any(one.kind in (lx.LAST_TIME, lx.MADE) for one in (before if lead else tokens)):
        return "another time or person"
    if after and text[after[0].start : after[0].end] in ("都", "也") and len(after) > 1:
        return "even that is too much"
    near = before[-2:] + after[:2]
    if any(one.kind == lx.ABOUT for one in near):
        return "about, at least or at most"
    return ""


_DESPITE = frozenset(("没问题", "没毛病", "no problem", "nothing", "never", "no", "not"))


def _negated(before: list[Token], after: list[Token], text: str) -> bool:
    for one in reversed(before[-5:]):
        if one.kind in (lx.NOT, lx.NOT_AT_ALL, lx.UNCLEAR):
            return True
        if one.kind not in _LIGHT:
            break
    for index, one in enumerate(after[:4]):
        if one.kind in (lx.NOT, lx.NOT_AT_ALL):
            following = after[index + 1] if index + 1 < len(after) else None
            word = text[one.start : one.end]
            if word in (
                "不给",
                "不值",
                "不值得",
                "不配",
                "不可能",
                "不会",
                "没给",
                "不到",
                "没到",
                "没资格",
                "不想",
            ):
                return True
            return following is not None and following.kind == lx.GIVE
        if one.kind != lx.FILL:
            break
    return False


def _condition(clauses: list[Clause], number: int, rule: str) -> bool:
    """Whether the clause before sets a condition for this one, or the one after takes it back."""
    if any(one.kind == lx.IF for clause, _ in clauses[:number] for one in clause):
        return True
    if number + 1 < len(clauses):
        following = clauses[number + 1][0]
        return bool(following) and following[0].kind == lx.IF and rule != "first"
    return False
