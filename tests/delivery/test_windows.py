"""Send windows: by place, weekday and holiday, on the recipient's clock, across both changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.delivery.hours import parse_hours, spans
from chalicelib.delivery.windows import NEVER, OPEN, OpensAt, opening
from chalicelib.document import window
from chalicelib.problems import BadValue
from tests.english import refused
from tests.support.factories import moment, policy, shipped_policy


def ask(place: str, zone: str, now: str, category: str = "marketing", own: str = "any") -> datetime | object:
    """The moment a text may go, or OPEN or NEVER, by the shipped policy."""
    country, _, region = place.partition("/")
    answer = opening(shipped_policy(), category, window(own), country, region, zone, moment(now))
    return answer.at if isinstance(answer, OpensAt) else answer


DECENT_HOURS = {
    "US, 20:59 is open": ("US/NY", "America/New_York", "2026-11-24 20:59 -05:00", OPEN),
    "US, 21:00 is not, until 8:00": (
        "US/NY",
        "America/New_York",
        "2026-11-24 21:00 -05:00",
        "2026-11-25 08:00 -05:00",
    ),
    "US, 07:59 waits a minute": (
        "US/NY",
        "America/New_York",
        "2026-11-24 07:59 -05:00",
        "2026-11-24 08:00 -05:00",
    ),
    "Florida closes at 20:00": (
        "US/FL",
        "America/New_York",
        "2026-11-24 20:00 -05:00",
        "2026-11-25 08:00 -05:00",
    ),
    "Florida's west goes by its own clock": ("US/FL", "America/Chicago", "2026-11-24 19:59 -06:00", OPEN),
    "Texas opens at 9:00": ("US/TX", "America/Chicago", "2026-11-24 08:30 -06:00", "2026-11-24 09:00 -06:00"),
    "Texas is open to 21:00": ("US/TX", "America/Chicago", "2026-11-24 20:59 -06:00", OPEN),
    "Texas on Sunday opens at noon": (
        "US/TX",
        "America/Chicago",
        "2026-11-22 09:30 -06:00",
        "2026-11-22 12:00 -06:00",
    ),
    "Texas on Saturday night waits for Sunday noon": (
        "US/TX",
        "America/Chicago",
        "2026-11-21 21:00 -06:00",
        "2026-11-22 12:00 -06:00",
    ),
    "Texas on Thanksgiving is like Sunday": (
        "US/TX",
        "America/Chicago",
        "2026-11-26 09:30 -06:00",
        "2026-11-26 12:00 -06:00",
    ),
    "the holiday is the recipient's date, not UTC's": (
        "US/TX",
        "America/Chicago",
        "2026-11-25 20:00 -06:00",
        OPEN,
    ),
    "an unknown state of the US is the strictest": (
        "US/?",
        "America/Chicago",
        "2026-11-22 09:30 -06:00",
        "2026-11-22 12:00 -06:00",
    ),
    "China closes at 20:00": ("CN", "Asia/Shanghai", "2026-11-24 20:00 +08:00", "2026-11-25 08:00 +08:00"),
    "China opens at 8:00": ("CN", "Asia/Shanghai", "2026-11-24 08:00 +08:00", OPEN),
    "China on National Day opens later": (
        "CN",
        "Asia/Shanghai",
        "2026-10-01 08:30 +08:00",
        "2026-10-01 09:00 +08:00",
    ),
    "a Chinese number in New York sleeps by New York": (
        "CN",
        "America/New_York",
        "2026-11-24 10:00 +08:00",
        "2026-11-24 08:00 -05:00",
    ),
    "a country without an entry": (
        "GB",
        "Europe/London",
        "2026-06-24 08:30 +01:00",
        "2026-06-24 09:00 +01:00",
    ),
    "nowhere known": ("", "", "2026-11-24 20:30 +08:00", "2026-11-25 09:00 +08:00"),
}


@pytest.mark.parametrize(("place", "zone", "now", "expected"), DECENT_HOURS.values(), ids=DECENT_HOURS.keys())
def test_a_text_goes_at_a_decent_hour(place: str, zone: str, now: str, expected: object) -> None:
    assert ask(place, zone, now) == (moment(expected) if isinstance(expected, str) else expected)


@pytest.mark.parametrize("state", ["FL", "OK", "WA", "MD", "MS", "NJ"])
def test_the_states_that_close_at_eight(state: str) -> None:
    zone = shipped_policy().zones("US", state)[0]
    local = datetime(2026, 11, 24, 20, 0, tzinfo=ZoneInfo(zone))
    answer = opening(shipped_policy(), "marketing", None, "US", state, zone, local.astimezone(UTC))
    assert answer == OpensAt((local + timedelta(hours=12)).astimezone(UTC))


NIGHT = "2026-11-24 03:00 +08:00"
BY_CATEGORY = {
    "mandatory": ("mandatory", "any", OPEN),
    "mandatory, whatever the campaign says": ("mandatory", "08:00-20:00", OPEN),
    "reply": ("reply", "any", OPEN),
    "service is exempt": ("service", "any", OPEN),
    "service with a window of its own": ("service", "07:00-23:00", "2026-11-24 07:00 +08:00"),
    "survey": ("survey", "any", "2026-11-24 08:00 +08:00"),
    "marketing": ("marketing", "any", "2026-11-24 08:00 +08:00"),
    "marketing, the campaign is narrower": ("marketing", "10:00-12:00", "2026-11-24 10:00 +08:00"),
    "marketing, the campaign is wider": ("marketing", "06:00-23:00", "2026-11-24 08:00 +08:00"),
    "marketing, the campaign's evening and night": ("marketing", "18:00-02:00", "2026-11-24 18:00 +08:00"),
    "marketing, a campaign by night only": ("marketing", "21:00-24:00", NEVER),
    "service by night only": ("service", "22:00-04:00", OPEN),
}


@pytest.mark.parametrize(("category", "own", "expected"), BY_CATEGORY.values(), ids=BY_CATEGORY.keys())
def test_the_category_decides_by_night(category: str, own: str, expected: object) -> None:
    found = ask("CN", "Asia/Shanghai", NIGHT, category, own)
    assert found == (moment(expected) if isinstance(expected, str) else expected)


# New York: 2027-03-14 02:00 EST becomes 03:00 EDT; 2026-11-01 02:00 EDT becomes 01:00 EST.
CLOCK_CHANGES = {
    "spring: 8:00 is an hour earlier in UTC": ("any", "2027-03-14 06:59", "2027-03-14 12:00"),
    "the evening before": ("any", "2027-03-14 02:00", "2027-03-14 12:00"),
    "spring: a skipped opening is the moment of the change": (
        "02:30-05:00",
        "2027-03-14 06:00",
        "2027-03-14 07:00",
    ),
    "spring: a skipped close is the moment of the change": ("01:00-02:30", "2027-03-14 06:59", OPEN),
    "spring: closed from the change on": ("01:00-02:30", "2027-03-14 07:00", "2027-03-15 05:00"),
    "spring: hours that are skipped whole wait a day": (
        "02:00-03:00",
        "2027-03-14 06:00",
        "2027-03-15 06:00",
    ),
    "autumn: 8:00 is an hour later in UTC": ("any", "2026-11-01 05:00", "2026-11-01 13:00"),
    "autumn: opens at the second 01:30": ("01:30-05:00", "2026-11-01 05:30", "2026-11-01 06:30"),
    "autumn: closes at the first 01:30": ("00:00-01:30", "2026-11-01 05:30", "2026-11-02 05:00"),
    "autumn: open until the first 01:30": ("00:00-01:30", "2026-11-01 05:29", OPEN),
    "autumn: stays open through the repeated hour": ("00:00-05:00", "2026-11-01 06:15", OPEN),
    "autumn: hours inside the repeated hour wait a day": (
        "01:15-01:45",
        "2026-11-01 05:00",
        "2026-11-02 06:15",
    ),
}


@pytest.mark.parametrize(("own", "now", "expected"), CLOCK_CHANGES.values(), ids=CLOCK_CHANGES.keys())
def test_the_clock_is_changed(own: str, now: str, expected: object) -> None:
    category = "marketing" if own == "any" else "service"
    found = ask("US/NY", "America/New_York", now, category, own)
    assert found == (moment(expected) if isinstance(expected, str) else expected)


TWO_ZONES = {
    "Indiana, the subscriber's zone is Eastern": (
        "US/IN",
        "America/Indiana/Indianapolis",
        "2026-11-24 13:00",
    ),
    "Indiana, the subscriber's zone is Central": ("US/IN", "America/Chicago", "2026-11-24 14:00"),
    "Indiana, zone unknown: open in both": ("US/IN", "", "2026-11-24 14:00"),
    "Indiana, zone misspelt: as unknown": ("US/IN", "America/Indianopolis", "2026-11-24 14:00"),
    "Xinjiang by Beijing time": ("CN/XJ", "Asia/Shanghai", "2026-11-25 00:00"),
    "Xinjiang by its own time": ("CN/XJ", "Asia/Urumqi", "2026-11-25 02:00"),
    "Xinjiang, zone unknown: open in both": ("CN/XJ", "", "2026-11-25 02:00"),
}


@pytest.mark.parametrize(("place", "zone", "expected"), TWO_ZONES.values(), ids=TWO_ZONES.keys())
def test_a_region_with_two_zones(place: str, zone: str, expected: str) -> None:
    now = "2026-11-24 12:00" if place == "US/IN" else "2026-11-24 18:00"
    assert ask(place, zone, now) == moment(expected)


def test_an_unknown_zone_closes_with_the_first_of_them() -> None:
    # 20:30 in Indianapolis, 19:30 in Chicago: Eastern closes at 21:00, Central would at 22:00 UTC-5.
    assert ask("US/IN", "", "2026-11-24 20:59 -05:00") is OPEN
    assert ask("US/IN", "", "2026-11-24 21:00 -05:00") == moment("2026-11-25 08:00 -06:00")


HOLIDAYS = {
    "closed": ("closed", "2026-10-08 08:00 +08:00"),
    "like Sunday": ("sunday", "2026-10-01 13:00 +08:00"),
    "hours of its own": ("10:00-12:00", "2026-10-01 10:00 +08:00"),
    "nothing": (None, "2026-10-01 08:00 +08:00"),
}


@pytest.mark.parametrize(("does", "expected"), HOLIDAYS.values(), ids=HOLIDAYS.keys())
def test_what_a_holiday_does_is_data(does: str | None, expected: str) -> None:
    week = {"hours": "08:00-20:00", "sunday": "13:00-15:00"} | ({"holiday": does} if does else {})
    rules = policy(windows=[{"for": ["marketing"], "hours": {"*": week}}])
    now = moment("2026-09-30 20:00 +08:00")  # a Wednesday; the week of National Day follows
    assert opening(rules, "marketing", None, "CN", "", "Asia/Shanghai", now) == OpensAt(moment(expected))


def test_a_window_across_midnight_belongs_to_the_day_it_begins_on() -> None:
    week = {"hours": "20:00-02:00", "sunday": "closed"}
    rules = policy(windows=[{"for": ["marketing"], "hours": {"*": week}}])

    def found(now: str) -> object:
        return opening(rules, "marketing", None, "CN", "", "Asia/Shanghai", moment(now))

    assert found("2026-11-22 01:59 +08:00") is OPEN  # Sunday by date, Saturday's evening
    assert found("2026-11-22 02:00 +08:00") == OpensAt(moment("2026-11-23 20:00 +08:00"))
    assert found("2026-11-23 01:00 +08:00") == OpensAt(moment("2026-11-23 20:00 +08:00"))  # Sunday had none


def test_yesterday_is_yesterday_on_the_recipients_calendar() -> None:
    # 21:00 on the 23rd in New York is the 24th in UTC; the range that is open began on the 22nd.
    assert ask("US/NY", "America/New_York", "2026-11-23 21:00 -05:00", "service", "22:00-21:30") is OPEN


def test_a_window_that_is_always_closed_never_opens() -> None:
    rules = policy(windows=[{"for": ["marketing"], "hours": {"*": "closed"}}])
    assert opening(rules, "marketing", None, "CN", "", "Asia/Shanghai", moment(NIGHT)) is NEVER


# The oracle of the properties below knows nothing of folds and intervals: it looks at the clock on the wall
# minute by minute. A time has come when no later glance at the clock shows an earlier one.

ZONES = (
    "America/New_York",
    "Europe/London",
    "Asia/Shanghai",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "America/St_Johns",
    "Asia/Kathmandu",
    "Africa/Casablanca",
)
MINUTE = timedelta(minutes=1)
NEAR = 90  # minutes: wider than any change of the clock


class Wall:
    """The clock on the wall at every minute around some days."""

    def __init__(self, zone: str, first: datetime, minutes: int) -> None:
        where = ZoneInfo(zone)
        self.first = first - NEAR * MINUTE
        self.shown = [
            (self.first + minute * MINUTE).astimezone(where).replace(tzinfo=None)
            for minute in range(minutes + 2 * NEAR)
        ]

    def inside(self, ranges: tuple[tuple[int, int], ...], moment: datetime) -> bool:
        index = (moment - self.first) // MINUTE
        lowest = min(self.shown[index : index + NEAR])
        highest = max(self.shown[index - NEAR : index + 1])
        midnight = lowest.replace(hour=0, minute=0)
        return any(
            day + start * MINUTE <= lowest and highest < day + end * MINUTE
            for day in (midnight - timedelta(days=1), midnight)
            for start, end in ranges
        )


quarter = st.integers(0, 95).map(lambda n: f"{n // 4:02d}:{n % 4 * 15:02d}")
windows_in_words = st.tuples(quarter, quarter).filter(lambda ends: ends[0] != ends[1]).map("-".join)
near_a_change = st.sampled_from(
    [
        datetime(2027, 3, 13, tzinfo=UTC),
        datetime(2026, 10, 31, tzinfo=UTC),
        datetime(2027, 3, 27, tzinfo=UTC),
        datetime(2026, 10, 24, tzinfo=UTC),
        datetime(2026, 10, 3, tzinfo=UTC),
        datetime(2027, 4, 3, tzinfo=UTC),
        datetime(2027, 2, 6, tzinfo=UTC),
    ]
)


@settings(max_examples=120, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    usual=windows_in_words,
    own=st.none() | windows_in_words,
    day=near_a_change,
    minute=st.integers(0, 2 * 24 * 60),
)
@example("Europe/London", "00:00-01:15", "01:00-00:00", datetime(2026, 10, 24, tzinfo=UTC), 15)
@example("Europe/London", "00:00-01:30", "01:15-00:00", datetime(2026, 10, 24, tzinfo=UTC), 30)
def test_the_moment_is_inside_and_no_earlier_minute_is(
    zone: str, usual: str, own: str | None, day: datetime, minute: int
) -> None:
    rules = policy(windows=[{"for": ["marketing"], "hours": {"*": usual}}], holidays={})
    mine = window(own) if own else None
    now = day + minute * MINUTE
    answer = opening(rules, "marketing", mine, "CN", "", zone, now)

    def inside(moment: datetime) -> bool:
        return wall.inside(parse_hours(usual), moment) and (
            own is None or wall.inside(parse_hours(own), moment)
        )

    days = 2
    wall = Wall(zone, now, days * 24 * 60)
    limit = now + timedelta(days=days)
    moment = answer.at if isinstance(answer, OpensAt) else now if answer is OPEN else limit
    earlier = int((min(moment, limit) - now) / MINUTE)
    assert not any(inside(now + before * MINUTE) for before in range(earlier))
    if moment < limit:
        assert inside(moment)


@settings(max_examples=60, deadline=None)
@given(first=st.sampled_from(ZONES), second=st.sampled_from(ZONES), minute=st.integers(0, 7 * 24 * 60))
def test_of_two_zones_both_are_open(first: str, second: str, minute: int) -> None:
    both = {"calling_codes": ["86"], "zones": [first, second]}
    hours = [{"for": ["marketing"], "hours": {"*": {"hours": "08:00-21:00", "sunday": "11:00-19:30"}}}]
    rules = policy(countries={"CN": both}, windows=hours, caps={}, holidays={}, no_to_every_brand={})
    now = datetime(2026, 10, 29, tzinfo=UTC) + minute * MINUTE
    answer = opening(rules, "marketing", None, "CN", "", "", now)
    for zone in (first, second):
        alone = opening(rules, "marketing", None, "CN", "", zone, now)
        if answer is OPEN:
            assert alone is OPEN
        elif isinstance(answer, OpensAt):
            assert opening(rules, "marketing", None, "CN", "", zone, answer.at) is OPEN
            assert alone is OPEN or (isinstance(alone, OpensAt) and alone.at <= answer.at)


HOURS = {
    "one range": ("08:00-20:00", ((480, 1200),)),
    "to the day's end": ("18:00-24:00", ((1080, 1440),)),
    "across midnight": ("20:00-02:00", ((1200, 1560),)),
    "two ranges, sorted": ("14:00-18:00, 09:00-12:00", ((540, 720), (840, 1080))),
    "any": ("any", ((0, 1440),)),
    "closed": ("closed", ()),
}


@pytest.mark.parametrize(("text", "expected"), HOURS.values(), ids=HOURS.keys())
def test_hours_are_read(text: str, expected: tuple[tuple[int, int], ...]) -> None:
    assert parse_hours(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8-20",
        "08:00",
        "25:00-26:00",
        "08:60-09:00",
        "08:00-08:00",
        "24:00-08:00",
        "08:00-12:00,11:00-13:00",
    ],
)
def test_business_hours_that_cannot_be_are_refused(text: str) -> None:
    with refused(BadValue, r"write|make"):
        parse_hours(text)


def test_a_whole_day_is_as_long_as_the_clock_makes_it() -> None:
    change = datetime(2026, 11, 1, tzinfo=UTC).toordinal()
    lengths = [end - start for start, end in spans(parse_hours("any"), "America/New_York", change)]
    assert lengths == [25 * 3600]
