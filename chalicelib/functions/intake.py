"""Events in: from the bus (and POST /events) and from files in the drop bucket."""

from __future__ import annotations

import json
from typing import Any

from chalice import Blueprint

from chalicelib import clock, queues
from chalicelib.campaigns.start import take
from chalicelib.functions.drops import take_file
from chalicelib.functions.guard import guarded
from chalicelib.functions.records import failures, messages

intake_functions = Blueprint(__name__)


@intake_functions.on_sqs_message(queue="intake", batch_size=100, maximum_batching_window_in_seconds=1)
@guarded
def intake(event: Any) -> dict[str, Any]:
    """Turn events into texts for the outbox; set aside what is wrong with the field and reason."""
    refused = take([message.body for message in messages(event.to_dict())], clock.now())
    queues.dead_letter("intake", refused)
    return failures(())


@intake_functions.on_sqs_message(queue="drops", batch_size=1)
@guarded
def drop(event: Any) -> dict[str, Any]:
    """Read a file that was put in the drop bucket and hand its lines on."""
    for message in messages(event.to_dict()):
        detail = json.loads(message.body)["detail"]
        take_file(detail["bucket"]["name"], detail["object"]["key"])
    return failures(())
