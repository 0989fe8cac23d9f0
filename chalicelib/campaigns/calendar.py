"""Whose birthday is it? From a local date to the birthdays that are celebrated on it.

The rules, so that everybody gets one greeting a year and nobody two (docs/decisions/birthdays.md):

- Solar: the day itself. Who was born on 29 February celebrates in common years on `leap_day`.
- Lunar: the day itself, in regular months only. A leap month (闰月) repeats a month that has just
  been celebrated, so nobody is greeted in it.
- Lunar day 30: in a month that has 29 days, on the 29th (年三十 is the last day of the year,
  whatever its number).

The year that goes with a birthday is the year of its own calendar: a lunar birthday late in the 12th
month belongs to the lunar year that is ending, though the solar year has changed already.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

FIRST_YEAR, LAST_YEAR = 1901, 2099  # what cnlunar's table covers


@dataclass(frozen=True, slots=True)
class BirthdayKey:
    """One birthday that is celebrated on a date."""

    calendar: Literal["solar", "lunar"]
    month_day: str  # MM-DD in that calendar
    year: int  # of that calendar; the occasion of the greeting


def birthday_keys(local_date: date, leap_day: Literal["02-28", "03-01"] = "02-28") -> list[BirthdayKey]:
    """The birthdays celebrated on `local_date`, the date where the subscriber is: solar ones first.

    `leap_day` is where 29 February goes in common years. Raises ValueError outside 1901-2099, the
    years of the lunar table, and for another `leap_day`.
    """
    if leap_day not in ("02-28", "03-01"):
        raise ValueError(f"leap_day is {leap_day!r}: use 02-28 or 03-01")
    if not FIRST_YEAR <= local_date.year <= LAST_YEAR:
        raise ValueError(f"no lunar calendar for {local_date.year}: only {FIRST_YEAR} to {LAST_YEAR}")
    month_day = f"{local_date:%m-%d}"
    keys = [BirthdayKey("solar", month_day, local_date.year)]
    if month_day == leap_day and not isleap(local_date.year):
        keys.append(BirthdayKey("solar", "02-29", local_date.year))
    return keys + _lunar_keys(local_date)


def _lunar_keys(local_date: date) -> list[BirthdayKey]:
    from cnlunar import Lunar  # imported when a birthday is asked for: most functions never do

    lunar = Lunar(datetime(local_date.year, local_date.month, local_date.day))  # noqa: DTZ001 (it wants a naive one)
    if lunar.isLunarLeapMonth:
        return []
    days = [lunar.lunarDay]
    if lunar.lunarDay == 29 and not lunar.lunarMonthLong:
        days.append(30)
    return [BirthdayKey("lunar", f"{lunar.lunarMonth:02d}-{each:02d}", lunar.lunarYear) for each in days]
