"""The English words for the rules by which a reply was read: each part of `Reading.why` by itself.

The same as `replies.candidates` has under its enums, which a test compares: words are collected from here.
"""

from __future__ import annotations

from typing import Final

_OF_CANDIDATES: Final = (
    # rules
    "a number marked as a score", "a number that is given", "a number alone",
    "a number before everything else", "perhaps a score", "a corrected score", "a label of the survey",
    "an everyday form of a label", "a letter of the survey", "an option of the survey", "like an answer",
    "keyword", "a keyword with a number", "a keyword in a sentence of its own", "asked for in words",
    "said before, and the texts went on", "takes an opt-out back", "perhaps a wish for the texts to end",
    "a reaction to the text", "a reaction to an attachment", "it says that it answers by itself",
    "only busy now and back later", "a notice of a network", "a code", "another service's text",
    "a robot's menu", "only our own words",
    # doubts
    "a yes and a no in one text", "perhaps mocking", "more than one answer", "denied", "asked about",
    "a condition", "two negations", "reported of somebody", "of another time",
    "about something else than the texts", "perhaps about something else than the texts", "with a number",
    "an instruction repeated", "points taken away", "even that is too much", "about, at least or at most",
    "a remark about the score", "a decimal or a time", "a decimal or a range",
    "a number written in an unusual way", "the highest is not the best here", "of another scale",
    "not among the survey's answers", "the survey has no label for it", "an emoji says something else",
    "number, letter and words disagree", "praise with a complaint", "the worst score with praise",
    "a yes or no, or an answer", "emoji only", "how much, and not what", "a letter that may be a word",
    "a score or a count", "among other words",
    # what they are
    "rating", "choice", "help", "not me", "machine",
)  # fmt: skip
_OTHERS: Final = (
    "no score, no wish", "no survey was asked", "no words", "nothing was written",
    "only the invitation, quoted", "only a hint of ours", "emoji only, beside our own words",
    "a machine's words and a wish together", "busy now, said to an agent",
    "an answer and a stranger together", "an answer and a wish together", "a second reader doubts",
)  # fmt: skip
RULES: Final = {part: part for part in (*_OF_CANDIDATES, *_OTHERS)} | {
    "opt_out": "opt-out",
    "opt_in": "opt-in",
    "something_stops": "something is to stop",
}
"""A part is its own English."""
