"""The inbox: what no rule and no case has dealt with, and what a person makes of it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from chalicelib.care import reads
from chalicelib.care.reply_counters import SCOPE, to_look_at
from chalicelib.clock import iso
from chalicelib.functions import sweeping
from chalicelib.store import conversations, inbox, results
from chalicelib.store.schema.conversations import Reply, reply_key
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.factories import WANG
from tests.support.service import Service

QUESTION = "请问我的套餐下个月能不能换成更便宜的那个"
__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")


def asked(service: Service, body: str = QUESTION, inbound_id: str = "in-1") -> Reply:
    """A reply that lies in the inbox."""
    service.write(body, inbound_id)
    key = reply_key(WANG.msisdn, inbound_id)
    return conversations.find(Reply, [key])[key]


def form_for(browser: Browser, reply: Reply, how: str) -> dict[str, str]:
    return {
        "mark": mark_of(browser.open("/inbox?show=all")),
        "msisdn": reply.msisdn,
        "reply": reply.item.removeprefix(Reply.under),
        "how": how,
    }


def deal(browser: Browser, reply: Reply, how: str) -> str:
    return str(browser.send("/inbox", form_for(browser, reply, how)).headers["Location"])


def test_a_reply_that_nothing_deals_with_waits_in_the_inbox(service: Service) -> None:
    waiting = asked(service)
    service.write("谢谢", "in-2")
    browser = as_role("care")
    page = str(browser.open("/inbox").body)
    assert QUESTION in page
    assert WANG.name in page
    assert 'clamp">谢谢<' not in page
    assert 'clamp">谢谢<' in str(browser.open("/inbox?show=all").body)
    assert inbox.how_many_unhandled() == 1
    assert 'value="case" checked' in page
    assert inbox.propose(waiting, {"kind": "nothing", "quote": "换成更便宜的"})
    page = str(browser.open("/inbox").body)
    assert "“换成更便宜的”" in page
    assert 'value="nothing" checked' in page
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


def test_an_answer_makes_a_case_that_is_theirs_and_goes_out_once(service: Service) -> None:
    reply = asked(service)
    browser = as_role("care")
    form = form_for(browser, reply, "answer") | {"text": "可以，下月起为您更换。"}
    assert browser.send("/inbox", form).headers["Location"] == "/inbox"
    browser.send("/inbox", form)
    (case,) = reads.open_of_subscriber(WANG.subscriber_id)
    assert (case.owner, case.state, case.words) == ("care", "in_progress", QUESTION)
    service.settle()
    assert [text.body for text in service.network.texts] == ["【云通】可以，下月起为您更换。"]
    assert inbox.how_many_unhandled() == 0


@pytest.mark.parametrize(("text", "why"), [("  ", "write"), ("字" * 1501, "1,500")])
def test_an_answer_that_cannot_be_sent_is_kept_as_typed(service: Service, text: str, why: str) -> None:
    reply = asked(service)
    browser = as_role("care")
    page = browser.send("/inbox", form_for(browser, reply, "answer") | {"text": text})
    assert page.status_code == 422
    assert text in str(page.body)
    assert why in str(page.body).partition('role="alert">')[2][:200].lower()
    assert reads.open_of_subscriber(WANG.subscriber_id) == []


def test_what_is_typed_beside_another_decision_is_kept(service: Service) -> None:
    first, second = asked(service), asked(service, "我的套餐什么时候到期", "in-2")
    browser = as_role("care")
    words = {"text": "可以，下月起为您更换。"}
    refused = browser.send("/inbox", form_for(browser, second, "nothing") | words)
    assert refused.status_code == 422
    assert words["text"] in str(refused.body)
    assert re.search(r'name="how" value="nothing" checked', str(refused.body)), "nothing is chosen for them"
    where = str(browser.send("/inbox", form_for(browser, first, "case") | words).headers["Location"])
    page = str(browser.open(where).body)
    assert f"{words['text']}</textarea>" in page.partition('id="f-text"')[2][:600]
    assert "what you typed is in its box" in page


def test_an_answer_to_what_a_colleague_dealt_with_is_shown_and_stands_beside_nobody_else(
    service: Service,
) -> None:
    reply = asked(service)
    asked(service, "我的套餐什么时候到期", "in-2")
    deal(as_role("supervisor"), reply, "nothing")
    browser = as_role("care")
    late = browser.send("/inbox", form_for(browser, reply, "answer") | {"text": "可以，下月起为您更换。"})
    assert late.status_code == 409
    assert "<pre>可以，下月起为您更换。</pre>" in str(late.body)
    assert "可以" not in str(late.body).partition('id="f-text"')[2]


def test_what_was_taken_off_the_list_is_put_back_by_whoever_did_it(service: Service) -> None:
    reply = asked(service)
    browser = as_role("care")
    browser.open(str(browser.send("/inbox", form_for(browser, reply, "nothing")).headers["Location"]))
    back = form_for(browser, reply, "")
    other = as_role("supervisor")
    other.send("/inbox/undo", back | {"mark": mark_of(other.open("/inbox?show=all"))})
    assert inbox.how_many_unhandled() == 0
    browser.send("/inbox/undo", back)
    assert inbox.how_many_unhandled() == 1


def test_a_page_that_stays_open_hears_how_much_came_since(service: Service) -> None:
    reply = asked(service)
    browser = as_role("care")
    since = reply.received_at
    told = json.loads(str(browser.open(f"/inbox/news?since={since}").body))
    assert (told["counts"]["inbox"], told["newer"], told["n"]) == ("1", "", 0)
    service.now += timedelta(minutes=1)
    asked(service, "你们这些消息我看着心烦，能不能消停一会儿", "in-2")
    told = json.loads(str(browser.open(f"/inbox/news?since={since}").body))
    assert (told["counts"]["inbox"], told["newer"], told["n"]) == ("2", "1 new: show", 1)


def test_each_tab_says_how_many_replies_it_has(service: Service) -> None:
    asked(service)
    results.add_once(
        "t", {(SCOPE, "2026-11#"): {"text": 1200, "rating": 33}, (SCOPE, "2025-01#"): {"text": 7}}, expires=1
    )
    browser = as_role("care")
    tabs = str(browser.open("/inbox").body).partition('class="tabs"')[2].partition("</nav>")[0]
    assert re.findall(r">([\d,]+)</span>", tabs) == ["1", "1,233", "33", "0", "0", "0", "0"]
    told = json.loads(str(browser.open(f"/inbox/news?since={iso(service.now)}").body))
    assert told["counts"]["inbox-"] == "1,233"


def test_the_conversation_stands_beside_the_list(service: Service) -> None:
    service.usage(85)
    service.settle()
    service.now += timedelta(minutes=5)
    asked(service)
    page = str(as_role("care").open("/inbox").body)
    beside = page.partition('id="decide"')[2]
    assert service.network.texts[0].body in beside
    assert QUESTION in beside


def test_the_menu_counts_a_backlog_that_no_change_told_of(service: Service) -> None:
    def menu(*, looks: int = 0) -> int:
        for _ in range(looks):
            service.schedule(sweeping.sweep)
        return reads.load().inbox

    told = (results.NOW, results.INBOX)
    service.schedule(sweeping.sweep)
    assert results.some(results.NOW, [results.INBOX]) == [], "an empty stage stays empty"
    for n in range(3):  # from before there was a counter
        asked(service, inbound_id=f"in-{n}")
    assert (menu(), menu(looks=1), menu(looks=1)) == (0, 0, 3)
    results.add_once("one dealt with", {told: {"unhandled": -1}}, expires=1)
    assert menu() == 2
    assert inbox.handle(asked(service, inbound_id="in-0"), "nothing", "care", iso(service.now))
    asked(service, inbound_id="in-4")  # its change is still on its way at a look, and counted before the next
    assert menu(looks=1) == 2
    results.add_once("one came", {told: {"unhandled": 1}}, expires=1)
    assert (menu(), menu(looks=2)) == (3, 3)
    for n in (1, 2, 4):
        inbox.handle(asked(service, inbound_id=f"in-{n}"), "nothing", "care", iso(service.now))
    results.add_once("three dealt with", {told: {"unhandled": -3}}, expires=1)
    assert (menu(), menu(looks=2)) == (0, 0)


OFF = {
    "nothing is off": ({"unhandled": 7, "counted": 7, "over": 0, "over_before": 0}, 7),
    "no look yet": ({"unhandled": 7}, 7),
    "off at one look alone": ({"unhandled": 7, "counted": 9, "over": -2, "over_before": 0}, 7),
    "off by less than before": ({"unhandled": 7, "counted": 8, "over": -1, "over_before": -4}, 8),
    "too many, twice": ({"unhandled": 7, "counted": 5, "over": 2, "over_before": 3}, 5),
    "once too many, once too few": ({"unhandled": 7, "counted": 8, "over": -1, "over_before": 1}, 7),
    "more than are counted": ({"unhandled": 1234, "counted": 1000, "over": 234, "over_before": 234}, 1234),
    "below nothing": ({"unhandled": -4}, 0),
}


@pytest.mark.parametrize(("figures", "shown"), OFF.values(), ids=OFF.keys())
def test_what_two_looks_both_find_is_made_up_for(figures: dict[str, int], shown: int) -> None:
    assert to_look_at(figures) == shown
