"""What a cell holds and what is stored of it: nothing is changed without a word."""

from __future__ import annotations

import pytest

from chalicelib.i18n.problems import words
from chalicelib.intake.cells import CellRules, read_row
from chalicelib.intake.names import name_of

LANGUAGES = {
    "zh-TW": ("zh-CN", True),
    "zh_HK": ("zh-CN", True),
    "zh-Hant-TW": ("zh-CN", True),
    "yue": ("zh-CN", True),
    "Cantonese": ("zh-CN", True),
    "粤语": ("zh-CN", True),
    "繁体中文": ("zh-CN", True),
    "zh": ("zh-CN", False),
    "zh-CN": ("zh-CN", False),
    "zh-Hans": ("zh-CN", False),
    "中文": ("zh-CN", False),
    "普通话": ("zh-CN", False),
    "en-HK": ("en", False),
    "English": ("en", False),
}


@pytest.mark.parametrize(("written", "stored"), LANGUAGES.items(), ids=LANGUAGES)
def test_a_language_that_becomes_another_is_said(written: str, stored: tuple[str, bool]) -> None:
    read = read_row({"subscriber_id": "s-1", "language": written}, CellRules())
    assert (read.changes["language"], bool(read.doubts)) == stored
    assert all(written in words(one.problem, "en") for one in read.doubts)


NAMES = {
    '5" 屏': '5" 屏',
    '王芳 6.7" 手机': '王芳 6.7" 手机',
    '"小明" 王': "小明 王",
    '"Emily Carter"': "Emily Carter",
    '"王芳': "王芳",
    '王芳"': "王芳",
    '""': "",
}


@pytest.mark.parametrize(("written", "name"), NAMES.items(), ids=NAMES)
def test_quotes_around_words_go_and_inches_stay(written: str, name: str) -> None:
    assert name_of(written) == name
