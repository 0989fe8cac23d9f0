"""Counts, dry runs and one-off sends through the function `run`, on the real DynamoDB."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.campaigns import audience_count, batches, lifecycle
from chalicelib.campaigns.batches import BadBatch
from chalicelib.campaigns.campaign import campaign_from
from chalicelib.campaigns.lifecycle import Who
from chalicelib.campaigns.live import live
from chalicelib.clock import iso
from chalicelib.delivery import dry_run
from chalicelib.functions import runs, sweeping
from chalicelib.intake import subscriber_changes
from chalicelib.store import catalogue, conversations
from chalicelib.store.schema.catalogue import Batch
from chalicelib.store.schema.conversations import NumberState
from chalicelib.store.schema.subscribers import Subscriber
from local.msisdns import msisdn
from tests.english import refused
from tests.support.dynamodb import Aws
from tests.support.service import Service

PEOPLE = 240
TEXTS = {"text": {"zh-CN": "{{ name | greeting }}！新套餐已上线。", "en": "A new plan is here."}}
OFFER: dict[str, Any] = {
    "id": "plan-offer",
    "title": {"zh-CN": "新套餐", "en": "New plan"},
    "category": "marketing",
    "trigger": {"manual": True},
    "audience": "status == 'active' and tier in ['gold', 'diamond']",
    "valid_for": "2d",
    "registrations": {"CN": "T-1"},
    "texts": TEXTS,
}
LI, ZHAO = Who("li.na", "marketing"), Who("zhao.lei", "marketing")


def person(number: int) -> Subscriber:
    chance = random.Random(number)
    return Subscriber(
        f"s-{number}",
        msisdn=msisdn(number) if number % 29 else "",
        name="王芳",
        language="zh-CN",
        time_zone="Asia/Shanghai",
        brand="yuntong",
        region="湖南/长沙",
        tier=chance.choice(["gold", "diamond", "silver", "standard"]),
        status="active" if number % 17 else "left",
    )


ALL = [person(number) for number in range(1, PEOPLE + 1)]
INSIDE = [one for one in ALL if one.status == "active" and one.tier in ("gold", "diamond")]


@pytest.fixture
def offered(service: Service) -> Service:
    """Everybody is there and the offer is live."""
    subscriber_changes.put_many(ALL)
    name = "campaign#plan-offer"
    lifecycle.save(name, OFFER, LI, service.now)
    lifecycle.take("submit", name, 1, LI, service.now)
    lifecycle.take("approve", name, 1, ZHAO, service.now)
    lifecycle.take("go_live", name, 1, LI, service.now)
    return service


def run_all(service: Service, aws: Aws) -> None:
    while bodies := aws.messages("runs"):
        for body in bodies:
            service.feed(runs.run, [body])
            service.feed(runs.run, [body])  # and whatever comes twice adds nothing


def send_all(service: Service) -> None:
    for _ in range(30):
        service.deliver("bulk")


def statuses(aws: Aws) -> Counter[str]:
    rows = [row for row in aws.rows("conversations") if row["item"].startswith("mt#plan-offer/")]
    return Counter(
        f"{row['status']}:{row['reason']}" if "reason" in row else str(row["status"]) for row in rows
    )


def batch(service: Service, **fields: Any) -> Batch:
    whole: dict[str, Any] = {"id": "b1", "campaign": "plan-offer", "at": iso(service.now), "by": "li.na"}
    return batches.new_batch(**{**whole, "parts": 4, **fields})


def test_a_count_is_exact_and_says_what_it_cost(offered: Service, aws: Aws) -> None:
    audience_count.start_count(OFFER, "li.na", offered.now, "c1", parts=5)
    run_all(offered, aws)
    found = audience_count.counted("c1")
    assert found is not None
    assert (found.done, found.people, found.read, found.parts) == (True, len(INSIDE), PEOPLE, 5)
    assert found.units > 0


def test_an_estimate_shows_who_is_in_and_why_others_are_not(offered: Service) -> None:
    current = live(catalogue.control())
    found = audience_count.estimate(campaign_from(OFFER), current, offered.now, random.Random(1))
    assert (found.people, found.exact, len(found.inside), len(found.outside)) == (len(INSIDE), True, 10, 10)
    assert {clause for _, clause in found.outside} == {
        "status == 'active'",
        "tier in ['gold', 'diamond']",
    }


def test_a_sample_is_near_the_truth(offered: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience_count, "FEW", 10)
    monkeypatch.setattr(audience_count, "SAMPLE", 120)
    monkeypatch.setattr(audience_count, "PLACES", 8)
    current = live(catalogue.control())
    found = audience_count.estimate(campaign_from(OFFER), current, offered.now, random.Random(7))
    assert 24 <= found.looked_at <= 240
    assert found.low <= len(INSIDE) <= found.high


def test_what_a_dry_run_says_is_what_happens(offered: Service, aws: Aws) -> None:
    for one in [one for one in INSIDE if one.msisdn][:5]:
        words = {"yuntong|all": {"at": "", "how": "sms", "words": "T"}}
        statement = conversations.change_state(NumberState(msisdn=one.msisdn), NumberState.optouts.to(words))
        conversations.write([statement])
    planned = batch(offered)
    dry_run.start(planned, OFFER, offered.now, "d1")
    run_all(offered, aws)
    said = dry_run.forecast("d1")
    assert said is not None
    assert said.done
    assert statuses(aws) == {}
    assert said.suppressed["opted_out"] == 5
    assert said.texts == said.segments[1]
    assert sum(said.outside.values()) + sum(said.suppressed.values()) + said.texts == PEOPLE
    assert said.cost["CNY"] * 1000 == 45 * said.parts["1069012300"]
    assert said.finishes_at == offered.now + timedelta(seconds=said.texts / 80)

    batches.plan(planned, live(catalogue.control()).campaigns["plan-offer"], "marketing", offered.now)
    offered.schedule(sweeping.sweep)
    run_all(offered, aws)
    send_all(offered)
    happened = statuses(aws)
    assert happened["sent"] == said.texts == len(offered.network.texts)
    assert {
        name.partition(":")[2]: count for name, count in happened.items() if name.startswith("suppressed")
    } == dict(said.suppressed)


def test_a_batch_waits_for_its_time_and_can_be_taken_back_until_then(offered: Service, aws: Aws) -> None:
    later = batch(offered, at=iso(offered.now + timedelta(hours=2)))
    campaign = live(catalogue.control()).campaigns["plan-offer"]
    batches.plan(later, campaign, "marketing", offered.now)
    batches.plan(batch(offered, id="b2", at=later.at), campaign, "marketing", offered.now)
    offered.schedule(sweeping.sweep)
    assert aws.messages("runs") == []
    assert batches.cancel(later, "li.na", "marketing", offered.now)
    offered.now += timedelta(hours=2)
    offered.schedule(sweeping.sweep)
    assert len(aws.messages("runs")) == 4
    assert [one.status for one in batches.batches(later.at, later.at)] == ["started", "cancelled"]
    assert not batches.cancel(batch(offered, id="b2", at=later.at), "li.na", "marketing", offered.now)


def test_paused_at_half_and_resumed_no_text_is_lost_or_doubled(offered: Service, aws: Aws) -> None:
    name = "campaign#plan-offer"
    planned = batch(offered)
    batches.plan(planned, live(catalogue.control()).campaigns["plan-offer"], "marketing", offered.now)
    offered.schedule(sweeping.sweep)
    first, second, *rest = aws.messages("runs")
    for body in (first, second):
        offered.feed(runs.run, [body])
    offered.deliver("bulk")
    sent = len(offered.network.texts)
    assert 0 < sent < len(INSIDE)
    offered.feed(runs.run, [rest[0]])
    lifecycle.take("pause", name, 1, LI, offered.now)
    offered.feed(runs.run, [rest[1]])
    offered.deliver("bulk")
    assert len(offered.network.texts) == sent
    assert not batches.progress(planned).done
    lifecycle.take("resume", name, 1, LI, offered.now)
    offered.feed(runs.run, [rest[1]])
    offered.now += timedelta(minutes=1)
    offered.schedule(sweeping.sweep)
    send_all(offered)
    progress = batches.progress(planned)
    assert (progress.done, progress.jobs, progress.read) == (True, len(INSIDE), PEOPLE)
    reached = [text.to for text in offered.network.texts]
    assert sorted(reached) == sorted(one.msisdn for one in INSIDE if one.msisdn)


def test_an_uploaded_list_goes_to_those_on_it(offered: Service, aws: Aws) -> None:
    chosen = [one for one in INSIDE if one.msisdn][:7]
    lines = ["subscriber_id", *(one.subscriber_id for one in chosen[:4]), "nobody", ""]
    lines += [f"{one.msisdn},x" for one in chosen[4:]] + [chosen[0].subscriber_id, "+86 oops"]
    entries = list(batches.entries_of(lines))
    assert [one for one in entries if isinstance(one, int)] == [12]
    pieces = batches.save_list((one for one in entries if isinstance(one, str)), "li.na", offered.now, "l1")
    planned = batch(offered, source="l1", parts=pieces)
    batches.start(planned, offered.now)
    batches.plan(planned, live(catalogue.control()).campaigns["plan-offer"], "marketing", offered.now)
    run_all(offered, aws)
    send_all(offered)
    assert sorted(text.to for text in offered.network.texts) == sorted(one.msisdn for one in chosen)
    assert batches.progress(planned).unknown == 1


def test_what_cannot_be_planned_says_why(offered: Service) -> None:
    current = live(catalogue.control())
    for campaign, said in (
        (None, "is not live"),
        (current.campaigns["usage-alert"], "choose one with manual"),
    ):
        with refused(BadBatch, said):
            batches.plan(batch(offered), campaign, "marketing", offered.now)
    with refused(BadBatch, "the text names text"):
        batches.plan(batch(offered), current.campaigns["care"], "marketing", offered.now)
