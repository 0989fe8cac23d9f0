"""Claims, and what to do when the key of a text is taken already.

row found                         meaning                                   then
token is mine                     my own claim's answer was lost            go on
held, not parked                  put back in the queue after a refusal     claim it again
held, parked                      waits for its time; somebody brings it    done
sending, lease running            another worker has it                     come back after the lease
sending, lease over               that worker died: sent, or not            in_doubt
anything else                     it has its outcome                        done
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.clock import iso, parse
from chalicelib.delivery.drafting import Draft
from chalicelib.job import Job
from chalicelib.store import conversations
from chalicelib.store.wire import Row, Statement

DOUBT_WAIT = timedelta(minutes=15)  # longer than a worker can live, so that it cannot hand off later
_CLEARED = ("due_partition", "due", "job", "reason", "error", "scope", "token", "lease_until", "claimed_at")


def claimed_row(one: Draft, lease_until: datetime, now: datetime) -> Row:
    """The draft's row with, if it goes out, the claim on it."""
    if not one.goes_out:
        return one.row
    return {**one.row, "token": one.token, "lease_until": iso(lease_until), "claimed_at": iso(now)}


def claim(one: Draft, lease_until: datetime, now: datetime) -> Statement:
    """Take the text: a new row, or for a job that comes from a parked row that row, if it is still held."""
    row = claimed_row(one, lease_until, now)
    if not one.job.parked:
        return conversations.insert(row)
    return _retake(one, row, where='"status" = ?', holding=["held"])


def _retake(one: Draft, row: Row, *, where: str, holding: Sequence[str]) -> Statement:
    values = {name: value for name, value in row.items() if name not in ("msisdn", "item")}
    gone = [name for name in _CLEARED if name not in values]
    return conversations.update(one.row, values, remove=gone, where=where, holding=holding)


def settle(drafts: Sequence[Draft], now: datetime) -> tuple[list[Draft], list[tuple[Draft, int]]]:
    """Look at the rows that are in the way. Returns those that are this worker's after all, and those
    to come back to, with the seconds until then; the others are done."""
    if not drafts:
        return [], []
    rows = conversations.rows_of([conversations.key_of(one.row) for one in drafts])
    mine: list[Draft] = []
    later: list[tuple[Draft, int]] = []
    again: list[tuple[Draft, Statement]] = []
    doubts: list[tuple[Draft, Statement]] = []
    for one in drafts:
        row = rows.get(one.key)
        status = row["status"] if row else "gone"
        lease_until = parse(row["lease_until"]) if row and "lease_until" in row else now
        if row is None:
            again.append((one, conversations.insert(claimed_row(one, now + timedelta(seconds=60), now))))
        elif row.get("token") == one.token:
            mine.append(one)
        elif status == "held" and "due_partition" not in row:
            fresh = claimed_row(one, now + timedelta(seconds=60), now)
            again.append(
                (one, _retake(one, fresh, where='"status" = ? AND "due_partition" IS MISSING', holding=["held"]))
            )
        elif status == "sending" and lease_until > now:
            # It most likely ends within the second; only a dead worker's lease is waited out.
            remaining = int((lease_until - now).total_seconds()) + 1
            later.append((one, min(remaining, 2**one.received.receives)))
        elif status == "sending":
            doubts.append((one, in_doubt(row, one.job, now, "worker_lost")))
    answers = conversations.write([statement for _, statement in again + doubts])
    for (one, _), answer in zip(again, answers, strict=False):
        if answer == "ok":
            mine.append(one)
        else:
            later.append((one, 1))
    later += [
        (one, 1) for (one, _), answer in zip(doubts, answers[len(again) :], strict=True) if answer == "retry"
    ]
    return mine, later


def in_doubt(row: Mapping[str, Any], job: Job, now: datetime, reason: str) -> Statement:
    """Record that the gateway may have the text: until a receipt shows it, or the doubt's wait is over."""
    kept = replace(job, parked=True, snapshot=None, snapshot_at="")
    return conversations.update(
        row,
        {
            "status": "in_doubt",
            "reason": reason,
            "job": kept.dumps(),
            "due_partition": conversations.lot("doubt", row["item"]),
            "due": iso(now + DOUBT_WAIT),
        },
        remove=["lease_until"],
        where='"status" = ? AND "token" = ?',
        holding=["sending", row["token"]],
    )
