"""What can be wrong with the policy alone; the words for each are in i18n/problems.py."""

from __future__ import annotations

from enum import StrEnum, auto


class PolicyCode(StrEnum):
    """A code is its name in small letters."""

    NO_ZONES = auto()
    NOT_CALLING_CODES = auto()
    NAME_OF_ANOTHER = auto()
    CATEGORY_MISSING = auto()
    SECOND_WINDOW = auto()
    NOT_CAPS = auto()
    NO_SUCH_COUNTRY = auto()
    NO_SUCH_REGION = auto()
    FEWER_A_DAY = auto()
    WHOLE_COUNTRY = auto()
