"""Until when a case must be answered and resolved, counted in its team's working hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.clock import iso
from chalicelib.delivery.hours import ANY, Hours, spans

FARTHEST_DAYS = 800  # a team that does not open within two years never does
STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When a team works: hours for Monday to Sunday on its own clock, and for dates that differ."""

    zone: str
    days: tuple[Hours, ...] = (ANY,) * 7
    dates: Mapping[date, Hours] = field(default_factory=dict)  # holidays, and working Sundays

    def on(self, day: date) -> Hours:
        """The hours of one date on the team's clock."""
        return self.dates.get(day, self.days[day.weekday()])

    def local_day(self, moment: datetime) -> str:
        """The date on the team's clock, ISO."""
        return moment.astimezone(ZoneInfo(self.zone)).date().isoformat()


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a team has, by tier; `standard` is for every tier that is not named."""

    answer: Mapping[str, timedelta]
    resolve: Mapping[str, timedelta]
    urgent: Mapping[str, timedelta]  # to resolve what is urgent
    warn_percent: int = 75  # of the time, when a warning is due


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The four moments of a level, ISO in UTC."""

    answer_warn: str
    answer_due: str
    resolve_warn: str
    resolve_due: str


NAMES = ("answer_warn", "answer_due", "resolve_warn", "resolve_due")


def deadlines(limits: Limits, hours: WorkingHours, since: datetime, *, tier: str, urgent: bool) -> Deadlines:
    """The deadlines of a case that began (or was reopened) at `since`, an aware moment."""
    answer = _of(limits.answer, tier)
    resolve = _of(limits.urgent if urgent else limits.resolve, tier)
    share = limits.warn_percent / 100
    return Deadlines(
        *(iso(after(hours, since, span)) for span in (answer * share, answer, resolve * share, resolve))
    )


def _of(by_tier: Mapping[str, timedelta], tier: str) -> timedelta:
    return by_tier.get(tier, by_tier[STANDARD])


def after(hours: WorkingHours, start: datetime, span: timedelta) -> datetime:
    """The moment when `span` of working time has passed since `start`: within working hours, or at the
    moment they end. Raises ValueError for a team that never works."""
    left = span.total_seconds()
    for opens, closes in _open(hours, start):
        if left <= closes - opens:
            return datetime.fromtimestamp(opens + left, UTC)
        left -= closes - opens
    raise ValueError(f"a team in {hours.zone} that does not work for two years has no deadline")


def between(hours: WorkingHours, start: datetime, end: datetime) -> timedelta:
    """The working time from `start` to `end`; nothing when `end` is before `start`."""
    until = end.timestamp()
    total = 0.0
    for opens, closes in _open(hours, start):
        if opens >= until:
            break
        total += min(closes, until) - opens
    return timedelta(seconds=total)


def _open(hours: WorkingHours, start: datetime) -> Iterator[tuple[float, float]]:
    """The working hours from `start` on, in epoch seconds, in order and apart from each other."""
    reached = start.timestamp()
    # Hours may run past midnight, so the day before counts, too.
    first = start.astimezone(ZoneInfo(hours.zone)).date().toordinal() - 1
    for ordinal in range(first, first + FARTHEST_DAYS):
        for opens, closes in spans(hours.on(date.fromordinal(ordinal)), hours.zone, ordinal):
            if closes > reached:
                yield max(float(opens), reached), float(closes)
                reached = float(closes)
