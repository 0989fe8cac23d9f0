"""What a detector finds in a reply, as data: the intent, the rule, where it stands, what speaks against it.

Detectors propose; `reading` decides. A candidate without doubts is certain for its detector; each doubt names
one reason why it may be none. The words for rules and doubts are those of `Reading.why`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What a reply may be."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    NOT_ME = "not_me"
    MACHINE = "machine"
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
    # of machines
    QUOTES_WITH_A_VERB = "quotes_with_a_verb"
    REACTS_TO_AN_ATTACHMENT = "reacts_to_an_attachment"
    SAYS_SO = "says_so"  # "auto-reply"
    ONLY_BUSY_AND_LATER = "only_busy_and_later"
    NOTICE_OF_A_NETWORK = "notice_of_a_network"
    A_CODE = "a_code"
    SPEAKS_FOR_A_SERVICE = "speaks_for_a_service"
    MENU_OF_A_ROBOT = "menu_of_a_robot"
    ONLY_OUR_WORDS = "only_our_words"


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


class MachineKind(StrEnum):
    """What answered, where no person did."""

    REACTION = "reaction"  # a phone's "Liked ..."
    AUTO_REPLY = "auto_reply"  # a phone or mailbox, for somebody who drives, meets, is away
    NETWORK = "network"  # a carrier: not delivered, missed call, balance
    SERVICE = "service"  # another company's robot
    ECHO = "echo"  # our own text, and nothing with it


@dataclass(frozen=True, slots=True)
class Candidate:
    """`value` is the scope of an opt-out, or the kind of a machine; `span` the evidence, in the normalised
    text."""

    kind: Intent
    rule: Rule
    span: tuple[int, int]
    value: Said | MachineKind | None = None
    doubts: frozenset[Doubt] = frozenset()

    @property
    def certain(self) -> bool:
        return not self.doubts

    @property
    def why(self) -> str:
        """What recognised it, or the first of its doubts, for people."""
        kind = "not me" if self.kind is Intent.NOT_ME else self.kind
        if self.certain:
            return f"{kind}: {RULES[self.rule]}"
        return f"{kind}: {next(words for doubt, words in DOUBTS.items() if doubt in self.doubts)}"


RULES: Mapping[Rule, str] = {
    Rule.KEYWORD: "keyword",
    Rule.KEYWORD_WITH_NUMBER: "a keyword with a number",
    Rule.KEYWORD_AMONG_WORDS: "a keyword in a sentence of its own",
    Rule.IN_WORDS: "asked for in words",
    Rule.REPORTED_REFUSAL: "said before, and the texts went on",
    Rule.CANCELS_AN_OPT_OUT: "takes an opt-out back",
    Rule.ANNOYED: "perhaps a wish for the texts to end",
    Rule.QUOTES_WITH_A_VERB: "a reaction to the text",
    Rule.REACTS_TO_AN_ATTACHMENT: "a reaction to an attachment",
    Rule.SAYS_SO: "it says that it answers by itself",
    Rule.ONLY_BUSY_AND_LATER: "only busy now and back later",
    Rule.NOTICE_OF_A_NETWORK: "a notice of a network",
    Rule.A_CODE: "a code",
    Rule.SPEAKS_FOR_A_SERVICE: "another service's text",
    Rule.MENU_OF_A_ROBOT: "a robot's menu",
    Rule.ONLY_OUR_WORDS: "only our own words",
}
# In the order in which they are named, where there are several.
DOUBTS: Mapping[Doubt, str] = {
    Doubt.CONTRADICTED: "a yes and a no in one text",
    Doubt.NEGATED: "denied",
    Doubt.QUESTION: "asked about",
    Doubt.CONDITION: "a condition",
    Doubt.REPORTED: "reported of somebody",
    Doubt.OTHER_OBJECT: "about something else than the texts",
    Doubt.OBJECT_UNCLEAR: "perhaps about something else than the texts",
    Doubt.WITH_NUMBER: "with a number",
    Doubt.INSTRUCTION: "an instruction repeated",
    Doubt.AMONG_OTHER_WORDS: "among other words",
    Doubt.ANGER: "perhaps a wish for the texts to end",
}
