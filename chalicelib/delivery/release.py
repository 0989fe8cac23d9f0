"""What waits and is due: held texts go back to the outbox, what the network did not acknowledge becomes a
doubt, doubts come to their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from chalicelib import queues
from chalicelib.campaigns.live import Live, live
from chalicelib.clock import iso
from chalicelib.delivery.acknowledgements import in_doubt
from chalicelib.delivery.hand_offs import CLOSED
from chalicelib.delivery.hear import LAST, look_and_write, settled, unchanged
from chalicelib.job import Job
from chalicelib.store import catalogue, conversations, relationship
from chalicelib.store.conversations import Statement
from chalicelib.store.queries import Cursor
from chalicelib.store.relationship import Parked
from chalicelib.store.schema.base import Condition, Key
from chalicelib.store.schema.conversations import Text, due_partition, due_partitions

PAGE = 200  # parked rows handled at a time: sent on first, then taken out of the index
RESENDS = 1  # how often a doubt may be ended by sending again
EVERYWHERE = 59  # the minute in which parked texts are looked for in every campaign


def release_held(now: datetime) -> int:
    """Put back what was parked until a moment that has come, or for a pause that is over; how many.

    Only campaigns that were ever paused can have texts parked for a pause. The record may not know of one: it
    is of an earlier release or of a backup. So once an hour all are looked through.
    """
    control = catalogue.control()
    going = [
        name
        for name in live(control).campaigns
        if not control.holds_back(name) and (control.may_have_parked(name) or now.minute == EVERYWHERE)
    ]
    kinds = ["time", *(f"paused#{campaign}" for campaign in going)]
    count = 0
    for waiting in _due(kinds, now):
        queues.send_jobs(replace(Job.loads(one.job), due=one.due) for one in waiting)
        # Only now: whoever dies in between leaves them in the index, and a repeated job changes nothing.
        conversations.write([_unparked(one) for one in waiting])
        count += len(waiting)
    return count


def _unparked(one: Parked) -> Statement:
    still_there = Text.due_partition.equals(one.due_partition) & Text.due.equals(one.due)
    return conversations.update(
        one.key, remove=(Text.due_partition, Text.due), where=Text.status.equals("held") & still_there
    )


def doubt_unacknowledged(now: datetime) -> int:
    """Make doubts of what a gateway has queued and the network has not acknowledged in time; how many."""
    count = 0
    for waiting in _due(["handed"], now):
        still = Text.status.equals("handed_over")
        conversations.write(
            [in_doubt(one.key, still & _the_same(one), "no_acknowledgement", now) for one in waiting]
        )
        count += len(waiting)
    return count


def end_doubts(now: datetime) -> int:
    """End the doubts that no receipt ended in time, as each campaign says; how many. Those of a campaign that
    cannot be read wait until it says something again."""
    current = live(catalogue.control())
    count = 0
    for waiting in _due(["doubt"], now):
        jobs = {one.key: Job.loads(one.job) for one in waiting}
        ending = [one for one in waiting if not current.is_unread(jobs[one.key].campaign)]
        silent = {
            one.key: Text.status.equals("in_doubt") & _the_same(one) & Text.said.missing() for one in ending
        }
        answers = conversations.write(
            [_ended(one, jobs[one], where, current, now) for one, where in silent.items()]
        )
        dues = {
            one.key: one.due for one, answer in zip(ending, answers, strict=True) if answer == "condition"
        }
        look_and_write(dues, partial(_over, jobs=jobs, dues=dues, current=current, now=now))
        count += len(waiting)
    return count


def _over(
    text: Text, jobs: Mapping[Key, Job], dues: Mapping[Key, str], current: Live, now: datetime
) -> Statement | None:
    """The write that ends a doubt of which something is known. An earlier hand-off that the network has, or
    had, stands in for the one that it never spoke of."""
    if text.status != "in_doubt" or text.due != dues[text.key]:
        return None
    closed = settled(text, [(LAST, CLOSED)], now)
    return closed or _ended(text.key, jobs[text.key], unchanged(text), current, now)


def _ended(key: Key, job: Job, where: Condition, current: Live, now: datetime) -> Statement:
    """The write that sends a text in doubt again, or gives it up, as its campaign says."""
    campaign = current.campaigns.get(job.campaign)
    again = campaign is not None and campaign.when_in_doubt == "resend" and job.resends < RESENDS
    if not again:
        return conversations.update(
            key,
            Text.status.to("failed"),
            Text.reason.to("dropped"),
            remove=(Text.due_partition, Text.due, Text.job),
            where=where,
        )
    return conversations.update(
        key,
        Text.status.to("held"),
        Text.reason.to("resend"),
        Text.resends.to(job.resends + 1),
        Text.job.to(replace(job, resends=job.resends + 1).dumps()),
        Text.due_partition.to(due_partition("time", key.range)),
        Text.due.to(iso(now)),
        where=where,
    )


def _the_same(one: Parked) -> Condition:
    """True of a text that still waits for what it waited for when it was looked at: whoever stood still since
    then ends no other hand-off's doubt."""
    return Text.due.equals(one.due)


def _due(kinds: Iterable[str], now: datetime) -> Iterator[list[Parked]]:
    """What is due of these kinds of waiting, a page at a time, each page as it is at that moment."""
    for kind in kinds:
        for partition in due_partitions(kind):
            cursor: Cursor | None = None
            while True:
                waiting, cursor = relationship.due(partition, iso(now), limit=PAGE, cursor=cursor)
                if waiting:
                    yield waiting
                if cursor is None:
                    break
