"""AWS calls and DynamoDB units of a text, from its event to its last receipt, on DynamoDB Local.

    python -m bench calls

The floor is the send itself, which is not counted here: nothing else needs a call, and one write per text
is its own record. Functions are warm: a cold one reads what is live once more. What the results cost,
through the stream of the table, is counted apart.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bench import standin
from bench.counting import Counted, counted
from bench.figure import Figure
from chalicelib.campaigns import live
from chalicelib.clock import iso
from chalicelib.functions import intake, outbox, receipts
from chalicelib.intake import subscriber_changes
from chalicelib.job import Job
from chalicelib.store import catalogue
from tests.support.dynamodb import aws_around, dynamodb_local, tables_at
from tests.support.factories import USAGE
from tests.support.service import Service, network_for, service_on, stock_at

MANY = 100
By = dict[str, Counted]


@contextmanager
def fresh(endpoint: str) -> Iterator[Service]:
    """The service with its stock and no more, in this process."""
    with (
        pytest.MonkeyPatch.context() as patch,
        tables_at(endpoint, patch, stock_at(endpoint)) as client,
        aws_around(client, patch) as aws,
    ):
        yield service_on(aws, network_for(patch), patch)


def notices(service: Service) -> list[str]:
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


def usage(service: Service, count: int) -> By:
    """Usage alerts of so many subscribers at once."""
    events = [
        {"id": f"e-{n}", "time": service.now.isoformat(), "subscriber_id": f"s-{n}", **USAGE, "used": 85}
        for n in range(1, count + 1)
    ]
    bodies = [json.dumps({"detail-type": "usage.reported", "detail": one}) for one in events]
    with counted(service.aws.dynamodb) as found:
        service.feed(intake.intake, bodies)
    jobs = service.aws.messages("outbox-urgent")  # the mapping's own call, not ours
    with counted(service.aws.dynamodb) as sent:
        assert service.feed(outbox.deliver_urgent, jobs) == []
    return {"intake": found, "delivery": sent}


def greetings(service: Service, count: int) -> By:
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
    with counted(service.aws.dynamodb) as found:
        assert service.feed(outbox.deliver_bulk, jobs) == []
    return {"delivery": found}


def through(endpoint: str, run: Callable[[Service, int], By], count: int) -> tuple[By, Counted]:
    """Calls and units by function, and together, of so many texts and their receipts."""
    with fresh(endpoint) as service:
        subscriber_changes.put_many(standin.people(count))
        live.live(catalogue.control())  # as in every function that has run before
        by = run(service, count)
        assert len(service.network.texts) == count
        with counted(service.aws.dynamodb) as ended:
            service.feed(receipts.receipt, notices(service))
        by["receipts"] = ended
    whole = Counted()
    for one in by.values():
        whole += one
    return by, whole


def said(by: By) -> str:
    """Which function makes which calls."""
    parts = []
    for name, one in by.items():
        calls = ", ".join(f"{number} {call.partition('.')[2]}" for call, number in sorted(one.calls.items()))
        parts.append(f"{name}: {calls}")
    return "; ".join(parts)


def measure(tiny: bool = False) -> list[Figure]:
    """Calls and units for service texts, full batches and a lone one, and for capped marketing."""
    many = 3 if tiny else MANY
    with tempfile.TemporaryDirectory() as folder, dynamodb_local(Path(folder)) as endpoint:
        service_by, service = through(endpoint, usage, many)
        lone_by, lone = through(endpoint, usage, 1)
        capped_by, capped = through(endpoint, greetings, many)

    def units(name: str, what: str, found: Counted, most: float) -> list[Figure]:
        return [
            Figure(
                f"calls-{name}-written",
                f"write units a text, {what}",
                found.written / many,
                most,
                "units",
                floor="1, its own record",
                notes=f"{found.indexed / many:.2f} of them in the index of what waits",
            ),
            Figure(
                f"calls-{name}-read",
                f"read units a text, {what}",
                found.read / many,
                1.5,
                "units",
                floor="0",
            ),
        ]

    return [
        Figure(
            "calls-full",
            "AWS calls a text besides the send, full batches",
            service.calls.total() / many,
            0.30,
            "calls",
            floor="0",
            notes=said(service_by),
            facts=_facts(service_by, many),
        ),
        Figure(
            "calls-lone",
            "AWS calls of one lone event, to its receipt",
            lone.calls.total(),
            7,
            "calls",
            floor="0",
            notes=said(lone_by),
            facts=_facts(lone_by, 1),
        ),
        *units("service", "service", service, 3),
        *units("capped", "capped marketing", capped, 4),
        Figure(
            "calls-bulk",
            "AWS calls a text, capped marketing, from its job on",
            capped.calls.total() / many,
            None,
            "calls",
            floor="0",
            notes=said(capped_by),
            facts=_facts(capped_by, many),
        ),
    ]


def _facts(by: By, many: int) -> dict[str, float]:
    """Calls and units a text of each function: what the costs are worked out from."""
    found = {}
    for name, one in by.items():
        found[f"{name}.calls"] = one.calls.total() / many
        found[f"{name}.written"] = one.written / many
        found[f"{name}.read"] = one.read / many
    return found
