"""What waits and is due, every minute; and how full the queues and the inbox are."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Rate

from chalicelib import clock
from chalicelib.campaigns.batches import start_due
from chalicelib.care import reply_counters
from chalicelib.care.sweep import sweep as sweep_cases
from chalicelib.delivery import stations
from chalicelib.delivery.release import doubt_unacknowledged, end_doubts, release_held
from chalicelib.functions.guard import guarded
from chalicelib.replies.remind import remind
from chalicelib.replies.third_opinion import propose

sweeping = Blueprint(__name__)


@sweeping.schedule(Rate(1, unit=Rate.MINUTES))
@guarded
def sweep(event: Any) -> dict[str, Any]:
    """Move on what waits and is due: held texts, batches, doubts, surveys, case deadlines.
    Then look at the queues and the inbox, for the pages."""
    del event
    now = clock.now()
    doubt_unacknowledged(now)
    done = {
        "doubts": end_doubts(now),
        "held": release_held(now),
        "batches": len(start_due(now)),
        "surveys": remind(now),
        "cases": sweep_cases(now),
        "proposals": propose(now),
    }
    stations.look(now)
    reply_counters.look()
    return done
