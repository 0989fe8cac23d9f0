"""Which jobs an event makes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.campaigns.check import check
from chalicelib.campaigns.matching import (
    IncomingEvent,
    Unmatched,
    all_facts,
    broadcasts_for,
    in_audience,
    job_for_match,
    match,
)
from chalicelib.campaigns.wording import word
from chalicelib.clock import iso
from chalicelib.intake.event import BadEvent, event_from
from chalicelib.intake.vocabulary import over_shipped
from chalicelib.intake.vocabulary import shipped as shipped_words
from chalicelib.job import Job
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.subscribers import Subscriber
from tests.english import refused
from tests.support.factories import (
    BRANDS,
    NOW,
    WANG_ON_PLAN,
    YUNTONG,
    Told,
    campaign,
    shipped,
    usage,
)

WORDS = shipped_words()

PLANS: Mapping[str, Mapping[str, Any]] = {
    "5g-128": {"title": {"zh-CN": "5G畅享128", "en": "5G Enjoy 128"}},
    "strict": {"title": {"en": "Strict"}, "thresholds": {"data": [10, 99]}},
}


def jobs(
    event: IncomingEvent, *campaigns: Campaign, subscriber: Subscriber = WANG_ON_PLAN, now: datetime = NOW
) -> list[Job]:
    return list(match(event, subscriber, campaigns, PLANS, BRANDS, now).jobs)


def thresholds(found: list[Job]) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (job.occasion.rpartition("/")[2], tuple(o.rpartition("/")[2] for o in job.supersedes))
        for job in found
    ]


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (0, []),
        (49.99, []),
        (50, [("50", ())]),
        (79.9, [("50", ())]),
        (80, [("80", ("50",))]),
        (95, [("90", ("50", "80"))]),
        (250, [("90", ("50", "80"))]),
    ],
)
def test_the_highest_threshold_goes_and_the_others_are_superseded(
    percent: float, expected: list[Any]
) -> None:
    assert thresholds(jobs(usage(percent), campaign())) == expected


@pytest.mark.parametrize(
    ("fields", "plan", "expected"),
    [
        ({"resource": "voice", "unit": "min"}, "5g-128", "2026-11/voice/80"),
        ({"resource": "data"}, "strict", "2026-11/data/10"),
        ({"resource": "data"}, "a plan nobody knows", "2026-11/data/80"),
        ({"scope": "roaming"}, "5g-128", "2026-11/data-roaming/80"),
        ({"cycle": "2026-12"}, "5g-128", "2026-12/data/80"),
    ],
    ids=[
        "voice has its own",
        "the plan's come first",
        "unknown plan",
        "roaming is counted apart",
        "next cycle",
    ],
)
def test_the_occasion_of_a_usage_alert_names_cycle_and_threshold(
    fields: dict[str, Any], plan: str, expected: str
) -> None:
    found = jobs(usage(85, **fields), campaign(), subscriber=replace(WANG_ON_PLAN, plan=plan))
    assert [job.occasion for job in found] == [expected]


def test_a_resource_without_thresholds_alerts_nobody() -> None:
    assert jobs(usage(99, resource="sms", unit="count"), campaign()) == []


@pytest.mark.parametrize(
    ("fields", "subscriber"),
    [
        ({"trigger": {"event": "plan.changed"}, "occasion": "{{ plan }}"}, WANG_ON_PLAN),
        ({"brand": "skylark"}, WANG_ON_PLAN),
        ({"audience": "tier == 'gold'"}, WANG_ON_PLAN),
        ({}, replace(WANG_ON_PLAN, status="left")),
        ({"trigger": {"manual": True}}, WANG_ON_PLAN),
        ({"trigger": {"daily": "birthday"}, "occasion": "{{ year }}"}, WANG_ON_PLAN),
        ({"trigger": {"event": "usage.reported", "to": "region"}, "occasion": "{{ cycle }}"}, WANG_ON_PLAN),
        (
            {"trigger": {"event": "usage.reported", "when": "used > 99999"}, "occasion": "{{ cycle }}"},
            WANG_ON_PLAN,
        ),
    ],
    ids=[
        "another event",
        "another brand",
        "not in audience",
        "left",
        "manual",
        "daily",
        "by region",
        "not when",
    ],
)
def test_who_is_not_for_it(fields: dict[str, Any], subscriber: Subscriber) -> None:
    assert jobs(usage(95), campaign(**fields), subscriber=subscriber) == []


def test_every_campaign_that_wants_an_event_gets_a_job() -> None:
    found = jobs(
        usage(95), campaign(), campaign(id="other", brand="yuntong"), campaign(id="third", brand="skylark")
    )
    assert [job.campaign for job in found] == ["usage-alert", "other"]


def test_what_a_job_carries() -> None:
    (job,) = jobs(usage(85), campaign())
    assert (job.campaign, job.subscriber, job.step, job.lane) == ("usage-alert", "s-1", "text", "urgent")
    assert job.valid_until == iso(NOW + timedelta(hours=6))
    assert job.not_before == ""
    assert job.facts["threshold"] == 80
    assert job.facts["event_id"] == "ev-1"
    assert not {"name", "plan", "status", "care_number", "scope", "msisdn"} & set(job.facts)
    assert Job.loads(job.dumps()) == job


def why(event: Told, *campaigns: Campaign, subscriber: Subscriber = WANG_ON_PLAN, now: datetime = NOW) -> Any:
    return match(event, subscriber, campaigns, PLANS, BRANDS, now).misses


def test_an_old_event_makes_no_job_that_would_hold_the_key_of_a_later_one() -> None:
    assert why(usage(85), campaign(), now=NOW + timedelta(days=2)) == {"usage-alert": "too_late"}
    assert jobs(usage(85), campaign(), now=NOW + timedelta(days=2)) == []


@pytest.mark.parametrize(
    ("event", "fields", "subscriber", "expected"),
    [
        pytest.param(usage(12), {}, WANG_ON_PLAN, "below", id="below every threshold"),
        pytest.param(usage(95), {}, replace(WANG_ON_PLAN, status="suspended"), "audience", id="suspended"),
        pytest.param(usage(95), {"brand": "skylark"}, WANG_ON_PLAN, "brand", id="another brand"),
        pytest.param(usage(0, allowance=0), {}, WANG_ON_PLAN, "unlimited", id="no limit"),
        pytest.param(
            usage(95, cycle_ends_on="2026-10-31"), {}, WANG_ON_PLAN, "cycle_over", id="the last cycle"
        ),
        pytest.param(
            usage(95),
            {"trigger": {"event": "usage.reported", "when": "used > 9e9"}, "occasion": "{{ cycle }}"},
            WANG_ON_PLAN,
            "condition",
            id="its condition",
        ),
    ],
)
def test_why_there_is_no_text(
    event: Told, fields: dict[str, Any], subscriber: Subscriber, expected: str
) -> None:
    assert list(why(event, campaign(**fields), subscriber=subscriber).values()) == [expected]


@pytest.mark.parametrize(
    ("zone", "hour", "told"),
    [
        pytest.param("Asia/Shanghai", 15, True, id="23:00 of the last day there"),
        pytest.param("Asia/Shanghai", 16, False, id="the midnight after it there"),
        pytest.param("America/Chicago", 23, True, id="the afternoon of the last day there"),
    ],
)
def test_a_cycle_ends_with_its_last_day_where_the_subscriber_lives(zone: str, hour: int, told: bool) -> None:
    now = datetime(2026, 11, 30, hour, tzinfo=UTC)
    event = dataclasses.replace(usage(95), time=now)
    found = jobs(event, campaign(), subscriber=replace(WANG_ON_PLAN, time_zone=zone), now=now)
    assert bool(found) == told
    for job in found:
        assert job.valid_until <= "2026-12-01T06:00:00.000Z"


@pytest.mark.parametrize(
    ("reports", "told"),
    [
        pytest.param([(100, 100, {}), (165, 200, {}), (200, 200, {})], [100, 80, 100], id="a top-up"),
        pytest.param(
            [(100, 100, {}), (45, 100, {}), (85, 100, {}), (100, 100, {})], [100], id="a correction"
        ),
        pytest.param(
            [(85, 100, {"cycle_ends_on": "2026-11-28"}), (85, 100, {"cycle_ends_on": "2026-12-26"})],
            [80, 80],
            id="two cycles of 28 days in a month",
        ),
        pytest.param(
            [(85, 100, {"cycle": "W48"}), (85, 100, {"cycle": "W49"})], [80, 80], id="cycles by week"
        ),
        pytest.param(
            [(85, 100, {}), (85.0, 100.0, {}), (85, "100", {})], [80], id="the same in other numbers"
        ),
    ],
)
def test_a_threshold_is_told_once_for_an_allowance_in_a_cycle(
    reports: list[tuple[Any, Any, dict[str, Any]]], told: list[int]
) -> None:
    alert = campaign_from(shipped()["campaign#usage-alert"])
    occasions: set[str] = set()
    sent: list[int] = []
    raw = {"id": "e", "time": NOW.isoformat(), "subscriber_id": "s-1", "resource": "data", "unit": "MB"}
    for used, allowance, fields in reports:
        cycle = {"cycle": "2026-11", "cycle_ends_on": "2026-11-30", **fields}
        event = event_from(
            "usage.reported", {**raw, "used": used, "allowance": allowance, **cycle}, NOW, WORDS
        )
        for job in match(event, WANG_ON_PLAN, [alert], {}, BRANDS, NOW).jobs:
            if job.occasion not in occasions:
                sent.append(job.facts["threshold"])
            occasions |= {job.occasion, *job.supersedes}
    assert sent == told


SURVEY: dict[str, Any] = {
    "id": "post-complaint-survey",
    "category": "survey",
    "trigger": {"event": "complaint.resolved", "after": "30m", "since": "resolved_at"},
    "occasion": "{{ complaint_id }}",
    "valid_for": "48h",
    "survey": {"scale": [1, 5], "best": 5, "dissatisfied": [1, 2]},
    "texts": {"invitation": {"en": "How was it? 1-5"}},
}


@pytest.mark.parametrize(
    ("resolved", "not_before", "valid_until"),
    [
        ("2026-11-23T09:50:00+08:00", "2026-11-23T02:20:00.000Z", "2026-11-25T02:20:00.000Z"),
        ("2026-11-23T08:00:00+08:00", "", "2026-11-25T00:30:00.000Z"),
        ("", "2026-11-23T02:30:00.000Z", "2026-11-25T02:30:00.000Z"),
        ("yesterday", "2026-11-23T02:30:00.000Z", "2026-11-25T02:30:00.000Z"),
    ],
    ids=["ten minutes ago", "two hours ago", "nobody knows when", "not a time"],
)
def test_a_survey_waits_from_the_end_of_the_complaint(
    resolved: str, not_before: str, valid_until: str
) -> None:
    event = Told("complaint.resolved", {"complaint_id": "C-1", "resolved_at": resolved})
    (job,) = jobs(event, campaign(**SURVEY))
    assert (job.occasion, job.step) == ("C-1", "invitation")
    assert (job.not_before, job.valid_until) == (not_before, valid_until)


def test_the_same_complaint_twice_is_one_key() -> None:
    first = Told("complaint.resolved", {"complaint_id": "C-1", "resolved_at": "2026-11-23T09:50:00+08:00"})
    again = dataclasses.replace(first, id="ev-2", time=NOW + timedelta(hours=3))
    keys = {job.item for event in (first, again) for job in jobs(event, campaign(**SURVEY))}
    assert keys == {"mt#post-complaint-survey/s-1/C-1/invitation"}


def test_a_campaign_that_cannot_decide_does_not_stop_the_others() -> None:
    broken = campaign(id="broken", audience="nmae == 'x'")
    with refused(Unmatched, r"broken.*nmae") as unmatched:
        jobs(usage(95), broken, campaign())
    assert [job.campaign for job in unmatched.value.matched.jobs] == ["usage-alert"]
    assert [problem.place for problem in unmatched.value.problems] == ["broken"]


@pytest.mark.parametrize(
    "each", [{"threshold": "resource"}, {"threshold": "used"}, {"threshold": "[80, 'ninety']"}], ids=str
)
def test_each_needs_a_list_that_has_an_order(each: dict[str, str]) -> None:
    trigger = {"event": "usage.reported", "each": each, "when": "true"}
    with refused(Unmatched, r"list|order"):
        jobs(usage(95), campaign(trigger=trigger))


@pytest.mark.parametrize("plan", ["", "x" * 300], ids=["empty", "longer than a key may be"])
def test_an_occasion_must_be_a_key(plan: str) -> None:
    changed = campaign(trigger={"event": "plan.changed"}, occasion="{{ plan }}")
    with refused(Unmatched, r"plan|occasion|empty"):
        jobs(Told("plan.changed", {"plan": plan, "ends_on": "", "reason": "renewed"}), changed)


# Whole campaigns, as they ship


def sent(name: str) -> Campaign:
    return campaign_from(shipped()[f"campaign#{name}"])


@pytest.mark.parametrize(
    ("name", "facts", "occasion"),
    [
        ("birthday-greeting", {"calendar": "lunar", "year": 2026}, "lunar-2026"),
        ("birthday-greeting", {"calendar": "solar", "year": 2027}, "solar-2027"),
        ("renewal-reminder", {"ends_on": "2026-11-30", "days_before": 0}, "2026-11-30/0"),
        ("outage-notice", {"event_id": "ev-9", "region": "湖南/长沙"}, "ev-9"),
    ],
)
def test_jobs_of_those_found_by_an_index(name: str, facts: dict[str, Any], occasion: str) -> None:
    job = job_for_match(sent(name), "s-7", facts, "2026-11-23T15:59:59.000Z")
    assert (job.subscriber, job.occasion, job.step, job.lane) == ("s-7", occasion, "text", "bulk")
    assert (job.valid_until, job.facts) == ("2026-11-23T15:59:59.000Z", facts)


def test_a_renewal_in_between_silences_the_rest() -> None:
    renewal = sent("renewal-reminder")
    job = job_for_match(renewal, "s-1", {"ends_on": "2026-11-30", "days_before": 7}, "")
    assert in_audience(renewal, all_facts(job, WANG_ON_PLAN, renewal, None, YUNTONG, NOW))
    renewed = replace(WANG_ON_PLAN, plan_ends_on="2027-11-30")
    assert not in_audience(renewal, all_facts(job, renewed, renewal, None, YUNTONG, NOW))


def test_an_outage_is_told_to_its_region() -> None:
    fields = {
        "region": "湖南/长沙",
        "starts_at": "2026-11-23T17:00:00.000Z",
        "expected_end": "2026-11-23T21:00:00.000Z",
        "what": "移动上网",
    }
    (broadcast,) = broadcasts_for(
        Told("outage.announced", fields), [sent("outage-notice"), sent("usage-alert")]
    )
    assert (broadcast.campaign.id, broadcast.region) == ("outage-notice", "湖南/长沙")
    assert broadcast.facts["event_id"] == "ev-1"
    assert broadcast.valid_until == iso(NOW + timedelta(hours=12))


def test_a_broadcast_has_its_condition() -> None:
    outage = campaign(
        trigger={"event": "outage.announced", "to": "region", "when": "what == 'calls'"}, occasion="x"
    )
    assert broadcasts_for(Told("outage.announced", {"what": "data", "region": "湖南"}), [outage]) == []


# Facts


LEVELS = st.lists(st.integers(1, 300), min_size=1, max_size=8)


@given(LEVELS, st.floats(0, 400, allow_nan=False))
def test_one_job_for_the_highest_and_everything_below_superseded(levels: list[int], percent: float) -> None:
    found = thresholds(jobs(usage(percent), campaign(thresholds={"data": levels})))
    passed = sorted({level for level in levels if percent >= level})
    expected = [(str(passed[-1]), tuple(str(level) for level in passed[:-1]))] if passed else []
    assert found == expected


@given(LEVELS, st.lists(st.floats(0, 400, allow_nan=False), max_size=8))
def test_no_threshold_is_told_twice_however_reports_come(levels: list[int], reports: list[float]) -> None:
    """By the claim's rule (the first row of a key wins) every threshold passed has exactly one end."""
    ends: dict[str, str] = {}
    for percent in reports:
        for job in jobs(usage(percent), campaign(thresholds={"data": levels})):
            ends.setdefault(job.occasion, "sent")
            for occasion in job.supersedes:
                ends.setdefault(occasion, "superseded")
    highest = max(reports, default=0)
    assert set(ends) == {f"2026-11/data/{level}" for level in levels if highest >= level}
    assert list(ends.values()).count("sent") <= len(set(levels))


# What an operator might declare of a field or an attribute, and what a sender might send for it.
DECLARED = st.sampled_from(
    [
        {"type": "number", "least": -50, "most": 50, "example": 1},
        {"type": "whole", "example": 1},
        {"type": "text", "longest": 8, "example": "x"},
        {"type": "name", "example": "x"},
        {"type": "key", "example": "x"},
        {"type": "choice", "choices": ["app", "shop"], "example": "app"},
        {"type": "yes_no", "example": True},
        {"type": "day", "example": "2026-11-30"},
    ]
)
SENT = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-100, 100),
    st.integers(-6000, 6000).map(lambda hundredths: hundredths / 100),  # as fine as texts say numbers
    st.sampled_from(
        ["app", "SHOP", "12.5", "2026/12/1", "yes", "否", "a/b", "a#b", "云通", " x ", "\u202e", ""]
    ),
    st.text(max_size=10),
    st.just([]),
)


def source(name: str, declared: Mapping[str, Any]) -> str:
    """How a text says a field whole: what is true or false has words of the text's own, and a number that
    stands alone is rounded to two decimals."""
    if declared["type"] == "yes_no":
        return f"{{{{ 'yes' if {name} else 'no' }}}}"
    return f"{{{{ {name} | number(6) }}}}" if declared["type"] == "number" else f"{{{{ {name} }}}}"


@settings(max_examples=100, deadline=None)
@given(
    fields=st.dictionaries(st.sampled_from(["a", "b1", "c_c"]), DECLARED, min_size=1),
    sent=st.lists(SENT, min_size=3, max_size=3),
)
def test_of_any_event_type_and_attributes_what_is_accepted_is_said_and_set_as_it_came(
    fields: dict[str, dict[str, Any]], sent: list[Any]
) -> None:
    sets = {f"own_{name}": name for name in fields}
    known = over_shipped(
        {
            "attributes": {own: fields[name] for own, name in sets.items()},
            "event#parcel.came": {"title": {"en": "x", "zh-CN": "x"}, "fields": fields, "sets": sets},
        }
    )
    document = {
        "id": "parcel",
        "title": {"en": "x", "zh-CN": "x"},
        "category": "service",
        "trigger": {"event": "parcel.came"},
        "occasion": "{{ event_id }}",
        "sample": {
            "event_id": "e-1",
            "event_time": iso(NOW),
            **{name: one["example"] for name, one in fields.items()},
        },
        "texts": {"text": {"en": "|".join(source(name, one) for name, one in fields.items()), "zh-CN": "x"}},
    }
    assert [one for one in check(document, vocabulary=known) if not one.warning] == []
    raw = {"id": "e-1", "time": iso(NOW), "subscriber_id": "s-1", **dict(zip(fields, sent, strict=False))}
    try:
        event = event_from("parcel.came", raw, NOW, known)
    except BadEvent as bad:
        places = {one.place for one in bad.problems}
        assert places
        assert places <= fields.keys()
        return
    (job,) = jobs(event, made := campaign_from(document, vocabulary=known))
    facts = all_facts(job, WANG_ON_PLAN, made, None, YUNTONG, NOW)
    said = word(made, "text", YUNTONG, "en", facts).body
    assert said.removeprefix("【Yuntong】") == "|".join(
        {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        for value in (event.fields[name] for name in fields)
    )
    for own, name in sets.items():
        assert known.attributes[own].field.read(own, event.fields[name]) == event.fields[name]
