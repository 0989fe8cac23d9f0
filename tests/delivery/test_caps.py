"""Caps over a rolling day and week: exact at the boundary, never exceeded in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.clock import parse
from chalicelib.delivery.caps import FREE, CapFull, Free, asked_since, entry, place, take
from tests.support.factories import moment, policy, shipped_policy

NOW = moment("2026-11-24 04:00")
MILLI = timedelta(milliseconds=1)


def sent(*when: datetime, category: str = "marketing") -> list[dict[str, Any]]:
    return [entry(f"mt#{category}{n}/s/o/text", category, category, one) for n, one in enumerate(when)]


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


SHIPPED = {
    "nothing sent": ("marketing", [], FREE),
    "one marketing text a day ago less a moment": (
        "marketing",
        sent(ago(hours=24) + MILLI),
        CapFull(NOW + MILLI, "cap_day"),
    ),
    "exactly a day ago no longer counts": ("marketing", sent(ago(hours=24)), FREE),
    "an hour ago": ("marketing", sent(ago(hours=1)), CapFull(NOW + timedelta(hours=23), "cap_day")),
    "three in a week": (
        "marketing",
        sent(ago(days=6), ago(days=4), ago(days=2)),
        CapFull(NOW + timedelta(days=1), "cap_week"),
    ),
    "the oldest of three exactly a week ago": (
        "marketing",
        sent(ago(days=7), ago(days=4), ago(days=2)),
        FREE,
    ),
    "day and week full: the later one counts": (
        "marketing",
        sent(ago(days=6, hours=23), ago(days=4), ago(hours=1)),
        CapFull(NOW + timedelta(hours=23), "cap_day"),
    ),
    "four in a week by an older cap: two must age out": (
        "marketing",
        sent(ago(days=6), ago(days=5), ago(days=4), ago(days=2)),
        CapFull(NOW + timedelta(days=2), "cap_week"),
    ),
    "a survey does not take marketing's place": ("marketing", sent(ago(hours=1), category="survey"), FREE),
    "a clock that was ahead still counts": (
        "marketing",
        sent(NOW + timedelta(minutes=1)),
        CapFull(NOW + timedelta(days=1, minutes=1), "cap_day"),
    ),
    "service has no cap": ("service", sent(ago(hours=1)), FREE),
    "mandatory has no cap": ("mandatory", sent(ago(hours=1)), FREE),
}


@pytest.mark.parametrize(("category", "recent", "expected"), SHIPPED.values(), ids=SHIPPED.keys())
def test_a_place_under_the_shipped_caps(
    category: str, recent: list[dict[str, Any]], expected: object
) -> None:
    assert place(shipped_policy(), category, recent, NOW) == expected


def test_florida_and_oklahoma_take_three_in_24_hours() -> None:
    many = [{"of": ["marketing"], "at_most": 9, "per": "day"}]
    three = [{"of": ["marketing", "survey"], "at_most": 3, "per": "day"}]
    rules = policy(caps={"*": many, "US/FL": three, "US/OK": three})
    recent = [
        *sent(ago(hours=23), ago(hours=5)),
        *sent(ago(hours=2), category="survey"),
        *sent(ago(hours=1), category="service"),
    ]
    full = CapFull(NOW + timedelta(hours=1), "cap_day")
    for state in ("FL", "OK"):
        assert place(rules, "marketing", recent, NOW, country="US", region=state) == full
        assert place(rules, "marketing", recent[1:], NOW, country="US", region=state) is FREE
    assert place(rules, "marketing", recent, NOW, country="US", region="GA") is FREE
    assert place(rules, "marketing", recent, NOW, country="CN") is FREE


def test_a_place_that_the_text_took_already_is_its_own() -> None:
    recent = sent(ago(minutes=1))
    assert place(shipped_policy(), "marketing", recent, NOW, item=recent[0]["item"]) is FREE
    assert isinstance(place(shipped_policy(), "marketing", recent, NOW, item="mt#other/s/o/text"), CapFull)


def test_taking_a_place_twice_takes_one_and_moves_it_to_the_later_time() -> None:
    early, late = (entry("mt#a/s/o/text", "a", "marketing", when) for when in (ago(days=2), NOW))
    once = take([], early, ago(days=2))
    assert take(once, early, ago(days=2)) == once
    assert take(once, late, NOW) == (late,)
    assert take([late], early, NOW) == (late,)


def test_eight_days_are_kept() -> None:
    recent = sent(ago(days=8), ago(days=8) + MILLI, ago(days=7))
    new = entry("mt#new/s/o/text", "new", "marketing", NOW)
    assert take(recent, new, NOW) == (*recent[1:], new)


attempts = st.lists(
    st.tuples(
        st.integers(0, 14 * 24 * 60),  # minutes
        st.sampled_from(["marketing", "survey"]),
        st.integers(0, 30),  # which text: repeats come often
    ),
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(attempts)
def test_no_order_of_takes_exceeds_a_cap(tries: list[tuple[int, str, int]]) -> None:
    rules = policy(
        caps={
            "*": [
                {"of": ["marketing"], "at_most": 2, "per": "day"},
                {"of": ["marketing"], "at_most": 4, "per": "week"},
                {"of": ["marketing", "survey"], "at_most": 3, "per": "day"},
            ]
        }
    )
    recent: Sequence[Mapping[str, str]] = []
    out: dict[str, tuple[datetime, str]] = {}
    for minute, category, number in sorted(tries, key=lambda one: one[0]):
        now = NOW + timedelta(minutes=minute)
        item = f"mt#{category}{number}/s/o/text"
        if item in out or place(rules, category, recent, now, item=item) is not FREE:
            continue
        recent = take(recent, entry(item, category, category, now), now)
        out[item] = (now, category)

    for end, _ in out.values():
        for cap in rules.caps["*"]:
            inside = Counter(kind in cap.of for when, kind in out.values() if end - cap.span < when <= end)
            assert inside[True] <= cap.at_most


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 7 * 24 * 60), max_size=8))
def test_a_full_cap_frees_when_it_says_and_no_sooner(minutes: list[int]) -> None:
    recent = sent(*(ago(minutes=minute) for minute in minutes))
    answer = place(shipped_policy(), "marketing", recent, NOW)
    if isinstance(answer, CapFull):
        assert answer.frees_at > NOW
        assert isinstance(place(shipped_policy(), "marketing", recent, answer.frees_at), Free)
        assert isinstance(place(shipped_policy(), "marketing", recent, answer.frees_at - MILLI), CapFull)
    else:
        assert all(parse(one["at"]) <= ago(days=1) for one in recent)


def invited(at: datetime, item: str = "mt#a/s-1/o/invitation") -> dict[str, str]:
    return entry(item, "a", "survey", at)


@pytest.mark.parametrize(
    ("recent", "asked"),
    [
        pytest.param([invited(ago(days=89))], True, id="89 days ago"),
        pytest.param([invited(ago(days=90))], False, id="90 days to the moment"),
        pytest.param([invited(ago(days=1), "mt#a/s-1/o/reminder")], False, id="a reminder asks nothing new"),
        pytest.param([invited(ago(days=1), "mt#me/s-1/o/invitation")], False, id="this text itself"),
        pytest.param(sent(ago(days=1)), False, id="another kind of text"),
        pytest.param([], False, id="never"),
    ],
)
def test_whether_a_number_was_asked_within_90_days(recent: list[dict[str, Any]], asked: bool) -> None:
    assert asked_since(recent, NOW - timedelta(days=90), item="mt#me/s-1/o/invitation") is asked


def test_the_last_invitation_is_kept_for_a_year_and_nothing_else_longer_than_it_was() -> None:
    first, last = invited(ago(days=300)), invited(ago(days=100), "mt#b/s-1/o/invitation")
    old, new = sent(ago(days=9)), sent(ago(hours=1))
    assert take([first, last, *old], new[0], NOW) == (last, new[0])
    assert take([invited(ago(days=367))], new[0], NOW) == (new[0],)
