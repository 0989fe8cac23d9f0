"""What makes a score doubtful: it is negated, conditional, asked about, somebody else's, or stands among
words that are not known.

What is known is accounted for word by word. A word that is not may be a condition, an irony or another's
score in any wording, so beside one a score needs a frame that says it is given ("I give", a reason).
"""

from __future__ import annotations

import re

from chalicelib.replies import lexer as lx
from chalicelib.replies.lexicon import patterns
from chalicelib.replies.numbers import COUNT, Token
from chalicelib.replies.roles import FIRST, GIVEN, MARK, NUMBERS, Spot, is_given

says = patterns("scores")

NEGATED = "a negated score"

_LATIN = re.compile("[a-z]")
_PRAISED = frozenset((lx.PRAISE, lx.LEVEL))
_EXPLAINED = _PRAISED | {lx.COMPLAINT, lx.TOPIC, lx.THING, lx.BUT, COUNT}
_REFUSALS = frozenset(
    ("不给", "不值", "不值得", "不配", "不可能", "不会", "没给", "不到", "没到", "没资格", "不想")
)


def doubt_of(spot: Spot, rule: str, best: bool) -> str:
    """What in its clause, or around it, makes a score uncertain; "" for nothing."""
    if len(spot.clauses) == 1 == len(spot.tokens) and spot.stop != "?":
        return ""  # nothing is said besides
    if _negated(spot.before, spot.after, spot.text):
        return NEGATED
    return (
        (_ahead(spot) if spot.before else "")
        or _around(spot)
        or ("a condition" if _conditional(spot, rule) else "")
        or _in_the_clause(spot, rule)
        or ("a score behind words that are not known" if _behind_unknown_words(spot, best) else "")
        or ("a score among words that are not known" if _among_unknown_words(spot, rule, best) else "")
    )


def _ahead(spot: Spot) -> str:
    """What stands before the score in its clause and makes it uncertain."""
    text, before = spot.text, spot.before
    ahead = (spot.tokens[0].start, spot.token.start)
    if any(one.kind == lx.LESS for one in before[-2:]):
        return "points taken away"
    if _LATIN.search(text, *ahead):
        if says.is_it.fullmatch(text, *ahead):
            return "a question"
        if says.you_would.search(text, *ahead):
            return "a condition"
        if says.except_for.search(text, *ahead):
            return NEGATED
    if not text.isascii() and (says.so_then.search(text, *ahead) or says.if_done.search(text, *ahead)):
        return "a condition"
    if says.hearsay.search(text, *ahead):
        return "another time or person"
    return ""


def _around(spot: Spot) -> str:
    """What is said of the score itself, before its clause or behind it."""
    text, token = spot.text, spot.token
    if token.start and says.inverted.search(text, 0, token.start):
        return "a condition"
    if _taken_back(spot):
        return NEGATED
    if says.subject_of.match(text, token.end):
        return "a remark about the score"
    if "already" in text and says.already.search(text, spot.tokens[0].start, spot.tokens[-1].end):
        return "a remark about the score"
    if says.said_so.match(text, token.end):
        return "another time or person"
    return "a condition" if says.after_that.match(text, token.end) else ""


def _in_the_clause(spot: Spot, rule: str) -> str:
    """What kind of words beside the score make it uncertain."""
    tokens, before, after, text = spot.tokens, spot.before, spot.after, spot.text
    kinds = {one.kind for one in tokens}
    leads = rule == FIRST or (spot.opens and len(after) > 3)
    if lx.QUESTION in kinds or (not leads and (spot.stop == "?" or (lx.WHY in kinds and before))):
        return "a question"
    if any(one.kind in (lx.LAST_TIME, lx.MADE) for one in (before if leads else tokens)):
        return "another time or person"
    if len(after) > 1 and text[after[0].start : after[0].end] in ("都", "也"):
        return "even that is too much"
    if lx.ABOUT not in kinds:
        return ""
    span = (tokens[0].start, tokens[-1].end)
    if any(one.kind == lx.ABOUT for one in after) and says.too_much.search(text, *span):
        return "even that is too much"
    if any(one.kind == lx.ABOUT for one in before[-2:] + after[:2]):
        return "about, at least or at most"
    return ""


def _behind_unknown_words(spot: Spot, best: bool) -> bool:
    """Whether words that are not known stand before it: mostly what it would take, or an irony."""
    text, before = spot.text, spot.before
    if not any(one.kind == lx.WORD and text[one.start : one.end] != "分" for one in before):
        return False
    return best or not is_given(spot) or not says.i_give.search(text, before[0].start, spot.token.start)


def _among_unknown_words(spot: Spot, rule: str, best: bool) -> bool:
    """Whether words that are not known name a score in the clause before it ("yygq: 5"), or follow it
    and are neither praise nor say whom it is for."""
    text = spot.text
    if best and spot.number and not spot.before:
        above, stop = spot.clauses[spot.number - 1]
        if stop == ":" and above[-1].kind == lx.WORD and text[above[-1].end - 1] != "分":
            return True
    following = spot.following
    if rule not in (MARK, GIVEN, FIRST) or following is None:
        return False
    if best and says.for_whom_else.match(text, following.start):
        return False
    if not best and says.reasoned.match(text, spot.token.end):
        return False
    if _thanks_somebody(spot):
        return False
    kinds = {one.kind for one in spot.after}
    return lx.WORD in kinds and not kinds & (_PRAISED if best else _EXPLAINED)


def _thanks_somebody(spot: Spot) -> bool:
    """Whether nothing but thanks and one word, a name, follows: "5 thank you Priya"."""
    *thanks, name = spot.after
    kind = {one.kind for one in thanks}
    return (
        name.kind == lx.WORD
        and kind <= {lx.FILL, lx.VERY}
        and "thank" in spot.text[spot.token.end : name.start]
    )


def _taken_back(spot: Spot) -> bool:
    """ "5, not" """
    below = spot.clauses[spot.number + 1][0] if spot.number + 1 < len(spot.clauses) else []
    return bool(below) and all(one.kind in (lx.NOT, lx.NOT_AT_ALL) for one in below)


def _negated(before: list[Token], after: list[Token], text: str) -> bool:
    if any(one.kind in (lx.NOT, lx.NOT_AT_ALL, lx.UNCLEAR) for one in before):
        return True
    for index, one in enumerate(after[:4]):
        if one.kind in (lx.NOT, lx.NOT_AT_ALL):
            refused = text[one.start : one.end] in _REFUSALS
            last = all(other.kind == lx.FILL for other in after[index + 1 :])  # "5 never"
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


def _only_hopes(clause: list[Token], text: str) -> bool:
    """Whether a clause hopes for better and names no score: 希望下次快点."""
    hopes = says.hoping.match(text, clause[0].start) is not None
    return hopes and not any(one.kind in (lx.GIVE, lx.LEVEL, *NUMBERS) for one in clause)


def _conditional(spot: Spot, rule: str) -> bool:
    """Whether its clause or one before sets a condition, or the next one takes the score back."""
    kinds = {one.kind for one in spot.tokens}
    if lx.IF in kinds or any(
        one.kind == lx.IF for clause, _ in spot.clauses[: spot.number] for one in clause
    ):
        return True
    if any(_once_done(clause) for clause, _ in spot.clauses[: spot.number]):
        return True
    if says.would.search(spot.text, spot.tokens[0].start, spot.token.start) and _but_follows(spot):
        return True
    following = spot.following
    if lx.WHEN in kinds and (rule != FIRST or (following is not None and following.kind == lx.WHEN)):
        return True
    if spot.number + 1 < len(spot.clauses) and rule != FIRST:
        next_clause = spot.clauses[spot.number + 1][0]
        return next_clause[0].kind == lx.IF and not _only_hopes(next_clause, spot.text)
    return False
