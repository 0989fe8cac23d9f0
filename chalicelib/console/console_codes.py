"""What can be wrong with an address or a form of the console alone; the words for each are in
i18n/problems.py."""

from __future__ import annotations

from enum import StrEnum, auto


class ConsoleCode(StrEnum):
    """A code is its name in small letters."""

    HOLDS_CONTROL = auto()
    SCORE_UNREADABLE = auto()
    DAY_UNREADABLE = auto()
    VIEW_WITHOUT_NAME = auto()
    VIEW_NAME_TAKEN = auto()
    VIEWS_TOO_MANY = auto()
