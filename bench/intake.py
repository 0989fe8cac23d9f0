"""CPU of an event through the intake function, against one SQS send for ten events.

    python -m bench intake

The floor sends the same jobs that the events become.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3

from bench import standin
from bench.delivery import MANY, handled
from bench.figure import Figure, compare
from chalicelib import clock, queues
from chalicelib.functions import intake
from tests.support.factories import USAGE


def events(count: int) -> list[str]:
    """Usage events as the bus hands them on; each passes a threshold and becomes a text."""
    return [
        json.dumps(
            {
                "version": "0",
                "id": f"00000000-0000-0000-0000-{n:012d}",
                "detail-type": "usage.reported",
                "source": "operator.billing",
                "account": "000000000000",
                "time": "2026-11-24T04:00:00Z",
                "region": "us-east-1",
                "resources": [],
                "detail": {
                    "id": f"e-{n}",
                    "time": clock.now().isoformat(),
                    "subscriber_id": f"s-{n}",
                    **USAGE,
                    "used": 85,
                },
            },
            ensure_ascii=False,
        )
        for n in range(1, count + 1)
    ]


def floor(bodies: list[str]) -> Callable[[], object]:
    """Ten bodies to a call, with boto3 as one would use it."""
    client = boto3.client("sqs")
    standin.messages_queued(client)
    address = queues.url("outbox-urgent")
    parcels: list[Any] = [
        [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies[start : start + 10])]
        for start in range(0, len(bodies), 10)
    ]
    return lambda: [client.send_message_batch(QueueUrl=address, Entries=one) for one in parcels]


def measure(tiny: bool = False) -> list[Figure]:
    """The ratio, and how many events a second one worker's CPU takes."""
    many, runs = (10, 1) if tiny else (MANY, 75)
    standin.environment()
    standin.tables(standin.people(many))
    made: list[str] = []
    real = queues.send
    queues.send = lambda _, bodies, **__: made.extend(bodies)
    given = events(many)
    handled(intake.intake, given)()
    queues.send = real
    assert len(made) == many, len(made)
    standin.messages_queued()
    ours, bare = handled(intake.intake, given), floor(made)
    times = compare(ours, bare, runs)
    each = 1e6 / many
    return [
        Figure(
            "intake-cpu",
            "CPU per event through intake, each becoming a text",
            times.ratio,
            2,
            "x",
            floor=f"one SendMessageBatch for 10 events, {times.floor * each:.0f} us an event",
            low=times.low,
            high=times.high,
            notes=f"{times.ours * each:.0f} us of CPU; {1e6 / (times.ours * each):,.0f} events a second",
            facts={"us": times.ours * each},
        )
    ]
