"""Deadlines in a team's working hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.care.deadlines import Limits, WorkingHours, after, between, deadlines
from chalicelib.clock import parse
from chalicelib.delivery.hours import CLOSED, parse_hours

OFFICE = parse_hours("09:00-18:00")
SHANGHAI = WorkingHours(
    "Asia/Shanghai",
    (OFFICE,) * 5 + (CLOSED,) * 2,
    {date(2026, 10, 1): CLOSED, date(2026, 10, 2): CLOSED, date(2026, 10, 10): OFFICE},
)
ALWAYS = WorkingHours("Asia/Shanghai")
NEW_YORK = WorkingHours("America/New_York", (parse_hours("any"),) * 7)
NIGHT = WorkingHours("America/New_York", (parse_hours("20:00-04:00"),) * 7)
HOURS = st.sampled_from([SHANGHAI, ALWAYS, NEW_YORK, NIGHT])
MOMENTS = st.integers(0, 2 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
SPANS = st.integers(1, 100 * 60).map(lambda minutes: timedelta(minutes=minutes))


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        pytest.param("2026-11-23T10:00", 2, "2026-11-23T12:00", id="within one day"),
        pytest.param("2026-11-23T17:00", 2, "2026-11-24T10:00", id="over night"),
        pytest.param("2026-11-23T20:00", 1, "2026-11-24T10:00", id="written in the evening"),
        pytest.param("2026-11-27T17:00", 2, "2026-11-30T10:00", id="over the weekend"),
        pytest.param("2026-11-28T12:00", 1, "2026-11-30T10:00", id="written on a Saturday"),
        pytest.param("2026-09-30T17:00", 2, "2026-10-05T10:00", id="over a holiday and a weekend"),
        pytest.param("2026-10-09T17:00", 2, "2026-10-10T10:00", id="a Saturday that is worked"),
        pytest.param("2026-11-23T09:00", 9, "2026-11-23T18:00", id="ends when the day ends"),
        pytest.param("2026-11-23T09:00", 24, "2026-11-25T15:00", id="24 h are not a day"),
    ],
)
def test_working_time_passes_in_working_hours(start: str, hours: int, expected: str) -> None:
    found = after(SHANGHAI, local(start, "Asia/Shanghai"), timedelta(hours=hours))
    assert found == local(expected, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        pytest.param("2026-03-07T20:00", 24, "2026-03-08T21:00", id="the clock goes forward"),
        pytest.param("2026-10-31T20:00", 24, "2026-11-01T19:00", id="the clock goes back"),
    ],
)
def test_a_team_round_the_clock_counts_real_hours(start: str, hours: int, expected: str) -> None:
    found = after(NEW_YORK, local(start, "America/New_York"), timedelta(hours=hours))
    assert found == local(expected, "America/New_York")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param("2026-03-07T19:00", 7.0, id="the night is an hour short"),
        pytest.param("2026-10-31T19:00", 9.0, id="the night is an hour long"),
        pytest.param("2026-06-01T19:00", 8.0, id="an ordinary night"),
    ],
)
def test_a_night_shift_over_a_change_of_the_clock(start: str, expected: float) -> None:
    begin = local(start, "America/New_York")
    worked = between(NIGHT, begin, local(start, "America/New_York") + timedelta(hours=12))
    assert worked == timedelta(hours=expected)


@given(hours=HOURS, start=MOMENTS, span=SPANS)
def test_a_deadline_is_never_outside_working_hours(
    hours: WorkingHours, start: datetime, span: timedelta
) -> None:
    found = after(hours, start, span)
    assert found >= start + span
    # The second before it was worked, so it lies within the hours or at their end.
    assert between(hours, found - timedelta(seconds=1), found) == timedelta(seconds=1)


@given(hours=HOURS, start=MOMENTS, span=SPANS)
def test_the_time_until_a_deadline_is_the_time_given(
    hours: WorkingHours, start: datetime, span: timedelta
) -> None:
    assert abs(between(hours, start, after(hours, start, span)) - span) < timedelta(milliseconds=1)


@given(hours=HOURS, first=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=9)), span=SPANS)
def test_who_comes_later_is_due_later(
    hours: WorkingHours, first: datetime, later: timedelta, span: timedelta
) -> None:
    assert after(hours, first, span) <= after(hours, first + later, span)
    assert after(hours, first, span) < after(hours, first, span + timedelta(minutes=1))


def test_a_team_that_never_works_has_no_deadline() -> None:
    with pytest.raises(ValueError, match="does not work"):
        after(WorkingHours("UTC", (CLOSED,) * 7), datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1))


H = timedelta(hours=1)
LIMITS = Limits(
    {"standard": 24 * H, "diamond": 6 * H}, {"standard": 48 * H, "gold": 36 * H}, {"standard": 24 * H}
)


@pytest.mark.parametrize(
    ("tier", "urgent", "answer", "resolve"),
    [
        pytest.param("", False, 24, 48, id="no tier"),
        pytest.param("silver", False, 24, 48, id="a tier that is not named"),
        pytest.param("diamond", False, 6, 48, id="diamond"),
        pytest.param("gold", False, 24, 36, id="gold"),
        pytest.param("gold", True, 24, 24, id="urgent"),
    ],
)
def test_deadlines_by_tier(tier: str, urgent: bool, answer: int, resolve: int) -> None:
    since = datetime(2026, 11, 23, tzinfo=UTC)
    found = deadlines(LIMITS, ALWAYS, since, tier=tier, urgent=urgent)
    assert parse(found.answer_due) == since + answer * H
    assert parse(found.resolve_due) == since + resolve * H
    assert parse(found.answer_warn) == since + 0.75 * answer * H
    assert parse(found.resolve_warn) == since + 0.75 * resolve * H
