"""Two machines never talk to each other for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.clock import iso
from chalicelib.delivery.policy import Brake
from chalicelib.replies.brake import may_answer
from chalicelib.store.schema.conversations import Reply

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
NUMBER = "+8613800000001"
BRAKE = Brake(an_hour=1, a_day=3)


def reply(minutes_ago: float, body: str = "help", automatic: str = "help") -> Reply:
    at = iso(NOW - timedelta(minutes=minutes_ago))
    return Reply(msisdn=NUMBER, item=f"mo#{minutes_ago}", body=body, received_at=at, automatic=automatic)


@pytest.mark.parametrize(
    ("step", "number", "body", "before", "expected"),
    [
        ("help", NUMBER, "help", [], True),
        ("help", NUMBER, "help", [reply(1)], False),
        ("help", NUMBER, "help", [reply(61)], True),
        ("help", NUMBER, "帮助", [reply(1, automatic="thanks")], True),
        ("help", NUMBER, "help", [reply(100 * n + 61) for n in range(BRAKE.a_day)], False),
        ("thanks", NUMBER, "5", [reply(1, "5", ""), reply(2, " 5 ", "")], False),
        ("opt_out", NUMBER, "STOP", [reply(1, "STOP", "opt_out")], True),
        ("help", "10086", "HELP", [], False),
        ("help", "+72527", "HELP", [], False),
        ("help", "+18005550142", "HELP", [], False),
    ],
    ids=[
        "the first",
        "within the hour",
        "after an hour",
        "of another kind",
        "three a day",
        "the same words again and again",
        "a changed mind is confirmed",
        "a short code",
        "a short code with a plus",
        "our own originator",
    ],
)
def test_an_automatic_answer_is_given(
    step: str, number: str, body: str, before: list[Reply], expected: bool
) -> None:
    ours = {"+18005550142", "72527"}
    assert may_answer(step, number, body, "now", before, ours, BRAKE, NOW) is expected


@pytest.mark.parametrize(("an_hour", "a_day", "expected"), [(2, 5, True), (1, 5, False), (3, 1, False)])
def test_the_policy_says_how_often(an_hour: int, a_day: int, expected: bool) -> None:
    before = [reply(1, "帮助")]
    assert may_answer("help", NUMBER, "help", "now", before, (), Brake(an_hour, a_day), NOW) is expected
