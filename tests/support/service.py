"""The whole service in one process: its entry points fed by hand, on the real DynamoDB.

def test_something(service: Service) -> None:
    service.usage(85)
    service.deliver()
    assert service.network.texts
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import clock, queues
from chalicelib.delivery import ports
from chalicelib.functions import intake, outbox, planning, receipts, reply_queue, runs, sweeping
from chalicelib.intake import subscriber_changes
from chalicelib.sms.gateways import NotSent, Outgoing
from chalicelib.store import catalogue, versions
from chalicelib.store.relationship import texts_to
from chalicelib.store.schema.conversations import Text
from tests.support.dynamodb import TABLES, Aws, Rows, rows_of, tables_at
from tests.support.factories import USAGE, WANG, shipped

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # noon in Shanghai, 22:00 the day before in Chicago

FED = "fed-by-hand-"


class Network:
    """A gateway that takes everything, unless it is told not to."""

    def __init__(self) -> None:
        self.texts: list[Outgoing] = []
        self.refuse: NotSent | None = None
        self.accept_and_fall_silent = False

    def send(self, text: Outgoing) -> str:
        if self.refuse:
            raise self.refuse
        self.texts.append(text)
        if self.accept_and_fall_silent:
            raise NotSent("ReadTimeoutError")
        return f"m-{len(self.texts)}"


class Service:
    """The functions, fed by hand; the clock stands at `now`."""

    def __init__(self, aws: Aws, network: Network) -> None:
        self.aws = aws
        self.network = network
        self.now = NOON

    def feed(self, function: Any, bodies: list[str], receives: int = 1) -> list[str]:
        """Call a queue's function with a batch; the bodies that came back."""
        records: list[dict[str, Any]] = [
            {
                "messageId": f"id-{n}",
                "receiptHandle": f"{FED}{n}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(receives)},
            }
            for n, body in enumerate(bodies)
        ]
        answer = function({"Records": records}, SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000))
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        return [record["body"] for record in records if record["messageId"] in failed]

    def happen(self, kind: str, **fields: Any) -> None:
        """An event comes in from the bus."""
        detail = {"id": f"e-{kind}", "time": self.now.isoformat(), "subscriber_id": "s-1", **fields}
        self.feed(intake.intake, [json.dumps({"detail-type": kind, "detail": detail})])

    def usage(self, percent: int, **fields: Any) -> None:
        self.happen(
            "usage.reported",
            **{**USAGE, "used": percent, **fields},
        )

    def deliver(self, lane: str = "urgent", receives: int = 1) -> list[str]:
        """Carry out what is in a lane; the jobs that came back."""
        function = {"urgent": outbox.deliver_urgent, "bulk": outbox.deliver_bulk}[lane]
        jobs = self.aws.messages(f"outbox-{lane}")
        return self.feed(function, jobs, receives) if jobs else []

    def schedule(self, function: Any) -> Any:
        blank = ("version", "account", "region", "detail-type", "source", "time", "id")
        event = {**dict.fromkeys(blank, ""), "detail": {}, "resources": []}
        return function(event, None)

    def plan(self) -> None:
        """The planner and all its runs."""
        self.schedule(planning.plan)
        while bodies := self.aws.messages("runs"):
            for body in bodies:
                self.feed(runs.run, [body])

    def receipt(self, text: Outgoing, kind: str = "TEXT_DELIVERED", **fields: Any) -> None:
        payload = {
            "eventType": kind,
            "eventTimestamp": int(self.now.timestamp() * 1000),
            "isFinal": kind != "TEXT_PENDING",
            "destinationPhoneNumber": text.to,
            "messageId": "m-1",
            "context": dict(text.context),
            "totalMessageParts": 1,
            "totalMessagePrice": 0.05,
            **fields,
        }
        self.feed(receipts.receipt, [json.dumps({"Type": "Notification", "Message": json.dumps(payload)})])

    def write(
        self, body: str, inbound_id: str = "in-1", msisdn: str = WANG.msisdn, to: str = "1069012300"
    ) -> None:
        """A subscriber writes."""
        payload = {
            "originationNumber": msisdn,
            "destinationNumber": to,
            "messageKeyword": "",
            "messageBody": body,
            "inboundMessageId": inbound_id,
            "previousPublishedMessageId": "",
        }
        self.feed(reply_queue.reply, [json.dumps({"Type": "Notification", "Message": json.dumps(payload)})])

    def complain(self, complaint: str = "C-1", ago: timedelta = timedelta(minutes=31)) -> None:
        """A complaint was resolved a while ago."""
        at = (self.now - ago).isoformat()
        about = {"complaint_id": complaint, "topic": "network", "opened_at": at, "resolved_at": at}
        self.happen("complaint.resolved", **about)

    def settle(self) -> None:
        """What is due, and both lanes until nothing comes of it any more."""
        self.schedule(sweeping.sweep)
        for _ in range(3):
            self.deliver("bulk")
            self.deliver("urgent")

    def texts(self, msisdn: str = WANG.msisdn) -> dict[str, Text]:
        """The texts to a number by what they are about."""
        return {one.item.split("/", 2)[2]: one for one in texts_to(msisdn)}


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    return network_for(monkeypatch)


@pytest.fixture
def service(aws: Aws, network: Network, monkeypatch: pytest.MonkeyPatch) -> Service:
    return service_on(aws, network, monkeypatch)


def network_for(patch: pytest.MonkeyPatch) -> Network:
    """A gateway in place of the real one."""
    made = Network()
    patch.setattr(ports, "GATEWAYS", {"aws": made.send})
    return made


@cache
def stock_at(endpoint: str) -> Rows:
    """What the tables hold when a test of the whole service begins: what is in templates/ live, and one
    subscriber. It is stored there once by the service itself, and read back."""
    with pytest.MonkeyPatch.context() as patch, tables_at(endpoint, patch) as client:
        catalogue.go_live(
            {
                name: versions.save(name, document, by="t", at="", status="live")
                for name, document in shipped().items()
            }
        )
        subscriber_changes.put_many([WANG])
        return {name: rows_of(client, name) for name in TABLES}


@pytest.fixture(scope="session")
def stock(dynamodb_endpoint: str) -> Rows:
    return stock_at(dynamodb_endpoint)


def service_on(aws: Aws, network: Network, patch: pytest.MonkeyPatch) -> Service:
    """The functions on tables that hold the stock, at noon in Shanghai."""
    made = Service(aws, network)
    patch.setattr(clock, "now", lambda: made.now)
    # Bodies that are fed by hand are no messages whose visibility could be changed.
    put_back = queues.put_back
    patch.setattr(
        queues,
        "put_back",
        lambda queue, later: put_back(queue, [one for one in later if not one[0].startswith(FED)]),
    )
    return made
