"""Who lives through a run: subscribers, brands and campaigns, made once for a process.

The campaigns are those of templates/, and some made to get in each other's way: three greetings on one
birthday under a cap of one, and marketing that is sent again in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from chalicelib.campaigns.files import load_folder
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.subscribers import Subscriber
from tests.simulation.tables import ROOT

YUNTONG, SKYLARK = "yuntong", "skylark"
JIATONG = "jiatong"  # sends from the same number as yuntong
WRITE_TO = {YUNTONG: "1069012300", JIATONG: "1069012300", SKYLARK: "72527"}

PEOPLE: Mapping[str, Subscriber] = {
    one.subscriber_id: one
    for one in (
        Subscriber(
            "YT-1", "+8613900000001", "王芳一", "zh-CN", "", YUNTONG, "广东/深圳", "gold", "5g-128"
        ),
        Subscriber(
            "YT-2", "+8613900000002", "阿里木", "zh-CN", "Asia/Urumqi", YUNTONG, "新疆/乌市", "", "flow-39"
        ),
        # Shares the contact number of YT-1.
        Subscriber(
            "YT-3", "+8613900000001", "王小芳", "zh-CN", "", YUNTONG, "广东/深圳", "diamond", "5g-239"
        ),
        # Has no number until one is given.
        Subscriber("YT-4", "", "李无号", "zh-CN", "Asia/Shanghai", YUNTONG, "湖南/长沙", "", "silver-19"),
        Subscriber("JT-1", "+8613900000005", "赵甲通", "zh-CN", "", JIATONG, "湖南/长沙", "", "jia-29"),
        Subscriber(
            "SK-1", "+15125550101", "Ann Zeb", "en", "America/Chicago", SKYLARK, "Texas/Waco", "", "sky-plus"
        ),
        Subscriber(
            "SK-2", "+13055550102", "Bob Quixote", "en", "America/New_York", SKYLARK, "Florida/Miami", "gold",
            "sky-start",
        ),
        Subscriber(
            "SK-3", "+17875550103", "Eva Ximenes", "en", "America/Puerto_Rico", SKYLARK, "", "", "sky-start"
        ),
    )
}  # fmt: skip
SPARE_NUMBERS = {YUNTONG: "+8613900000077", JIATONG: "+8613900000078", SKYLARK: "+15125550177"}
ZONES = {
    "YT-1": "Asia/Shanghai",
    "YT-2": "Asia/Urumqi",
    "YT-3": "Asia/Shanghai",
    "YT-4": "Asia/Shanghai",
    "JT-1": "Asia/Shanghai",
    "SK-1": "America/Chicago",
    "SK-2": "America/New_York",
    "SK-3": "America/Puerto_Rico",
}
THRESHOLDS = {
    "YT-1": (80, 90, 100),
    "YT-2": (50, 80, 90, 100),
    "YT-3": (90, 100),
    "YT-4": (80, 100),
    "JT-1": (80, 100),
    "SK-1": (75, 90, 100),
    "SK-2": (50, 75, 90, 100),
    "SK-3": (50, 75, 90, 100),
}  # of data, by the plans in templates/plans.yaml
RENEWAL_DAYS = (7, 3, 1, 0)
BIRTHDAY_CAMPAIGNS = ("birthday-greeting", "promo-a", "promo-b", "promo-c")


def person(name: str, birthday: date | None, plan_ends_on: date | None) -> Subscriber:
    """One of the cast with what the calendar knows of them."""
    return replace(
        PEOPLE[name],
        birthday=birthday.replace(year=1990).isoformat() if birthday else "",
        plan_ends_on=plan_ends_on.isoformat() if plan_ends_on else "",
    )


def ends_on(day: date, days_before: int) -> date:
    """The plan's end that is reminded of on `day`."""
    return day + timedelta(days=days_before)


@cache
def documents() -> Mapping[str, Any]:
    """The catalogue, by name."""
    found = dict(load_folder(ROOT / "templates"))
    signature = {"zh-CN": "【甲通】", "en": "【Jiatong】"}
    title = {"zh-CN": "甲通", "en": "Jiatong"}
    found[f"brand#{JIATONG}"] = {
        **found[f"brand#{YUNTONG}"], "id": JIATONG, "title": title, "signature": signature
    }  # fmt: skip
    plans = found["plans"]
    jia = {**plans["silver-19"], "id": "jia-29", "brand": JIATONG, "thresholds": {"data": [80, 100]}}
    found["plans"] = {**plans, "jia-29": jia}
    for name, priority, doubt in (
        ("promo-a", 30, "resend"),
        ("promo-b", 25, "drop"),
        ("promo-c", 10, "drop"),
    ):
        found[f"campaign#{name}"] = _marketing(
            name, {"daily": "birthday", "at": "09:00"}, "{{ calendar }}-{{ year }}", priority, doubt
        )
    found["campaign#welcome-back"] = _marketing(
        "welcome-back",
        {"event": "plan.changed", "when": "reason == 'renewed'"},
        "{{ event_id }}",
        35,
        "resend",
    )
    return found


def _marketing(
    name: str, trigger: Mapping[str, Any], occasion: str, priority: int, doubt: str
) -> dict[str, Any]:
    return {
        "id": name,
        "brand": "*",
        "title": {"zh-CN": name, "en": name},
        "category": "marketing",
        "priority": priority,
        "trigger": dict(trigger),
        "occasion": occasion,
        "audience": "status == 'active'",
        "lane": "bulk",
        "send_window": "08:00-21:00",
        "valid_for": "26h" if "event" in trigger else "12h",
        "when_in_doubt": doubt,
        "sample": {},
        "texts": {"text": {"zh-CN": f"{name} 优惠", "en": f"An offer: {name}"}},
    }
