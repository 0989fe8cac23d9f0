"""Work in parts: planned runs, batches, counts and dry runs."""

from __future__ import annotations

import json
from typing import Any

from chalice import Blueprint

from chalicelib import clock
from chalicelib.campaigns.audience_count import count_part
from chalicelib.campaigns.batches import run_part
from chalicelib.campaigns.planner import run_parts
from chalicelib.delivery.dry_run import dry_part
from chalicelib.functions.guard import guarded
from chalicelib.functions.sqs_batch import failures, messages

runs = Blueprint(__name__)
SPARE_MS = 20_000  # what a run keeps in hand to save where it is before the function's time is up


@runs.on_sqs_message(queue="runs", batch_size=1)
@guarded
def run(event: Any) -> dict[str, Any]:
    """Go through one part of a run, a batch, a count or a dry run, as far as time allows."""
    for message in messages(event.to_dict()):
        work = json.loads(message.body)
        _WORK.get(work.get("kind", ""), run_parts)(
            work,
            clock.now,
            lambda: event.context.get_remaining_time_in_millis() > SPARE_MS,
        )
    return failures(())


_WORK = {"batch": run_part, "count": count_part, "dry": dry_part}
