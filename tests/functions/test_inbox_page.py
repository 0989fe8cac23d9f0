"""The inbox: what no rule and no case has dealt with, and what a person makes of it."""

from __future__ import annotations

import pytest

from chalicelib.care import reads
from chalicelib.store import conversations, inbox
from chalicelib.store.schema.conversations import Reply, reply_key
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.service import WANG, Service

QUESTION = "请问我的套餐下个月能不能换成更便宜的那个"
__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")


def asked(service: Service, body: str = QUESTION, inbound_id: str = "in-1") -> Reply:
    """A reply that lies in the inbox."""
    service.write(body, inbound_id)
    key = reply_key(WANG.msisdn, inbound_id)
    return conversations.find(Reply, [key])[key]


def deal(browser: Browser, reply: Reply, how: str) -> str:
    page = browser.open("/inbox")
    form = {
        "mark": mark_of(page),
        "msisdn": reply.msisdn,
        "reply": reply.item.removeprefix(Reply.under),
        "how": how,
    }
    return str(browser.send("/inbox", form).headers["Location"])


def test_a_reply_that_nothing_deals_with_waits_in_the_inbox(service: Service) -> None:
    asked(service)
    service.write("谢谢", "in-2")
    browser = as_role("care")
    page = str(browser.open("/inbox").body)
    assert QUESTION in page
    assert WANG.name in page
    assert ">谢谢<" not in page
    assert ">谢谢<" in str(browser.open("/inbox?show=all").body)
    assert inbox.how_many_unhandled() == 1


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("words=套餐", True),
        ("words=birthday", False),
        ("kind=text", True),
        ("kind=rating", False),
        ("since=2020-01-01", True),
        ("since=2099-01-01", False),
        ("campaign=usage-alert", False),
    ],
)
def test_the_list_is_narrowed_by_words_kind_campaign_and_day(
    service: Service, query: str, shown: bool
) -> None:
    asked(service)
    assert (QUESTION in str(as_role("care").open(f"/inbox?{query}").body)) is shown


def test_it_becomes_a_case_once(service: Service) -> None:
    reply = asked(service)
    browser = as_role("care")
    where = deal(browser, reply, "case")
    (case,) = reads.open_of_subscriber(WANG.subscriber_id)
    assert (where, case.words) == (f"/cases/{case.case_id}", QUESTION)
    assert deal(browser, reply, "case") == "/inbox"
    assert [one.case_id for one in reads.open_of_subscriber(WANG.subscriber_id)] == [case.case_id]
    assert inbox.how_many_unhandled() == 0


def test_a_no_that_was_not_read_as_one_holds_from_then_on(service: Service) -> None:
    reply = asked(service, "你们这些消息我看着心烦，能不能消停一会儿")
    assert not conversations.state(WANG.msisdn).optouts
    deal(as_role("care"), reply, "opt_out")
    assert "yuntong|all" in conversations.state(WANG.msisdn).optouts


def test_nothing_to_do_takes_it_off_the_list_and_says_who_did(service: Service) -> None:
    reply = asked(service)
    deal(as_role("care"), reply, "nothing")
    after = conversations.find(Reply, [reply.key])[reply.key]
    assert (after.handled, after.handled_by, after.inbox) == (
        "nothing",
        "care",
        f"handled#{reply.received_at[:7]}",
    )


def test_marketing_does_not_see_what_people_wrote(service: Service) -> None:
    asked(service)
    assert as_role("marketing").open("/inbox").status_code == 403
