"""The facts and the language that a text is worded with, as they are when it is claimed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.campaigns.language import Unrenderable
from chalicelib.campaigns.matching import (
    all_facts,
    occasion_of,
)
from chalicelib.job import Job
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.subscribers import Subscriber
from tests.campaigns.test_matching import PLANS, jobs, sent
from tests.english import refused
from tests.support.factories import (
    EMILY,
    NOW,
    SKYLARK,
    WANG_ON_PLAN,
    YUNTONG,
    Told,
    campaign,
    usage,
)


def test_facts_at_the_claim_are_those_of_the_moment() -> None:
    (job,) = jobs(usage(85), campaign())
    moved = replace(WANG_ON_PLAN, name="王芳芳", plan="strict")
    facts = all_facts(job, moved, campaign(), PLANS["strict"], YUNTONG, NOW + timedelta(days=2))
    assert (facts["name"], facts["plan_title"], facts["thresholds"]) == ("王芳芳", "Strict", [10, 99])
    assert (facts["percent_used"], facts["threshold"], facts["scope"]) == (85, 80, "")
    assert (facts["today"], facts["days_left"]) == ("2026-11-25", 5)
    assert (facts["brand_title"], facts["care_number"], facts["language"]) == ("云通", "10000", "zh-CN")


@pytest.mark.parametrize(
    ("zone", "today"),
    [
        ("Asia/Shanghai", "2026-11-23"),
        ("America/Chicago", "2026-11-22"),
        ("", "2026-11-23"),
        ("Mars", "2026-11-23"),
    ],
)
def test_today_is_the_recipients(zone: str, today: str) -> None:
    (job,) = jobs(usage(85), campaign())
    assert (
        all_facts(job, replace(WANG_ON_PLAN, time_zone=zone), campaign(), None, YUNTONG, NOW)["today"]
        == today
    )


@pytest.mark.parametrize(
    ("job_language", "subscriber", "brand", "expected"),
    [
        ("", WANG_ON_PLAN, YUNTONG, "zh-CN"),
        ("", EMILY, SKYLARK, "en"),
        ("en", WANG_ON_PLAN, YUNTONG, "en"),
        ("", replace(WANG_ON_PLAN, language=""), SKYLARK, "en"),
        ("", replace(WANG_ON_PLAN, language="zh-HK"), SKYLARK, "zh-CN"),
        ("", replace(WANG_ON_PLAN, language="fr"), YUNTONG, "zh-CN"),
        ("", None, SKYLARK, "en"),
    ],
)
def test_the_language(job_language: str, subscriber: Subscriber | None, brand: Any, expected: str) -> None:
    job = Job("usage-alert", "s-1", "o", "text", "urgent", language=job_language)
    assert all_facts(job, subscriber, campaign(), None, brand, NOW)["language"] == expected


def test_a_stranger_has_facts_too() -> None:
    automatic = sent("automatic")
    job = Job("automatic", "-", "mo-1", "help", "urgent", to="+8613900000000", brand="yuntong")
    facts = all_facts(job, None, automatic, None, YUNTONG, NOW)
    assert (facts["name"], facts["status"], facts["care_number"]) == ("", "", "10000")


def test_an_event_wins_over_the_subscriber() -> None:
    changed = campaign(trigger={"event": "plan.changed"}, occasion="{{ plan }}/{{ ends_on }}")
    (job,) = jobs(
        Told("plan.changed", {"plan": "new", "ends_on": "2027-01-31", "reason": "changed"}), changed
    )
    facts = all_facts(job, WANG_ON_PLAN, changed, None, YUNTONG, NOW)
    assert (facts["plan"], facts["ends_on"], facts["plan_ends_on"]) == ("new", "2027-01-31", "2026-11-30")


def test_an_occasion_that_names_what_is_not_carried_is_refused() -> None:
    with refused(Unrenderable, "name"):
        occasion_of(campaign(occasion="{{ name }}"), {"cycle": "2026-11"})


# Properties
