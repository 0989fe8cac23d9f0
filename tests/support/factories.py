"""What tests begin with: subscribers, brands, campaigns, policies, cases; an argument overrides a field."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.campaigns.files import load_folder
from chalicelib.care.actions import Act
from chalicelib.care.arrivals import open_or_join
from chalicelib.delivery.policy import Policy, policy_from
from chalicelib.intake import subscriber_changes
from chalicelib.store import catalogue, versions
from chalicelib.store.records import Brand, Originator
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.cases import Case
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
    "s-1",
    msisdn="+8613900000001",
    name="王芳",
    language="zh-CN",
    time_zone="Asia/Shanghai",
    brand="yuntong",
    region="湖南/长沙",
    plan_ends_on="2026-12-01",
    birthday="1990-11-24",
)
WANG_ON_PLAN = replace(WANG, msisdn="+8613800000001", plan="5g-128", plan_ends_on="2026-11-30", birthday="")
WANG_GOLD = replace(
    WANG, msisdn="+8613800000001", region="广东/广州", tier="gold", plan_ends_on="", birthday=""
)
EMILY = replace(
    WANG_ON_PLAN,
    subscriber_id="s-2",
    msisdn="+13125550001",
    name="Emily Carter",
    language="en",
    brand="skylark",
)


USAGE: dict[str, Any] = {
    "resource": "data",
    "allowance": 100,
    "unit": "MB",
    "cycle": "2026-11",
    "cycle_ends_on": "2026-11-30",
}


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


def campaign_document(**fields: Any) -> dict[str, Any]:
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
    return campaign_from(campaign_document(**fields))


@cache
def shipped() -> dict[str, Any]:
    """The documents in templates/, by catalogue name; not to be changed."""
    return load_folder(TEMPLATES)


def policy_document(**changes: Any) -> dict[str, Any]:
    """The shipped policy as the catalogue would hold it, with whole sections replaced."""
    raw: dict[str, Any] = json.loads(_policy_text())
    return {**raw, **changes}


@cache
def _policy_text() -> str:
    return json.dumps(yaml.safe_load((TEMPLATES / "policy.yaml").read_text("utf-8")))


def policy(**changes: Any) -> Policy:
    return policy_from(policy_document(**changes))


@cache
def shipped_policy() -> Policy:
    return policy()


def moment(text: str) -> datetime:
    """`2026-11-26 03:00` in UTC, or with the offset written behind: `2026-11-26 03:00 -06:00`."""
    moment = datetime.fromisoformat(text.replace(" -", "-").replace(" +", "+"))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


CARE_BRAND = {
    "id": "yuntong",
    "title": {"zh-CN": "云通"},
    "originators": [{"identity": "1069", "countries": ["86"]}],
    "signature": {},
    "care_teams": ["care-north", "care-south"],
}


def care_document() -> dict[str, Any]:
    """The settings that ship."""
    found: dict[str, Any] = deepcopy(shipped()["care"])
    return found


def care_live(**changes: Any) -> None:
    """Publish the settings that ship, but for `changes` of whole parts, the brand and the policy."""
    documents = {
        "care": care_document() | changes,
        "brand#yuntong": CARE_BRAND,
        "policy": shipped()["policy"],
    }
    catalogue.go_live(
        {
            name: versions.save(name, one, by="test", at="2026-11-01T00:00:00.000Z", status="live")
            for name, one in documents.items()
        }
    )


def care_ready() -> None:
    """Settings and one subscriber."""
    care_live()
    subscriber_changes.put_many([WANG_GOLD])


def hours_on(hours: float = 0) -> datetime:
    """So many hours after NOW."""
    return NOW + timedelta(hours=hours)


def act(case: Case | None = None, by: str = "li.na", hours: float = 0, once: str = "") -> Act:
    """Somebody does something, on what they saw of `case`."""
    return Act(by, hours_on(hours), case.revision if case else None, once)


def complain(
    words: str = "2，宽带还是断",
    score: int | None = 2,
    inbound: str = "in-1",
    hours: float = 0,
    **fields: Any,
) -> Case:
    """A dissatisfied answer of WANG_GOLD's about complaint C-1."""
    given: dict[str, Any] = {
        "subscriber_id": WANG_GOLD.subscriber_id,
        "msisdn": WANG_GOLD.msisdn,
        "brand": WANG_GOLD.brand,
        "complaint": "C-1",
        "survey_item": "survey#post-complaint-survey/s-1/C-1",
        "tier": WANG_GOLD.tier,
        "region": WANG_GOLD.region,
        "language": WANG_GOLD.language,
        "name": WANG_GOLD.name,
        "campaign": "post-complaint-survey",
    }
    return open_or_join(**given | fields, words=words, score=score, inbound_id=inbound, now=hours_on(hours))
