"""A text that somebody gives up for good: recorded as failed, so that its event has an outcome."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.clock import iso
from chalicelib.job import Job
from chalicelib.store import conversations, subscribers
from chalicelib.store.conversations import RETENTION_DAYS
from chalicelib.store.wire import Row


def write_off(job: Job, now: datetime) -> bool:
    """Record the job's text as failed(dead); False when it has an outcome already, or is under way."""
    subscriber = subscribers.get(job.subscriber) if job.subscriber != "-" else None
    msisdn = job.to or (subscriber.msisdn if subscriber else "")
    key = conversations.key(msisdn or f"subscriber#{job.subscriber}", job.item)
    ended: Row = {"status": "failed", "reason": "dead", "at": iso(now)}
    fresh: Row = {
        **key,
        **ended,
        "campaign": job.campaign,
        "expires": int((now + timedelta(days=RETENTION_DAYS)).timestamp()),
    }
    if conversations.write([conversations.insert(fresh)]) == ["ok"]:
        return True
    statement = conversations.update(
        key, ended, remove=["due_partition", "due", "job"], where='"status" = ?', holding=["held"]
    )
    return conversations.write([statement]) == ["ok"]
