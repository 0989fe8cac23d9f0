"""A care team, its settings and a subscriber, for the tests of cases."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.care.actions import Act
from chalicelib.care.arrivals import open_or_join
from chalicelib.intake import subscriber_changes
from chalicelib.store import catalogue, versions
from chalicelib.store.schema.cases import Case
from chalicelib.store.schema.subscribers import Subscriber
from tests.campaigns.factories import shipped

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai
WANG = Subscriber(
    "s-1", "+8613800000001", "王芳", "zh-CN", "Asia/Shanghai", "yuntong", "广东/广州", tier="gold"
)
BRAND = {
    "id": "yuntong",
    "title": {"zh-CN": "云通"},
    "originators": [{"identity": "1069", "countries": ["86"]}],
    "signature": {},
    "care_teams": ["care-north", "care-south"],
}


def document() -> dict[str, Any]:
    """The settings that ship."""
    found: dict[str, Any] = deepcopy(shipped()["care"])
    return found


def go_live(**changes: Any) -> None:
    """Publish the settings that ship, but for `changes` of whole parts, the brand and the policy."""
    documents = {"care": document() | changes, "brand#yuntong": BRAND, "policy": shipped()["policy"]}
    catalogue.go_live(
        {
            name: versions.save(name, one, by="test", at="2026-11-01T00:00:00.000Z", status="live")
            for name, one in documents.items()
        }
    )


def settle_in() -> None:
    """Settings and one subscriber."""
    go_live()
    subscriber_changes.put_many([WANG])


def at(hours: float = 0) -> datetime:
    """So many hours after NOW."""
    return NOW + timedelta(hours=hours)


def act(case: Case | None = None, by: str = "li.na", hours: float = 0, once: str = "") -> Act:
    """Somebody does something, on what they saw of `case`."""
    return Act(by, at(hours), case.revision if case else None, once)


def complain(
    words: str = "2，宽带还是断",
    score: int | None = 2,
    inbound: str = "in-1",
    hours: float = 0,
    **fields: Any,
) -> Case:
    """A dissatisfied answer of WANG's about complaint C-1."""
    given: dict[str, Any] = {
        "subscriber_id": WANG.subscriber_id,
        "msisdn": WANG.msisdn,
        "brand": WANG.brand,
        "complaint": "C-1",
        "survey_item": "survey#post-complaint-survey/s-1/C-1",
        "tier": WANG.tier,
        "region": WANG.region,
        "language": WANG.language,
        "name": WANG.name,
        "campaign": "post-complaint-survey",
    }
    return open_or_join(**given | fields, words=words, score=score, inbound_id=inbound, now=at(hours))
