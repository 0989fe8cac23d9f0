"""Numbers, money, times, durations and lists as people write them in their language.

Times of day have 24 hours and a colon everywhere, digits are grouped with commas: both languages do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from chalicelib.i18n.translations import N_, said_as, say, say_many

NONE = "–"  # what stands where there is no figure
NEAR = timedelta(hours=48)  # how far a time may be for "in 3 h"


def number(value: float | Decimal | None) -> str:
    """A whole number: 41,386."""
    return NONE if value is None else f"{value:,.0f}"


def amount(value: float | Decimal | None) -> str:
    """An amount of money without its currency: 1,403.55; below 1 what single texts cost: 0.045."""
    if value is None:
        return NONE
    return f"{value:,.4f}".rstrip("0").rstrip(".") if value < 1 else f"{value:,.2f}"


def money(value: float | Decimal, currency: str, language: str) -> str:
    """An amount with its currency (ISO 4217), which stands first so that sums of two are told apart."""
    sign = said_as("currency sign", currency, language)
    return f"{currency} {amount(value)}" if sign == currency else f"{sign}{amount(value)}"


def share(value: float | None) -> str:
    """A share of a whole, from 0 to 1, as a percentage without decimals."""
    return NONE if value is None else f"{value * 100:.0f}%"


def minute_of(moment: datetime, zone: str) -> str:
    """A time on the clock of an IANA zone, to the minute: 2026-11-30 20:40."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def clock_time(moment: time) -> str:
    """A time of day; the day's last moment is 24:00."""
    return "24:00" if moment == time.max else f"{moment:%H:%M}"


def near(moment: datetime, now: datetime, language: str) -> str:
    """ "in 3 h", "5 min ago", "now"; "" for a moment that is further away than `NEAR`."""
    minutes = round((moment - now).total_seconds() / 60)
    size, ahead = abs(minutes), minutes > 0
    if size > NEAR.total_seconds() / 60:
        return ""
    if size < 1:
        return say("now", language)
    if size < 60:
        return say(N_("in %(n)s min") if ahead else N_("%(n)s min ago"), language, n=size)
    return say(N_("in %(n)s h") if ahead else N_("%(n)s h ago"), language, n=round(size / 60))


def left(deadline: datetime, now: datetime, language: str) -> str:
    """How long it is until a deadline, or how long it is over: "42 min left", "3 days over"."""
    minutes = round((deadline - now).total_seconds() / 60)
    size, over = max(abs(minutes), 1), deadline <= now
    if size < 60:
        return say(N_("%(n)s min over") if over else N_("%(n)s min left"), language, n=size)
    if size <= NEAR.total_seconds() / 60:
        return say(N_("%(n)s h over") if over else N_("%(n)s h left"), language, n=round(size / 60))
    return say(N_("%(n)s days over") if over else N_("%(n)s days left"), language, n=round(size / 60 / 24))


def day_of(moment: datetime, now: datetime, zone: str, language: str) -> str:
    """The day of a moment on the clock of an IANA zone: Today, Yesterday, else 2026-11-26."""
    day, today = (one.astimezone(ZoneInfo(zone)).date() for one in (moment, now))
    return {0: say("Today", language), 1: say("Yesterday", language)}.get((today - day).days, f"{day}")


def duration(length: timedelta, language: str) -> str:
    """A length of time in the largest unit that says it exactly: 2 days, 90 minutes; "at once" for none."""
    seconds = int(length.total_seconds())
    if seconds < 1:
        return say("at once", language)
    if seconds % 86_400 == 0:
        return say_many("%(n)s day", "%(n)s days", seconds // 86_400, language)
    if seconds % 3600 == 0:
        return say_many("%(n)s hour", "%(n)s hours", seconds // 3600, language)
    if seconds % 60 == 0:
        return say_many("%(n)s minute", "%(n)s minutes", seconds // 60, language)
    return say_many("%(n)s second", "%(n)s seconds", seconds, language)


def listed(parts: Sequence[str], language: str) -> str:
    """Things one after the other: gold, diamond."""
    return said_as("between the things of a list", ", ", language).join(parts)


def all_of(parts: Sequence[str], language: str) -> str:
    """Things that all count: 7, 3 and 1."""
    return _joined(parts, said_as("before the last of things that all count", " and ", language), language)


def one_of(parts: Sequence[str], language: str) -> str:
    """Things of which any counts: 1 or 2."""
    return _joined(
        parts, said_as("before the last of things of which any counts", " or ", language), language
    )


def _joined(parts: Sequence[str], last: str, language: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{listed(parts[:-1], language)}{last}{parts[-1]}"
