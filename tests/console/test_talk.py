"""A conversation is shown in the order in which it was held, whatever the order in which it came in."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from chalicelib.console.talk import bubbles

ROWS: list[dict[str, Any]] = [
    {
        "item": "mt#survey/s-1/C-1/invitation",
        "sent_at": "2026-11-23T08:00:00.000Z",
        "body": "ask",
        "status": "delivered",
    },
    {
        "item": "mo#z",
        "received_at": "2026-11-23T08:01:00.000Z",
        "body": "2",
        "reading": {"kind": "rating", "score": 2},
    },
    {
        "item": "mo#a",
        "received_at": "2026-11-23T08:02:00.000Z",
        "body": "还是断",
        "reading": {"kind": "text"},
    },
]


@pytest.mark.parametrize(
    "rows", list(permutations(ROWS)), ids=lambda rows: " ".join(one["body"] for one in rows)
)
def test_replies_that_come_in_out_of_order_are_shown_by_their_time(rows: tuple[dict[str, Any], ...]) -> None:
    assert [one.body for one in bubbles(rows)] == ["ask", "2", "还是断"]


def test_what_an_earlier_holder_wrote_is_not_shown() -> None:
    assert [one.body for one in bubbles(ROWS, line="2026-11-23T08:01:30.000Z")] == ["还是断"]


def test_a_text_that_nobody_saw_is_not_shown() -> None:
    assert bubbles([{**ROWS[0], "status": "suppressed"}]) == []
