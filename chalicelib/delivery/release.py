"""What waits and is due: held texts go back to the outbox, doubts come to their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from chalicelib import queues
from chalicelib.campaigns.live import Live, live
from chalicelib.clock import iso
from chalicelib.job import Job
from chalicelib.store import catalogue, conversations
from chalicelib.store.wire import Row, Statement

PAGE = 200  # parked rows handled at a time: sent on first, then taken out of the index
RESENDS = 1  # how often a doubt may be ended by sending again


def release_held(now: datetime) -> int:
    """Put back what was parked until a moment that has come, or for a pause that is over; how many."""
    control = catalogue.control()
    going = [name for name in live(control).campaigns if not control.holds_back(name)]
    kinds = ["time", *(f"paused#{campaign}" for campaign in going)]
    count = 0
    for rows in _due(kinds, now):
        queues.send_jobs(Job.loads(row["job"]) for row in rows)
        # Only now: whoever dies in between leaves them in the index, and a repeated job changes nothing.
        conversations.write([_unparked(row) for row in rows])
        count += len(rows)
    return count


def _unparked(row: Row) -> Statement:
    return conversations.update(
        row,
        {},
        remove=["due_partition", "due"],
        where='"status" = ? AND "due_partition" = ? AND "due" = ?',
        holding=["held", row["due_partition"], row["due"]],
    )


def end_doubts(now: datetime) -> int:
    """End the doubts that no receipt ended in time, as each campaign says; how many."""
    current = live(catalogue.control())
    count = 0
    for rows in _due(["doubt"], now):
        conversations.write([_ended(row, current, now) for row in rows])
        count += len(rows)
    return count


def _ended(row: Row, current: Live, now: datetime) -> Statement:
    job = Job.loads(row["job"])
    campaign = current.campaigns.get(job.campaign)
    again = campaign is not None and campaign.when_in_doubt == "resend" and job.resends < RESENDS
    if not again:
        return conversations.update(
            row,
            {"status": "failed", "reason": "dropped"},
            remove=["due_partition", "due", "job"],
            where='"status" = ?',
            holding=["in_doubt"],
        )
    values = {
        "status": "held",
        "reason": "resend",
        "resends": job.resends + 1,
        "job": replace(job, resends=job.resends + 1).dumps(),
        "due_partition": conversations.lot("time", row["item"]),
        "due": iso(now),
    }
    return conversations.update(row, values, remove=["token"], where='"status" = ?', holding=["in_doubt"])


def _due(kinds: Iterable[str], now: datetime) -> Iterator[list[Row]]:
    """Due rows of these kinds of waiting, a page at a time, each page as it is at that moment."""
    for kind in kinds:
        for lot in conversations.lots(kind):
            cursor: Row | None = None
            while True:
                page = conversations.due(lot, iso(now), limit=PAGE, cursor=cursor)
                if page.rows:
                    yield page.rows
                cursor = page.cursor
                if cursor is None:
                    break
