"""Why a message became a dead letter, where no rule of a room says it; the words are in i18n/problems.py."""

from __future__ import annotations

from enum import StrEnum, auto


class LetterCode(StrEnum):
    """A code is its name in small letters."""

    NOT_JSON = auto()
    NOT_AN_EVENT = auto()
    NOT_A_REPLY = auto()
    NOT_A_JOB = auto()
    FAILED_EACH_TIME = auto()
    IN_FILE = auto()
    SEVERAL = auto()
    AS_WRITTEN = auto()
