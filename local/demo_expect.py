"""What each phone should have got by the end of the demo, from the input and the files alone.

This is written a second time on purpose, straight from the rules in words: it shares no code with the
service, so that a mistake in one shows against the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from cnlunar import Lunar

from chalicelib.store.schema.subscribers import Subscriber
from local.demo_day import Day

Line = tuple[str, str, str, str]  # number, campaign, subscriber, what about


def expected(day: Day, templates: Path) -> Counter[Line]:
    """How often each text should have reached each phone: once, or not at all."""
    people = {one.subscriber_id: one for one in day.people}
    refusing = _refusing(day, people)
    texts: Counter[Line] = Counter()
    texts.update(_usage(day.morning, (), people, templates, frozenset()))
    texts.update(_usage(day.evening, day.morning, people, templates, refusing))
    texts.update(_birthdays(day))
    texts.update(_renewals(day))
    texts.update(_surveys(day, people))
    texts.update(_outage(day))
    texts.update(_touches(day, people))
    return texts


def _refusing(day: Day, people: Mapping[str, Subscriber]) -> frozenset[str]:
    """The numbers that have said STOP before the evening."""
    who = {
        event["complaint_id"]: people[event["subscriber_id"]]
        for event in _of("complaint.resolved", day.morning)
    }
    return frozenset(
        who[complaint].msisdn
        for complaint, typed in day.answers.items()
        if typed in ("STOP", "退订") and who[complaint].status == "active"
    )


def _of(kind: str, events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [event for event in events if event["type"] == kind]


def _thresholds(one: Subscriber, resource: str, templates: Path) -> list[int]:
    plans = {plan["id"]: plan for plan in yaml.safe_load((templates / "plans.yaml").read_text())}
    own = plans.get(one.plan, {}).get("thresholds", {})
    campaign = yaml.safe_load((templates / "usage-alert" / "campaign.yaml").read_text())
    return list(own.get(resource, campaign["thresholds"][resource]))


def _usage(
    events: Iterable[Mapping[str, Any]],
    before: Iterable[Mapping[str, Any]],
    people: Mapping[str, Subscriber],
    templates: Path,
    refusing: frozenset[str],
) -> set[Line]:
    """The highest threshold that was passed, if it was not passed before."""
    earlier = {(event["subscriber_id"], event["resource"]): event for event in _of("usage.reported", before)}
    found: set[Line] = set()
    for event in _of("usage.reported", events):
        one = people[event["subscriber_id"]]
        steps = _thresholds(one, event["resource"], templates)
        reached = [step for step in steps if 100 * event["used"] >= step * event["allowance"]]
        known = earlier.get((event["subscriber_id"], event["resource"]))
        was = [step for step in steps if known and 100 * known["used"] >= step * known["allowance"]]
        new = reached and (not was or max(reached) > max(was))
        if new and one.status == "active" and one.msisdn not in refusing:
            about = "/".join(str(event[one]) for one in ("cycle", "cycle_ends_on", "allowance", "resource"))
            about += f"/{max(reached)}"
            found.add((one.msisdn, "usage-alert", one.subscriber_id, about))
    return found


def _birthdays(day: Day) -> set[Line]:
    """On the day in its own calendar; 29 February on the 28th of a common year, the 30th of a lunar month
    of 29 days on the 29th; never in a leap month. A phone gets one marketing text a day."""
    today = day.begins.date()
    lunar = Lunar(day.begins.replace(tzinfo=None))
    found: set[Line] = set()
    phones: set[str] = set()
    for one in day.people:
        if not one.birthday or one.status != "active":
            continue
        wanted = one.birthday[-5:]
        if one.birthday_calendar == "lunar":
            year = lunar.lunarYear
            hit = not lunar.isLunarLeapMonth and wanted in _lunar_days(lunar, today)
        else:
            year = today.year
            hit = wanted == f"{today:%m-%d}" or (
                wanted == "02-29" and f"{today:%m-%d}" == "02-28" and not _leap(year)
            )
        if hit and one.msisdn not in phones:
            phones.add(one.msisdn)
            found.add((one.msisdn, "birthday-greeting", "", f"{one.birthday_calendar}-{year}"))
    return found


def _lunar_days(lunar: Any, today: date) -> set[str]:
    days = {f"{lunar.lunarMonth:02d}-{lunar.lunarDay:02d}"}
    tomorrow = today + timedelta(days=1)
    after = Lunar(day_start(tomorrow))
    if lunar.lunarDay == 29 and after.lunarDay == 1:
        days.add(f"{lunar.lunarMonth:02d}-30")
    return days


def day_start(day: date) -> Any:
    """Midnight of a day, naive as the calendar wants it."""
    from datetime import datetime

    return datetime(day.year, day.month, day.day)  # noqa: DTZ001


def _leap(year: int) -> bool:
    return (date(year, 3, 1) - timedelta(days=1)).day == 29


def _renewals(day: Day) -> set[Line]:
    renewed = {event["subscriber_id"] for event in _of("plan.changed", day.morning)}
    found: set[Line] = set()
    for one in day.people:
        for days in (7, 3, 1, 0):
            ends_on = (day.begins.date() + timedelta(days=days)).isoformat()
            if one.plan_ends_on == ends_on and one.status == "active" and one.subscriber_id not in renewed:
                found.add((one.msisdn, "renewal-reminder", one.subscriber_id, f"{ends_on}/{days}"))
    return found


def _surveys(day: Day, people: Mapping[str, Subscriber]) -> set[Line]:
    """One survey a complaint, and one answer to what is typed: thanks, a confirmation, or a question back."""
    found: set[Line] = set()
    for event in _of("complaint.resolved", day.morning):
        one = people[event["subscriber_id"]]
        if one.status != "active":
            continue
        complaint = event["complaint_id"]
        found.add((one.msisdn, "post-complaint-survey", one.subscriber_id, complaint))
        typed = day.answers[complaint]
        step = {"STOP": "opt_out", "退订": "opt_out", "9": "ask"}.get(typed, "thanks")
        found.add((one.msisdn, "automatic", one.subscriber_id, step))
    return found


def _outage(day: Day) -> set[Line]:
    (event, *_) = _of("outage.announced", day.morning)
    return {
        (one.msisdn, "outage-notice", one.subscriber_id, event["id"])
        for one in day.people
        if one.region.split("/")[0] == event["region"] and one.status == "active"
    }


TOLD_OF = {
    "order.placed": ("order-received", ("active", "suspended")),
    "service.activated": ("service-activated", ("active",)),
    "service.cancelled": ("service-cancelled", ("active", "suspended")),
}


def _touches(day: Day, people: Mapping[str, Subscriber]) -> set[Line]:
    """Whoever asks is answered, whatever their status; an order, its activation and its end are told once."""
    found = {(people[one].msisdn, "service-info", one, "asked") for one in day.asking}
    for event in (one for events in day.touches.values() for one in events):
        one = people[event["subscriber_id"]]
        campaign, statuses = TOLD_OF[event["type"]]
        about = "/".join(event[name] for name in ("order_id", "ends_on") if name in event)
        if one.status in statuses:
            found.add((one.msisdn, campaign, one.subscriber_id, about))
    return found
