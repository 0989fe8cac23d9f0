"""A text that somebody gives up for good: recorded as failed, so that its event has an outcome."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.campaigns.live import Live
from chalicelib.clock import iso
from chalicelib.job import Job
from chalicelib.store import conversations, subscribers
from chalicelib.store.conversations import RETENTION_DAYS
from chalicelib.store.schema.conversations import Text


def fail_dead_letter(job: Job, current: Live, now: datetime) -> bool:
    """Record the job's text as failed(dead); False when it has an outcome already, or is under way.

    It counts under the version that is live now, as it would have if it had been drafted now.
    """
    subscriber = subscribers.get(job.subscriber) if job.subscriber != "-" else None
    campaign = current.campaigns.get(job.campaign)
    msisdn = job.to or (subscriber.msisdn if subscriber else "")
    dead = Text(
        msisdn=msisdn or f"subscriber#{job.subscriber}",
        item=job.item,
        status="failed",
        reason="dead",
        campaign=job.campaign,
        version=campaign.version if campaign else 0,
        lane=job.lane,
        category=job.category or (campaign.category if campaign else ""),
        brand=job.brand or (subscriber.brand if subscriber else ""),
        region=subscriber.region if subscriber else "",
        tier=subscriber.tier if subscriber else "",
        dimensions=current.vocabulary.dimensions_of(subscriber.own_fields) if subscriber else {},
        valid_until=job.valid_until,
        at=iso(now),
        expires=int((now + timedelta(days=RETENTION_DAYS)).timestamp()),
    )
    if conversations.write([conversations.insert(dead)]) == ["ok"]:
        return True
    statement = conversations.update(
        dead.key,
        Text.status.to(dead.status),
        Text.reason.to(dead.reason),
        Text.at.to(dead.at),
        remove=(Text.due_partition, Text.due, Text.job),
        where=Text.status.equals("held"),
    )
    return conversations.write([statement]) == ["ok"]
