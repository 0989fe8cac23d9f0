"""Numbers, money, times and lists in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from chalicelib.i18n import formats

NOW = datetime(2026, 11, 28, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "english", "chinese"),
    [
        (timedelta(0), "now", "刚刚"),
        (timedelta(seconds=25), "now", "刚刚"),
        (timedelta(minutes=5), "in 5 min", "5 分钟后"),
        (timedelta(minutes=-59), "59 min ago", "59 分钟前"),
        (timedelta(hours=3), "in 3 h", "3 小时后"),
        (timedelta(hours=-47), "47 h ago", "47 小时前"),
        (timedelta(hours=49), "", ""),
    ],
)
def test_a_time_near_now_is_said_from_now(ahead: timedelta, english: str, chinese: str) -> None:
    assert formats.near(NOW + ahead, NOW, "en") == english
    assert formats.near(NOW + ahead, NOW, "zh-CN") == chinese


@pytest.mark.parametrize(
    ("ahead", "english", "chinese"),
    [
        (timedelta(minutes=42), "42 min left", "剩 42 分钟"),
        (timedelta(seconds=5), "1 min left", "剩 1 分钟"),
        (timedelta(0), "1 min over", "超 1 分钟"),
        (timedelta(hours=-5), "5 h over", "超 5 小时"),
        (timedelta(days=3), "3 days left", "剩 3 天"),
        (timedelta(days=-60), "60 days over", "超 60 天"),
    ],
)
def test_what_is_left_until_a_deadline_is_said_however_far_it_is(
    ahead: timedelta, english: str, chinese: str
) -> None:
    assert formats.left(NOW + ahead, NOW, "en") == english
    assert formats.left(NOW + ahead, NOW, "zh-CN") == chinese


@pytest.mark.parametrize(
    ("amount", "currency", "english", "chinese"),
    [
        (768.42, "CNY", "CNY 768.42", "¥768.42"),
        (Decimal("0.0450"), "CNY", "CNY 0.045", "¥0.045"),
        (403.55, "USD", "USD 403.55", "US$403.55"),
        (1234.5, "AED", "AED 1,234.50", "AED 1,234.50"),
    ],
)
def test_money_has_its_currency_in_front(
    amount: float | Decimal, currency: str, english: str, chinese: str
) -> None:
    assert formats.money(amount, currency, "en") == english
    assert formats.money(amount, currency, "zh-CN") == chinese


@pytest.mark.parametrize(
    ("length", "english", "chinese"),
    [
        (timedelta(0), "at once", "立即"),
        (timedelta(days=1), "1 day", "1 天"),
        (timedelta(hours=36), "36 hours", "36 小时"),
        (timedelta(minutes=90), "90 minutes", "90 分钟"),
        (timedelta(seconds=45), "45 seconds", "45 秒"),
    ],
)
def test_a_duration_is_in_the_largest_unit_that_says_it_exactly(
    length: timedelta, english: str, chinese: str
) -> None:
    assert formats.duration(length, "en") == english
    assert formats.duration(length, "zh-CN") == chinese


def test_numbers_and_shares() -> None:
    assert (formats.number(41386), formats.number(None)) == ("41,386", "–")
    assert (formats.share(0.191), formats.share(None)) == ("19%", "–")
    assert (formats.amount(1403.55), formats.amount(0.12), formats.amount(None)) == ("1,403.55", "0.12", "–")


def test_times_are_on_the_clock_of_the_zone() -> None:
    assert formats.minute_of(NOW, "Asia/Shanghai") == "2026-11-29 00:12"
    assert formats.clock_time(time.max) == "24:00"


def test_lists_are_joined_as_the_language_does() -> None:
    assert formats.all_of(["7", "3", "1"], "en") == "7, 3 and 1"
    assert formats.all_of(["7", "3", "1"], "zh-CN") == "7、3、1"
    assert formats.one_of(["1", "2"], "en") == "1 or 2"
    assert formats.listed(["a"], "en") == "a"
