"""The figures beside the menu's entries, what the sweep writes down of the queues, and the page of both."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import clock, queues
from chalicelib.campaigns import lifecycle, tally
from chalicelib.campaigns.lifecycle import Who
from chalicelib.care import reads
from chalicelib.care.sweep import sweep
from chalicelib.clock import iso
from chalicelib.console import rendering
from chalicelib.delivery import stations
from chalicelib.problems import Problem
from chalicelib.store import catalogue, queries, results
from chalicelib.store.schema.results import Counter, counter_key
from tests.support.console import Browser, as_role, stage
from tests.support.dynamodb import Aws
from tests.support.factories import NOW, care_ready, complain, hours_on

__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")
BADGE = re.compile(r'<span class="n(?: late)?"( hidden)?>(.*?data-count="(\w+)".*?)</span>')
TAG = re.compile("<.*?>")


def badges(browser: Browser, address: str) -> dict[str, str]:
    """What stands beside the entries of a page's menu, in words; without what is hidden."""
    page = html.unescape(str(browser.open(address).body))
    return {name: TAG.sub("", words) for hidden, words, name in BADGE.findall(page) if not hidden}


@pytest.fixture
def waiting(stage: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """A late case of a team, replies, campaigns in review and dead letters."""
    del stage  # begins before
    monkeypatch.setattr(clock, "now", lambda: hours_on(200))
    care_ready()
    complain()
    sweep(hours_on(200))
    results.add_once("t", {(results.NOW, "inbox:"): {"unhandled": 1_234}}, expires=1)
    for campaign, by in (("plan-offer", "li.na"), ("usage-alert", "marketing")):
        results.note_review(campaign, by, True)
    queues.dead_letter("receipts", [("{}", Problem("field.missing"))] * 2)
    stations.look(hours_on(200))


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    ("role", "name", "language", "shown"),
    [
        pytest.param(
            "care", "chen.jie", "en", {"late": "1 late", "inbox": "1,234 to look at"}, id="of the team"
        ),
        pytest.param("care", "nobody", "en", {"inbox": "1,234 to look at"}, id="of no team"),
        pytest.param("marketing", "", "en", {"review": "1 to approve"}, id="not what they submitted"),
        pytest.param(
            "admin",
            "",
            "zh-CN",
            {"late": "1 件超时", "inbox": "1,234 条待看", "review": "2 个待审批", "dead": "2 条待处理"},
            id="everything, in Chinese",
        ),
    ],
)
def test_a_role_sees_what_waits_for_it(
    role: str, name: str, language: str, shown: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    load = reads.load

    def counted() -> reads.Load:
        asked.append(1)
        return load()

    monkeypatch.setattr(reads, "load", counted)
    browser = as_role(role, language, name)
    assert badges(browser, "/me") == shown
    for address in ("/queue", "/board") if role != "marketing" else ("/results", "/batches"):
        asked.clear()
        assert badges(browser, address) == shown
        assert len(asked) == 1, "one read a page"


@pytest.mark.usefixtures("waiting")
def test_an_open_queue_hears_of_the_menu_with_what_it_asks_anyway() -> None:
    counts = json.loads(str(as_role("supervisor").open("/queue/news").body))["counts"]
    assert (counts["late"], counts["inbox"], counts["all"]) == ("1", "1,234", 1)


@pytest.mark.usefixtures("waiting")
def test_the_list_of_campaigns_knows_better_and_mends_what_was_written_down() -> None:
    assert badges(as_role("marketing"), "/campaigns") == {}, "no campaign is in review"
    assert not reads.load().reviews


def test_a_policy_waits_for_a_second_administrator_until_it_was_looked_at() -> None:
    care_ready()
    document = dict(catalogue.documents([("policy", 1)])["policy"])
    made = lifecycle.save("policy", document, Who("li.na", "admin"), NOW)
    lifecycle.take("submit", "policy", made.number, Who("li.na", "admin"), NOW)
    assert badges(as_role("admin", name="li.na"), "/campaigns") == {}
    assert badges(as_role("admin"), "/campaigns") == {"policy": "1 to approve"}
    assert badges(as_role("marketing"), "/campaigns") == {}
    lifecycle.take("send_back", "policy", made.number, Who("admin", "admin"), NOW, note="why?")
    assert badges(as_role("admin"), "/board") == {}


def test_who_is_not_signed_in_has_no_menu_and_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "load", lambda: pytest.fail("read"))
    assert badges(Browser(), "/start") == {}
    assert rendering


def test_a_queue_is_behind_when_something_waited_at_every_look_for_too_long() -> None:
    def look(minutes: float) -> stations.Station:
        now = NOW + timedelta(minutes=minutes)
        stations.look(now)
        found = {one.queue: one for one in stations.stations(reads.load().queues, now)}
        return found["outbox-urgent"]

    assert (look(0).state, look(0).since) == ("clear", None)
    queues.send("outbox-urgent", ["{}"])
    first = look(1)
    assert (first.state, first.waiting, first.since) == ("moving", 1, NOW + timedelta(minutes=1))
    assert look(3).state == "moving"
    assert look(3.1).state == "behind"
    queues.sqs().purge_queue(QueueUrl=queues.url("outbox-urgent"))
    assert replace(look(4), at=None) == stations.Station("outbox-urgent", "clear")
    late = stations.stations(reads.load().queues, NOW + timedelta(minutes=10))
    assert {one.state for one in late} == {"unknown"}, "the sweep does not run"
    assert {one.state for one in stations.stations({}, NOW)} == {"unknown"}


def test_a_queue_that_cannot_be_seen_keeps_what_stood_there(monkeypatch: pytest.MonkeyPatch) -> None:
    queues.send("intake", ["{}"])
    stations.look(NOW)
    monkeypatch.delenv("RINGBACK_QUEUE_INTAKE")
    stations.look(NOW + timedelta(minutes=1))
    seen = {one.queue: one.at for one in stations.stations(reads.load().queues, NOW)}
    assert (seen["intake"], seen["replies"]) == (NOW, NOW + timedelta(minutes=1))


def health(now_minutes: float = 0, language: str = "en") -> str:
    """The words of the page of health, so many minutes after NOW."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW + timedelta(minutes=now_minutes))
        page = html.unescape(str(as_role("admin", language).open("/service").body))
    return " ".join(TAG.sub(" ", page.partition("<main")[2]).split())


def test_health_says_what_needs_a_person_and_what_to_do() -> None:
    care_ready()
    assert "The queues have not been looked at yet; that is done every minute." in health()
    stations.look(NOW)
    said = health()
    assert "Texts go out. Nothing needs a look. Nothing is lost" in said
    assert "No station is behind No dead letters No sender keeps failing" in said
    queues.send("outbox-urgent", ["{}"] * 3)
    queues.dead_letter("replies", [("{}", Problem("field.missing"))])
    stations.look(NOW + timedelta(minutes=1))
    assert "3 waiting works through it since" in health(1)
    stations.look(NOW + timedelta(minutes=9))
    said = health(9)
    assert "Texts wait to go out. 2 things need a look." in said
    assert "look for errors of the function deliver_urgent" in said
    assert "1 dead letter" in said
    assert "短信在等待发出。 有 2 件事要看。" in health(9, "zh-CN")
    assert "Nobody knows how the queues are: they were looked at last at" in health(20)


def test_health_says_which_sender_is_left_alone_and_until_when() -> None:
    care_ready()
    stations.look(NOW)
    (first, *_) = lifecycle.brands()[0].originators
    catalogue.spare(first.identity, iso(NOW + timedelta(minutes=5)))
    assert f"{first.identity} keeps failing" in health(1)
    assert "left alone" in health(1)
    assert "left alone" not in health(6)
    catalogue.pause(None)
    catalogue.pause("plan-offer")
    said = health(2)
    assert "Everything is paused: no text goes out. 2 things need a look." in said
    assert "1 campaign is paused plan-offer" in said


def test_health_shows_the_texts_of_the_last_24_hours() -> None:
    care_ready()
    assert "Texts an hour" not in health()
    for hours, sent in ((0, 40), (23, 7), (24, 1000)):
        place = counter_key(tally.ALL_TEXTS, f"{iso(NOW - timedelta(hours=hours))[:13]}#")
        queries.put(
            Counter(scope=place.hash, counter=place.range, figures={"sent": sent, "delivered": sent - 1})
        )
    assert "Texts an hour, the last 24 hours Sent 47 Delivered 45" in health()
