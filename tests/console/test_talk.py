"""A conversation is shown in the order in which it was held, whatever the order in which it came in."""

from __future__ import annotations

from itertools import permutations

import pytest

from chalicelib.console.talk import bubbles
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.conversations import Reply, Text

NUMBER = "+8613800000001"
ASKED = Text(
    msisdn=NUMBER,
    item="mt#survey/s-1/C-1/invitation",
    sent_at="2026-11-23T08:00:00.000Z",
    body="ask",
    status="delivered",
)
TALK = (
    ASKED,
    Reply(
        msisdn=NUMBER,
        item="mo#z",
        received_at="2026-11-23T08:01:00.000Z",
        body="2",
        reading={"kind": "rating", "score": 2},
    ),
    Reply(
        msisdn=NUMBER,
        item="mo#a",
        received_at="2026-11-23T08:02:00.000Z",
        body="还是断",
        reading={"kind": "text"},
    ),
)


@pytest.mark.parametrize(
    "talk", list(permutations(TALK)), ids=lambda talk: " ".join(one.body for one in talk)
)
def test_replies_that_come_in_out_of_order_are_shown_by_their_time(talk: tuple[Text | Reply, ...]) -> None:
    assert [one.body for one in bubbles(talk)] == ["ask", "2", "还是断"]


def test_what_an_earlier_holder_wrote_is_not_shown() -> None:
    assert [one.body for one in bubbles(TALK, since="2026-11-23T08:01:30.000Z")] == ["还是断"]


def test_a_text_that_nobody_saw_is_not_shown() -> None:
    assert bubbles([replace(ASKED, status="suppressed")]) == []
