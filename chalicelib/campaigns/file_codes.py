"""What can be wrong with a file of the templates folder; the words for each are in i18n/problems.py."""

from __future__ import annotations

from enum import StrEnum, auto


class FileCode(StrEnum):
    """A code is its name in small letters."""

    NO_CAMPAIGN = auto()
    NOT_FOLDER_NAME = auto()
    NO_FIELDS = auto()
    NOT_A_TEXT_NAME = auto()
    SECOND_TEXT = auto()
    NOT_ENTRIES = auto()
    ENTRY_WITHOUT_ID = auto()
    NOT_UTF_8 = auto()
    STANDS_TWICE = auto()
    NOT_YAML = auto()
    NOT_AN_EVENT_FILE = auto()
    UNKNOWN_NAME = auto()
    PROVINCE_ALONE = auto()
