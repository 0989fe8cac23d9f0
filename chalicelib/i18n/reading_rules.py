"""The English words for the rules by which a reply was read: each part of `Reading.why` by itself."""

from __future__ import annotations

from typing import Final

_PARTS: Final = (
    "number", "words", "one score", "letter", "choice", "help", "not me", "alone", "first", "given",
    "marked", "a corrected score", "of the survey", "an option of the survey", "said in words", "keyword",
    "asked for in words", "a label of the survey", "an everyday form of a label",
    "a letter and a score that disagree", "a letter and words that disagree",
    "a letter the survey does not have", "a reaction to the text", "a score and an emoji that disagree",
    "a score and words that disagree", "a score that may be mocking", "an answer and a stranger together",
    "an answer and a wish together", "emoji only", "no option was named", "no such option",
    "a letter among other words", "letters side by side", "an option with a question",
    "an option that is denied", "no score, no wish", "no survey was asked", "no words",
    "nothing was written", "only the invitation, quoted", "perhaps a wish for the texts to end",
    "the best score with a complaint", "the worst score with praise", "a condition", "a decimal",
    "a second reader doubts", "a decimal or a time", "a letter among digits", "a letter that may be a word",
    "a letter with a question", "a letter with a sign", "a negated score", "a number outside the scale",
    "a number that is written twice", "a number with a sign", "a number with noughts in front",
    "a question", "a range", "a remark about the score", "a score among words that are not known",
    "a score behind words that are not known", "a score of another scale", "a score or a count",
    "a share of something else than the scale", "about, at least or at most",
    "among words that are not known", "another number that may be a score", "another time or person",
    "even that is too much", "many numbers", "more or less than a score", "nothing at all",
    "points taken away", "stars of five or of the scale", "the highest is not the best here",
    "two different scores", "two letters", "two options", "a label's, among others that are not known",
    "a yes or no, or an answer", "how much, and not what",
    "praise or blame, among others that are not known", "praise with a complaint",
    "the survey has no label for them", "words that are taken back", "words that disagree",
    "words that may be mocking", "words with a condition, a question or two negations",
    "words with something else", "machine", "a keyword with a number", "a keyword in a sentence of its own",
    "said before, and the texts went on", "takes an opt-out back", "a yes and a no in one text", "denied",
    "asked about", "reported of somebody", "about something else than the texts",
    "perhaps about something else than the texts", "with a number", "an instruction repeated",
    "among other words", "a reaction to an attachment", "it says that it answers by itself",
    "only busy now and back later", "a notice of a network", "a code", "another service's text",
    "a robot's menu", "only our own words", "only a hint of ours", "emoji only, beside our own words",
    "a machine's words and a wish together", "busy now, said to an agent",
)  # fmt: skip
RULES: Final = {part: part for part in _PARTS} | {
    "opt_out": "opt-out",
    "opt_in": "opt-in",
    "something_stops": "something is to stop",
}
"""A part is its own English."""
