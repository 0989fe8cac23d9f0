"""Birthdays against almanac dates, and the promise that everybody gets exactly one a year."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from datetime import date, timedelta

import pytest

from chalicelib.campaigns.calendar import BirthdayKey, birthday_keys

# Spring Festival (lunar 01-01), from the almanac.
SPRING_FESTIVALS = [
    date(2020, 1, 25), date(2021, 2, 12), date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10),
    date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13),
    date(2030, 2, 3), date(2031, 1, 23), date(2032, 2, 11), date(2033, 1, 31), date(2034, 2, 19),
    date(2035, 2, 8),
]  # fmt: skip
# Lunar year -> the month that is repeated, from the almanac.
LEAP_MONTHS = {2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11}


def lunar(day: date) -> list[tuple[str, int]]:
    return [(key.month_day, key.year) for key in birthday_keys(day) if key.calendar == "lunar"]


def solar(day: date, **options: str) -> list[str]:
    return [key.month_day for key in birthday_keys(day, **options) if key.calendar == "solar"]  # type: ignore[arg-type]


@pytest.mark.parametrize("day", SPRING_FESTIVALS, ids=str)
def test_spring_festival_is_the_first_day_and_its_eve_closes_the_old_lunar_year(day: date) -> None:
    assert lunar(day) == [("01-01", day.year)]
    eve = lunar(day - timedelta(days=1))
    assert eve[-1] == ("12-30", day.year - 1)
    assert eve[0] in {("12-30", day.year - 1), ("12-29", day.year - 1)}


def test_mid_autumn_dragon_boat_and_double_ninth_of_2026() -> None:
    assert lunar(date(2026, 9, 25)) == [("08-15", 2026)]
    assert lunar(date(2026, 6, 19)) == [("05-05", 2026)]
    assert lunar(date(2026, 10, 18)) == [("09-09", 2026)]


@pytest.mark.parametrize(("year", "month"), LEAP_MONTHS.items(), ids=lambda value: str(value))
def test_a_leap_month_comes_after_its_month_and_greets_nobody(year: int, month: int) -> None:
    first, following = SPRING_FESTIVALS[year - 2020], SPRING_FESTIVALS[year - 2019]
    days = [first + timedelta(days=n) for n in range((following - first).days)]
    silent = [day for day in days if not lunar(day)]
    assert len(silent) in (29, 30)
    assert silent == [silent[0] + timedelta(days=n) for n in range(len(silent))]
    assert lunar(silent[0] - timedelta(days=1))[-1] == (f"{month:02d}-30", year)
    assert lunar(silent[-1] + timedelta(days=1)) == [(f"{month % 12 + 1:02d}-01", year)]


def test_a_year_without_leap_month_has_no_silent_day() -> None:
    first = SPRING_FESTIVALS[6]
    assert all(lunar(first + timedelta(days=n)) for n in range((SPRING_FESTIVALS[7] - first).days))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2024, 2, 9), [("12-30", 2023)], id="the 12th month of 2023 has a 30th day"),
        pytest.param(date(2025, 1, 28), [("12-29", 2024), ("12-30", 2024)], id="that of 2024 has not"),
        pytest.param(date(2026, 2, 16), [("12-29", 2025), ("12-30", 2025)], id="that of 2025 has not"),
        pytest.param(date(2027, 2, 5), [("12-29", 2026), ("12-30", 2026)], id="that of 2026 has not"),
    ],
)
def test_the_thirtieth_of_the_twelfth_month(day: date, expected: list[tuple[str, int]]) -> None:
    assert lunar(day) == expected


@pytest.mark.parametrize(
    ("day", "leap_day", "expected"),
    [
        pytest.param(date(2027, 2, 28), "02-28", ["02-28", "02-29"], id="common year, on 28 February"),
        pytest.param(date(2027, 3, 1), "02-28", ["03-01"], id="common year, not again on 1 March"),
        pytest.param(date(2027, 2, 28), "03-01", ["02-28"], id="the other rule, 28 February"),
        pytest.param(date(2027, 3, 1), "03-01", ["03-01", "02-29"], id="the other rule, on 1 March"),
        pytest.param(date(2028, 2, 28), "02-28", ["02-28"], id="leap year, not on the 28th"),
        pytest.param(date(2028, 2, 29), "02-28", ["02-29"], id="leap year, on the day"),
        pytest.param(date(2028, 3, 1), "03-01", ["03-01"], id="leap year, not on 1 March"),
    ],
)
def test_birthdays_of_29_february_as_the_policy_says(day: date, leap_day: str, expected: list[str]) -> None:
    assert solar(day, leap_day=leap_day) == expected


# Every leap-month shape, both century ends, months of 29 and 30 days: and every year in steps of seven.
YEARS = sorted({1950, 2033, 2034, 2097, *range(1951, 2098, 7)})


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_every_solar_and_every_lunar_birthday_comes_once_in_its_year(year: int) -> None:
    found: Counter[BirthdayKey] = Counter()
    # A lunar year lies within January of its own year and February of the next.
    for number in range(date(year, 1, 1).toordinal(), date(year + 1, 3, 1).toordinal()):
        found.update(birthday_keys(date.fromordinal(number)))
    lunar_days = {f"{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 31)}
    solar_days = {
        f"{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, monthrange(2000, month)[1] + 1)
    }
    assert {key.month_day: n for key, n in found.items() if key.calendar == "lunar" and key.year == year} == (
        dict.fromkeys(lunar_days, 1)
    )
    assert {key.month_day: n for key, n in found.items() if key.calendar == "solar" and key.year == year} == (
        dict.fromkeys(solar_days, 1)
    )


@pytest.mark.parametrize("year", [1900, 2100])
def test_years_outside_the_table_are_refused_by_name(year: int) -> None:
    with pytest.raises(ValueError, match=f"no lunar calendar for {year}"):
        birthday_keys(date(year, 6, 1))


def test_another_leap_day_is_refused() -> None:
    with pytest.raises(ValueError, match="02-28 or 03-01"):
        birthday_keys(date(2026, 2, 28), "02-27")  # type: ignore[arg-type]
