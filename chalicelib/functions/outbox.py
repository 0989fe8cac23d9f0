"""The outbox lanes."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib import clock, queues
from chalicelib.delivery.deliver import Received, deliver
from chalicelib.delivery.ports import Ports
from chalicelib.functions.guard import guarded
from chalicelib.functions.sqs_batch import failures, messages
from chalicelib.job import Job
from chalicelib.letter_codes import LetterCode
from chalicelib.problems import Problem

outbox = Blueprint(__name__)


@outbox.on_sqs_message(queue="outbox-urgent", batch_size=100, maximum_batching_window_in_seconds=1)
@guarded
def deliver_urgent(event: Any) -> dict[str, Any]:
    """Texts that matter now, one by one or few at a time."""
    return _deliver("outbox-urgent", event.to_dict())


@outbox.on_sqs_message(
    queue="outbox-bulk", batch_size=100, maximum_batching_window_in_seconds=1, maximum_concurrency=10
)
@guarded
def deliver_bulk(event: Any) -> dict[str, Any]:
    """Texts by the thousand."""
    return _deliver("outbox-bulk", event.to_dict())


def _deliver(queue: str, event: dict[str, Any]) -> dict[str, Any]:
    received, unreadable = [], []
    batch = messages(event)
    for message in batch:
        try:
            received.append(Received(Job.loads(message.body), message.id, message.receives))
        except ValueError:
            unreadable.append((message.body, Problem(LetterCode.NOT_A_JOB)))
    queues.dead_letter(queue, unreadable)
    later = {one.id: one.seconds for one in deliver(received, Ports(now=clock.now))}
    queues.put_back(queue, [(one.handle, later[one.id]) for one in batch if one.id in later])
    return failures(later)
