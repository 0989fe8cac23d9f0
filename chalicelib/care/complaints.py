"""Says whether a text that answers nothing in particular is a complaint to act on, and how urgent it is.

A complaint names what an operator provides or does, and what is wrong with it. Either alone is
chatter ("my phone died", "that's terrible"): it opens no case. Weights are small whole numbers, so that
the evidence can be read beside the verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.care.complaint_clauses import BY_CLAUSE, heard
from chalicelib.care.grievances import Sign, pattern
from chalicelib.care.phrases import plain
from chalicelib.care.topics import Sorted, TopicRules, sort
from chalicelib.care.urgency import UrgentRules, urgency_of

CASE_FROM = 4  # weight from which on a case is opened
CASE_OF_MONEY_FROM = 3  # the same where money is wrong and care's rules know what it is about
CASE_OF_A_QUESTION_FROM = 5  # the same where it is asked, supposed or over
INBOX_FROM = 2  # weight from which on a person should have a look
LONGEST = 1_600

_WEIGHT = {
    Sign.SAYS_SO: 3,
    Sign.OUTAGE: 3,
    Sign.FAULT: 3,
    Sign.MONEY: 3,
    Sign.CONDUCT: 3,
    Sign.UNASKED: 3,
    Sign.UNANSWERED: 3,
    Sign.DISPLEASED: 2,
    Sign.BROKEN_PROMISE: 2,
    Sign.AMISS: 2,
    Sign.TO_US: 2,
    Sign.YOURS: 1,
    Sign.OURS: 2,
    Sign.ONLY_OURS: 1,
    Sign.LASTING: 1,
    Sign.DURATION: 1,
    Sign.AGAIN: 1,
    Sign.DEMAND: 1,
    Sign.THREAT: 4,
    Sign.VULNERABLE: 2,
    Sign.EMERGENCY: 4,
    Sign.LIVELIHOOD: 1,
    Sign.RESOLVED: -4,
    Sign.HYPOTHETICAL: -2,
    Sign.INQUIRY: -2,
    Sign.DENIED: -6,
}
_WRONG = frozenset(
    {
        Sign.SAYS_SO,
        Sign.OUTAGE,
        Sign.FAULT,
        Sign.MONEY,
        Sign.CONDUCT,
        Sign.UNASKED,
        Sign.UNANSWERED,
        Sign.DISPLEASED,
        Sign.BROKEN_PROMISE,
        Sign.AMISS,
        Sign.THREAT,
        Sign.EMERGENCY,
    }
)
_OF_THE_OPERATOR = frozenset({Sign.TO_US, Sign.YOURS, Sign.OURS})
_NOT_NOW = frozenset({Sign.HYPOTHETICAL, Sign.INQUIRY, Sign.RESOLVED, Sign.DENIED})
_STILL_WRONG = re.compile(r"\b(?:but|again|still|not|never)\b|但|可是|又|还|没|更|不")


# Who is greeted is no word of the complaint: "Hi Sue" takes nobody to court.
_GREETED = re.compile(r"\b(?:hi|hey|hello|dear|thanks|thank you|morning|evening),? [a-z]+\b")


# What makes more of what is amiss; alone it says nothing.
_PRESSES = frozenset({Sign.THREAT, Sign.LIVELIHOOD, Sign.SAYS_SO})
_OF_A_CASE = (Sign.NOT_BETTER, Sign.BETTER)
_ELSEWHERE = BY_CLAUSE | {Sign.THREAT, *_OF_A_CASE}  # the words that press are in care.yaml
_CHATTY = frozenset({Sign.CHAT, Sign.NOT_THE_OPERATORS})


class Verdict(StrEnum):
    """What to do with the text."""

    CASE = "case"
    INBOX = "inbox"  # perhaps a complaint, or a question: for a person to see, without a clock
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign, where it stands in the folded text (`phrases.plain`), and the words."""

    sign: Sign
    span: tuple[int, int]
    words: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """`topic` as care's rules sort it; `urgent_for` the signs that make it urgent, none where it is not."""

    verdict: Verdict
    topic: Sorted
    urgent_for: tuple[Sign, ...]
    weight: int
    evidence: tuple[Evidence, ...]

    @property
    def urgent(self) -> bool:
        return bool(self.urgent_for)


def complaint(text: str, topics: TopicRules, urgent: UrgentRules) -> Complaint:
    """The complaint that a text makes, if any. Our own words and machines' are taken out before."""
    said = plain(text[:LONGEST])
    evidence = tuple(
        Evidence(sign, found.span(), found[0])
        for sign in Sign
        if sign not in _ELSEWHERE and (found := pattern(sign).search(said))
    )
    signs = {one.sign for one in evidence}
    clauses = heard(said)
    evidence += tuple(Evidence(sign, at, said[slice(*at)]) for sign, at in clauses.found)
    pressing = urgency_of(_GREETED.sub(" ", said), urgent)
    if pressing.urgent:
        signs.add(Sign.THREAT)
        evidence += tuple(_pressing(said, phrase) for phrase in pressing.phrases)
    if len(signs & _WRONG) > 1:
        signs.discard(Sign.AMISS)
    if _CHATTY & {sign for sign, _ in clauses.found} and Sign.TO_US not in signs:
        signs -= _WRONG - {Sign.THREAT, Sign.EMERGENCY}  # by clauses only, where they weigh less
    if not {Sign.AMISS, Sign.ONLY_OURS} <= signs:  # neither says enough without the other
        signs -= {Sign.AMISS, Sign.ONLY_OURS}
    if not signs & {Sign.OUTAGE, Sign.FAULT}:  # it makes more of what does not work, and of nothing else
        signs.discard(Sign.LASTING)
    if Sign.RESOLVED in signs and _STILL_WRONG.search(said) and len(signs & _WRONG) > 1:
        signs.discard(Sign.RESOLVED)
    weight = sum(_WEIGHT[sign] for sign in signs) - _counted_twice(evidence, signs)
    sorted_by_topic = sort(_cause(said, evidence, signs), topics)
    wrong, ours = signs & _WRONG, signs & _OF_THE_OPERATOR
    cut_off = Sign.OUTAGE in signs and bool(signs & {Sign.VULNERABLE, Sign.EMERGENCY})
    told = bool(ours) or cut_off or bool(sorted_by_topic.topic) or (Sign.SAYS_SO in signs and len(wrong) > 1)
    pressed = bool(_urgent_for(signs)) and _more_than_a_word(signs) and not signs & _NOT_NOW
    threatens = Sign.THREAT in signs and Sign.GOES_TO in dict(clauses.found) and not signs & _NOT_NOW
    between_us = {Sign.TO_US, Sign.OURS} <= signs and weight >= CASE_OF_A_QUESTION_FROM
    presses = bool(signs & _PRESSES) or bool(clauses.urgent)
    by_clause = clauses.weight >= CASE_FROM + len(signs & _NOT_NOW) - presses
    if (
        (wrong and weight >= _enough(signs, sorted_by_topic) and (told or pressed))
        or between_us
        or threatens
        or (by_clause and not signs & {Sign.DENIED, Sign.RESOLVED})
    ):
        verdict = Verdict.CASE
    elif max(weight, clauses.weight) >= INBOX_FROM or Sign.INQUIRY in signs or (wrong and ours):
        verdict = Verdict.INBOX
    else:
        verdict = Verdict.NOTHING
    urgent_for = tuple(dict.fromkeys((*_urgent_for(signs), *_hit_by_it(signs), *sorted(clauses.urgent))))
    if verdict is not Verdict.CASE:
        urgent_for = _urgent_for(signs)
    return Complaint(verdict, sorted_by_topic, urgent_for, max(weight, clauses.weight), evidence)


def is_not_better(text: str) -> bool:
    """Whether words to a case that is resolved say that it is not: "still down", 还没好. What is said last
    counts: "fixed, but down again". Alone, in a text about nothing, they would be chatter."""
    said = plain(text[:LONGEST])
    ends = (max((found.end() for found in pattern(sign).finditer(said)), default=-1) for sign in _OF_A_CASE)
    not_better, better = ends
    return not_better >= 0 and not_better >= better


def _more_than_a_word(signs: set[Sign]) -> bool:
    """Whether more is said than a word that presses: 记者 and "newspaper" alone are everybody's."""
    return signs & _WRONG != {Sign.THREAT} or Sign.DEMAND in signs


def _enough(signs: set[Sign], topic: Sorted) -> int:
    """The weight from which on a complaint with these signs opens a case."""
    if signs & _NOT_NOW:
        return CASE_OF_A_QUESTION_FROM
    return CASE_OF_MONEY_FROM if Sign.MONEY in signs and topic.topic else CASE_FROM


def _cause(said: str, evidence: tuple[Evidence, ...], signs: set[Sign]) -> str:
    """The text without how it was dealt with, where it also says what failed: who waits three days for a
    repair complains about the fault."""
    if not signs & {Sign.OUTAGE, Sign.FAULT, Sign.MONEY}:
        return said
    for one in evidence:
        if one.sign is Sign.UNANSWERED:
            said = said[: one.span[0]] + " " * len(one.words) + said[one.span[1] :]
    return said


def _urgent_for(signs: set[Sign]) -> tuple[Sign, ...]:
    found: list[Sign] = [sign for sign in (Sign.THREAT, Sign.EMERGENCY) if sign in signs]
    if Sign.OUTAGE in signs and Sign.DURATION in signs:
        found.append(Sign.DURATION)
    return (*found, *(_hit_by_it(signs) if signs & {Sign.OUTAGE, Sign.FAULT, Sign.MONEY} else ()))


def _hit_by_it(signs: set[Sign]) -> tuple[Sign, ...]:
    """Who is hit so hard by what a complaint is about that it is urgent."""
    return tuple(sign for sign in (Sign.VULNERABLE, Sign.LIVELIHOOD) if sign in signs)


def _counted_twice(evidence: tuple[Evidence, ...], signs: set[Sign]) -> int:
    """What is counted too much, where what is wrong and whose it is are one: "no signal", 断网."""
    ours = next((one.span for one in evidence if one.sign is Sign.OURS), None)
    if ours is None or Sign.TO_US in signs:
        return 0
    wrong = [one.span for one in evidence if one.sign in _WRONG and one.sign is not Sign.DISPLEASED]
    twice = Sign.OUTAGE in signs and all(start < ours[1] and ours[0] < end for start, end in wrong)
    alone = signs <= {Sign.OUTAGE, Sign.OURS, Sign.ONLY_OURS, Sign.AMISS}
    return (2 if alone else 1) if twice else 0


def _pressing(said: str, phrase: str) -> Evidence:
    words = plain(phrase).rstrip("*")
    start = max(0, said.find(words))
    return Evidence(Sign.THREAT, (start, start + len(words)), words)
