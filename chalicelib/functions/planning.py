"""The daily plan, by the clock; the synthetic event; which receipts never came, and what cannot be read."""

from __future__ import annotations

import os
from typing import Any

from chalice import Blueprint, Rate

from chalicelib import clock, log, queues
from chalicelib.campaigns.live import live
from chalicelib.campaigns.measures import overdue
from chalicelib.campaigns.planner import plan_due
from chalicelib.campaigns.synthetic import SOURCE, probe_of, synthetic_event
from chalicelib.care.current import unread
from chalicelib.functions.guard import guarded
from chalicelib.store import catalogue, results

planning = Blueprint(__name__)


@planning.schedule(Rate(15, unit=Rate.MINUTES))
@guarded
def plan(event: Any) -> dict[str, Any]:
    """Start the runs whose hour has come somewhere in the world; say which receipts never came, and what of
    all that is live cannot be read."""
    del event
    now = clock.now()
    started = plan_due(now)
    current = live(catalogue.control())
    if left_out := unread(current):
        log.measure({"LiveUnread": len(left_out)}, at=now.timestamp())
    if probe_of(os.environ) and any(refused := queues.report(SOURCE, [synthetic_event(now)])):
        log.warn("the bus refused the synthetic event", reason=refused[0])
    for one in overdue(current.campaigns.values(), now, results.some):
        log.measure(
            {"ReceiptsDue": one.due, "ReceiptsMissing": one.missing},
            campaign=one.campaign,
            lane=one.lane,
            at=now.timestamp(),
        )
    return {"started": started}
