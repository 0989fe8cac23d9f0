"""When a text may go out: the send window of its category, where the recipient is.

A window is the policy's hours for the category and place, and the campaign's own hours, both on the
recipient's clock. Where the zone is not known, the window must be open in every zone it could be.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime

from chalicelib.delivery.hours import Week, spans, week_of
from chalicelib.delivery.policy import Policy
from chalicelib.document import Window, zone_named

HORIZON_DAYS = 62  # longer than any row of holidays; what does not open within it never does


@dataclass(frozen=True, slots=True)
class Open:
    """The text may go out now."""


@dataclass(frozen=True, slots=True)
class OpensAt:
    """The text may go out from `at` (UTC) on, not now."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Never:
    """No moment within two months is inside the window."""


OPEN = Open()
NEVER = Never()


def opening(
    policy: Policy,
    category: str,
    campaign_window: Window | None,
    country: str,
    region: str,
    zone: str,
    now: datetime,
) -> Open | OpensAt | Never:
    """Whether a text of `category` may go out at `now` (aware), else the first moment it may.

    `country` and `region` are codes as `Policy.place` gives them, `zone` is the recipient's IANA zone or
    empty, `campaign_window` is the campaign's own, None for any time. Raises KeyError on a category that
    the policy does not have.
    """
    if policy.categories[category].always_open:
        return OPEN
    weeks = []
    if (week := policy.week(category, country, region)) is not None:
        weeks.append(week)
    if campaign_window is not None:
        weeks.append(week_of(campaign_window))
    if not weeks:
        return OPEN

    zones = (zone,) if zone_named(zone) else policy.zones(country, region)
    holidays = policy.holidays.get(country, {})
    start = now.timestamp()
    moment = start
    # Each round moves to the earliest moment that the rule which objects allows; where none objects, all
    # agree. No moment that is skipped could have been right, so what is found is the first.
    while moment <= start + HORIZON_DAYS * 86400:
        agreed = moment
        for name in zones:
            for week in weeks:
                found = _next(week, name, holidays, agreed)
                if found is None:
                    return NEVER
                agreed = found
        if agreed == moment:
            return OPEN if moment == start else OpensAt(datetime.fromtimestamp(moment, UTC))
        moment = agreed
    return NEVER


def _next(week: Week, zone: str, holidays: Container[date], moment: float) -> float | None:
    """The first moment from `moment` (epoch seconds) on that is inside the week's hours."""
    today = datetime.fromtimestamp(moment, zone_named(zone)).toordinal()
    for ordinal in range(today - 1, today + HORIZON_DAYS):
        day = date.fromordinal(ordinal)
        for start, end in spans(week.on(day, holiday=day in holidays), zone, ordinal):
            if moment < end:
                return max(moment, start)
    return None
