"""What in a text speaks for a complaint to an operator, or against it, and where it stands.

The words are data: section `complaints` of `replies/lexicon/complaints_en.yaml` and `complaints_zh.yaml`,
under the names that the signs have. What a complaint is about is in care.yaml (topics), and so are the words
that press (urgent).
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from chalicelib.replies.lexicon import patterns


class Sign(StrEnum):
    """What in a text speaks for a complaint, or against it."""

    SAYS_SO = "says_so"  # "I want to complain", 投诉
    OUTAGE = "outage"  # the service does not work at all
    FAULT = "fault"  # it works badly
    MONEY = "money"  # charged, not refunded
    CONDUCT = "conduct"  # what staff did
    UNASKED = "unasked"  # changed, ordered or ended without asking or telling
    UNANSWERED = "unanswered"  # nobody came, called, dealt with it
    DISPLEASED = "displeased"  # says it is bad, and not what
    BROKEN_PROMISE = "broken_promise"
    AMISS = "amiss"  # something is not as it should be, and nothing above says what
    TO_US = "to_us"  # the operator is spoken to, or its people are spoken of
    YOURS = "yours"  # something of whoever is spoken to
    OURS = "ours"  # what an operator provides: line, bill, plan
    ONLY_OURS = "only_ours"  # what nobody but an operator provides: broadband, roaming, caller tunes
    LASTING = "lasting"  # not only here and now: at home, where one lives, not at all
    DURATION = "duration"  # two days or more
    AGAIN = "again"
    DEMAND = "demand"
    THREAT = "threat"  # the words of care.yaml that press
    VULNERABLE = "vulnerable"  # somebody old, ill, disabled, a child at school
    EMERGENCY = "emergency"  # emergency calls fail, or somebody takes over the number
    LIVELIHOOD = "livelihood"  # a shop or a business stands still
    RESOLVED = "resolved"
    HYPOTHETICAL = "hypothetical"
    INQUIRY = "inquiry"
    DENIED = "denied"
    # Looked for by clause: what is amiss counts beside whose it is.
    OPERATORS_OWN = "operators_own"  # what nobody but an operator provides, or the operator itself
    SHARED_WITH_OTHERS = "shared_with_others"  # what shops and banks have, too: a bill, an account
    EVERYDAY = "everyday"  # what everybody writes about: a phone, a call, a text
    GOES_WRONG = "goes_wrong"
    PERHAPS_WRONG = "perhaps_wrong"  # a negation, "still", "was told": wrong only beside something of theirs
    HARMFUL = "harmful"  # something burns, hangs over a road, hurts somebody
    ROBBED = "robbed"  # somebody else has the number, the name or the money
    LEAVES = "leaves"  # goes to another operator
    EXPOSES = "exposes"  # tells the public
    WISHES = "wishes"  # what is wanted or not, what was done: there "not" and "still" are no fault
    GOES_TO = "goes_to"  # "I am going to", 我要去: beside a word that presses
    CHAT = "chat"  # as friends write to each other
    NOT_THE_OPERATORS = "not_the_operators"  # a taxi, a restaurant, a teacher
    # Looked for in words to a case that nobody works on, where it is known what they are about.
    NOT_BETTER = "not_better"  # "still down", 还没好
    BETTER = "better"


@cache
def pattern(sign: Sign) -> re.Pattern[str]:
    """How a sign is written, in every language, over text as `phrases.plain` leaves it."""
    found: re.Pattern[str] = getattr(patterns("complaints"), sign.value)
    return found
