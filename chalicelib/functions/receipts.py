"""What the network says became of texts."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib import clock, log, queues
from chalicelib.delivery.record_receipts import record_receipts
from chalicelib.functions.guard import guarded
from chalicelib.functions.sqs_batch import failures, from_sns, messages, not_json

receipts = Blueprint(__name__)


@receipts.on_sqs_message(queue="receipts", batch_size=100, maximum_batching_window_in_seconds=1)
@guarded
def receipt(event: Any) -> dict[str, Any]:
    """What the network says became of a text."""
    payloads, unreadable = {}, []
    for message in messages(event.to_dict()):
        try:
            payloads[message] = from_sns(message.body)
        except ValueError as error:
            unreadable.append((message.body, not_json(error)))
    queues.dead_letter("receipts", unreadable)
    recorded = record_receipts(list(payloads.values()), clock.now())
    if recorded.strangers:
        log.note("receipts passed over", count=len(recorded.strangers))
    early = [one for one, payload in payloads.items() if any(payload is other for other in recorded.early)]
    queues.put_back("receipts", [(one.handle, again_in(one.receives)) for one in early])
    return failures(one.id for one in early)


def again_in(receives: int) -> int:
    """Seconds until a receipt that was faster than the record of its hand-off is seen again. Most records are
    a moment away; that of a worker which died comes when its job does, and the receipt has to outlast it."""
    return min(60, 5 << min(receives - 1, 4))
