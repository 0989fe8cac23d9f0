"""Somebody else has the number: what is about the subscriber falls silent until a person has looked."""

from __future__ import annotations

import pytest

from chalicelib.care.inbox_decisions import deal_with, find, ways
from chalicelib.replies.reading import read
from chalicelib.replies.survey import Survey
from chalicelib.replies.understood import is_wrong_person
from chalicelib.store import conversations
from chalicelib.store.schema.base import replace
from tests.support.factories import WANG
from tests.support.service import Service


def test_what_is_about_them_falls_silent_until_somebody_has_looked(service: Service) -> None:
    service.usage(85)
    service.settle()
    service.write("打错了")
    service.settle()
    assert [text.body for text in service.network.texts[1:]] == [
        "【云通】抱歉打扰您了。我们已经记录，不会再就此事给您发短信。"
    ]
    service.usage(95, id="e-2")
    service.complain()
    service.settle()
    waiting = [
        one for one in service.texts().values() if one.campaign in ("usage-alert", "post-complaint-survey")
    ]
    assert len(service.network.texts) == 2
    assert {one.reason for one in waiting if one.status == "suppressed"} >= {"wrong_person"}

    reply = find(WANG.msisdn, "in-1")
    assert (reply.handled, "right_person" in ways(reply)) == ("inbox", True)
    assert "right_person" not in ways(replace(reply, reading={"kind": "text"}))
    deal_with(reply, "right_person", "li.na", service.now)
    assert conversations.state(WANG.msisdn).wrong_person == {}
    service.usage(100, id="e-3")
    service.settle()
    assert "已用完" in service.network.texts[-1].body


LETTERS = Survey.from_dict({"scale": [1, 10], "best": 10, "letters": {"A": 10, "D": "not_me"}})


@pytest.mark.parametrize(
    ("text", "wrong"), [("D", False), ("d", False), ("打错了", True), ("wrong number", True)]
)
def test_a_letter_of_the_survey_says_nothing_about_the_number(text: str, wrong: bool) -> None:
    reading = read(text, LETTERS)
    assert (reading.kind, is_wrong_person(reading)) == ("not_me", wrong)
