"""Which of our texts a reply answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.clock import iso
from chalicelib.replies.conversation import Asked
from chalicelib.replies.question import question
from chalicelib.store.relationship import Conversation
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.conversations import NumberState, Reply, Survey, Text

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
NUMBER = "+8613800000001"
COUNT_FOR = timedelta(days=14)


def text(item: str, hours_ago: float, message_id: str = "") -> Text:
    sent = iso(NOW - timedelta(hours=hours_ago))
    campaign = item.removeprefix("mt#").split("/")[0]
    return Text(
        msisdn=NUMBER,
        item=item,
        status="delivered",
        campaign=campaign,
        body="x",
        sent_at=sent,
        at=sent,
        message_id=message_id or item,
    )


def survey(occasion: str, hours_ago: float, campaign: str = "csat", **fields: Any) -> Survey:
    asked = NOW - timedelta(hours=hours_ago)
    made = Survey(
        msisdn=NUMBER,
        item=f"survey#{campaign}/s-1/{occasion}",
        status="open",
        campaign=campaign,
        subscriber="s-1",
        occasion=occasion,
        asked_at=iso(asked),
        expires_at=iso(asked + timedelta(hours=72)),
    )
    return replace(made, **fields)


INVITED = text("mt#csat/s-1/C-1/invitation", 5)
REMINDED = text("mt#csat/s-1/C-1/reminder", 4)
FURTHER = text("mt#csat/s-1/C-1/reason", 3)
ALERT = text("mt#usage-alert/s-1/2026-11/data/80/text", 2)
ANSWERED = text("mt#automatic/s-1/in-1/thanks", 2)
ASKED_AGAIN = text("mt#automatic/s-1/in-2/ask", 1)
AGENT = text("mt#care/s-1/K-7/1/answer", 1)
OPEN = survey("C-1", 5)
DONE = replace(OPEN, status="answered", answered_at=iso(NOW - timedelta(hours=3)))
LONG_AGO = survey("C-1", 24 * 200, status="answered", answered_at=iso(NOW - timedelta(days=199)))
UNREADABLE = Reply(msisdn=NUMBER, item="mo#in-2", about=OPEN.item, received_at=iso(NOW - timedelta(hours=1)))
RECHECKED = text("mt#recheck-survey/s-1/K-7/1/invitation", 1)
RECHECK = survey("K-7/1", 1, "recheck-survey")


@pytest.mark.parametrize(
    ("texts", "surveys", "replies", "previous", "asked", "about"),
    [
        ([], [], [], "", Asked.NOTHING, ""),
        ([INVITED], [OPEN], [], "", Asked.INVITATION, OPEN.item),
        ([INVITED, REMINDED], [OPEN], [], "", Asked.REMINDER, OPEN.item),
        ([INVITED, REMINDED], [OPEN], [], INVITED.message_id, Asked.INVITATION, OPEN.item),
        ([INVITED, FURTHER], [OPEN], [], "", Asked.FURTHER_QUESTION, OPEN.item),
        ([INVITED, ASKED_AGAIN], [OPEN], [UNREADABLE], "", Asked.RE_ASK, OPEN.item),
        ([INVITED, ALERT], [OPEN], [], "", Asked.INVITATION, OPEN.item),
        ([INVITED, ALERT], [OPEN], [], ALERT.message_id, Asked.NOTICE, ""),
        ([INVITED, ANSWERED], [DONE], [], "", Asked.INVITATION, OPEN.item),
        ([INVITED, ALERT], [DONE], [], "", Asked.NOTICE, ""),
        ([INVITED, AGENT], [OPEN], [], "", Asked.AGENT_TEXT, ""),
        ([INVITED, AGENT], [OPEN], [], INVITED.message_id, Asked.INVITATION, OPEN.item),
        ([RECHECKED], [RECHECK], [], "", Asked.RE_CHECK, RECHECK.item),
        ([ALERT], [LONG_AGO], [], "", Asked.NOTICE, ""),
        ([text("mt#usage-alert/s-1/1/text", 24 * 40)], [], [], "", Asked.NOTHING, ""),
    ],
    ids=[
        "nothing was sent",
        "invitation",
        "reminder",
        "the network names the invitation",
        "further question",
        "asked again",
        "an open survey outlasts an alert",
        "the network names the alert",
        "a second answer to a survey",
        "an answered survey ends with the next text",
        "an agent's text",
        "the network names the survey before the agent's text",
        "re-check",
        "a survey of long ago",
        "a text of long ago",
    ],
)
def test_which_text_a_reply_answers(
    texts: list[Text], surveys: list[Survey], replies: list[Reply], previous: str, asked: Asked, about: str
) -> None:
    talk = Conversation(NumberState(msisdn=NUMBER), texts, replies, surveys)
    found = question(talk, previous, NOW, COUNT_FOR)
    assert (found.asked, found.survey.item if found.survey else "") == (asked, about)


def test_what_follows_an_agents_text_belongs_to_its_case() -> None:
    talk = Conversation(NumberState(msisdn=NUMBER), [AGENT], [], [])
    assert question(talk, "", NOW, COUNT_FOR).case_id == "K-7"


@pytest.mark.parametrize(("days", "counts"), [(1, False), (2, True), (14, True)])
def test_the_policy_says_how_long_an_answer_counts(days: int, counts: bool) -> None:
    ended = replace(OPEN, status="expired", expires_at=iso(NOW - timedelta(hours=30)))
    talk = Conversation(NumberState(msisdn=NUMBER), [INVITED], [], [ended])
    found = question(talk, "", NOW, timedelta(days=days))
    assert (found.survey is not None, found.asked is Asked.NOTICE) == (counts, not counts)
