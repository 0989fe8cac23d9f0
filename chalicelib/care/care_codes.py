"""What can be wrong with care's settings, and why an act on a case is refused; words in i18n/problems.py."""

from __future__ import annotations

from enum import StrEnum, auto


class CareCode(StrEnum):
    """A code is its name in small letters."""

    NOT_ANOTHER_TEAM = auto()
    NOT_A_DAY = auto()
    TEAM_NEVER_OPEN = auto()
    NO_STANDARD = auto()
    NOT_A_SPAN = auto()
    NOT_COUNTED = auto()
    NO_SUCH_DEPARTMENT = auto()
    PHRASE_TOO_SHORT = auto()
    NOT_A_PHRASE = auto()
    SILENCE_TOO_SHORT = auto()
    OWNED = auto()
    HAND_OVER_WITHOUT_NOTE = auto()
    NO_SUCH_TEAM = auto()
    HANDED_TO_NOBODY = auto()
    NOTE_EMPTY = auto()
    ANSWER_EMPTY = auto()
    ANSWER_TOO_LONG = auto()
    CLOSED_NO_ANSWER = auto()
    NO_SUCH_TOPIC = auto()
    NO_SUCH_DEPARTMENT_OF_CASE = auto()
    NO_SUCH_REMEDY = auto()
    RESOLVED_WITHOUT_NOTE = auto()
    OPEN_ALREADY = auto()
    REOPENED_WITHOUT_NOTE = auto()
    CLOSED_ALREADY = auto()
    CLOSED_WITHOUT_REASON = auto()
    JOINED_TO_DUPLICATE = auto()
    NOT_SAME_SUBSCRIBER = auto()
    JOINED_CLOSED = auto()
    CANNOT_UNDO = auto()
    UNDO_NOT_KEPT = auto()
    NOT_IN_THIS_STATE = auto()
    NO_SUCH_STEP = auto()
    NO_SUCH_OUTCOME = auto()
    NO_SUCH_COLOUR = auto()
    COLOUR_WITHOUT_WHY = auto()
    NO_SUCH_MEANING = auto()
    SCORE_OUTSIDE = auto()
    REPLY_NOT_KEPT = auto()
    NO_SUCH_CASE = auto()
    CHANGED_MEANWHILE = auto()
