"""Why a number is a score: because it is marked, given, alone, or comes first with a reason behind it."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.replies import lexer as lx
from chalicelib.replies.candidates import Rule
from chalicelib.replies.levels import Clause
from chalicelib.replies.lexer import PHONE_SPEAK, STARTERS
from chalicelib.replies.lexicon import patterns
from chalicelib.replies.numbers import FRAC, HAN_DIGITS, MARKED, NUM, ODD, Token
from chalicelib.replies.survey import Survey

says = patterns("scores")

NUMBERS = frozenset((NUM, MARKED, FRAC, ODD, lx.TOP, lx.BOTTOM))
LIGHT = frozenset((lx.FILL, lx.TOPIC, lx.VERY, lx.MILD, lx.GIVE, lx.STARTER))
# Between a word of giving and its number.
_BETWEEN = LIGHT | {lx.LEVEL, lx.NOT, lx.NOT_AT_ALL, lx.IF, lx.LAST_TIME, lx.ABOUT, lx.LESS, lx.CORRECTION}
# Right behind a bare number, in a clause where all is known: what leaves it a score (if a doubtful one).
_TURNING = frozenset((lx.QUESTION, lx.ABOUT, lx.IF, lx.LAST_TIME, lx.CORRECTION, lx.GIVE))
# Right behind a bare number at the beginning, where not all is known: these do not begin a reason.
_NO_REASON = _TURNING - {lx.IF} | NUMBERS | {lx.WORD, lx.AT_ALL, lx.LESS, lx.MADE}

# Single characters that begin a reason right behind a score and never count something.
_REASON = frozenset(
    "没不还太很就也都才未无有从到修网信客服师态速卡慢差垃坏断老总根至真我你他她这那但因可而投电打为在连又再被只能要希"
)


class Spot(NamedTuple):
    """One number of a text: token `place` of clause `number`, with what stands around it in the clause; by
    which `rule` it is a score, and whether that is the best of the survey's scale."""

    clauses: list[Clause]
    number: int
    place: int
    text: str
    tokens: list[Token]
    stop: str
    before: list[Token]
    token: Token
    after: list[Token]
    following: Token | None
    rule: Rule = Rule.NUMBER_PERHAPS
    best: bool = False

    @classmethod
    def at(cls, clauses: list[Clause], number: int, place: int, text: str) -> Spot:
        """The spot at a place that holds a number."""
        tokens, stop = clauses[number]
        after = tokens[place + 1 :]
        following = after[0] if after else None
        return cls(
            clauses, number, place, text, tokens, stop, tokens[:place], tokens[place], after, following
        )

    @property
    def own_line(self) -> bool:
        """Whether its clause is a line of its own."""
        above = self.clauses[self.number - 1][1] if self.number else "\n"
        return above == "\n" and self.stop in ("\n", "")

    @property
    def below(self) -> list[Token]:
        """The clause behind its own; empty where there is none."""
        return self.clauses[self.number + 1][0] if self.number + 1 < len(self.clauses) else []

    @property
    def reach(self) -> tuple[int, int]:
        """Where its clause begins and ends."""
        return self.tokens[0].start, self.tokens[-1].end

    @property
    def opens(self) -> bool:
        """Whether it is the first thing of the text."""
        return self.number == 0 and self.place == 0


def role(spot: Spot, survey: Survey) -> Rule | None:
    """By which rule the number is a score, NUMBER_PERHAPS for what may be a count; None for no score."""
    token, text = spot.token, spot.text
    if token.kind in (MARKED, lx.TOP, lx.BOTTOM):
        if _joined_to_a_word(spot):
            return None if text[token.start] in HAN_DIGITS else Rule.NUMBER_PERHAPS
        return Rule.NUMBER_MARKED if _marks_a_score(spot) else Rule.NUMBER_PERHAPS
    if token.kind == FRAC and survey.scale and int(token.value) % 1_000 == survey.scale[1]:
        return Rule.NUMBER_MARKED if _marks_a_score(spot) else Rule.NUMBER_PERHAPS
    if token.kind == ODD and says.marks.search(text, token.start, token.end):
        return Rule.NUMBER_MARKED
    ahead = text[: token.start]
    if survey.prefix and ahead.rstrip(" :").endswith(survey.prefix):
        return Rule.NUMBER_MARKED
    if ahead.endswith("分") and not ahead.endswith("十分"):
        return Rule.NUMBER_MARKED
    if ahead.endswith("=") and len(spot.clauses) > 2:
        return Rule.NUMBER_PERHAPS
    following = spot.following
    if (following is None or following.kind != lx.WORD) and is_given(spot):
        return Rule.NUMBER_GIVEN
    at_edge = spot.number in (0, len(spot.clauses) - 1) or spot.own_line
    if not at_edge and any(one.kind == lx.WORD for clause, _ in spot.clauses for one in clause):
        return Rule.NUMBER_PERHAPS if len(spot.tokens) == 1 else None
    if all(one.kind != lx.WORD for one in spot.tokens):
        return _among_known_words(spot)
    if len(spot.clauses) == 1 and spot.place == 1 and len(spot.tokens) == 2 and _is_han(text, 0):
        return Rule.NUMBER_PERHAPS  # one character that is not known before it: 份9
    return _with_a_reason(spot) if spot.opens else None


def _among_known_words(spot: Spot) -> Rule | None:
    following = spot.following
    if _continues_a_word(spot):
        return Rule.NUMBER_PERHAPS
    if following is None or following.kind in _TURNING:
        return Rule.NUMBER_ALONE
    if following.kind in (lx.AT_ALL, lx.LESS, lx.MADE) or _phone_speak(spot.text, following):
        return None
    if spot.token.kind != NUM:
        return Rule.NUMBER_ALONE
    if (
        spot.number
        and not spot.before
        and following.kind == lx.COMPLAINT
        and spot.text[following.start].isascii()
    ):
        return Rule.NUMBER_PERHAPS  # "4 lines, 2 dead"
    aspect = bool(spot.before) and spot.before[-1].kind in (lx.TOPIC, lx.THING)  # "speed 4 service 4"
    counted = not aspect and _may_be_counted(spot.text, following) and not _fails(spot)
    return Rule.NUMBER_PERHAPS if counted else Rule.NUMBER_ALONE


def _continues_a_word(spot: Spot) -> bool:
    """Whether a Chinese numeral ends a word that is misspelt, or not known: 蛮一, 不满一."""
    last = spot.before[-1] if spot.before else None
    if last is None or last.end != spot.token.start or spot.text[last.end] not in HAN_DIGITS:
        return False
    return last.kind in (lx.VERY, lx.MILD, lx.NOT) or spot.text[last.start : last.end] == "不满"


def _with_a_reason(spot: Spot) -> Rule | None:
    following = spot.following
    if following is None:
        return Rule.NUMBER_FIRST
    if _may_be_counted(spot.text, following) and not _fails(spot):
        return Rule.NUMBER_PERHAPS
    spelt = spot.text[spot.token.start].isalpha() and spot.text[spot.token.start].isascii()
    if spelt and following.kind == lx.FILL:
        return None  # "two can play this game"
    if spot.token.kind == NUM and _is_not_counted(spot, following):
        return Rule.NUMBER_FIRST
    if following.kind not in _NO_REASON and not _phone_speak(spot.text, following):
        return Rule.NUMBER_FIRST
    if spot.token.kind == NUM and following.start == spot.token.end and spot.text[following.start] in _REASON:
        return Rule.NUMBER_FIRST
    return None


def _may_be_counted(text: str, following: Token) -> bool:
    """ "2 service slow" gives a score, "3 mobile" does not."""
    apart = text[following.end : following.end + 1]
    return (
        following.kind in (lx.TOPIC, lx.THING)
        and text[following.start].isascii()
        and not "一" <= apart <= "鿿"
    )


def _is_not_counted(spot: Spot, following: Token) -> bool:
    """Whether what is right behind a number cannot be what it counts: a name, or one thing behind several
    ("5 reception was lovely")."""
    if says.begins_a_reason.match(spot.text, following.start):
        return True
    return int(spot.token.value) > 1 and says.of_one.match(spot.text, following.start) is not None


def _fails(spot: Spot) -> bool:
    """Whether one thing, and not several, is right behind the number and what is wrong with it follows:
    "1 signal drops every night"."""
    thing, *rest = spot.after
    return bool(rest) and rest[0].kind in (lx.COMPLAINT, lx.LEVEL) and spot.text[thing.end - 1] != "s"


def _joined_to_a_word(spot: Spot) -> bool:
    """Whether a word that is not known, and begins no reason, stands right behind 分: 五分熟, 3分球."""
    following = spot.following
    if following is None or following.kind != lx.WORD or following.start != spot.token.end:
        return False
    return _is_han(spot.text, following.start) and spot.text[following.start] not in _REASON


def _marks_a_score(spot: Spot) -> bool:
    """Whether stars or points are given here, and not a hotel's; 分 always are."""
    if not spot.text[spot.token.start : spot.token.end].isascii():
        return True
    if all(one.kind != lx.WORD for one in spot.tokens) or is_given(spot):
        return True
    following = spot.following
    if spot.number == len(spot.clauses) - 1 and following is None:
        return True
    return spot.opens and (following is None or following.kind != lx.WORD)


def is_given(spot: Spot) -> bool:
    """Whether words of giving stand before the number, with nothing but filling words between."""
    for back, one in enumerate(reversed(spot.before)):
        written = spot.text[one.start : one.end]
        if back == 5:
            return False
        if one.kind == lx.GIVE or (back == 0 and written in ("a", "an", "so", "hence", "therefore")):
            return True
        if one.kind not in _BETWEEN:
            return False
    if spot.number > 0 and spot.place == 0 and spot.clauses[spot.number - 1][1] in (":", "=", "\n", " "):
        return spot.clauses[spot.number - 1][0][-1].kind == lx.GIVE
    return False


def _phone_speak(text: str, token: Token) -> bool:
    word = text[token.start : token.end]
    return word in PHONE_SPEAK and word not in STARTERS


def _is_han(text: str, place: int) -> bool:
    return "\u4e00" <= text[place] <= "\u9fff"
