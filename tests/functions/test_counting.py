"""The function `count` on the real DynamoDB: each change once, however the stream brings it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import queues
from chalicelib.campaigns.tally import counter_of, funnel, scope_of
from chalicelib.care import reads
from chalicelib.care.reply_counters import by_kind
from chalicelib.delivery import dead_letters
from chalicelib.functions.counting import count
from chalicelib.job import Job
from chalicelib.problems import Problem
from chalicelib.store import conversations, transactions
from chalicelib.store import results as stored
from chalicelib.store.dynamodb import wire_from
from chalicelib.store.schema.base import Record, replace
from chalicelib.store.schema.conversations import CONVERSATIONS, Reply, Text
from tests.campaigns.test_results import row
from tests.support.dynamodb import Aws
from tests.support.factories import WANG
from tests.support.service import Service

pytestmark = pytest.mark.usefixtures("tables")
NO_CONTEXT = SimpleNamespace()


def record(number: int, old: Record | None, new: Record) -> dict[str, Any]:
    """A change as the stream brings it."""
    images = {"NewImage": wire_from(new.plain())} | ({"OldImage": wire_from(old.plain())} if old else {})
    return {
        "eventID": f"event-{number}",
        "eventName": "MODIFY" if old else "INSERT",
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:1:table/t/stream/s",
        "awsRegion": "us-east-1",
        "dynamodb": {
            **images,
            "ApproximateCreationDateTime": 1_795_000_000.0 + number // 7,
            "SequenceNumber": str(number),
            "SizeBytes": 100,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


def erased(number: int, old: Record) -> dict[str, Any]:
    """An item that is gone, as the stream brings it."""
    gone = record(number, None, old)
    gone["eventName"] = "REMOVE"
    gone["dynamodb"]["OldImage"] = gone["dynamodb"].pop("NewImage")
    return gone


def feed(records: list[dict[str, Any]]) -> int:
    return int(count({"Records": records}, NO_CONTEXT)["counted"])


def day_of(people: int) -> list[dict[str, Any]]:
    """A campaign's changes: everybody planned, a third suppressed, the rest sent and mostly delivered."""
    records: list[dict[str, Any]] = []
    for number in range(people):
        item = f"mt#plan-offer/s-{number}/2026-11/text"
        province = random.Random(number).choice(["湖南/长沙", "北京/北京", "广东/深圳"])
        last: Text | None = None
        steps: list[dict[str, Any]] = [{"status": "suppressed", "reason": "opted_out"}]
        if number % 3:
            steps = [{"status": "sending"}, {"status": "sent"}]
            steps += [{"status": "delivered", "price": 0.045}] if number % 5 else []
        for step in steps:
            new = row(item=item, region=province, variant="ab"[number % 2], **step)
            records.append(record(len(records), last, new))
            last = new
    return records


def totals(dimension: str = "total", value: str = "") -> dict[str, Any]:
    figures = counted("plan-offer")[counter_of(3, dimension, value)]
    return {name: amount for name, amount in figures.items() if amount}


def counted(campaign: str) -> dict[str, Mapping[str, float]]:
    return {one.counter: one.figures for one in stored.of_scope(scope_of(campaign))}


EXPECTED = {"planned": 60, "suppressed:opted_out": 20, "sent": 40, "delivered": 32, "parts": 80, "cost": 1.44}


def test_results_count_every_change_of_a_day_once() -> None:
    records = day_of(60)
    assert feed(records) == len(records)
    assert totals() == EXPECTED
    assert sum(totals("variant", name)["planned"] for name in "ab") == 60
    assert sum(totals("region", name)["delivered"] for name in ("湖南", "北京", "广东")) == 32


def test_replies_are_counted_by_what_they_were_read_as() -> None:
    new = Reply(msisdn=WANG.msisdn, item="mo#in-1", body="嗯", received_at="2026-11-24T04:00:00.000Z")
    read = replace(new, reading={"kind": "ask"}, inbox="unhandled")
    corrected = replace(read, reading={"kind": "rating", "score": 4})
    other = replace(read, item="mo#in-2", received_at="2026-10-31T23:59:00.000Z")
    feed([record(1, None, new), record(2, new, read), record(3, None, other), record(4, read, corrected)])
    assert {kind: n for kind, n in by_kind("2026-11-25T00:00:00.000Z").items() if n} == {
        "ask": 1,
        "rating": 1,
    }
    assert not any(by_kind("2028-01-01T00:00:00.000Z").values()), "older than the inbox looks back"
    assert reads.load().inbox == 2
    feed([record(5, corrected, replace(corrected, inbox="handled#2026-11")), erased(6, other)])
    assert reads.load().inbox == 0
    assert sum(by_kind("2026-11-25T00:00:00.000Z").values()) == 2, "what is erased stays counted by its kind"


@pytest.mark.parametrize("seed", range(3))
def test_changes_brought_again_in_other_batches_are_counted_once(seed: int) -> None:
    chance = random.Random(seed)
    records = day_of(60)
    at = 0
    while at < len(records):
        size = chance.randint(1, 40)
        feed(records[max(0, at - chance.randint(0, 30)) : at + size])
        at += size
    assert feed(records) == 0
    assert totals() == EXPECTED


def test_a_batch_that_fails_half_way_is_made_whole_by_its_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    records = day_of(60)
    real, calls = transactions.commit, []

    def fails_second(writes: Any) -> None:
        calls.append(len(writes))
        if len(calls) == 2:
            raise transactions.Contention
        real(writes)

    monkeypatch.setattr(transactions, "commit", fails_second)
    monkeypatch.setattr(transactions, "WRITES_AT_ONCE", 11)
    with pytest.raises(transactions.Contention):
        feed(records)
    feed(records)
    assert totals() == EXPECTED


def test_an_answer_lost_on_the_way_does_not_count_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    real = transactions.commit

    def loses_answer(writes: Any) -> None:
        real(writes)
        raise ConnectionError("the answer was lost")

    monkeypatch.setattr(transactions, "commit", loses_answer)
    with pytest.raises(ConnectionError):
        feed(day_of(5))
    monkeypatch.setattr(transactions, "commit", real)
    feed(day_of(5))
    assert totals()["planned"] == 5


def test_what_expires_stays_counted() -> None:
    feed(day_of(3))
    assert feed([erased(999, row())]) == 0
    assert totals()["planned"] == 3


def test_a_survey_by_text_ends_as_a_score_of_its_campaign_and_version(service: Service, aws: Aws) -> None:
    service.complain()
    service.settle()
    service.write("2")
    said = [CONVERSATIONS.load(one) for one in aws.rows("conversations") if one["item"] != "state"]
    assert feed([record(n, None, one) for n, one in enumerate(said)]) >= 3
    found = counted("post-complaint-survey")
    shown = funnel(found[counter_of(1, "step", "invitation")])
    assert (shown.planned, shown.sent, shown.replies, shown.scored, shown.scores) == (1, 1, 1, 1, {2: 1})
    assert funnel(found[counter_of(1, "region", "湖南")]).scored == 1


def test_a_stop_is_an_opt_out_of_the_text_it_answers(service: Service, aws: Aws) -> None:
    service.usage(85)
    service.deliver()
    service.write("TD")
    said = [CONVERSATIONS.load(one) for one in aws.rows("conversations") if one["item"][:2] in ("mt", "mo")]
    feed([record(n, None, one) for n, one in enumerate(said)])
    shown = funnel(counted("usage-alert")[counter_of(1, "total")])
    assert (shown.sent, shown.replies, shown.opt_outs) == (1, 1, 1)
    assert conversations.state("+8613900000001").optouts


def test_a_dead_letter_that_is_dropped_before_it_has_a_row_counts_under_its_version(
    service: Service, aws: Aws
) -> None:
    job = Job("usage-alert", WANG.subscriber_id, "2026-11/data/80", "text", "urgent")
    queues.dead_letter("outbox-urgent", [(job.dumps(), Problem("field.missing", place="resource"))])
    assert dead_letters.drop(dead_letters.look(["outbox-urgent"]), service.now) == 1
    said = [CONVERSATIONS.load(one) for one in aws.rows("conversations") if one["item"].startswith("mt")]
    feed([record(n, None, one) for n, one in enumerate(said)])
    assert counter_of(0, "total") not in counted("usage-alert")
    assert counted("usage-alert")[counter_of(1, "total")]["failed:dead"] == 1
