"""What ought to come of a scenario, worked out from the input alone: no rule of the code is used here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.clock import parse
from tests.simulation import cast, clocks
from tests.simulation.history import History
from tests.simulation.scenario import Input
from tests.simulation.writing import SCORES

FORESEEN = {
    "usage-alert",
    "post-complaint-survey",
    "welcome-back",
    "renewal-reminder",
    *cast.BIRTHDAY_CAMPAIGNS,
}
CAPS: Sequence[tuple[tuple[str, ...], int, int]] = (
    (("marketing",), 1, 24),
    (("marketing",), 3, 168),
    (("survey",), 1, 24),
    (("survey",), 3, 168),
    (("marketing", "survey"), 2, 24),
    (("marketing", "survey"), 5, 168),
)
HOLIDAYS = {
    "US": {"2026-11-26", "2026-07-03", "2026-07-04", "2026-02-16", "2026-11-11"},
    "CN": {f"2026-02-{day}" for day in range(15, 24)},
}
WAITS = 3000.0  # seconds, somewhat less than an event waits for its subscriber
GOOD_FOR = {
    "usage.reported": timedelta(hours=6),
    "complaint.resolved": timedelta(hours=48, minutes=30),
    "plan.changed": timedelta(hours=1),
}


@dataclass(frozen=True)
class Wanted:
    """An outcome that there must be: under one of these keys."""

    why: str
    items: tuple[str, ...]


def expected(history: History) -> Iterator[Wanted]:
    """What must be recorded, for everything that is certain."""
    scenario = history.world.scenario
    moved = {one.data["who"] for one in scenario.inputs if "number." in one.data.get("type", "")}
    known = scenario.people
    for one in scenario.inputs:
        if one.kind == "event" and one.data["who"] in known:
            believed = clocks.believed(one, scenario.start)
            for item in _of_event(one) if believed and in_time(history, one) else ():
                yield Wanted(f"{one.name} {one.data['type']}", (item,))
    for name, (birthday, _) in scenario.people.items():
        # Without a number the zone may not be known, so that the planner may take another.
        if birthday and name not in moved and _planned(history, name, birthday, 9):
            for campaign in cast.BIRTHDAY_CAMPAIGNS:
                item = f"mt#{campaign}/{name}/solar-{birthday.year}/text"
                yield Wanted(f"birthday of {name} on {birthday}", (item,))
    yield from _renewals(history)


def in_time(history: History, one: Input) -> bool:
    """Whether an event was taken before its text was too late, and its subscriber known by then."""
    detail, late = one.data["detail"], history.world.scenario.late
    if one.data["who"] in late:
        return late[one.data["who"]] - one.at < WAITS
    since = parse(detail.get("resolved_at") or detail.get("time") or "2000-01-01T00:00:00Z")
    until = (since + GOOD_FOR.get(one.data["type"], timedelta(0))).timestamp()
    begins = f'"id": "{detail["id"]}"'
    return any(
        handled.at < until and any(begins in body for body in handled.bodies)
        for handled in history.world.handled
        if handled.queue == "intake"
    )


def _of_event(one: Input) -> Iterator[str]:
    """The keys of the texts that an event asks for."""
    detail = one.data["detail"]
    who = one.data["who"]
    match one.data["type"]:
        case "usage.reported" if "used" in detail:
            for threshold in cast.THRESHOLDS[who]:
                if detail["used"] >= threshold:
                    yield f"mt#usage-alert/{who}/{detail['cycle']}/2027-01-01/100/data/{threshold}/text"
        case "complaint.resolved":
            yield f"mt#post-complaint-survey/{who}/{detail['complaint_id']}/invitation"
        case "plan.changed":
            yield f"mt#welcome-back/{who}/{detail['id']}/text"


def _planned(history: History, who: str, day: date, hour: int) -> bool:
    """Whether the planner ran, unharmed, between the campaign's hour and the end of that day there."""
    zone = ZoneInfo(cast.ZONES[who])
    begins = datetime.combine(day, time(hour), zone).timestamp()
    ends = datetime.combine(day + timedelta(days=1), time(0), zone).timestamp()
    return any(begins <= at < ends - 7200 for at in history.world.planned)


def _renewals(history: History) -> Iterator[Wanted]:
    touched = {
        one.data["who"]
        for one in history.world.scenario.inputs
        if one.data.get("type", "").startswith(("plan.", "number."))
    }
    for name, (_, ends_on) in history.world.scenario.people.items():
        if ends_on is None or name in touched:
            continue
        for days in cast.RENEWAL_DAYS:
            if _planned(history, name, ends_on - timedelta(days=days), 10):
                item = f"mt#renewal-reminder/{name}/{ends_on}/{days}/text"
                yield Wanted(f"the plan of {name} ends on {ends_on}", (item,))


def allowed_items(history: History) -> set[str]:
    """The keys that something asked for."""
    scenario = history.world.scenario
    found: set[str] = set()
    for one in scenario.inputs:
        if one.kind == "event" and one.data["who"] in scenario.people:
            items = set(_of_event(one)) if clocks.believed(one, scenario.start) else set()
            found |= items
            found |= {item.replace("/invitation", "/reminder") for item in items}
    for name, (birthday, ends_on) in scenario.people.items():
        if birthday:
            found |= {f"mt#{one}/{name}/solar-{birthday.year}/text" for one in cast.BIRTHDAY_CAMPAIGNS}
        if ends_on:
            found |= {f"mt#renewal-reminder/{name}/{ends_on}/{days}/text" for days in cast.RENEWAL_DAYS}
    return found


def scopes(row: Mapping[str, Any]) -> list[str]:
    """The opt-outs that stop a text."""
    category = row["category"]
    if category not in ("service", "survey", "marketing"):
        return []
    kinds = ["all", f"category:{category}", f"campaign:{row['campaign']}"]
    kinds += ["redlist"] if category == "marketing" else []
    return [f"{brand}|{kind}" for brand in (row["brand"], "*") for kind in kinds]


@dataclass(frozen=True)
class Windows:
    """Hours from and to, on ordinary days, Sundays and holidays of a country; "" has none."""

    day: tuple[int, int]
    sunday: tuple[int, int]
    holiday: tuple[int, int]
    country: str

    def within(self, own: tuple[int, int]) -> Windows:
        """These hours and a campaign's own together."""
        low, high = own
        day, sunday, holiday = (
            (max(low, start), min(high, end)) for start, end in (self.day, self.sunday, self.holiday)
        )
        return Windows(day, sunday, holiday, self.country)


ALWAYS = Windows((0, 24), (0, 24), (0, 24), "")
PLACES = {
    "+86": Windows((8, 20), (8, 20), (9, 20), "CN"),
    "+1787": Windows((9, 20), (9, 20), (9, 20), ""),
    "+1 SK-1": Windows((9, 21), (12, 21), (12, 21), "US"),  # Texas
    "+1 SK-2": Windows((8, 20), (8, 20), (8, 20), "US"),  # Florida
    "+1": Windows((9, 20), (12, 20), (12, 20), "US"),  # somewhere in the United States
}
CLOCKS = {
    "+86": ("Asia/Shanghai",),
    "+1787": ("America/Puerto_Rico",),
    "+1": ("America/New_York", "America/Chicago", "America/Denver", "Pacific/Honolulu"),
}
OWN = {
    "post-complaint-survey": (9, 20),
    "recheck-survey": (9, 20),
    "renewal-reminder": (9, 20),
    "birthday-greeting": (9, 20),
    **dict.fromkeys(("promo-a", "promo-b", "promo-c", "welcome-back"), (8, 21)),
}


def windows(who: str, msisdn: str, campaign: str, category: str) -> Windows:
    """When a text may go out to somebody with that number."""
    if campaign not in OWN or category == "reply":
        return ALWAYS
    prefixes = ["+86"] if msisdn.startswith("+86") else ["+1787"] if msisdn.startswith("+1787") else []
    place = PLACES[next(iter(prefixes), f"+1 {who}" if f"+1 {who}" in PLACES else "+1")]
    return (place if category in ("marketing", "survey") else ALWAYS).within(OWN[campaign])


def zones(who: str, msisdn: str) -> tuple[str, ...]:
    """The clocks that a text to somebody with that number has to be decent by: all of the country's where
    the number is nobody's."""
    if who in cast.ZONES:
        return (cast.ZONES[who],)
    return next(there for prefix, there in CLOCKS.items() if msisdn.startswith(prefix))


def inside(windows: Windows, local: datetime) -> bool:
    """Whether a local time is inside the hours of its day."""
    start, end = windows.sunday if local.weekday() == 6 else windows.day
    if local.date().isoformat() in HOLIDAYS.get(windows.country, ()):
        start, end = windows.holiday
    return start <= local.hour < end


def score(body: str) -> int | None:
    """The score that a body says."""
    return SCORES.get(body)


def brand_of(msisdn: str) -> str:
    """Whose subscriber a number is: numbers change hands within a brand."""
    for one in cast.PEOPLE.values():
        if msisdn in (one.msisdn, cast.SPARE_NUMBERS[one.brand]):
            return one.brand
    return ""


def receipts(bodies: Sequence[str]) -> list[Mapping[str, Any]]:
    """The receipts in a batch of messages."""
    found = [json.loads(body) for body in bodies]
    return [json.loads(one["Message"]) if "Message" in one else one for one in found]
