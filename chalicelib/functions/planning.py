"""What happens by the clock: the daily plan, work in parts, and what is due."""

from __future__ import annotations

import json
from typing import Any

from chalice import Blueprint, Rate

from chalicelib import clock, log
from chalicelib.campaigns.batches import run_part, start_due
from chalicelib.campaigns.counts import count_part
from chalicelib.campaigns.live import live
from chalicelib.campaigns.measures import overdue
from chalicelib.campaigns.planner import plan_due, run_shard
from chalicelib.delivery.dry_run import dry_part
from chalicelib.delivery.release import end_doubts, release_held
from chalicelib.functions.guard import guarded
from chalicelib.functions.records import failures, messages
from chalicelib.replies.remind import remind
from chalicelib.store import catalogue, figures

planning = Blueprint(__name__)
SPARE_MS = 20_000  # what a run keeps in hand to save where it is before the function's time is up


@planning.schedule(Rate(15, unit=Rate.MINUTES))
@guarded
def plan(event: Any) -> dict[str, Any]:
    """Start the runs whose hour has come somewhere in the world; say which receipts never came."""
    del event
    now = clock.now()
    started = plan_due(now)
    for one in overdue(live(catalogue.control()).campaigns.values(), now, figures.some):
        log.measure(
            {"ReceiptsDue": one.due, "ReceiptsMissing": one.missing},
            campaign=one.campaign,
            lane=one.lane,
            at=now.timestamp(),
        )
    return {"started": started}


@planning.on_sqs_message(queue="runs", batch_size=1)
@guarded
def run(event: Any) -> dict[str, Any]:
    """Go through one part of a run, a batch, a count or a dry run, as far as time allows."""
    for message in messages(event.to_dict()):
        work = json.loads(message.body)
        _WORK.get(work.get("kind", ""), run_shard)(
            work,
            clock.now,
            lambda: event.context.get_remaining_time_in_millis() > SPARE_MS,
        )
    return failures(())


_WORK = {"batch": run_part, "count": count_part, "dry": dry_part}


@planning.schedule(Rate(1, unit=Rate.MINUTES))
@guarded
def sweep(event: Any) -> dict[str, Any]:
    """Move on what waits and is due: held texts, batches, doubts, surveys, case deadlines."""
    from chalicelib.care.sweep import sweep as sweep_cases  # no other function pays for importing it

    del event
    now = clock.now()
    return {
        "doubts": end_doubts(now),
        "held": release_held(now),
        "batches": len(start_due(now)),
        "surveys": remind(now),
        "cases": sweep_cases(now),
    }
