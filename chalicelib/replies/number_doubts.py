"""What makes a number doubtful as a score: it is denied, conditional, asked about, somebody else's, or stands
among words that are not known.

What is known is accounted for word by word. A word that is not may be a condition, an irony or another's
score in any wording, so beside one a score needs a frame that says it is given ("I give", a reason).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chalicelib.replies import lexer as lx
from chalicelib.replies.candidates import Doubt, Rule
from chalicelib.replies.lexicon import patterns
from chalicelib.replies.number_roles import NUMBERS, Spot, is_given
from chalicelib.replies.numbers import COUNT, Token

says = patterns("scores")

_NEGATIONS = frozenset((lx.NOT, lx.NOT_AT_ALL))
_PRAISED = frozenset((lx.PRAISE, lx.LEVEL))
_EXPLAINED = _PRAISED | {lx.COMPLAINT, lx.TOPIC, lx.THING, lx.BUT, COUNT}
_REFUSALS = frozenset(
    ("不给", "不值", "不值得", "不配", "不可能", "不会", "没给", "不到", "没到", "没资格", "不想")
)


def doubts_of(spot: Spot) -> frozenset[Doubt]:
    """What in its clause, or around it, makes a score uncertain."""
    if len(spot.clauses) == 1 == len(spot.tokens) and spot.stop != "?":
        return frozenset()  # nothing is said besides
    return frozenset(doubt for doubt, holds in _TRIED.items() if holds(spot))


def _ahead(spot: Spot) -> tuple[int, int]:
    """Where what stands before the number in its clause begins and ends."""
    return spot.tokens[0].start, spot.token.start


def _leads(spot: Spot) -> bool:
    """Whether the number comes first and what follows is about something else."""
    return spot.rule is Rule.NUMBER_FIRST or (spot.opens and len(spot.after) > 3)


def _has(tokens: Sequence[Token], *kinds: str) -> bool:
    return any(one.kind in kinds for one in tokens)


def _negated(spot: Spot) -> bool:
    text, before, after = spot.text, spot.before, spot.after
    if _has(before, lx.NOT, lx.NOT_AT_ALL, lx.UNCLEAR) or (
        before and says.except_for.search(text, *_ahead(spot))
    ):
        return True
    below = spot.below
    if below and all(one.kind in _NEGATIONS for one in below):
        return True  # "5, not"
    for index, one in enumerate(after[:4]):
        if one.kind in _NEGATIONS:
            refused = text[one.start : one.end] in _REFUSALS
            last = all(other.kind == lx.FILL for other in after[index + 1 :])  # "5 never"
            return refused or last or (index + 1 < len(after) and after[index + 1].kind == lx.GIVE)
        if one.kind != lx.FILL:
            break
    return False


def _asked(spot: Spot) -> bool:
    if spot.before and says.is_it.fullmatch(spot.text, *_ahead(spot)):
        return True
    if _has(spot.tokens, lx.QUESTION):
        return True
    asks = spot.stop == "?" or (bool(spot.before) and _has(spot.tokens, lx.WHY))
    return asks and not _leads(spot)


def _conditional(spot: Spot) -> bool:
    """Whether its clause or one before sets a condition, or the next one takes the score back."""
    text, start = spot.text, spot.token.start
    if spot.before and any(
        pattern.search(text, *_ahead(spot)) for pattern in (says.you_would, says.so_then, says.if_done)
    ):
        return True
    if (start and says.inverted.search(text, 0, start)) or says.after_that.match(text, spot.token.end):
        return True
    above = [clause for clause, _ in spot.clauses[: spot.number]]
    if any(_has(clause, lx.IF) for clause in (*above, spot.tokens)) or any(map(_once_done, above)):
        return True
    if says.would.search(text, spot.tokens[0].start, start) and _but_follows(spot):
        return True
    when_follows = spot.following is not None and spot.following.kind == lx.WHEN
    if _has(spot.tokens, lx.WHEN) and (spot.rule is not Rule.NUMBER_FIRST or when_follows):
        return True
    if spot.below and spot.rule is not Rule.NUMBER_FIRST:
        return spot.below[0].kind == lx.IF and not _only_hopes(spot.below, text)
    return False


def _reported(spot: Spot) -> bool:
    if spot.before and says.hearsay.search(spot.text, *_ahead(spot)):
        return True
    if says.said_so.match(spot.text, spot.token.end):
        return True
    return _has(spot.before if _leads(spot) else spot.tokens, lx.MADE)


def _another_time(spot: Spot) -> bool:
    return _has(spot.before if _leads(spot) else spot.tokens, lx.LAST_TIME)


def _remarked_on(spot: Spot) -> bool:
    text = spot.text
    if says.subject_of.match(text, spot.token.end):
        return True
    return "already" in text and says.already.search(text, *spot.reach) is not None


def _taken_away(spot: Spot) -> bool:
    return _has(spot.before[-2:], lx.LESS)


def _too_much(spot: Spot) -> bool:
    after, text = spot.after, spot.text
    if len(after) > 1 and text[after[0].start : after[0].end] in ("都", "也"):
        return True
    return _has(after, lx.ABOUT) and says.too_much.search(text, *spot.reach) is not None


def _rough(spot: Spot) -> bool:
    return _has(spot.before[-2:] + spot.after[:2], lx.ABOUT)


def _among_other_words(spot: Spot) -> bool:
    """Whether words that are not known stand before it (mostly what it would take, or an irony), name a score
    in the clause before it ("yygq: 5"), or follow it and are neither praise nor say whom it is for."""
    text = spot.text
    if any(one.kind == lx.WORD and text[one.start : one.end] != "分" for one in spot.before):
        return (
            spot.best
            or not is_given(spot)
            or not says.i_give.search(text, spot.before[0].start, spot.token.start)
        )
    if spot.best and spot.number and not spot.before:
        above, stop = spot.clauses[spot.number - 1]
        if stop == ":" and above[-1].kind == lx.WORD and text[above[-1].end - 1] != "分":
            return True
    if spot.rule not in _NAMED or spot.following is None:
        return False
    explained = (
        says.for_whom_else.match(text, spot.following.start)
        if spot.best
        else says.reasoned.match(text, spot.token.end)
    )
    if explained or _thanks_somebody(spot):
        return False
    kinds = {one.kind for one in spot.after}
    return lx.WORD in kinds and not kinds & (_PRAISED if spot.best else _EXPLAINED)


_NAMED = frozenset((Rule.NUMBER_MARKED, Rule.NUMBER_GIVEN, Rule.NUMBER_FIRST))
_TRIED: dict[Doubt, Callable[[Spot], bool]] = {
    Doubt.NEGATED: _negated,
    Doubt.QUESTION: _asked,
    Doubt.CONDITION: _conditional,
    Doubt.REPORTED: _reported,
    Doubt.ANOTHER_TIME: _another_time,
    Doubt.REMARK: _remarked_on,
    Doubt.TAKEN_AWAY: _taken_away,
    Doubt.TOO_MUCH: _too_much,
    Doubt.ROUGHLY: _rough,
    Doubt.AMONG_OTHER_WORDS: _among_other_words,
}


def _thanks_somebody(spot: Spot) -> bool:
    """Whether nothing but thanks and one word, a name, follows: "5 thank you Priya"."""
    *thanks, name = spot.after
    kinds = {one.kind for one in thanks}
    return (
        name.kind == lx.WORD
        and kinds <= {lx.FILL, lx.VERY}
        and "thank" in spot.text[spot.token.end : name.start]
    )


def _but_follows(spot: Spot) -> bool:
    later = [*spot.after, *(one for clause, _ in spot.clauses[spot.number + 1 :] for one in clause)]
    return _has(later, lx.BUT)


def _once_done(clause: list[Token]) -> bool:
    """ "when it's fixed, 5" """
    kinds = [one.kind for one in clause]
    return lx.WHEN in kinds and lx.PRAISE in kinds[kinds.index(lx.WHEN) :]


def _only_hopes(clause: list[Token], text: str) -> bool:
    """Whether a clause hopes for better and names no score: 希望下次快点."""
    hopes = says.hoping.match(text, clause[0].start) is not None
    return hopes and not _has(clause, lx.GIVE, lx.LEVEL, *NUMBERS)
