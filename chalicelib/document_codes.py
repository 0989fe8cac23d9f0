"""What can be wrong with a field of any document; the words for each are in i18n/problems.py."""

from __future__ import annotations

from enum import StrEnum, auto


class DocumentCode(StrEnum):
    """A code is its name in small letters."""

    MISSING = auto()
    DAMAGED = auto()
    NOT_STORED = auto()
    NOT_TEXT = auto()
    NOT_ONE_OF = auto()
    NOT_WHOLE = auto()
    NOT_NUMBER = auto()
    NOT_BOOLEAN = auto()
    NOT_MAPPING = auto()
    NOT_LIST = auto()
    NOT_WORDS = auto()
    NOT_LANGUAGES = auto()
    NOT_IN_QUOTES = auto()
    NOT_DURATION = auto()
    NOT_WINDOW = auto()
    NEVER_OPEN = auto()
    NOT_CLOCK_TIME = auto()
    NOT_DATE = auto()
    NOT_ZONE = auto()
    UNKNOWN_FIELD = auto()
    TWICE = auto()
    LISTED_TWICE = auto()
    NOT_HOURS = auto()
    RANGES_OVERLAP = auto()
    NOT_RANGE = auto()
    STARTS_AT_24 = auto()
    EMPTY_RANGE = auto()
    NOT_TIME_OF_DAY = auto()
