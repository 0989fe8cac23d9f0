"""CPU of the delivery handler for a batch of 100 texts, against bare `send_text_message`.

    python -m bench delivery
    python -m bench.delivery profile    what the time goes to: the top 25 by their own time

Both sides send the same bodies through a client of their own on the same stand-in transport, with the
same number of threads.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.config import Config

from bench import standin
from bench.figure import Figure, compare
from chalicelib import clock
from chalicelib.clock import iso
from chalicelib.delivery.ports import AT_ONCE
from chalicelib.functions import outbox, receipts
from chalicelib.job import Job
from chalicelib.sms.gateways import aws

MANY = 100
TARGET = 1.35
_CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)


def alerts(count: int) -> list[str]:
    """Usage alerts as intake puts them in the urgent lane, with what it read of the subscriber."""
    now = clock.now()
    facts = {
        "event_id": "e-1",
        "event_time": iso(now),
        "resource": "data",
        "used": 8704.0,
        "allowance": 10240.0,
        "unit": "MB",
        "percent_used": 85.0,
        "remaining": 1536.0,
        "cycle": "2026-11",
        "cycle_ends_on": "2026-11-30",
        "threshold": 80,
    }
    return [
        Job(
            campaign="usage-alert",
            subscriber=one.subscriber_id,
            occasion="2026-11/data/80",
            step="text",
            lane="urgent",
            facts=facts,
            valid_until=iso(now + timedelta(hours=6)),
            snapshot=one.as_dict(),
            snapshot_at=iso(now + timedelta(hours=1)),  # stays fresh however long the bench takes
        ).dumps()
        for one in standin.people(count)
    ]


def notices(count: int) -> list[str]:
    """Outage notices as a planned run puts them in the bulk lane: whom they are for is looked up."""
    now = clock.now()
    facts = {
        "region": "湖南/长沙",
        "starts_at": "2026-11-24T01:00:00+08:00",
        "expected_end": "2026-11-24T05:00:00+08:00",
        "what": "5G",
        "event_id": "o-1",
        "event_time": iso(now),
    }
    return [
        Job(
            campaign="outage-notice",
            subscriber=one.subscriber_id,
            occasion="o-1",
            step="text",
            lane="bulk",
            facts=facts,
            valid_until=iso(now + timedelta(hours=6)),
        ).dumps()
        for one in standin.people(count)
    ]


def event(messages: list[str]) -> dict[str, Any]:
    """What Lambda hands over for a batch of messages."""
    return {
        "Records": [
            {
                "messageId": f"00000000-0000-0000-0000-{n:012d}",
                "receiptHandle": f"handle-{n}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "eventSource": "aws:sqs",
            }
            for n, body in enumerate(messages)
        ]
    }


def bare(count: int) -> Callable[[], object]:
    """So many sends and nothing else, with boto3 as one would use it: the floor."""
    client = boto3.client(
        "pinpoint-sms-voice-v2",
        config=Config(retries={"total_max_attempts": 1}, max_pool_connections=64),
    )
    standin.texts_sent(client)
    pool = ThreadPoolExecutor(AT_ONCE)
    requests: list[Any] = bodies(count)
    return lambda: list(pool.map(lambda one: client.send_text_message(**one)["MessageId"], requests))


def bodies(count: int) -> list[dict[str, Any]]:
    """The requests that the alerts above become."""
    return [
        {
            "DestinationPhoneNumber": one.msisdn,
            "OriginationIdentity": "1069012300",
            "MessageBody": "【云通】您好王芳，您11月的国内流量已使用85%，剩余1.5GB，11月30日到期。",
            "MessageType": "TRANSACTIONAL",
            "TimeToLive": 21600,
            "Context": {
                "item": f"mt#usage-alert/{one.subscriber_id}/2026-11/data/80/text",
                "token": "0123456789abcdef",
                "campaign": "usage-alert",
            },
        }
        for one in standin.people(count)
    ]


def handled(function: Any, messages: list[str]) -> Callable[[], object]:
    """The function with a batch; it must leave nothing undone."""
    given = event(messages)

    def run() -> None:
        answer = function(given, _CONTEXT)
        assert answer == {"batchItemFailures": []}, answer

    return run


def ready(count: int) -> None:
    standin.environment()
    standin.tables(standin.people(count))
    standin.texts_sent(aws.client())
    standin.messages_queued()


def measure(tiny: bool = False) -> list[Figure]:
    """The ratio for alerts with a snapshot and for notices without."""
    many, runs = (5, 1) if tiny else (MANY, 75)
    ready(many)
    floor = bare(many)
    found = []
    each = 1e6 / many
    for name, what, function, jobs in (
        (
            "delivery-cpu",
            "CPU per text, delivery handler, 100 usage alerts",
            outbox.deliver_urgent,
            alerts(many),
        ),
        ("delivery-cpu-bulk", "the same, 100 outage notices", outbox.deliver_bulk, notices(many)),
    ):
        times = compare(handled(function, jobs), floor, runs)
        found.append(
            Figure(
                name=name,
                what=what,
                measured=times.ratio,
                target=TARGET,
                unit="x",
                floor=f"bare send_text_message, {times.floor * each:.0f} us",
                low=times.low,
                high=times.high,
                notes=f"{times.ours * each:.0f} us of CPU a text, {AT_ONCE} threads on both sides",
                facts={"us": times.ours * each, "floor_us": times.floor * each},
            )
        )
    times = compare(handled(receipts.receipt, receipt_notices(many)), floor, runs)
    found.append(
        Figure(
            name="delivery-receipts",
            what="CPU per receipt",
            measured=times.ratio,
            target=None,
            unit="x",
            floor=f"bare send_text_message, {times.floor * each:.0f} us",
            low=times.low,
            high=times.high,
            notes=f"{times.ours * each:.0f} us of CPU",
            facts={"us": times.ours * each},
        )
    )
    return found


def receipt_notices(count: int) -> list[str]:
    """What SNS hands on when so many texts were delivered."""
    return [
        json.dumps(
            {
                "Type": "Notification",
                "Message": json.dumps(
                    {
                        "eventType": "TEXT_DELIVERED",
                        "eventTimestamp": int(clock.now().timestamp() * 1000),
                        "isFinal": True,
                        "destinationPhoneNumber": one["DestinationPhoneNumber"],
                        "messageId": f"m-{n}",
                        "context": one["Context"],
                        "totalMessageParts": 1,
                        "totalMessagePrice": 0.05,
                    }
                ),
            }
        )
        for n, one in enumerate(bodies(count))
    ]


def profile() -> None:
    """Print what the handler's time goes to, sends in the same thread."""
    ready(MANY)
    run = handled(outbox.deliver_urgent, alerts(MANY))
    run()
    watched = cProfile.Profile()
    with watched:
        for _ in range(20):
            run()
    pstats.Stats(watched).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    if sys.argv[1:] != ["profile"]:
        raise SystemExit(__doc__)
    profile()
