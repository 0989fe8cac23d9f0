"""One-off campaigns: everybody in an audience, or on an uploaded list, at a set time.

    batches           2026-11-24T06:00:00.000Z#<id>     the head: campaign, time, source, status
    batch#<id>        0007                              a part: how many were read, became jobs
    list#<id>         00000003                          five hundred entries of an uploaded list

A part of all subscribers, or a piece of the list, is a message on the `runs` queue. It saves where it is
after every page and waits while its campaign is paused. A page done twice is harmless: the claim of each
text settles it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib import queues
from chalicelib.campaigns import audience
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.facts import carried_variables
from chalicelib.campaigns.live import live
from chalicelib.clock import iso, parse
from chalicelib.job import Job
from chalicelib.store import audit, catalogue, subscriber_scan, subscribers, wire
from chalicelib.store.schema.subscribers import Subscriber
from chalicelib.store.wire import Row

PARTS = 16
PAGE = 1000
PIECE = 500  # entries of a list in one row
CAUGHT_UP = timedelta(days=7)  # a batch that could not start in time is started that much later at most
PAUSED_FOR = 30  # seconds until a part of a paused campaign looks again
LONGEST_LIST = 200_000


class BadBatch(ValueError):
    """A batch cannot be planned; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A one-off send. `id` is the occasion of its texts; `source` is "audience" or a list's id."""

    id: str
    campaign: str
    at: str  # ISO in UTC
    by: str
    source: str = "audience"
    parts: int = PARTS
    status: str = "planned"  # planned | started | cancelled
    started_at: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> dict[str, str]:
        return {"name": "batches", "version": f"{self.at}#{self.id}"}


def plan(
    batch: Batch, campaign: Campaign | None, who_role: str, now: datetime, *, people: int | None = None
) -> None:
    """Set a batch for its time (a past one is started with the next minute). `campaign` is the live one;
    `people` is for the audit trail. Raises BadBatch."""
    if campaign is None:
        raise BadBatch(f"{batch.campaign} is not live: have it approved and put live first")
    if not campaign.trigger.manual:
        raise BadBatch(
            f"{batch.campaign} is started by an event or the calendar: choose one with manual: true"
        )
    missing = [
        one.name
        for one in carried_variables(campaign.trigger, campaign.sample)
        if not one.optional and one.name not in batch.facts
    ]
    if missing:
        raise BadBatch(f"the text names {', '.join(missing)}: say what it is this time")
    head = {
        **batch.key,
        "id": batch.id,
        "campaign": batch.campaign,
        "at": batch.at,
        "by": batch.by,
        "source": batch.source,
        "parts": batch.parts,
        "status": "planned",
        "facts": dict(batch.facts),
    }
    if wire.write_one(wire.insert(catalogue.TABLE, head)) != "ok":
        raise BadBatch("there is a batch of that time and id already")
    audit.record(
        by=batch.by,
        role=who_role,
        action="plan_batch",
        what=f"batch {batch.id} of campaign#{batch.campaign} v{campaign.version}",
        before=None,
        after={"at": batch.at, "source": batch.source, "people": people, "facts": dict(batch.facts)},
        at=iso(now),
    )


def cancel(batch: Batch, by: str, role: str, now: datetime) -> bool:
    """Take back a batch that has not started; False when it has."""
    done = wire.write_one(
        wire.update(
            catalogue.TABLE, batch.key, {"status": "cancelled"}, where='"status" = ?', holding=["planned"]
        )
    )
    if done == "ok":
        audit.record(
            by=by,
            role=role,
            action="cancel_batch",
            what=f"batch {batch.id} of campaign#{batch.campaign}",
            before={"status": "planned"},
            after={"status": "cancelled"},
            at=iso(now),
        )
    return done == "ok"


def batches(first: str, last: str) -> list[Batch]:
    """The batches whose time is from `first` to `last` (ISO in UTC), the latest first."""
    rows = wire.query_all(
        catalogue.TABLE,
        "name",
        "batches",
        range_name="version",
        between=(first, f"{last}$"),
        backwards=True,
        consistent=True,
    )
    return [batch_from(row) for row in rows]


def batch_from(row: Row) -> Batch:
    """From a head row."""
    return Batch(**{name: row[name] for name in Batch.__dataclass_fields__ if name in row})


def start_due(now: datetime) -> list[str]:
    """Start the batches whose time has come; returns their ids."""
    started = []
    for batch in batches(iso(now - CAUGHT_UP), iso(now)):
        if batch.status == "planned":
            start(batch, now)
            started.append(batch.id)
    return started


def start(batch: Batch, now: datetime) -> None:
    """Put a batch's parts on the queue. It is marked only after that: whoever dies in between is followed
    by somebody who sends them again."""
    parts = [
        json.dumps({"kind": "batch", "id": batch.id, "version": batch.key["version"], "part": part})
        for part in range(batch.parts)
    ]
    queues.send("runs", parts)
    wire.write_one(
        wire.update(
            catalogue.TABLE,
            batch.key,
            {"status": "started", "started_at": iso(now)},
            where='"status" = ?',
            holding=["planned"],
        )
    )


def run_part(work: Mapping[str, Any], clock: Callable[[], datetime], time_left: Callable[[], bool]) -> None:
    """Make jobs of one part, page by page from where it was left."""
    key = {"name": f"batch#{work['id']}", "version": f"{work['part']:04d}"}
    head_key = {"name": "batches", "version": work["version"]}
    saved = wire.read_one(catalogue.TABLE, key, consistent=True) or _NOTHING
    head = wire.read_one(catalogue.TABLE, head_key, consistent=True)
    if head is None or head["status"] == "cancelled" or saved["done"]:
        return
    batch = batch_from(head)
    while True:
        control = catalogue.control()
        if control.holds_back(batch.campaign):
            queues.send("runs", [json.dumps(dict(work))], delay=PAUSED_FOR)
            return
        current = live(control)
        campaign = current.campaigns.get(batch.campaign)
        if campaign is None:  # ended: nothing of it may go out any more
            wire.put(catalogue.TABLE, {**key, **saved, "done": True, "at": iso(clock())})
            return
        page = page_of(batch, work["part"], saved["cursor"])
        asked = audience.membership_of(campaign)
        now = clock()
        inside = [
            one
            for one in page.people
            if not audience.fails(asked.closed, audience.facts_of(campaign, one, current, now))
        ]
        queues.send_jobs(job_of(batch, campaign, one) for one in inside)
        saved = {
            "read": saved["read"] + len(page.people),
            "unknown": saved["unknown"] + page.unknown,
            "jobs": saved["jobs"] + len(inside),
            "cursor": page.cursor,
            "done": page.cursor is None,
        }
        wire.put(catalogue.TABLE, {**key, **saved, "at": iso(clock())})
        if page.cursor is None:
            return
        if not time_left():
            queues.send("runs", [json.dumps(dict(work))])
            return


_NOTHING: Row = {"read": 0, "unknown": 0, "jobs": 0, "cursor": None, "done": False}


def job_of(batch: Batch, campaign: Campaign, subscriber: Subscriber) -> Job:
    """The job of a batch for one subscriber."""
    return Job(
        campaign=campaign.id,
        subscriber=subscriber.subscriber_id,
        occasion=batch.id,
        step=campaign.first_step,
        lane="bulk",
        facts=dict(batch.facts),
        valid_until=iso(parse(batch.at) + campaign.valid_for),
    )


@dataclass(frozen=True, slots=True)
class PageOf:
    """Some of those whom a batch may go to; `unknown` entries of a list are nobody."""

    people: list[Subscriber]
    cursor: Row | None
    unknown: int = 0
    units: float = 0.0


def page_of(batch: Batch, part: int, cursor: Row | None, limit: int = PAGE) -> PageOf:
    """One page of one part of a batch's source."""
    if batch.source == "audience":
        read = subscriber_scan.part(part, batch.parts, cursor=cursor, limit=limit)
        return PageOf(read.people, read.cursor, units=read.units)
    key = {"name": f"list#{batch.source}", "version": f"{part:08d}"}
    row = wire.read_one(catalogue.TABLE, key, consistent=True)
    entries: Sequence[str] = row["entries"] if row else ()
    found = subscribers.get_many(one for one in entries if not one.startswith("+"))
    numbers = [one for one in entries if one.startswith("+")]
    for number in numbers:
        found |= {one.subscriber_id: one for one in subscribers.by_msisdn(number)[:1]}
    return PageOf(list(found.values()), None, max(0, len(entries) - len(found)))


def save_list(entries: Iterable[str], by: str, now: datetime, id: str) -> int:
    """Keep an uploaded list of subscriber ids and numbers (with +); how many pieces it has, which is the
    `parts` of its batch. Each entry is kept once. Raises BadBatch."""
    unique = list(dict.fromkeys(entries))
    if not unique:
        raise BadBatch("the list is empty: one subscriber id or number a line")
    if len(unique) > LONGEST_LIST:
        raise BadBatch(f"the list has {len(unique)} entries, more than {LONGEST_LIST}: cut it in two")
    pieces = [unique[start : start + PIECE] for start in range(0, len(unique), PIECE)]
    expires = int((now + timedelta(days=60)).timestamp())
    wire.put_many(
        catalogue.TABLE,
        [
            {
                "name": f"list#{id}",
                "version": f"{number:08d}",
                "entries": piece,
                "by": by,
                "at": iso(now),
                "expires": expires,
            }
            for number, piece in enumerate(pieces)
        ],
    )
    return len(pieces)


def entries_of(lines: Iterable[str]) -> Iterator[str | int]:
    """The entries of an uploaded file, one a line, first column; the number of each line (from 1) that is
    neither an id nor a number with +. A first line that names the column is passed over."""
    for number, line in enumerate(lines, start=1):
        entry = line.split(",")[0].split(";")[0].split("\t")[0].strip().strip('"').lstrip("\ufeff")
        if not entry or (number == 1 and entry.lower() in ("subscriber_id", "msisdn", "number", "id")):
            continue
        written = entry.replace(" ", "").replace("-", "") if entry.startswith("+") else entry
        if len(written) > 64 or (written.startswith("+") and not written[1:].isdigit()):
            yield number
        else:
            yield written


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is in making jobs of people."""

    parts: int
    parts_done: int
    read: int
    jobs: int
    unknown: int

    @property
    def done(self) -> bool:
        return self.parts_done >= self.parts


def progress(batch: Batch) -> Progress:
    """How far a batch is; what became of its jobs is in the campaign's results."""
    rows = list(wire.query_all(catalogue.TABLE, "name", f"batch#{batch.id}", consistent=True))
    return Progress(
        parts=batch.parts,
        parts_done=sum(row["done"] for row in rows),
        read=sum(row["read"] for row in rows),
        jobs=sum(row["jobs"] for row in rows),
        unknown=sum(row["unknown"] for row in rows),
    )
