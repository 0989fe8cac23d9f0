"""Facts of a one-off send are of the kind of their example and lead nowhere by themselves."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.fact_rules import LONGEST, fact_from
from chalicelib.problems import BadValue

HOSTS = ("operator.example", "云通.中国")
GOOD: dict[str, tuple[str, Any, Any]] = {
    "words": ("10GB a month", "5GB", "10GB a month"),
    "chinese": ("流量加倍", "5GB", "流量加倍"),
    "whole": ("25", 10, 25),
    "full width": ("２５", 10, 25),
    "less than nothing": ("-3", 10, -3),
    "a number": ("12.50", 9.9, 12.5),
    "a day": ("2026-12-24", "2026-11-30", "2026-12-24"),
    "our host": ("see operator.example/plans", "", "see operator.example/plans"),
    "below our host": ("https://shop.operator.example", "", "https://shop.operator.example"),
    "a price": ("9.90 until 3.12.", "", "9.90 until 3.12."),
    "times": ("10:00-12:30", "", "10:00-12:30"),
}
BAD: dict[str, tuple[str, Any, str]] = {
    "a link": ("click http://evil.example/x", "", "fact_link"),
    "a host alone": ("go to evil.example now", "", "fact_link"),
    "without a space": ("优惠evil.example", "", "fact_link"),
    "another scheme": ("tg://join", "", "fact_link"),
    "our name in front": ("operator.example.evil.example", "", "fact_link"),
    "our name behind": ("evil-operator.example", "", "fact_link"),
    "our host as a user": ("https://operator.example@evil.example/", "", "fact_link"),
    "full width": ("ｅｖｉｌ．ｅｘａｍｐｌｅ", "", "fact_link"),
    "an ideographic stop": ("evil。example", "", "fact_link"),
    "www": ("www.evil", "", "fact_link"),
    "NUL": ("a\x00b", "", "fact_unprintable"),
    "turned round": ("abc\u202edef", "", "fact_unprintable"),
    "nothing wide": ("a\u200bb", "", "fact_unprintable"),
    "two lines": ("a\nb", "", "fact_unprintable"),
    "a line separator": ("a\u2028b", "", "fact_unprintable"),
    "too long": ("x" * (LONGEST + 1), "", "fact_too_long"),
    "words for a number": ("ten", 10, "fact_not_whole"),
    "a link for a number": ("1 http://evil.example", 10, "fact_not_whole"),
    "too many digits": ("1" * 13, 10, "fact_not_whole"),
    "words for a day": ("tomorrow", "2026-11-30", "fact_not_day"),
    "no such day": ("2026-02-30", "2026-11-30", "fact_not_day"),
    "no number": ("nan", 9.9, "fact_not_number"),
}


@pytest.mark.parametrize(("typed", "example", "value"), GOOD.values(), ids=GOOD.keys())
def test_what_fits_is_taken(typed: str, example: Any, value: Any) -> None:
    assert fact_from(typed, example, HOSTS) == value


@pytest.mark.parametrize(("typed", "example", "code"), BAD.values(), ids=BAD.keys())
def test_what_does_not_fit_is_refused(typed: str, example: Any, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        fact_from(typed, example, HOSTS)
    assert refused.value.problem.code == code


@given(st.text(max_size=200), st.sampled_from(["words", 10, 9.9, "2026-11-30"]))
def test_nothing_that_is_typed_breaks_it(typed: str, example: Any) -> None:
    with suppress(BadValue):
        fact_from(typed, example)


@given(
    st.sampled_from(["http", "https", "ftp", "tel", "weixin"]), st.text("abcxyz01.-", min_size=1, max_size=20)
)
def test_no_scheme_leads_anywhere_without_a_list(scheme: str, rest: str) -> None:
    with pytest.raises(BadValue):
        fact_from(f"x {scheme}://{rest}", "words")
