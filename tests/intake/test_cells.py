"""What a cell holds and what is stored of it: nothing is changed without a word."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest

from chalicelib.i18n.problems import words
from chalicelib.intake.attributes import attributes_from
from chalicelib.intake.cells import CellRules, read_row
from chalicelib.intake.imports import Options, profile
from chalicelib.intake.names import name_of
from chalicelib.intake.sheet import open_sheet

LANGUAGES = {
    "zh-TW": ("zh-CN", True),
    "zh_HK": ("zh-CN", True),
    "zh-Hant-TW": ("zh-CN", True),
    "yue": ("zh-CN", True),
    "Cantonese": ("zh-CN", True),
    "粤语": ("zh-CN", True),
    "繁体中文": ("zh-CN", True),
    "繁體中文": ("zh-CN", True),
    "粵語": ("zh-CN", True),
    "普通話": ("zh-CN", False),
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


FIELDS: Mapping[str, Mapping[str, str | None]] = {
    "plan_ends_on": {
        "12/31/9999 0:00": "", "31.12.9999 00:00:00": "", "Dec 31, 9999": "", "31 Dec 2999": "",
        "2958465": "", "73050": "", "不限期": "", "永不过期": "", "never expires": "",
        "2026-11-30 0:00": "2026-11-30", "31 Dec 2098": "2098-12-31", "46356": "2026-11-30",
    },
    "time_zone": {
        "asia/shanghai": "Asia/Shanghai", "America/New York": "America/New_York", "utc": "UTC",
        "america/argentina/buenos aires": "America/Argentina/Buenos_Aires", "UTC+8": None,
        "posix/Asia/Shanghai": None, "Asia/": None, "est5edt": None,
    },
    "status": {"已停机": "suspended", "已销户": "left", "已开通": "active", "正常使用": "active"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "written", "stored"),
    [(field, *one) for field, cells in FIELDS.items() for one in cells.items()],
)
def test_a_cell_in_any_usual_form_is_one_value(field: str, written: str, stored: str | None) -> None:
    read = read_row({"subscriber_id": "s-1", field: written}, CellRules())
    assert read.changes.get(field) == stored
    assert [one.problem.place for one in read.left_out] == ([field] if stored is None else [])


DAYS = {
    "2026-12-01": "2026-12-01", "2026/12/1 0:00:00": "2026-12-01", "46357": "2026-12-01",
    "12/31/2026": "2026-12-31", "31.12.2026": "2026-12-31", "Dec 1, 2026": "2026-12-01",
    "2026年12月1日": "2026-12-01", "5/6/2026": None, "12-01": None, "soon": None,
}  # fmt: skip
OWN_DAYS = attributes_from(
    {
        "ends": {"type": "day", "example": "2026-11-30"},
        "ends_or_not": {"type": "day", "no_end": True, "example": "2026-11-30"},
    }
)


@pytest.mark.parametrize("field", ["since", "ends", "ends_or_not"])
@pytest.mark.parametrize(("written", "stored"), DAYS.items(), ids=DAYS)
def test_a_day_of_the_operators_is_read_as_the_built_in_ones(
    field: str, written: str, stored: str | None
) -> None:
    read = read_row({"subscriber_id": "s-1", field: written}, CellRules(own=OWN_DAYS))
    assert read.changes.get(field) == stored
    assert [one.problem.place for one in read.left_out] == ([field] if stored is None else [])


@pytest.mark.parametrize("written", ["9999-12-31", "12/31/9999", "2958465", "0000-00-00", "never"])
def test_no_end_in_an_attribute_clears_it(written: str) -> None:
    read = read_row({"subscriber_id": "s-1", "ends_or_not": written}, CellRules(own=OWN_DAYS))
    assert (read.changes["ends_or_not"], read.left_out) == (None, ())


def test_the_whole_column_says_what_its_dates_begin_with() -> None:
    rows = "subscriber_id,ends,since\ns-1,05/06/2026,05/06/2026\ns-2, 25/06/2026,25/06/2026\n"
    sheet = open_sheet(io.BytesIO(rows.encode()))
    options = Options({"subscriber_id": 0, "ends": 1, "since": 2}, CellRules(own=OWN_DAYS))
    assert profile(sheet, options).orders == {"ends": "day", "since": "day"}


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
