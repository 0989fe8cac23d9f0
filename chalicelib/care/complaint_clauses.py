"""What is amiss in each clause of a text, and whose it is: the operator's own, anybody's, or nobody's there.

A negation or "still" is chatter by itself, and so is a router. In one clause they are a complaint; in two
that stand side by side they nearly are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from chalicelib.care.grievances import Sign, pattern

BY_CLAUSE = frozenset(
    {
        Sign.OPERATORS_OWN,
        Sign.SHARED_WITH_OTHERS,
        Sign.EVERYDAY,
        Sign.GOES_WRONG,
        Sign.PERHAPS_WRONG,
        Sign.HARMFUL,
        Sign.ROBBED,
        Sign.LEAVES,
        Sign.EXPOSES,
        Sign.WISHES,
        Sign.GOES_TO,
        Sign.CHAT,
        Sign.NOT_THE_OPERATORS,
    }
)
_ENDS = re.compile(r"[,.;!?:。！？；、](?!\d)|\s(?:and|but|so|because|while|whenever|after)\s")
_OWN = (Sign.OPERATORS_OWN,)
_SHARED = (Sign.SHARED_WITH_OTHERS, Sign.TO_US, Sign.OURS, Sign.LIVELIHOOD)
_EVERYDAY = (Sign.EVERYDAY, Sign.YOURS)
_WRONG = (
    Sign.GOES_WRONG,
    Sign.OUTAGE,
    Sign.FAULT,
    Sign.MONEY,
    Sign.CONDUCT,
    Sign.UNASKED,
    Sign.DISPLEASED,
    Sign.HARMFUL,
    Sign.ROBBED,
    Sign.LEAVES,
)
_PERHAPS = (Sign.PERHAPS_WRONG, Sign.BROKEN_PROMISE, Sign.UNANSWERED)
_MORE = (Sign.DURATION, Sign.AGAIN)  # they add to what is wrong, and are nothing without it
_URGENT = frozenset({Sign.HARMFUL, Sign.ROBBED, Sign.LEAVES, Sign.EXPOSES})


@dataclass(frozen=True, slots=True)
class Heard:
    """`weight` of the strongest clause, or of clauses together: 4 and more is a complaint; `found`: the signs
    that are looked for by clause, each with the place of its first words; `urgent`: those that press."""

    weight: int
    found: tuple[tuple[Sign, tuple[int, int]], ...]
    urgent: frozenset[Sign]


class _Part(NamedTuple):
    """How many words in a clause name what is the operator's own, others' too, or everybody's, and what is
    wrong, or wrong perhaps."""

    own: int
    shared: int
    everyday: int
    wrong: int
    perhaps: int


def heard(said: str) -> Heard:
    """What the clauses of a text say, folded as `phrases.plain` leaves it."""
    parts = [_part(one) for one in _ENDS.split(said) if one.strip()]
    found = tuple(
        (sign, at.span()) for sign in Sign if sign in BY_CLAUSE and (at := pattern(sign).search(said))
    )
    signs = {sign for sign, _ in found}
    weight = max(map(_weight, parts), default=0)
    for one, two in pairwise(parts):
        weight = max(weight, _weight(_together(one, two)) - 1)
    if len(parts) > 2:
        weight = max(weight, _weight(_together(*parts)) - 2)
    weight -= 2 * (Sign.CHAT in signs)
    if Sign.NOT_THE_OPERATORS in signs and not signs & {Sign.OPERATORS_OWN, Sign.SHARED_WITH_OTHERS}:
        weight -= 3
    return Heard(max(weight, 0), found, frozenset(signs & _URGENT))


def _together(*parts: _Part) -> _Part:
    return _Part(*(sum(values) for values in zip(*parts, strict=True)))


def _part(clause: str) -> _Part:
    wrong, shared = _places(clause, _WRONG), _places(clause, _SHARED)
    taken = [*wrong, *shared]  # "you still" speaks to us
    perhaps = [one for one in _places(clause, _PERHAPS) if not _overlaps(one, taken)]
    if wrong or perhaps:
        perhaps += [one for one in _places(clause, _MORE) if not _overlaps(one, [*taken, *perhaps])]
    if pattern(Sign.WISHES).search(clause):
        perhaps = []
    own = _places(clause, _OWN)
    apart = [one for one in own if not _overlaps(one, wrong)]
    names_it_only = bool(own) and not apart and len(wrong) + len(perhaps) == 1  # "no signal", 断网
    return _Part(
        0 if names_it_only else len(own),
        len(shared) * (not names_it_only),
        len(_places(clause, _EVERYDAY)) or names_it_only,
        len(wrong),
        len(perhaps),
    )


def _overlaps(one: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(one[0] < end and start < one[1] for start, end in others)


def _places(clause: str, signs: Iterable[Sign]) -> list[tuple[int, int]]:
    """Where words of these signs stand, those that overlap as one."""
    spans = sorted(at.span() for sign in signs for at in pattern(sign).finditer(clause) if at[0])
    places: list[tuple[int, int]] = []
    for start, end in spans:
        if places and start < places[-1][1]:
            places[-1] = places[-1][0], max(end, places[-1][1])
        else:
            places.append((start, end))
    return places


def _weight(part: _Part) -> int:
    """What is wrong weighs 2 a word and perhaps 1, up to 3; beside it, what is the operator's own 3, what
    others have, too, 2, what everybody has 1: there "not" and "still" are as everyday."""
    amiss = min(3, 2 * part.wrong + part.perhaps)
    whose = 3 if part.own else 2 * part.shared + part.everyday
    if not part.own and not part.shared:
        amiss, whose = amiss * bool(part.wrong), min(1, whose)
    return amiss + min(3, whose) if amiss else 0
