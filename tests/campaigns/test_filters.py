"""How values are said in both languages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns import filters
from chalicelib.campaigns.language import Unrenderable, render

SAID: list[tuple[str, Any, str, str]] = [
    ("data_size", 0, "0MB", "0 MB"),
    ("data_size", 512, "512MB", "512 MB"),
    ("data_size", 1023.96, "1,024MB", "1,024 MB"),
    ("data_size", 1024, "1GB", "1 GB"),
    ("data_size", 1536, "1.5GB", "1.5 GB"),
    ("data_size", 8704.0, "8.5GB", "8.5 GB"),
    ("data_size", 1048576, "1TB", "1 TB"),
    ("data_size", -1536, "-1.5GB", "-1.5 GB"),
    ("data_size", Decimal("1536"), "1.5GB", "1.5 GB"),
    ("amount('min')", 90, "90分钟", "90 min"),
    ("amount('count')", 1200, "1,200条", "1,200 texts"),
    ("amount('MB')", 2048, "2GB", "2 GB"),
    ("minutes", 45, "45分钟", "45 min"),
    ("money('CNY')", 30, "30元", "¥30"),
    ("money('CNY')", 1299.5, "1,299.50元", "¥1,299.50"),
    ("money('USD')", 9.5, "9.50美元", "$9.50"),
    ("money('CHF')", 12, "12 CHF", "CHF 12"),
    ("date", "2026-11-30", "11月30日", "Nov 30"),
    ("date", "2026-01-02T23:30:00+08:00", "1月2日", "Jan 2"),
    ("date('America/New_York')", "2026-01-02T03:30:00Z", "1月1日", "Jan 1"),
    ("date(zone)", "2026-01-02T20:30:00Z", "1月3日", "Jan 3"),
    ("long_date", "2026-11-30", "2026年11月30日", "Nov 30, 2026"),
    ("time", "2026-11-24T01:05:00+08:00", "1:05", "1:05 am"),
    ("time('America/Chicago')", "2026-11-24T01:05:00+08:00", "11:05", "11:05 am"),
    ("time", "2026-11-24T00:00:00+08:00", "0:00", "12:00 am"),
    ("time", "2026-11-24T12:30:00+08:00", "12:30", "12:30 pm"),
    ("name", "Emily Carter", "Emily Carter", "Emily"),
    ("name", "王芳", "王芳", "王芳"),
    ("greeting", "王芳", "王芳，您好", "Hi 王芳"),
    ("greeting", "Emily Carter", "Emily Carter，您好", "Hi Emily"),
    ("greeting", "  ", "您好", "Hi"),
    ("greeting", "", "您好", "Hi"),
    ("percent", 89.96, "89%", "89%"),
    ("percent", 99.999, "99%", "99%"),
    ("percent", 89.99999999999999, "90%", "90%"),
    ("percent", 100, "100%", "100%"),
    ("percent", 123.4, "123%", "123%"),
    ("number", 1234567.891, "1,234,567.89", "1,234,567.89"),
    ("number(0)", 2.5, "3", "3"),
    ("number(1)", 0.05, "0.1", "0.1"),
    ("number", -0.001, "0", "0"),
    ("city", "湖南/长沙", "长沙", "长沙"),
    ("city", "Illinois", "Illinois", "Illinois"),
    ("upper", "abc", "ABC", "ABC"),
    ("lower", "ABC", "abc", "abc"),
    ("abs", -3, "3", "3"),
    ("length", [1, 2], "2", "2"),
    ("default('x')", "", "x", "x"),
    ("default('x')", "y", "y", "y"),
]


@pytest.mark.parametrize(
    ("filter_", "value", "chinese", "english"), SAID, ids=[f"{a} of {b}" for a, b, *_ in SAID]
)
def test_a_filter_says_a_value_in_both_languages(
    filter_: str, value: object, chinese: str, english: str
) -> None:
    facts = {"value": value, "zone": "Asia/Shanghai"}
    source = f"{{{{ value | {filter_} }}}}"
    assert (render(source, facts, "zh-CN"), render(source, facts, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("filter_", "value"),
    [
        ("data_size", "8GB"),
        ("data_size", True),
        ("data_size", None),
        ("data_size", float("nan")),
        ("data_size", float("inf")),
        ("data_size", 10**400),
        ("amount('pints')", 3),
        ("amount(levels)", 3),
        ("money('元')", 3),
        ("date", "30.11.2026"),
        ("date", "2026-02-30"),
        ("date", ""),
        ("date", 20261130),
        ("date('Mars/Base')", "2026-01-02T03:30:00Z"),
        ("time", "2026-11-30x"),
        ("name", 5),
        ("percent", "85"),
        ("length", 5),
    ],
)
def test_a_value_that_a_filter_cannot_say_stops_the_text(filter_: str, value: object) -> None:
    with pytest.raises(Unrenderable):
        render(f"{{{{ value | {filter_} }}}}", {"value": value, "levels": [1]}, "zh-CN")


@pytest.mark.parametrize("name", [name for name in filters.FILTERS if name != "default"])
def test_a_missing_fact_is_never_said(name: str) -> None:
    with pytest.raises(Unrenderable):
        render(f"{{{{ nothing | {name} }}}}", {}, "en")


@pytest.mark.parametrize("language", ["zh", "zh-CN", "zh-Hant-HK", "ZH-tw"])
def test_every_chinese_locale_is_of_the_chinese_family(language: str) -> None:
    assert filters.family(language) == "zh"


@given(
    st.sampled_from(sorted(filters.FILTERS)),
    st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.none(), st.booleans()),
    st.one_of(st.text(max_size=5), st.floats(), st.integers()),
    st.sampled_from(["zh", "en"]),
)
def test_a_filter_adds_a_few_characters_at_most(
    name: str, value: object, argument: object, family: str
) -> None:
    """The promise that keeps texts bounded, whatever argument an author thinks of."""
    for arguments in ((), (argument,)):
        try:
            said = str(filters.FILTERS[name](family, value, *arguments))
        except (ValueError, TypeError):
            continue
        assert len(said) <= 2 * len(str(value)) + len(str(argument)) + 30
