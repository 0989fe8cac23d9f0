"""The simulator's rules without a server: paces, what becomes of a text, the wall."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.handsets import network, pace
from local.handsets.network import Condition, fate
from local.handsets.publisher import ATTEMPTS, Publisher
from local.handsets.wall import Answer, Text, Wall
from tests.local.handsets_server import no_pause

T0 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


# --- messages per second


def passes(rate: float, texts: Sequence[tuple[float, int]]) -> list[bool]:
    """Which of the texts (when, parts) go."""
    bucket, found = pace.full(rate, 0.0), []
    for at, parts in texts:
        bucket, allowed = pace.take(bucket, rate, parts, at)
        found.append(allowed)
    return found


@pytest.mark.parametrize(
    ("rate", "texts", "expected"),
    [
        pytest.param(3, [(0, 1)] * 4, [True] * 3 + [False], id="a second's worth at once, then no more"),
        pytest.param(3, [(0, 1)] * 3 + [(1, 1)] * 4, [True] * 6 + [False], id="a second later as many again"),
        pytest.param(
            3,
            [(0, 1)] * 3 + [(9, 1)] * 4,
            [True] * 6 + [False],
            id="no more is saved up than a second's worth",
        ),
        pytest.param(
            10, [(n / 10, 1) for n in range(50)], [True] * 50, id="a steady 10 a second passes at 10"
        ),
        pytest.param(10, [(0, 4), (0, 4), (0, 4)], [True, True, False], id="parts count, not texts"),
        pytest.param(
            1, [(0, 5), (4.9, 1), (5, 1)], [True, False, True], id="a long text goes and leaves a debt"
        ),
        pytest.param(0.5, [(0, 1), (1, 1), (2, 1)], [True, False, True], id="one every two seconds"),
        pytest.param(
            10, [(5, 10), (4, 1), (5.1, 1)], [True, False, True], id="a clock that goes back adds nothing"
        ),
    ],
)
def test_the_pace_of_an_originator(rate: float, texts: list[tuple[float, int]], expected: list[bool]) -> None:
    assert passes(rate, texts) == expected


@given(
    st.floats(0.2, 200),
    st.lists(st.tuples(st.floats(0, 3), st.integers(1, 8)), min_size=1, max_size=80),
)
def test_never_more_than_a_second_saved_up_plus_the_pace(rate: float, steps: list[tuple[float, int]]) -> None:
    now, texts = 0.0, []
    for wait, parts in steps:
        now += wait
        texts.append((now, parts))
    went = [(at, parts) for (at, parts), allowed in zip(texts, passes(rate, texts), strict=True) if allowed]
    for begin in range(len(went)):
        window = went[begin:]
        # The last text of a window may be longer than the bucket: it is what the debt is for.
        paid = sum(parts for _, parts in window[:-1]) + min(window[-1][1], pace.capacity(rate))
        assert paid <= pace.capacity(rate) + rate * (window[-1][0] - window[0][0]) + 1e-6


# --- what becomes of a text


def told(one: network.Fate) -> list[tuple[float, str, bool]]:
    """When which receipt is published."""
    return [(receipt.after, receipt.status, receipt.final) for receipt in one.receipts]


PENDING = (0.0, "PENDING", False)


@pytest.mark.parametrize(
    ("set_to", "ttl", "state", "settles", "receipts"),
    [
        pytest.param(Condition(), 60, "delivered", 0.2, [PENDING, (0.2, "DELIVERED", True)], id="delivers"),
        pytest.param(
            Condition("fail"),
            60,
            "undelivered",
            0.2,
            [PENDING, (0.2, "CARRIER_UNREACHABLE", True)],
            id="fails",
        ),
        pytest.param(
            Condition("delay", 30), 60, "delivered", 30, [PENDING, (30, "DELIVERED", True)], id="is slow"
        ),
        pytest.param(
            Condition("delay", 90), 60, "expired", 60, [PENDING, (60, "TTL_EXPIRED", True)], id="is too slow"
        ),
        pytest.param(Condition("lose_receipt"), 60, "delivered", 0.2, [], id="loses every receipt"),
        pytest.param(
            Condition("timeout_after_accept", 20),
            60,
            "delivered",
            0.2,
            [PENDING, (0.2, "DELIVERED", True)],
            id="delivers although the API's answer is lost",
        ),
    ],
)
def test_what_becomes_of_a_text(
    set_to: Condition, ttl: float, state: str, settles: float, receipts: list[tuple[float, str, bool]]
) -> None:
    found = fate(set_to, ttl, latency=0.2)
    assert (found.state, found.settles_after, told(found)) == (state, settles, receipts)
    assert found.answer_withheld == (20 if set_to.mode == "timeout_after_accept" else None)


def test_out_of_order_means_the_final_one_first_and_everything_twice() -> None:
    found = fate(Condition("out_of_order"), 60, latency=0.2)
    in_time = sorted(found.receipts, key=lambda one: one.after)
    assert [one.final for one in in_time] == [True, True, False, False]
    assert {one.stamped for one in in_time if not one.final} == {
        0.0
    }  # they happened before, whenever they come


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({}, "mode"),
        ({"mode": "slow"}, "mode"),
        ({"mode": "delay", "seconds": -1}, "seconds"),
        ({"mode": "delay", "seconds": "3"}, "seconds"),
        ({"mode": "delay", "seconds": True}, "seconds"),
        ({"mode": "delay", "seconds": float("nan")}, "seconds"),
        ({"mode": "error"}, "error"),
        ({"mode": "error", "error": "NOT_ONE"}, "error"),
    ],
)
def test_a_network_that_cannot_be_set_is_refused_by_field(raw: dict[str, object], field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        network.condition(raw)


def test_times_that_are_not_given_have_a_default() -> None:
    assert network.condition({"mode": "delay"}) == Condition("delay", 10)
    assert network.condition({"mode": "timeout_after_accept"}) == Condition("timeout_after_accept", 20)
    assert network.condition({"mode": "inherit"}) is None


# --- the wall


def text(number: int, to: str = "+8613800000001", sender: str = "1069012300") -> Text:
    return Text(f"m{number}", to, sender, f"text {number}", T0 + timedelta(seconds=number), 1)


def test_the_oldest_are_forgotten_first_and_the_wall_stays_whole() -> None:
    wall = Wall(most_entries=3)
    for number in range(6):
        wall.add(text(number, to=f"+861380000000{number % 2}"))
    assert [one.id for one in wall.texts(None, None, 99)] == ["m3", "m4", "m5"]
    assert [one.id for one in wall.texts("+8613800000000", None, 99)] == ["m4"]
    wall.settle("m0", state="delivered")  # forgotten: nothing to change


def test_the_phone_with_the_newest_activity_is_in_front() -> None:
    wall = Wall()
    wall.introduce("+8613800000009", "李雷", "zh-CN", "yuntong")
    for number, to in enumerate(("+8613800000001", "+8613800000002", "+8613800000001")):
        wall.add(text(number, to=to))
    assert [one.msisdn[-1] for one in wall.phones("", 9)] == ["1", "2", "9"]
    assert [one.msisdn[-1] for one in wall.phones("李", 9)] == ["9"]
    assert [one.msisdn[-1] for one in wall.phones("138 0000 0002", 9)] == ["2"]
    assert wall.phones("wang 2", 9) == []


def test_changes_since_a_revision_are_exactly_what_changed() -> None:
    wall = Wall(first_revision=100)
    wall.add(text(1))
    seen = wall.revision
    assert wall.changes(seen) == ([], [], False)
    wall.add(text(2))
    wall.settle("m1", state="delivered")
    changed = wall.changes(seen)
    assert changed is not None
    assert [(one.id, getattr(one, "state", "")) for one in changed[1]] == [
        ("m2", "accepted"),
        ("m1", "delivered"),
    ]
    assert wall.changes(50) is None, "from before this process"
    assert wall.changes(wall.revision + 1) is None, "from a later process"
    wall.clear()
    assert wall.changes(seen) is None, "from before the reset"


def test_an_answer_is_matched_to_the_newest_text_of_its_originator() -> None:
    wall = Wall()
    wall.add(text(1, sender="a"))
    wall.add(text(2, sender="b"))
    wall.add(text(3, sender="b"))
    wall.settle("m3", state="undelivered")
    wall.add(Answer("i1", "+8613800000001", "a", "1", T0))
    newest, from_a = wall.last_text("+8613800000001"), wall.last_text("+8613800000001", "a")
    assert newest is not None
    assert newest.id == "m2", "what never arrived is not answered"
    assert from_a is not None
    assert from_a.id == "m1"
    assert wall.last_text("+8613800000002") is None


# --- publishing


def test_batches_hold_ten_of_one_topic_in_their_order() -> None:
    batches: list[tuple[str, list[str]]] = []

    def publish(topic: str, bodies: Sequence[str]) -> list[int]:
        batches.append((topic, list(bodies)))
        return []

    async def run() -> None:
        publisher = Publisher(publish, no_pause)
        for number in range(12):
            publisher.put("receipts", str(number))
        publisher.put("inbound", "hello")
        publisher.put("receipts", "x" * 150_000)
        publisher.put("receipts", "y" * 150_000)
        await publisher.drained()
        assert (publisher.published, publisher.lost, publisher.waiting) == (15, 0, 0)

    asyncio.run(run())
    assert [(topic, len(bodies)) for topic, bodies in batches] == [
        ("receipts", 10), ("receipts", 2), ("inbound", 1), ("receipts", 1), ("receipts", 1)
    ]  # fmt: skip
    assert [body for topic, bodies in batches[:2] for body in bodies] == [str(number) for number in range(12)]


def test_what_failed_is_tried_again_and_what_got_through_is_not() -> None:
    attempts: list[list[str]] = []

    def publish(_: str, bodies: Sequence[str]) -> list[int]:
        attempts.append(list(bodies))
        if len(attempts) == 1:
            raise ConnectionError("down")
        return [1] if len(attempts) == 2 else []

    async def run() -> None:
        publisher = Publisher(publish, no_pause)
        for body in ("a", "a", "c"):  # equal bodies are different receipts
            publisher.put("t", body)
        await publisher.drained()
        assert (publisher.published, publisher.lost) == (3, 0)

    asyncio.run(run())
    assert attempts == [["a", "a", "c"], ["a", "a", "c"], ["a"]]


def test_a_topic_that_stays_down_loses_the_receipt_and_says_so() -> None:
    def publish(_: str, bodies: Sequence[str]) -> list[int]:
        attempts.append(len(bodies))
        raise ConnectionError("down")

    attempts: list[int] = []

    async def run() -> None:
        publisher = Publisher(publish, no_pause)
        assert await publisher.publish("t", "a") is False
        assert publisher.lost == 1

    asyncio.run(run())
    assert len(attempts) == ATTEMPTS
