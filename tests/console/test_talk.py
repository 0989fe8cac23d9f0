"""A conversation is shown in the order in which it was held, whatever the order in which it came in."""

from __future__ import annotations

from itertools import permutations

import pytest

from chalicelib.console.rendering import marked
from chalicelib.console.talk import bubbles, with_history
from chalicelib.store.schema.cases import HistoryEntry
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


def test_a_text_that_was_not_sent_stands_at_its_place_with_the_reason() -> None:
    unsent = Text(
        msisdn=NUMBER,
        item="mt#offer/s-1/1/text",
        at="2026-11-23T08:01:30.000Z",
        status="suppressed",
        reason="opted_out",
    )
    assert [(one.status, one.reason) for one in bubbles([*TALK, unsent])][2] == ("suppressed", "opted_out")


def test_notes_and_calls_stand_between_the_texts_and_what_is_shown_there_anyway_does_not() -> None:
    note, answered = (
        HistoryEntry(what=what, by="li.na", at="2026-11-23T08:01:30.000Z", note="ask the field team")
        for what in ("note", "answered")
    )
    shown = with_history(bubbles(TALK), [(note, ""), (answered, "")], str.title)
    assert [one.body for one in shown] == ["ask", "2", "ask the field team", "还是断"]
    assert shown[2].more == "Li.Na"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        pytest.param("5，师傅很准时", "<mark>5</mark>，师傅很准时", id="a score and a reason"),
        pytest.param("５，谢谢", "<mark>５</mark>，谢谢", id="full width"),
        pytest.param("Hi. STOP Texting me, ok", "Hi. <mark>STOP Texting me</mark>, ok", id="a no"),
        pytest.param("STOP", "STOP", id="all of it is no mark"),
        pytest.param("<b>5</b>, 谢谢", "&lt;b&gt;<mark>5</mark>&lt;/b&gt;, 谢谢", id="markup is text"),
        pytest.param("İ 5 fine", "İ 5 fine", id="spelt longer: not marked"),
    ],
)
def test_what_a_reading_rests_on_is_marked(body: str, shown: str) -> None:
    evidence = {"H": "stop texting me", "S": "stop"}.get(body[0], "5")
    assert marked(body, evidence) == shown


@pytest.mark.parametrize(
    ("status", "body", "unsent"),
    [
        ("suppressed", "", True),
        ("expired", "", True),
        ("failed", "", True),
        ("failed", "the network refused these words", False),
        ("sent", "words", False),
        ("held", "", False),
    ],
)
def test_a_text_that_never_went_out_is_no_empty_bubble(status: str, body: str, unsent: bool) -> None:
    text = Text(
        msisdn=NUMBER, item="mt#offer/s-1/1/text", at="2026-11-23T08:01:30.000Z", status=status, body=body
    )
    (one,) = bubbles([text])
    assert one.unsent is unsent
