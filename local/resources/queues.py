"""The queues, each with its dead letters: how long a message stays hidden, how often it is tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.job import LATE

KEPT_SECONDS = 14 * 24 * 3600  # the longest that SQS keeps a message
KEY_REUSED_SECONDS = 3600  # one request to KMS an hour instead of every five minutes


@dataclass(frozen=True, slots=True)
class Queue:
    """`hidden`: seconds that a message is not seen after a receive; `tries`: receives before it is dead.

    An alarm goes off when the oldest message has waited for `late` seconds, or more than `backlog` wait.
    """

    id: str
    name: str
    hidden: int
    tries: int
    backlog: int

    @property
    def late(self) -> int:
        """Seconds, as for the page of stations."""
        return LATE[self.name]


QUEUES = (
    Queue("IntakeQueue", "intake", hidden=360, tries=5, backlog=100_000),
    Queue("DropsQueue", "drops", hidden=5400, tries=3, backlog=500),
    Queue("RunsQueue", "runs", hidden=1800, tries=10, backlog=10_000),
    Queue("OutboxUrgentQueue", "outbox-urgent", hidden=360, tries=50, backlog=20_000),
    Queue("OutboxBulkQueue", "outbox-bulk", hidden=720, tries=50, backlog=5_000_000),
    Queue("ReceiptsQueue", "receipts", hidden=360, tries=20, backlog=500_000),
    Queue("RepliesQueue", "replies", hidden=360, tries=13, backlog=5_000),
)


def dead(queue: Queue) -> str:
    """The logical id of a queue's dead letters."""
    return queue.id.removesuffix("Queue") + "DeadQueue"


def part() -> dict[str, Any]:
    """The queues, their dead letters, and the address of each as an output."""
    resources: dict[str, Any] = {"CountDeadQueue": _queue("count-dead")}  # places in a stream, not messages
    for one in QUEUES:
        redrive = {"deadLetterTargetArn": {"Fn::GetAtt": [dead(one), "Arn"]}, "maxReceiveCount": one.tries}
        resources[one.id] = _queue(one.name, VisibilityTimeout=one.hidden, RedrivePolicy=redrive)
        resources[dead(one)] = _queue(f"{one.name}-dead")
    return {
        "Resources": resources,
        "Outputs": {f"{queue}Url": {"Value": {"Ref": queue}} for queue in resources},
    }


def _queue(name: str, **more: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "QueueName": {"Fn::Sub": f"ringback-${{Stage}}-{name}"},
            "MessageRetentionPeriod": KEPT_SECONDS,
            "KmsMasterKeyId": {"Ref": "Key"},
            "KmsDataKeyReusePeriodSeconds": KEY_REUSED_SECONDS,
            **more,
        },
    }
