"""Work in parts: planned runs, batches, counts and dry runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from chalice import Blueprint

from chalicelib import clock
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
        _worker(work.get("kind", ""))(
            work,
            clock.now,
            lambda: event.context.get_remaining_time_in_millis() > SPARE_MS,
        )
    return failures(())


def _worker(kind: str) -> Callable[[Mapping[str, Any], Callable[[], datetime], Callable[[], bool]], None]:
    """What works a part off. Each kind has rooms of its own, which only its own start waits for."""
    match kind:
        case "batch":
            from chalicelib.campaigns.batches import run_part

            return run_part
        case "count":
            from chalicelib.campaigns.audience_count import count_part

            return count_part
        case "dry":
            from chalicelib.delivery.dry_run import dry_part

            return dry_part
    from chalicelib.campaigns.planner import run_parts

    return run_parts
