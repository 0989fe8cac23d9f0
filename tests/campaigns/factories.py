"""Small documents and records to try campaigns with; every argument overrides a field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.campaigns.files import load_folder
from chalicelib.store.records import Brand, Originator
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.subscribers import Subscriber

TEMPLATES = Path(__file__).parents[2] / "templates"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai

YUNTONG = Brand(
    id="yuntong",
    title={"zh-CN": "云通", "en": "Yuntong"},
    originators=(Originator("1069012300", ("86",), "cn"),),
    signature={"zh-CN": "【云通】", "en": "【Yuntong】"},
    opt_out_hint={"zh-CN": "退订回T", "en": "Reply T to opt out"},
    care_number="10000",
)
SKYLARK = Brand(
    id="skylark",
    title={"en": "Skylark Mobile"},
    originators=(Originator("72527", ("1",)),),
    signature={"en": "Skylark:"},
    default_language="en",
    opt_out_hint={"en": "Reply STOP to opt out"},
    care_number="611",
)
BRANDS = {"yuntong": YUNTONG, "skylark": SKYLARK}
WANG = Subscriber(
    subscriber_id="s-1",
    msisdn="+8613800000001",
    name="王芳",
    language="zh-CN",
    time_zone="Asia/Shanghai",
    brand="yuntong",
    region="湖南/长沙",
    plan="5g-128",
    plan_ends_on="2026-11-30",
)
EMILY = replace(
    WANG, subscriber_id="s-2", msisdn="+13125550001", name="Emily Carter", language="en", brand="skylark"
)


@dataclass(frozen=True)
class Told:
    """An event, as intake would hand it over."""

    type: str
    fields: dict[str, Any] = field(default_factory=dict)
    time: datetime = NOW
    id: str = "ev-1"


def usage(percent: float, **fields: Any) -> Told:
    return Told(
        "usage.reported",
        {
            "resource": "data",
            "used": percent * 100,
            "allowance": 10000,
            "unit": "MB",
            "percent_used": percent,
            "remaining": max(10000 - percent * 100, 0),
            "days_left": 7,
            "cycle": "2026-11",
            "cycle_ends_on": "2026-11-30",
            "scope": "",
            **fields,
        },
    )


def document(**fields: Any) -> dict[str, Any]:
    """A complete usage campaign's document."""
    whole: dict[str, Any] = {
        "id": "usage-alert",
        "title": {"zh-CN": "用量提醒", "en": "Usage alert"},
        "category": "service",
        "trigger": {
            "event": "usage.reported",
            "each": {"threshold": "thresholds"},
            "when": "percent_used >= threshold",
        },
        "thresholds": {"data": [50, 80, 90], "voice": [80]},
        "occasion": "{{ cycle }}/{{ resource }}{{ '-' ~ scope if scope else '' }}/{{ threshold }}",
        "audience": "status == 'active'",
        "lane": "urgent",
        "valid_for": "6h",
        "sample": {
            "resource": "data",
            "used": 8500,
            "allowance": 10000,
            "unit": "MB",
            "percent_used": 85,
            "remaining": 1500,
            "days_left": 7,
            "cycle": "2026-11",
            "cycle_ends_on": "2026-11-30",
            "threshold": 80,
        },
        "texts": {"text": {"zh-CN": "已用{{ percent_used | percent }}", "en": "{{ threshold }}% used"}},
        **fields,
    }
    return {name: value for name, value in whole.items() if value is not None}


def campaign(**fields: Any) -> Campaign:
    return campaign_from(document(**fields))


@cache
def shipped() -> dict[str, Any]:
    """The documents in templates/, by catalogue name; not to be changed."""
    return load_folder(TEMPLATES)
