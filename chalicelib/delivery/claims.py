"""Claims, and what to do when the key of a text is taken already.

row found                         meaning                                   then
token is mine                     my own claim's answer was lost            go on
held, not parked                  put back in the queue after a refusal     claim it again
held, parked until this job's     the sweeper has not unparked it yet       claim it again
held, parked until later          another worker put it off meanwhile       done
sending, lease running            another worker has it                     come back after the lease
sending, lease over               that worker died: sent, or not            in_doubt
anything else                     it has its outcome                        done
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.clock import iso, parse
from chalicelib.delivery.drafting import Draft
from chalicelib.delivery.outcomes import DOUBT_WAIT
from chalicelib.job import Job
from chalicelib.store import conversations
from chalicelib.store.conversations import Statement
from chalicelib.store.schema.base import Condition, replace
from chalicelib.store.schema.conversations import Text, due_partition

_CLEARED = (
    Text.due_partition,
    Text.due,
    Text.job,
    Text.reason,
    Text.error,
    Text.scope,
    Text.token,
    Text.lease_until,
    Text.claimed_at,
    Text.said,  # of what is held it holds nothing that stops the next try
)
_HELD = Text.status.equals("held")
_WAITS_FOR_NOTHING = _HELD & Text.due_partition.missing()


def claimed(one: Draft, lease_until: datetime, now: datetime) -> Text:
    """The draft's text with, if it goes out, the claim on it."""
    if not one.goes_out:
        return one.text
    return replace(one.text, token=one.token, lease_until=iso(lease_until), claimed_at=iso(now))


def claim(one: Draft, lease_until: datetime, now: datetime) -> Statement:
    """Take the text: a new item, or for a job that comes from a parked one that item, if it is still held and
    waits for nothing."""
    text = claimed(one, lease_until, now)
    return _retake(text, _WAITS_FOR_NOTHING) if one.job.parked else conversations.insert(text)


def _retake(text: Text, where: Condition) -> Statement:
    return conversations.overwrite(text, clear=_CLEARED, where=where)


def settle(drafts: Sequence[Draft], now: datetime) -> tuple[list[Draft], list[tuple[Draft, int]]]:
    """Look at the rows that are in the way. Returns those that are this worker's after all, and those
    to come back to, with the seconds until then; the others are done."""
    if not drafts:
        return [], []
    known = conversations.find(Text, [one.key for one in drafts])
    mine: list[Draft] = []
    later: list[tuple[Draft, int]] = []
    again: list[tuple[Draft, Statement]] = []
    doubts: list[tuple[Draft, Statement]] = []
    for one in drafts:
        text = known.get(one.key)
        status = text.status if text else "gone"
        lease_until = parse(text.lease_until) if text and text.lease_until else now
        fresh = claimed(one, now + timedelta(seconds=60), now)
        if text is None:
            again.append((one, conversations.insert(fresh)))
        elif text.token == one.token and one.token:
            mine.append(one)
        elif status == "held" and not text.due_partition:
            again.append((one, _retake(fresh, _WAITS_FOR_NOTHING)))
        elif status == "held" and one.job.due and text.due == one.job.due:
            again.append((one, _retake(fresh, _HELD & Text.due.equals(text.due))))
        elif status == "sending" and lease_until > now:
            # It most likely ends within the second; only a dead worker's lease is waited out.
            remaining = int((lease_until - now).total_seconds()) + 1
            later.append((one, min(remaining, 2**one.received.receives)))
        elif status == "sending":
            doubts.append((one, in_doubt(text, one.job, now, "worker_lost")))
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


def in_doubt(text: Text, job: Job, now: datetime, reason: str) -> Statement:
    """Record that the gateway may have the text: until a receipt shows it, or the doubt's wait is over."""
    kept = dataclasses.replace(job, parked=True, snapshot=None, snapshot_at="")
    return conversations.update(
        text.key,
        Text.status.to("in_doubt"),
        Text.reason.to(reason),
        Text.job.to(kept.dumps()),
        Text.due_partition.to(due_partition("doubt", text.item)),
        Text.due.to(iso(now + DOUBT_WAIT)),
        remove=(Text.lease_until,),
        where=Text.status.equals("sending") & Text.token.equals(text.token),
    )
