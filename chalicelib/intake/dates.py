"""Dates as CRMs and spreadsheets write them; the whole column is evidence for which part is the day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.values import BadField, narrow

Order = Literal["", "day", "month", "both"]  # what a column's dates begin with; both: it contradicts itself

_SERIAL_0 = date(1899, 12, 30)  # day 0 of spreadsheets
_SERIAL = re.compile(r"([1-9][0-9]{4}|2958465)(?:\.[0-9]+)?")  # the long one is 9999-12-31, the last there is
_TIME = r"(?:[T ]+[0-9]{1,2}[:时][0-9:.]*(?: ?[AP]M)?(?:Z|[+-][0-9:]+)?)?"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}", re.IGNORECASE)
_TOGETHER = re.compile(rf"([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?:[0-9]{{6}})?{_TIME}", re.IGNORECASE)
_CHINESE = re.compile(rf"(?:([0-9]{{4}})年)?([0-9]{{1,2}})月([0-9]{{1,2}})[日号]?{_TIME}", re.IGNORECASE)
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}){_TIME}", re.IGNORECASE)
_NO_YEAR = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})")
_MONTH_DAY = re.compile(r"(?:--)?([0-9]{1,2})-([0-9]{1,2})")
_TWO_DIGITS = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WORD = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_WORDS = (
    re.compile(rf"{_WORD}[ -]([0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? ?-?([0-9]{{4}}))?", re.IGNORECASE),
    re.compile(rf"([0-9]{{1,2}})(?:st|nd|rd|th)?[ -]{_WORD}(?:,?[ -]([0-9]{{4}}))?", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it was written; `year` 0 where there is none. Nothing says yet that there is such a day."""

    year: int
    month: int
    day: int


def more_evidence(order: Order, cell: str) -> Order:
    """The order, after one more cell was seen."""
    cell = str(narrow(cell))
    match = _YEAR_LAST.fullmatch(cell)
    first, second = (match[1], match[3]) if match else (0, 0)
    if not match and (match := _NO_YEAR.fullmatch(cell)):
        first, second = match[1], match[2]
    this: Order = "day" if int(first) > 12 else "month" if int(second) > 12 else ""
    if not this or this == order:
        return order
    return "both" if order else this


def read_date(field: str, written: str, order: Order = "") -> Written:
    """The date, or raise BadField: one that can be two days is refused, and one without its century."""
    text = str(narrow(written))
    if match := _SERIAL.fullmatch(text):
        found = _SERIAL_0 + timedelta(days=int(match[1]))
        return Written(found.year, found.month, found.day)
    if match := _YEAR_FIRST.fullmatch(text):
        return Written(int(match[1]), int(match[3]), int(match[4]))
    if match := _TOGETHER.fullmatch(text) or _CHINESE.fullmatch(text):
        return Written(int(match[1] or 0), int(match[2]), int(match[3]))
    if match := _YEAR_LAST.fullmatch(text):
        return _ordered(field, int(match[1]), int(match[3]), int(match[4]), order)
    if match := _MONTH_DAY.fullmatch(text):
        return Written(0, int(match[1]), int(match[2]))
    if match := _NO_YEAR.fullmatch(text):
        return _ordered(field, int(match[1]), int(match[2]), 0, order)
    if match := _WORDS[0].fullmatch(text):
        return Written(int(match[3] or 0), _MONTHS.index(match[1][:3].lower()) + 1, int(match[2]))
    if match := _WORDS[1].fullmatch(text):
        return Written(int(match[3] or 0), _MONTHS.index(match[2][:3].lower()) + 1, int(match[1]))
    raise BadField(field, Code.DATE_CENTURY if _TWO_DIGITS.fullmatch(text) else Code.DATE_FORM)


def _ordered(field: str, first: int, second: int, year: int, order: Order) -> Written:
    if first > 12 or (order == "day" and second <= 12):
        return Written(year, second, first)
    if second > 12 or order == "month" or first == second:
        return Written(year, first, second)
    raise BadField(field, Code.DATE_TWO_DAYS)
