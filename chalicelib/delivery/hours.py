"""Hours of the day on the recipient's clock, and the moments in UTC that they stand for.

Hours are pairs of minutes after local midnight. A pair belongs to the day it begins on and may end on
the next one ("20:00-02:00" is 1200 to 1560), so a Sunday's evening is still Sunday's after midnight.

When the clock is changed, the strict reading holds: where an hour is repeated, hours open at its second
pass and close at its first; a time that is skipped stands for the moment of the change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from chalicelib.document import Window
from chalicelib.document_codes import DocumentCode as Code
from chalicelib.problems import BadValue

Hours = tuple[tuple[int, int], ...]

DAY = 24 * 60
ANY: Hours = ((0, DAY),)
CLOSED: Hours = ()
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Week:
    """Hours for Monday to Sunday, and what a public holiday does: hours of its own, or nothing (None)."""

    days: tuple[Hours, ...]
    holiday: Hours | None = None

    def on(self, day: date, *, holiday: bool) -> Hours:
        """The hours of one local date."""
        if holiday and self.holiday is not None:
            return self.holiday
        return self.days[day.weekday()]


@lru_cache(maxsize=512)
def parse_hours(text: str) -> Hours:
    """Hours from `any`, `closed`, `08:00-20:00` or several ranges with commas between.

    An end that is not later than the start is on the next day; `24:00` is allowed as an end. Raises
    BadValue for what is none.
    """
    plain = text.strip()
    if plain == "any":
        return ANY
    if plain == "closed":
        return CLOSED
    ranges = sorted(_range(part) for part in plain.split(","))
    for (_, end), (start, _) in pairwise(ranges):
        if start < end:
            raise BadValue(Code.RANGES_OVERLAP, value=repr(plain))
    return tuple(ranges)


@lru_cache(maxsize=512)
def week_of(window: Window) -> Week:
    """A campaign's own window: the same hours every day, holidays too."""
    start, end = _minute(window.start) % DAY, _minute(window.end)
    return Week((((start, end if end > start else end + DAY),),) * 7)


@lru_cache(maxsize=16384)
def spans(hours: Hours, zone: str, day: int) -> tuple[tuple[int, int], ...]:
    """When the hours of one local date are open: (start, end) in epoch seconds, end not included.

    `day` is the local date's ordinal, `zone` the name of a zone that exists.
    """
    where = ZoneInfo(zone)
    found = (
        (_moment(where, day, start, opens=True), _moment(where, day, end, opens=False))
        for start, end in hours
    )
    return tuple((start, end) for start, end in found if start < end)


def _minute(clock: time) -> int:
    return DAY if clock == time.max else clock.hour * 60 + clock.minute


def _range(part: str) -> tuple[int, int]:
    start, dash, end = part.strip().partition("-")
    if not dash:
        raise BadValue(Code.NOT_RANGE, value=repr(part.strip()))
    first, last = _minutes(start.strip()), _minutes(end.strip())
    if first == DAY:
        raise BadValue(Code.STARTS_AT_24, value=repr(part.strip()))
    if first == last:
        raise BadValue(Code.EMPTY_RANGE, value=repr(part.strip()))
    return first, last if last > first else last + DAY


def _minutes(text: str) -> int:
    hour, colon, minute = text.partition(":")
    if (
        colon
        and len(minute) == 2
        and 1 <= len(hour) <= 2
        and (hour + minute).isascii()
        and (hour + minute).isdigit()
    ):
        value = int(hour) * 60 + int(minute)
        if int(minute) < 60 and value <= DAY:
            return value
    raise BadValue(Code.NOT_TIME_OF_DAY, value=repr(text))


def _moment(zone: ZoneInfo, day: int, minute: int, *, opens: bool) -> int:
    wall = datetime.fromordinal(day) + timedelta(minutes=minute)
    first = wall.replace(tzinfo=zone)
    # The second fold differs only next to a change of the clock, so its cost is paid for once a day.
    second = first.replace(fold=1)
    early, late = int(first.timestamp()), int(second.timestamp())
    if early == late:
        return early
    if early < late:  # this wall time comes twice
        # Hours that open where the repeated time begins are never left again: they open the first time.
        return late if opens and _change_between(zone, early, late) < late else early
    return _change_between(zone, late, early)  # this wall time is skipped


def _change_between(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second that has the new offset, where the clock is changed once in (before, after]."""
    old = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
