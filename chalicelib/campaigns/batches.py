"""One-off sends: everybody in an audience, or on an uploaded list, at a set time.

A part of all subscribers, or a piece of the list, is worked off as `chalicelib.parts` says. A page done twice
is harmless: the claim of each text settles it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib import parts, queues
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.facts import carried_variables
from chalicelib.campaigns.live import Live, live
from chalicelib.clock import iso, parse
from chalicelib.job import Job
from chalicelib.parts import Later
from chalicelib.problems import BadValue
from chalicelib.store import access, audit, catalogue, subscriber_scan, subscribers
from chalicelib.store import part_rows as stored
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.catalogue import (
    BATCHES,
    CATALOGUE,
    Batch,
    BatchPart,
    ListPiece,
    batch_version,
    list_key,
    part_key,
)
from chalicelib.store.schema.subscribers import Subscriber

AUDIENCE = "audience"  # the source of a send to all in its campaign's audience
PARTS = 16
PAGE = 1000
PIECE = 500  # entries of a list in one row
CAUGHT_UP = timedelta(days=7)  # a batch that could not start in time is started that much later at most
PAUSED_FOR = 30  # seconds until a part of a paused campaign looks again
LONGEST_LIST = 200_000


class BadBatch(BadValue):
    """A batch cannot be planned; `problem` says why and what to do."""


def new_batch(
    id: str,
    campaign: str,
    at: str,
    by: str,
    *,
    source: str = AUDIENCE,
    parts: int = PARTS,
    facts: Mapping[str, Any] | None = None,
) -> Batch:
    """A one-off send that is not planned yet. `id` is the occasion of its texts, `at` its time (ISO in UTC),
    `source` whom it goes to: its campaign's audience, or the id of a list, which has as many `parts`."""
    return Batch(
        version=batch_version(at, id),
        id=id,
        campaign=campaign,
        at=at,
        by=by,
        source=source,
        parts=parts,
        facts=dict(facts or {}),
    )


def moved(batch: Batch, at: str) -> Batch:
    """The same send at another time (ISO in UTC)."""
    return replace(batch, at=at, version=batch_version(at, batch.id))


def plan(
    batch: Batch, campaign: Campaign | None, who_role: str, now: datetime, *, people: int | None = None
) -> None:
    """Set a batch for its time (a past one is started with the next minute). `campaign` is the live one;
    `people` is for the audit trail. Raises BadBatch."""
    if campaign is None:
        raise BadBatch(Code.BATCH_NOT_LIVE, campaign=batch.campaign)
    if not campaign.trigger.manual:
        raise BadBatch(Code.BATCH_NOT_MANUAL, campaign=batch.campaign)
    missing = [
        one.name for one in carried_variables(campaign) if not one.optional and one.name not in batch.facts
    ]
    if missing:
        raise BadBatch(Code.BATCH_LACKS_FACTS, names=missing)
    if not stored.begin(batch):
        raise BadBatch(Code.BATCH_IS_THERE)
    audit.record(
        by=batch.by,
        role=who_role,
        action="ask_batch" if batch.status == "asked" else "plan_batch",
        what=f"batch {batch.id} of campaign#{batch.campaign} v{campaign.version}",
        before=None,
        after={"at": batch.at, "source": batch.source, "people": people, "facts": dict(batch.facts)},
        at=iso(now),
    )


def approve(batch: Batch, by: str, role: str, now: datetime) -> str:
    """Approve a send that waits for a second person: `by` is not who planned it, under whatever name. What
    it came to: "approved", "own" or "moved_on"."""
    if by in access.names_of(batch.by):
        return "own"
    if not stored.approve(batch, by, iso(now)):
        return "moved_on"
    audit.record(
        by=by,
        role=role,
        action="approve_batch",
        what=f"batch {batch.id} of campaign#{batch.campaign}",
        before={"status": batch.status, "by": batch.by},
        after={"at": batch.at, "people": batch.people, "facts": dict(batch.facts)},
        at=iso(now),
    )
    return "approved"


def cancel(batch: Batch, by: str, role: str, now: datetime) -> bool:
    """Take back a batch that has not started; False when it has."""
    done = stored.cancel(batch)
    if done:
        audit.record(
            by=by,
            role=role,
            action="cancel_batch",
            what=f"batch {batch.id} of campaign#{batch.campaign}",
            before={"status": batch.status},
            after={"status": "cancelled"},
            at=iso(now),
        )
    return done


def batches(first: str, last: str) -> list[Batch]:
    """The batches whose time is from `first` to `last` (ISO in UTC), the latest first."""
    return stored.batches(first, last)


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
    work = {"kind": "batch", "id": batch.id, "version": batch.version}
    parts.ask({**work, "part": part} for part in range(batch.parts))
    stored.batch_started(batch, iso(now))


def run_part(work: Mapping[str, Any], clock: Callable[[], datetime], time_left: Callable[[], bool]) -> None:
    """Make jobs of one part, page by page from where it was left. It waits while its campaign is paused
    or cannot be read, and ends when its campaign does."""
    at, key = CATALOGUE.key(BATCHES, work["version"]), part_key(BatchPart, work["id"], work["part"])
    batch, saved, _ = stored.look(Batch, at, BatchPart, key)
    if batch is None or batch.status == "cancelled":
        return

    def page(part: BatchPart) -> BatchPart | Later:
        control = catalogue.control()
        if control.holds_back(batch.campaign):
            return Later(PAUSED_FOR)
        current = live(control)
        if current.is_unread(batch.campaign):
            return Later(PAUSED_FOR)
        campaign = current.campaigns.get(batch.campaign)
        if campaign is None:
            return replace(part, done=True)
        return _page(batch, work["part"], part, campaign, current, clock())

    parts.work_off([saved], page, lambda _, delay: parts.ask([work], delay), clock, time_left)


def _page(
    batch: Batch, number: int, part: BatchPart, campaign: Campaign, current: Live, now: datetime
) -> BatchPart:
    """Put the next page of a part in the outbox."""
    from chalicelib.campaigns import audience  # conditions, with Jinja2: not for whoever only starts a batch

    page = page_of(batch, number, part.cursor)
    asked = audience.membership_of(campaign)
    inside = [
        one
        for one in page.people
        if not audience.fails(asked.closed, audience.facts_of(campaign, one, current, now))
    ]
    queues.send_jobs(job_of(batch, campaign, one) for one in inside)
    return replace(
        part,
        read=part.read + len(page.people),
        unknown=part.unknown + page.unknown,
        jobs=part.jobs + len(inside),
        cursor=page.cursor,
        done=page.cursor is None,
    )


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
    cursor: dict[str, Any] | None
    unknown: int = 0
    units: float = 0.0


def page_of(batch: Batch, part: int, cursor: dict[str, Any] | None, limit: int = PAGE) -> PageOf:
    """One page of one part of a batch's source."""
    if batch.source == AUDIENCE:
        read = subscriber_scan.part(part, batch.parts, cursor=cursor, limit=limit)
        return PageOf(read.people, read.cursor, units=read.units)
    entries = stored.entries(batch.source, part)
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
        raise BadBatch(Code.LIST_EMPTY)
    if len(unique) > LONGEST_LIST:
        raise BadBatch(Code.LIST_TOO_LONG, n=len(unique), most=LONGEST_LIST)
    pieces = [
        ListPiece(
            name=key.hash,
            version=key.range,
            entries=tuple(unique[number * PIECE : (number + 1) * PIECE]),
            by=by,
            at=iso(now),
            expires=int((now + timedelta(days=60)).timestamp()),
        )
        for number in range(-(-len(unique) // PIECE))
        for key in [list_key(id, number)]
    ]
    stored.save_list(pieces)
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
class BatchProgress:
    """How far a batch is in making jobs of people."""

    parts: int
    parts_done: int
    read: int
    jobs: int
    unknown: int

    @property
    def done(self) -> bool:
        return self.parts_done >= self.parts


def progress(batch: Batch) -> BatchProgress:
    """How far a batch is; what became of its jobs is in the campaign's results."""
    begun = stored.of(BatchPart, batch.id)
    return BatchProgress(
        parts=batch.parts,
        parts_done=sum(one.done for one in begun),
        read=sum(one.read for one in begun),
        jobs=sum(one.jobs for one in begun),
        unknown=sum(one.unknown for one in begun),
    )
