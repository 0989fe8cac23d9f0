"""What a detector finds in a reply, as data: the intent, the rule, where it stands, what speaks against it.

Detectors propose; `weighing` decides. A candidate without doubts is certain for its detector; each doubt
names one reason why it may be none. The words for rules and doubts are those of `Reading.why`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What a reply may be."""

    RATING = "rating"
    CHOICE = "choice"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    NOT_ME = "not_me"
    MACHINE = "machine"
    SOMETHING_STOPS = "something_stops"  # something is to end, and it is not said what


class Rule(StrEnum):
    """What recognised it."""

    # of answers to a survey
    NUMBER_MARKED = "number_marked"  # 5分, "4 stars", 3/5
    NUMBER_GIVEN = "number_given"  # "I rate it 2"
    NUMBER_ALONE = "number_alone"  # beside words that are all known
    NUMBER_FIRST = "number_first"  # with a stop or a reason behind it
    NUMBER_PERHAPS = "number_perhaps"
    NUMBER_CORRECTED = "number_corrected"  # "5, no, 4"
    LABEL = "label"
    EVERYDAY_WORDS = "everyday_words"  # what people say for a label
    LETTER = "letter"
    OPTION = "option"
    LIKE_AN_ANSWER = "like_an_answer"  # so few words that they are hardly anything else
    # of wishes about the texts, and of who was reached wrongly
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
    # of answers to a survey
    SEVERAL = "several"  # two scores, letters or options
    DISAGREES = "disagrees"  # number, letter and words say different things
    EMOJI_DISAGREES = "emoji_disagrees"
    MOCKING = "mocking"
    WITH_COMPLAINT = "with_complaint"  # praise or the best score
    WITH_PRAISE = "with_praise"  # the worst score
    ANOTHER_TIME = "another_time"
    TWO_NEGATIONS = "two_negations"
    YES_OR_NO = "yes_or_no"  # "fine", "ok"
    TAKEN_AWAY = "taken_away"  # points, from a score that is not named
    TOO_MUCH = "too_much"  # 1分都嫌多
    ROUGHLY = "roughly"  # about, at least, at most
    REMARK = "remark"  # "5 is a joke"
    OUTSIDE = "outside"  # no score, letter or option of the survey
    OTHER_SCALE = "other_scale"
    HIGHEST_IS_NOT_BEST = "highest_is_not_best"
    COUNT = "count"  # 3 days, perhaps
    RANGE = "range"  # 3-4, 3.5, "more than 3"
    TIME_OR_DECIMAL = "time_or_decimal"
    UNUSUAL_NUMBER = "unusual_number"  # +1, 05, 1l
    MAY_BE_A_WORD = "may_be_a_word"  # a letter
    ONLY_EMOJI = "only_emoji"
    HOW_MUCH = "how_much"  # "very", and not what
    NO_LABEL = "no_label"


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
    """`value` is the score of a rating, the key of a choice, the scope of an opt-out, or the kind of a
    machine; `span` the evidence, in the normalised text."""

    kind: Intent
    rule: Rule
    span: tuple[int, int]
    value: Said | MachineKind | int | str | None = None
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
    Rule.NUMBER_MARKED: "a number marked as a score",
    Rule.NUMBER_GIVEN: "a number that is given",
    Rule.NUMBER_ALONE: "a number alone",
    Rule.NUMBER_FIRST: "a number before everything else",
    Rule.NUMBER_PERHAPS: "perhaps a score",
    Rule.NUMBER_CORRECTED: "a corrected score",
    Rule.LABEL: "a label of the survey",
    Rule.EVERYDAY_WORDS: "an everyday form of a label",
    Rule.LETTER: "a letter of the survey",
    Rule.OPTION: "an option of the survey",
    Rule.LIKE_AN_ANSWER: "like an answer",
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
    Doubt.MOCKING: "perhaps mocking",
    Doubt.SEVERAL: "more than one answer",
    Doubt.NEGATED: "denied",
    Doubt.QUESTION: "asked about",
    Doubt.CONDITION: "a condition",
    Doubt.TWO_NEGATIONS: "two negations",
    Doubt.REPORTED: "reported of somebody",
    Doubt.ANOTHER_TIME: "of another time",
    Doubt.OTHER_OBJECT: "about something else than the texts",
    Doubt.OBJECT_UNCLEAR: "perhaps about something else than the texts",
    Doubt.WITH_NUMBER: "with a number",
    Doubt.INSTRUCTION: "an instruction repeated",
    Doubt.TAKEN_AWAY: "points taken away",
    Doubt.TOO_MUCH: "even that is too much",
    Doubt.ROUGHLY: "about, at least or at most",
    Doubt.REMARK: "a remark about the score",
    Doubt.TIME_OR_DECIMAL: "a decimal or a time",
    Doubt.RANGE: "a decimal or a range",
    Doubt.UNUSUAL_NUMBER: "a number written in an unusual way",
    Doubt.HIGHEST_IS_NOT_BEST: "the highest is not the best here",
    Doubt.OTHER_SCALE: "of another scale",
    Doubt.OUTSIDE: "not among the survey's answers",
    Doubt.NO_LABEL: "the survey has no label for it",
    Doubt.EMOJI_DISAGREES: "an emoji says something else",
    Doubt.DISAGREES: "number, letter and words disagree",
    Doubt.WITH_COMPLAINT: "praise with a complaint",
    Doubt.WITH_PRAISE: "the worst score with praise",
    Doubt.YES_OR_NO: "a yes or no, or an answer",
    Doubt.ONLY_EMOJI: "emoji only",
    Doubt.HOW_MUCH: "how much, and not what",
    Doubt.MAY_BE_A_WORD: "a letter that may be a word",
    Doubt.COUNT: "a score or a count",
    Doubt.AMONG_OTHER_WORDS: "among other words",
    Doubt.ANGER: "perhaps a wish for the texts to end",
}
