"""Why a wish or a machine was recognised or doubted, in the words of `Reading.why`."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.replies.candidates import Candidate, Doubt, Rule
from chalicelib.replies.machines import MachineRule

RULES: Mapping[Rule, str] = {
    Rule.KEYWORD: "keyword",
    Rule.KEYWORD_WITH_NUMBER: "a keyword with a number",
    Rule.KEYWORD_AMONG_WORDS: "a keyword in a sentence of its own",
    Rule.IN_WORDS: "asked for in words",
    Rule.REPORTED_REFUSAL: "said before, and the texts went on",
    Rule.CANCELS_AN_OPT_OUT: "takes an opt-out back",
    Rule.ANNOYED: "perhaps a wish for the texts to end",
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
MACHINES: Mapping[MachineRule, str] = {
    MachineRule.QUOTES_WITH_A_VERB: "a reaction to the text",
    MachineRule.REACTS_TO_AN_ATTACHMENT: "a reaction to an attachment",
    MachineRule.SAYS_SO: "it says that it answers by itself",
    MachineRule.ONLY_BUSY_AND_LATER: "only busy now and back later",
    MachineRule.NOTICE_OF_A_NETWORK: "a notice of a network",
    MachineRule.A_CODE: "a code",
    MachineRule.SPEAKS_FOR_A_SERVICE: "another service's text",
    MachineRule.MENU_OF_A_ROBOT: "a robot's menu",
    MachineRule.ONLY_OUR_WORDS: "only our own words",
}


def of_wish(found: Candidate) -> str:
    """The winning rule of a candidate, or the first of its doubts."""
    if found.certain:
        return f"{found.kind}: {RULES[found.rule]}"
    return f"{found.kind}: {next(words for doubt, words in DOUBTS.items() if doubt in found.doubts)}"
