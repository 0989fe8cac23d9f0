"""What changes of rows add up to, and what a rate is worth."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns import tally
from chalicelib.campaigns.tally import funnel, lift, rate, since
from chalicelib.store.schema.conversations import Reply, Survey, Text
from chalicelib.store.schema.results import Counter

TEXT: dict[str, Any] = {
    "msisdn": "+8613900000001",
    "item": "mt#plan-offer/s-1/2026-11/text",
    "campaign": "plan-offer",
    "version": 3,
    "category": "marketing",
    "region": "湖南/长沙",
    "tier": "gold",
    "language": "zh-CN",
    "variant": "b",
    "at": "2026-11-24T04:00:00.000Z",
    "segments": 2,
    "status": "sending",
}
TOTAL = ("results#plan-offer", "v00000003#total#")


def row(**fields: Any) -> Text:
    return Text.load({**TEXT, **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "held", "reason": "window"}, {"planned": 1, "held:window": 1}),
        ({"status": "sending"}, {"planned": 1, "sending": 1}),
        ({"status": "suppressed", "reason": "opted_out"}, {"planned": 1, "suppressed:opted_out": 1}),
        ({"status": "sent"}, {"planned": 1, "sent": 1, "parts": 2}),
        (
            {"status": "delivered", "parts": 1, "price": 0.05},
            {"planned": 1, "sent": 1, "delivered": 1, "parts": 1, "cost": 0.05},
        ),
        (
            {"status": "undelivered", "reason": "blocked"},
            {"planned": 1, "sent": 1, "undelivered:blocked": 1, "parts": 2},
        ),
        ({"status": "failed", "reason": "invalid_request"}, {"planned": 1, "failed:invalid_request": 1}),
        ({"status": "expired", "reason": "valid_until"}, {"planned": 1, "expired": 1}),
        ({"status": "in_doubt", "reason": "timeout"}, {"planned": 1, "in_doubt": 1}),
    ],
    ids=lambda value: value.get("status", ""),
)
def test_what_a_text_stands_for(fields: dict[str, Any], expected: dict[str, float]) -> None:
    assert tally.text_figures(row(**fields)) == expected


STATES = st.sampled_from(
    [
        {"status": "held", "reason": "cap"},
        {"status": "sending"},
        {"status": "sent"},
        {"status": "delivered", "price": 0.05, "parts": 2},
        {"status": "failed", "reason": "dead"},
        {"status": "suppressed", "reason": "holdout", "at": "2026-11-25T04:00:00.000Z"},
        {"status": "sent", "version": 4},
    ]
)


@given(st.lists(STATES, min_size=1, max_size=8))
def test_whatever_way_a_text_went_the_sums_are_those_of_its_last_row(
    steps: list[dict[str, Any]],
) -> None:
    sums: dict[tuple[str, str], dict[str, float]] = {}
    before = None
    for step in steps:
        after = row(**step)
        for where, amounts in tally.text_deltas(before, after).items():
            for name, amount in amounts.items():
                into = sums.setdefault(where, {})
                into[name] = round(into.get(name, 0) + amount, 6)
        before = after
    left = {
        where: {name: amount for name, amount in amounts.items() if amount} for where, amounts in sums.items()
    }
    assert {where: amounts for where, amounts in left.items() if amounts} == tally.text_deltas(None, before)


def test_a_text_is_counted_by_every_dimension() -> None:
    found = set(tally.text_deltas(None, row()))
    assert found == {(tally.ALL_TEXTS, "2026-11-24T04#")} | {
        (tally.scope_of("plan-offer"), f"v00000003#{rest}")
        for rest in (
            "total#",
            "step#text",
            "variant#b",
            "hour#2026-11-24T04",
            "region#湖南",
            "tier#gold",
            "language#zh-CN",
        )
    }


def test_a_text_is_counted_by_the_operators_own_dimensions_too() -> None:
    text = row(dimensions={"payment": "prepaid", "paperless": "no"})
    counters = [
        Counter(scope, name, figures)
        for (scope, name), figures in tally.text_deltas(None, text).items()
        if scope != tally.ALL_TEXTS
    ]
    by_version = tally.by_dimension([*counters, Counter("s", "v00000004#payment#prepaid", {"planned": 2})])
    assert tally.merged(by_version)["payment"] == {"prepaid": {"planned": 3, "sending": 1}}
    assert tally.merged(by_version, 3)["payment"] == {"prepaid": {"planned": 1, "sending": 1}}
    assert tally.dimensions(tally.merged(by_version))[-2:] == ["paperless", "payment"]


def scored(score: int) -> Survey:
    return Survey.load({"item": "survey#plan-offer/s-1/C-1", "score": score})


def test_a_corrected_score_replaces_the_one_before() -> None:
    before, after = tally.survey_figures(scored(2)), tally.survey_figures(scored(5))
    assert tally.answer_deltas(before, after, row())[TOTAL] == {"score:2": -1, "score:5": 1, "score_sum": 3}


REPLY = {"received_at": "2026-11-24T06:00:00.000Z", "applied": True}
EARLY = row(item="mt#a/s/1/text", sent_at="2026-11-24T04:00:00.000Z", message_id="m-1")
LATE = row(item="mt#b/s/1/text", sent_at="2026-11-24T05:00:00.000Z", message_id="m-2")
LAST_WEEK = row(item="mt#c/s/1/text", sent_at="2026-11-17T05:00:00.000Z", message_id="m-3")
ANSWER = row(category="reply", sent_at="2026-11-24T05:30:00.000Z")


@pytest.mark.parametrize(
    ("reply", "texts", "expected"),
    [
        (REPLY, [EARLY, LATE], LATE),
        ({**REPLY, "previous_message_id": "m-1"}, [EARLY, LATE], EARLY),
        ({**REPLY, "previous_message_id": "m-3"}, [LATE, LAST_WEEK], LAST_WEEK),
        (REPLY, [LAST_WEEK], None),
        (REPLY, [EARLY, ANSWER], EARLY),
        ({**REPLY, "received_at": "2026-11-24T04:30:00.000Z"}, [EARLY, LATE], EARLY),
        (REPLY, [], None),
    ],
    ids=["last", "named", "named though old", "too old", "not our answer", "not sent yet", "nothing"],
)
def test_which_text_a_reply_is_about(reply: Any, texts: list[Any], expected: Any) -> None:
    assert tally.answered(Reply.load({"item": "mo#in-1", **reply}), texts) == expected


@pytest.mark.parametrize(
    ("successes", "of", "low", "high"),
    # Values of the formula as published in tables of Wilson score intervals, 95 %.
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
    ids=["none", "all", "half", "81 of 263"],
)
def test_a_rate_has_its_wilson_interval(successes: int, of: int, low: float, high: float) -> None:
    found = rate(successes, of)
    assert found is not None
    assert found.low == pytest.approx(low, abs=1e-4)
    assert found.high == pytest.approx(high, abs=1e-4)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_an_interval_holds_its_share(successes: int, of: int) -> None:
    found = rate(successes, of)
    assert found is not None
    assert 0 <= found.low <= found.share + 1e-12
    assert found.share <= found.high + 1e-12
    assert found.high <= 1


def test_a_difference_is_only_claimed_where_intervals_part() -> None:
    assert lift(rate(5, 10), rate(6, 10)) == "unclear"
    assert lift(rate(700, 1000), rate(600, 1000)) == "better"
    assert lift(rate(500, 1000), rate(600, 1000)) == "worse"
    assert lift(rate(0, 0), rate(6, 10)) == "unclear"


def test_a_funnel_puts_reasons_in_order() -> None:
    found = funnel(
        {"planned": 9, "suppressed:cap_day": 1, "suppressed:opted_out": 3, "score:5": 2, "score:1": 1,
         "scored": 3, "score_sum": 11}
    )  # fmt: skip
    assert list(found.suppressed) == ["opted_out", "cap_day"]
    assert found.satisfied([1, 2]) == 2
    assert found.average == pytest.approx(11 / 3)


def test_hours_become_days_of_the_viewers_zone() -> None:
    hours = {"2026-11-23T15": {"sent": 1}, "2026-11-23T16": {"sent": 2}, "2026-11-24T15": {"sent": 4}}
    assert tally.by_day(hours, "Asia/Shanghai") == {"2026-11-23": {"sent": 1}, "2026-11-24": {"sent": 6}}
    assert tally.by_day(hours, "UTC") == {"2026-11-23": {"sent": 3}, "2026-11-24": {"sent": 4}}


def test_counters_are_read_by_version_and_dimension() -> None:
    counters = [
        Counter(scope, name, figures)
        for (scope, name), figures in tally.text_deltas(None, row()).items()
        if scope != tally.ALL_TEXTS
    ]
    found = tally.by_dimension(counters)[3]
    assert found["total"][""] == found["region"]["湖南"] == {"planned": 1, "sending": 1}
    assert set(found) == {"total", "step", "variant", "hour", "region", "tier", "language"}


def test_hours_from_one_on_are_put_together() -> None:
    hours = {
        "2026-11-24T03": {"sent": 5},
        "2026-11-24T04": {"sent": 2},
        "2026-11-25T00": {"sent": 1, "held:window": 1},
    }
    assert since(hours, "2026-11-24T04") == {"sent": 3, "held:window": 1}
    assert since({}, "2026-11-24T04") == {}
