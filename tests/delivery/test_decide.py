"""The one decision about a text: the order of the rules, and that asking twice agrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.clock import iso
from chalicelib.delivery.caps import entry
from chalicelib.delivery.consent import opt_out
from chalicelib.delivery.decide import Ask, Decision, Expire, Hold, Send, Suppress, decide
from chalicelib.delivery.states import HeldReason, SuppressedReason
from chalicelib.document import window
from chalicelib.store.schema.conversations import NumberState
from tests.support.factories import moment, shipped_policy

DAY = moment("2026-11-24 12:00 +08:00")
NIGHT = moment("2026-11-24 23:00 +08:00")
MORNING = moment("2026-11-25 08:00 +08:00")

CLEAN = NumberState()
STOPPED = NumberState(optouts=opt_out({}, "yuntong|all", DAY, "sms", "TD"))
RED = NumberState(roster="red")
SOMEBODY_ELSE = NumberState(wrong_person={"s-1": "mo#in-1"})
LISTED = NumberState(optouts=opt_out({}, "*|redlist", DAY, "console", ""))


def had(category: str, *ago: timedelta, now: datetime = DAY) -> NumberState:
    return NumberState(
        recent=tuple(
            entry(f"mt#{category}{n}/s/o/text", category, category, now - one) for n, one in enumerate(ago)
        )
    )


def ask(**changes: Any) -> Ask:
    usual = Ask(
        item="mt#birthday/s-1/2026/text",
        category="marketing",
        campaign="birthday",
        brand="yuntong",
        msisdn="+8613800000001",
        region="广东/广州",
        zone="Asia/Shanghai",
        valid_until="2026-11-25T12:00:00.000Z",
    )
    return replace(usual, **changes)


HOUR = timedelta(hours=1)
UNTIL = moment("2026-11-25 20:00 +08:00")  # what `ask` is valid until

DECISIONS: dict[str, tuple[Ask, NumberState | None, datetime, Decision]] = {
    "nothing objects": (ask(), CLEAN, DAY, Send(capped=True)),
    "a service text takes no place": (ask(category="service"), CLEAN, DAY, Send(capped=False)),
    "before the claim the state is left out": (ask(), None, DAY, Send(capped=True)),
    "superseded": (ask(superseded=True), CLEAN, DAY, Suppress("superseded")),
    "no live version": (ask(live=False), CLEAN, DAY, Suppress("not_live")),
    "the campaign ended": (ask(ended=True), CLEAN, DAY, Suppress("campaign_ended")),
    "a moment before it is too late": (
        ask(category="service"),
        CLEAN,
        UNTIL - HOUR / 3600,
        Send(capped=False),
    ),
    "too late": (ask(category="service"), CLEAN, UNTIL, Expire()),
    "too late, and paused": (ask(paused=True), CLEAN, UNTIL, Expire()),
    "no limit": (ask(valid_until="", category="service"), CLEAN, UNTIL, Send(capped=False)),
    "paused": (ask(paused=True), CLEAN, DAY, Hold(None, "paused")),
    "paused, though nobody wants it": (ask(paused=True, wanted=False), CLEAN, DAY, Hold(None, "paused")),
    "no brand": (ask(brand=""), CLEAN, DAY, Suppress("no_brand")),
    "no number": (ask(msisdn=""), CLEAN, DAY, Suppress("no_number")),
    "no originator": (ask(originator=False), CLEAN, DAY, Suppress("no_originator")),
    "the number was released after it was read": (
        ask(read_at=iso(DAY - HOUR)),
        NumberState(reassigned_at=iso(DAY)),
        DAY,
        Suppress("number_released"),
    ),
    "the number was released before it was read": (
        ask(read_at=iso(DAY)),
        NumberState(reassigned_at=iso(DAY - HOUR)),
        DAY,
        Send(capped=True),
    ),
    "released, read only just": (ask(), NumberState(reassigned_at=iso(DAY - HOUR)), DAY, Send(capped=True)),
    "not in the audience": (ask(wanted=False), STOPPED, DAY, Suppress("audience")),
    "opted out": (ask(), STOPPED, DAY, Suppress("opted_out", "yuntong|all")),
    "opted out, by night: final at once": (ask(), STOPPED, NIGHT, Suppress("opted_out", "yuntong|all")),
    "opted out, mandatory": (ask(category="mandatory"), STOPPED, NIGHT, Send(capped=False)),
    "opted out, an answer": (ask(category="reply"), STOPPED, NIGHT, Send(capped=False)),
    "somebody else has the number": (ask(subscriber="s-1"), SOMEBODY_ELSE, DAY, Suppress("wrong_person")),
    "somebody else, by night: final at once": (
        ask(subscriber="s-1"),
        SOMEBODY_ELSE,
        NIGHT,
        Suppress("wrong_person"),
    ),
    "somebody else, mandatory": (
        ask(subscriber="s-1", category="mandatory"),
        SOMEBODY_ELSE,
        DAY,
        Send(capped=False),
    ),
    "somebody else, to the stated number": (ask(), SOMEBODY_ELSE, DAY, Send(capped=True)),
    "somebody else, about another line": (ask(subscriber="s-2"), SOMEBODY_ELSE, DAY, Send(capped=True)),
    "red on the roster": (ask(), RED, DAY, Suppress("roster_red", "roster|red")),
    "red list": (ask(), LISTED, DAY, Suppress("red_list", "*|redlist")),
    "red list, a survey": (ask(category="survey"), LISTED, DAY, Send(capped=True)),
    "not before later": (
        ask(not_before=iso(DAY + HOUR)),
        CLEAN,
        DAY,
        Hold(DAY + HOUR, "not_before"),
    ),
    "not before now": (ask(not_before=iso(DAY)), CLEAN, DAY, Send(capped=True)),
    "by night": (ask(), CLEAN, NIGHT, Hold(MORNING, "window")),
    "by night, state unknown": (ask(), None, NIGHT, Hold(MORNING, "window")),
    "by night, valid to the opening": (ask(valid_until=iso(MORNING)), CLEAN, NIGHT, Suppress("window")),
    "by night, valid a second longer": (
        ask(valid_until=iso(MORNING + HOUR / 3600)),
        CLEAN,
        NIGHT,
        Hold(MORNING, "window"),
    ),
    "a window that never opens": (
        ask(window=window("22:00-23:30"), valid_until=""),
        CLEAN,
        NIGHT,
        Suppress("window"),
    ),
    "the day's place is taken": (ask(), had("marketing", HOUR), DAY, Suppress("cap_day")),
    "the week's places are taken": (
        ask(),
        had("marketing", 30 * HOUR, 60 * HOUR, 90 * HOUR),
        DAY,
        Suppress("cap_week"),
    ),
    "no place, state unknown": (ask(), None, DAY, Send(capped=True)),
    "a survey waits for its place": (
        ask(category="survey"),
        had("survey", 20 * HOUR),
        DAY,
        Hold(DAY + 4 * HOUR, "cap"),
    ),
    "a survey whose place frees too late": (
        ask(category="survey", valid_until=iso(DAY + 4 * HOUR)),
        had("survey", 20 * HOUR),
        DAY,
        Suppress("cap_day"),
    ),
    "its own place is no other's": (
        ask(item="mt#marketing0/s/o/text"),
        had("marketing", HOUR),
        DAY,
        Send(capped=True),
    ),
}


@pytest.mark.parametrize(("wanted", "state", "now", "expected"), DECISIONS.values(), ids=DECISIONS.keys())
def test_a_text_is_decided(wanted: Ask, state: NumberState | None, now: datetime, expected: Decision) -> None:
    assert decide(wanted, state, shipped_policy(), now) == expected


asks = st.builds(
    ask,
    category=st.sampled_from(["mandatory", "service", "survey", "marketing", "reply"]),
    brand=st.sampled_from(["yuntong", ""]),
    msisdn=st.sampled_from(["+8613800000001", "+15125550100", ""]),
    region=st.sampled_from(["", "TX/Houston", "Florida/Miami", "新疆/乌鲁木齐"]),
    zone=st.sampled_from(["", "Asia/Shanghai", "America/Chicago"]),
    paused=st.booleans(),
    wanted=st.booleans(),
    live=st.sampled_from([True, True, False]),
    valid_until=st.sampled_from(["", iso(DAY + HOUR), iso(DAY + 40 * HOUR)]),
    not_before=st.sampled_from(["", iso(DAY + 2 * HOUR)]),
)
states = st.sampled_from(
    [CLEAN, STOPPED, RED, LISTED, SOMEBODY_ELSE, had("marketing", HOUR), had("survey", HOUR)]
)
moments = st.integers(0, 48).map(lambda hours: DAY + hours * HOUR)


@given(asks, states, moments)
def test_what_is_refused_without_the_state_is_refused_with_it(
    wanted: Ask, state: NumberState, now: datetime
) -> None:
    blind, seeing = decide(wanted, None, shipped_policy(), now), decide(wanted, state, shipped_policy(), now)
    if isinstance(blind, Suppress | Expire):
        assert not isinstance(seeing, Send | Hold)
    if isinstance(seeing, Send):
        assert blind == seeing


@given(asks, states, moments)
def test_every_reason_is_listed_and_every_hold_is_for_later_and_in_time(
    wanted: Ask, state: NumberState, now: datetime
) -> None:
    match decide(wanted, state, shipped_policy(), now):
        case Suppress(reason):
            assert reason in get_args(SuppressedReason)
        case Hold(until, why):
            assert why in get_args(HeldReason)
            assert (until is None) == (why == "paused")
            if until is not None:
                assert until > now
                assert why == "not_before" or not wanted.valid_until or iso(until) < wanted.valid_until


@given(asks, states, moments)
def test_a_text_that_is_held_ends_after_a_few_decisions(
    wanted: Ask, state: NumberState, now: datetime
) -> None:
    for _ in range(6):
        decision = decide(wanted, state, shipped_policy(), now)
        if not isinstance(decision, Hold) or decision.until is None:
            return
        now = decision.until
    pytest.fail(f"still held: {decision}")
