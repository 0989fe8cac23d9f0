"""Events in: from the bus, POST /events and files, through one queue."""

from __future__ import annotations

import os
from typing import Any

from chalice import Blueprint

from chalicelib import clock, queues
from chalicelib.campaigns.start import take
from chalicelib.campaigns.synthetic import probe_of
from chalicelib.functions.guard import guarded
from chalicelib.functions.sqs_batch import failures, messages

events_in = Blueprint(__name__)


@events_in.on_sqs_message(queue="intake", batch_size=100, maximum_batching_window_in_seconds=1)
@guarded
def intake(event: Any) -> dict[str, Any]:
    """Turn events into texts for the outbox; set aside what is wrong with the field and reason."""
    bodies = [message.body for message in messages(event.to_dict())]
    refused = take(bodies, clock.now(), probe_of(os.environ))
    queues.dead_letter("intake", refused)
    return failures(())
