"""What a detector finds in a reply, as data: the intent, the rule, where it stands, what speaks against it.

Detectors propose; one place decides (`consent_intents.decide` for consent). A candidate without doubts is
certain for its detector; each doubt names one reason why it may be none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What a reply may want."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    NOT_ME = "not_me"
    SOMETHING_STOPS = "something_stops"  # something is to end, and it is not said what


class Rule(StrEnum):
    """What recognised it."""

    KEYWORD = "keyword"  # the whole text is a keyword and courtesy
    KEYWORD_WITH_NUMBER = "keyword_with_number"  # "TD5", "STOP 5": a slip, or a score beside it
    KEYWORD_AMONG_WORDS = "keyword_among_words"  # in a sentence of its own, or told somebody
    IN_WORDS = "in_words"
    REPORTED_REFUSAL = "reported_refusal"  # "I texted STOP and you still send these"
    CANCELS_AN_OPT_OUT = "cancels_an_opt_out"  # 取消退订
    ANNOYED = "annoyed"  # perhaps a no: "not interested", "go away"


class Doubt(StrEnum):
    """Why it may be none."""

    NEGATED = "negated"
    QUESTION = "question"
    CONDITION = "condition"  # if, might, later
    REPORTED = "reported"  # somebody else's words, or what the service is said to have done
    OTHER_OBJECT = "other_object"  # a plan, a pack, Netflix, a bill, a call
    OBJECT_UNCLEAR = "object_unclear"  # something else is spoken of beside it
    AMONG_OTHER_WORDS = "among_other_words"
    WITH_NUMBER = "with_number"
    ANGER = "anger"
    INSTRUCTION = "instruction"  # "Reply STOP to opt out": what a service writes, repeated
    CONTRADICTED = "contradicted"  # a yes and a no in one text


class Said(StrEnum):
    """How far an opt-out reaches, as far as its words say."""

    ALL = "all"
    CATEGORY = "category"  # texts of the kind that was answered
    CAMPAIGN = "campaign"  # this one text, whenever it comes
    UNSAID = "unsaid"  # the brand's rule decides


@dataclass(frozen=True, slots=True)
class Candidate:
    """`value` is the scope of an opt-out; `span` the evidence, in the normalised text."""

    kind: Intent
    rule: Rule
    span: tuple[int, int]
    value: Said | None = None
    doubts: frozenset[Doubt] = frozenset()

    @property
    def certain(self) -> bool:
        return not self.doubts
