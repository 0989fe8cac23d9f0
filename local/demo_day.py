"""A made-up day: who there is, what billing, CRM and ticketing report, and what people answer.

Everything follows from the seed. What each phone should get is not decided here but in `demo_expect`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from chalicelib.store.schema.subscribers import Subscriber
from local.believable import people

BEGINS = 8  # o'clock UTC: afternoon in China, the small hours in America
HOURS = 17  # until half past midnight UTC the day after, when each zone has had its whole day
TOUCHES = {"order.placed": 1, "service.activated": 2, "service.cancelled": 3}  # hours after the beginning
LATER_IN_AMERICA = 8  # hours: where it is day, so that each text goes out when its event comes
EVENING = 12  # hours after the beginning: the second wave of usage
ALLOWANCE = {"data": (10_240, "MB"), "voice": (500, "min"), "sms": (200, "count")}
Event = Mapping[str, Any]


@dataclass(frozen=True)
class Day:
    """The input of the demo. Events carry their `type`; each wave is in the order it is sent."""

    begins: datetime
    people: tuple[Subscriber, ...]
    morning: tuple[Event, ...]
    evening: tuple[Event, ...]
    bad: tuple[Event, ...]  # for nobody we know, or with a field missing
    answers: Mapping[str, str] = field(default_factory=dict)  # complaint id -> what is typed
    asking: Mapping[str, str] = field(default_factory=dict)  # subscriber id -> the keyword they write first
    touches: Mapping[int, tuple[Event, ...]] = field(default_factory=dict)  # hour -> orders, uses, leaves

    @property
    def today(self) -> str:
        """The local date that every zone lives through during the demo."""
        return self.begins.date().isoformat()


def make_day(count: int, seed: int, now: datetime) -> Day:
    """The day after `now` (UTC), with `count` subscribers."""
    dice = Random(seed)
    begins = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC) + timedelta(
        hours=BEGINS
    )
    everybody = tuple(people(count, seed, begins.date()))
    usage = {one.subscriber_id: _usage(one, dice, begins) for one in everybody if dice.random() < 0.4}
    more = [_more(event, dice, begins) for event in usage.values() if dice.random() < 0.5]
    renewals = [
        _renewal(one, dice, begins) for one in everybody if _ends_soon(one, begins) and dice.random() < 0.3
    ]
    complaints = _complaints(everybody, dice, begins)
    outage = {
        "type": "outage.announced",
        "id": "outage-1",
        "time": begins.isoformat(),
        "region": everybody[0].region.split("/")[0],
        "starts_at": (begins + timedelta(hours=4)).isoformat(),
        "expected_end": (begins + timedelta(hours=8)).isoformat(),
        "what": "5G",
    }
    morning = _with_repeats([*usage.values(), *renewals, *complaints, outage], dice)
    evening = _with_repeats([*more, *dice.sample(list(usage.values()), len(usage) // 4)], dice)
    bad = (
        {**next(iter(usage.values())), "id": "bad-1", "subscriber_id": "nobody-we-know"},
        {name: value for name, value in next(iter(usage.values())).items() if name != "resource"},
        {"type": "usage.guessed", "id": "bad-3", "time": begins.isoformat(), "subscriber_id": "x"},
    )
    by_id = {one.subscriber_id: one for one in everybody}
    answers = {
        event["complaint_id"]: _typed(number, _ends_soon(by_id[event["subscriber_id"]], begins))
        for number, event in enumerate(complaints)
    }
    chosen = _of_a_service(everybody, {one["subscriber_id"] for one in complaints}, dice)
    asking = {one.subscriber_id: "我的套餐" if one.language == "zh-CN" else "MY PLAN" for one in chosen}
    touches: dict[int, tuple[Event, ...]] = {}
    for kind, after in TOUCHES.items():
        for hour in (after, after + LATER_IN_AMERICA):
            there = [one for one in chosen if one.msisdn.startswith("+1") is (hour != after)]
            told = _with_repeats([_touch(kind, one, begins, hour) for one in there], dice)
            touches[hour] = tuple(told)
    return Day(begins, everybody, tuple(morning), tuple(evening), bad, answers, asking, touches)


def _of_a_service(everybody: Iterable[Subscriber], complaining: set[str], dice: Random) -> list[Subscriber]:
    """Who asks what they have, orders a service, gets it and leaves it again, all in one day: one in twelve
    of those who did not complain and have a phone to themselves."""
    shared = Counter(one.msisdn for one in everybody)
    alone = [one for one in everybody if shared[one.msisdn] == 1 and one.subscriber_id not in complaining]
    return [one for one in alone if one.msisdn.startswith(("+86", "+1")) and dice.random() < 1 / 12]


def _touch(kind: str, one: Subscriber, begins: datetime, hour: int) -> dict[str, Any]:
    own = {
        "order.placed": {"expected_on": f"{(begins + timedelta(days=1)).date()}"},
        "service.activated": {},
        "service.cancelled": {"ends_on": f"{(begins + timedelta(days=30)).date()}"},
    }
    return {
        "type": kind,
        "id": f"{kind}-{one.subscriber_id}",
        "time": (begins + timedelta(hours=hour)).isoformat(),
        "subscriber_id": one.subscriber_id,
        "order_id": f"O-{one.subscriber_id}",
        "service": "5G畅享包" if one.language == "zh-CN" else "5G Plus",
        **own[kind],
    }


def _usage(one: Subscriber, dice: Random, at: datetime) -> dict[str, Any]:
    resource = dice.choices(list(ALLOWANCE), [6, 2, 1])[0]
    allowance, unit = ALLOWANCE[resource]
    return {
        "type": "usage.reported",
        "id": f"usage-{one.subscriber_id}-1",
        "time": (at - timedelta(minutes=dice.randrange(30))).isoformat(),
        "subscriber_id": one.subscriber_id,
        "resource": resource,
        "used": allowance * dice.randint(20, 110) // 100,
        "allowance": allowance,
        "unit": unit,
        "cycle": f"{at:%Y-%m}",
        "cycle_ends_on": f"{(at + timedelta(days=5)).date()}",
    }


def _more(event: Mapping[str, Any], dice: Random, begins: datetime) -> dict[str, Any]:
    """The same meter in the evening: never less than in the morning."""
    used = min(event["allowance"] * 12 // 10, event["used"] + event["allowance"] * dice.randint(0, 40) // 100)
    at = begins + timedelta(hours=EVENING)
    return {**event, "id": event["id"].replace("-1", "-2"), "time": at.isoformat(), "used": used}


def _ends_soon(one: Subscriber, begins: datetime) -> bool:
    return one.plan_ends_on in {(begins.date() + timedelta(days=days)).isoformat() for days in (0, 1, 3, 7)}


def _renewal(one: Subscriber, dice: Random, begins: datetime) -> dict[str, Any]:
    return {
        "type": "plan.changed",
        "id": f"renewed-{one.subscriber_id}",
        "time": (begins - timedelta(minutes=dice.randrange(60))).isoformat(),
        "subscriber_id": one.subscriber_id,
        "plan": one.plan,
        "ends_on": (begins.date() + timedelta(days=45)).isoformat(),
        "reason": "renewed",
    }


def _complaints(everybody: Iterable[Subscriber], dice: Random, begins: datetime) -> list[dict[str, Any]]:
    """One in twelve had one; not who shares a number, so that each phone has one survey to answer."""
    shared = Counter(one.msisdn for one in everybody)
    chosen = [one for one in everybody if shared[one.msisdn] == 1 and dice.random() < 1 / 12]
    return [
        {
            "type": "complaint.resolved",
            "id": f"resolved-{one.subscriber_id}",
            "time": begins.isoformat(),
            "subscriber_id": one.subscriber_id,
            "complaint_id": f"C-{number:05d}",
            "topic": "network",
            "opened_at": (begins - timedelta(days=2)).isoformat(),
            "resolved_at": (begins - timedelta(minutes=10)).isoformat(),
        }
        for number, one in enumerate(chosen)
    ]


def _typed(number: int, reminded: bool) -> str:
    """What the `number`th complainer answers. Who is to be reminded of a plan today does not say STOP:
    whether before or after the reminder would be chance."""
    typed = ("5", "１", "4", "STOP", "2", "⑤", "退订", "9")[number % 8]
    return "3" if reminded and typed in ("STOP", "退订") else typed


def _with_repeats(events: Iterable[Mapping[str, Any]], dice: Random) -> list[Mapping[str, Any]]:
    """Each event one to four times, all of them shuffled."""
    repeated = [event for event in events for _ in range(dice.choices((1, 2, 4), (6, 3, 1))[0])]
    dice.shuffle(repeated)
    return repeated
