"""AWS calls and DynamoDB units of a text, from its event to its last receipt, on DynamoDB Local.

    python -m pytest -n0 -q -s -p tests.conftest bench/calls.py

The floor is the send itself, which is not counted here: nothing else needs a call, and one write per text
is its own record.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bench.counting import Counted, counted
from chalicelib.clock import iso
from chalicelib.functions import intake, outbox
from chalicelib.job import Job
from chalicelib.store import subscribers
from tests.support.service import USAGE, WANG, Service

MANY = 100


def people(count: int) -> list[Any]:
    return [replace(WANG, subscriber_id=f"s-{n}", msisdn=f"+86139{n:08d}") for n in range(1, count + 1)]


def receipts(service: Service) -> list[str]:
    """What the network says of every text, as SNS hands it on."""
    at = int(service.now.timestamp() * 1000)
    payloads = [
        {
            "eventType": "TEXT_DELIVERED",
            "eventTimestamp": at,
            "isFinal": True,
            "destinationPhoneNumber": text.to,
            "messageId": f"m-{n}",
            "context": dict(text.context),
            "totalMessageParts": 1,
            "totalMessagePrice": 0.05,
        }
        for n, text in enumerate(service.network.texts, 1)
    ]
    return [json.dumps({"Type": "Notification", "Message": json.dumps(one)}) for one in payloads]


def usage(service: Service, count: int) -> tuple[Counted, int]:
    """Usage alerts of so many subscribers at once."""
    events = [
        {"id": f"e-{n}", "time": service.now.isoformat(), "subscriber_id": f"s-{n}", **USAGE, "used": 85}
        for n in range(1, count + 1)
    ]
    bodies = [json.dumps({"detail-type": "usage.reported", "detail": one}) for one in events]
    with counted() as found:
        service.feed(intake.intake, bodies)
    jobs = service.aws.messages("outbox-urgent")  # the mapping's own call, not ours
    with counted() as sent:
        assert service.feed(outbox.deliver_urgent, jobs) == []
    return _with_receipts(service, found, sent)


def greetings(service: Service, count: int) -> tuple[Counted, int]:
    """Capped marketing: birthday greetings, from their jobs on."""
    until = iso(service.now + timedelta(hours=5))
    jobs = [
        Job(
            campaign="birthday-greeting",
            subscriber=f"s-{n}",
            occasion="solar-2026",
            step="text",
            lane="bulk",
            facts={"calendar": "solar", "year": 2026},
            valid_until=until,
        ).dumps()
        for n in range(1, count + 1)
    ]
    with counted() as found:
        assert service.feed(outbox.deliver_bulk, jobs) == []
    return _with_receipts(service, found)


def _with_receipts(service: Service, *parts: Counted) -> tuple[Counted, int]:
    texts = len(service.network.texts)
    told = receipts(service)
    with counted() as ended:
        for start in range(0, len(told), MANY):
            service.feed(outbox.receipt, told[start : start + MANY])
    whole = Counted()
    for one in (*parts, ended):
        whole.calls += one.calls
        whole.read += one.read
        whole.written += one.written
    return whole, texts


CASES: dict[str, tuple[Callable[[Service, int], tuple[Counted, int]], int, str]] = {
    "service, full batches": (usage, MANY, "calls <= 0.30, written <= 3, read <= 1.5"),
    "service, one lone event": (usage, 1, "calls <= 7"),
    "capped marketing, full batches": (greetings, MANY, "written <= 4, read <= 1.5"),
}


@pytest.mark.parametrize(("run", "count", "target"), CASES.values(), ids=CASES.keys())
def test_what_a_text_costs(
    service: Service,
    request: pytest.FixtureRequest,
    run: Callable[[Service, int], tuple[Counted, int]],
    count: int,
    target: str,
) -> None:
    subscribers.put_many(people(count))
    found, texts = run(service, count)
    assert texts == count
    print(
        f"\n{request.node.callspec.id}: {found.calls.total() / texts:.2f} calls, {found.written / texts:.2f} "
        f"written and {found.read / texts:.2f} read units a text ({target}); {dict(found.calls)}"
    )
