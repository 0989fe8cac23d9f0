"""What the network says became of texts."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib import clock, log, queues
from chalicelib.delivery.record_receipts import record_receipts
from chalicelib.functions.guard import guarded
from chalicelib.functions.records import failures, from_sns, messages, not_json

receipts = Blueprint(__name__)


@receipts.on_sqs_message(queue="receipts", batch_size=100, maximum_batching_window_in_seconds=1)
@guarded
def receipt(event: Any) -> dict[str, Any]:
    """What the network says became of a text."""
    payloads, unreadable = [], []
    for message in messages(event.to_dict()):
        try:
            payloads.append(from_sns(message.body))
        except ValueError as error:
            unreadable.append((message.body, not_json(error)))
    queues.dead_letter("receipts", unreadable)
    strangers = record_receipts(payloads, clock.now())
    if strangers:
        log.note("receipts passed over", count=len(strangers))
    return failures(())
