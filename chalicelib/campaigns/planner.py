"""The daily planner: who has a birthday, whose plan ends, for whom a day in an attribute comes, whose turn it
is; and everybody in a region.

A *run* is one campaign in one zone on one local day (or one event's region). It reads some partitions
of an index; the first page of each comes with one message on the `runs` queue, and a partition that has
more goes on in a message of its own, so that a small run is one message and a large one is worked off
side by side. Each saves where it is after every page and goes on where it stopped. Only matching index
entries are read; whose turn it is is read from the table, cut by the hash of the id into as many parts as the
turn has days. Doing a page twice is harmless: the claim of each text settles it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib import parts, queues
from chalicelib.campaigns.calendar import birthday_keys
from chalicelib.campaigns.campaign import EVERY, ON_A_DAY, Campaign
from chalicelib.campaigns.live import Live, live
from chalicelib.clock import iso
from chalicelib.store import catalogue, subscribers
from chalicelib.store import part_rows as stored
from chalicelib.store.queries import Cursor
from chalicelib.store.schema.base import Key, replace
from chalicelib.store.schema.catalogue import RunHead, RunShard, run_key
from chalicelib.store.schema.subscribers import DAY_INDEXES, SHARDS, Subscriber, partitions

UNREAD_FOR = 15 * 60  # seconds after which a run of a campaign that cannot be read is looked at again
PAGE = 2000  # index entries a page; a read is rounded up to 4 kB, which a page of 120 kB hardly feels


@dataclass(frozen=True, slots=True)
class Run:
    """One campaign for everybody who matches: which index partitions to read, and what to say of it."""

    campaign: str
    name: str  # zone, or the event that asked for it
    day: str  # YYYY-MM-DD, local
    valid_until: str
    reads: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)  # {index, prefix, region, facts}

    @property
    def id(self) -> str:
        return f"{self.campaign}/{self.name}/{self.day}"

    @property
    def key(self) -> Key:
        """Where its head is."""
        return run_key(self.day, self.campaign, self.name)


def plan_due(now: datetime) -> list[str]:
    """Start every run whose hour has come and that was not started yet; returns their ids."""
    current = live(catalogue.control())
    runs = list(due_runs(current, subscribers.zones(), now))
    heads = [head for day in {run.day for run in runs} for head in stored.runs_of(day, consistent=False)]
    begun = {head.run for head in heads if head.status != "planned"}
    return [run.id for run in runs if run.id not in begun and start(run, now)]


def due_runs(current: Live, zones: Mapping[str, Collection[str]], now: datetime) -> Iterator[Run]:
    """The daily runs that should have begun by `now`, the most important campaign first. `zones` says
    which calendars each zone's birthdays are kept in.

    A run's hour is the campaign's `at` in that zone; until the end of that local day a missed one
    is caught up with.
    """
    for campaign in current.by_priority():
        if not campaign.trigger.daily:
            continue
        for zone, calendars in zones.items():
            local = now.astimezone(ZoneInfo(zone))
            if local.time() >= campaign.trigger.at:
                yield daily_run(campaign, zone, local.date(), calendars)


def daily_run(
    campaign: Campaign, zone: str, day: date, calendars: Collection[str] = subscribers.CALENDARS
) -> Run:
    """The run of a daily campaign for one zone and local day; birthdays of some calendars only."""
    zone_info = ZoneInfo(zone)
    begins = datetime.combine(day, campaign.trigger.at, zone_info)
    midnight = datetime.combine(day + timedelta(days=1), time(0), zone_info)
    reads: list[Mapping[str, Any]] = []
    if campaign.trigger.daily == "birthday":
        for found in birthday_keys(day):
            if found.calendar not in calendars:
                continue
            lunar = "L-" if found.calendar == "lunar" else ""
            reads.append(
                {
                    "index": "by_birthday",
                    "prefix": f"{lunar}{found.month_day}#{zone}",
                    "facts": {"calendar": found.calendar, "year": found.year},
                }
            )
    elif campaign.trigger.daily == ON_A_DAY:
        for days in campaign.trigger.days_before:
            named = (day + timedelta(days=days)).isoformat()
            reads += [
                {
                    "index": index,
                    "prefix": f"{campaign.trigger.on}#{named}#{zone}",
                    "facts": {"day": named, "days_before": days},
                }
                for index in DAY_INDEXES
            ]
    elif campaign.trigger.daily == EVERY:
        every = campaign.trigger.every
        turn = f"{day.toordinal() % every}/{every}#{zone}"
        reads.append({"index": EVERY, "prefix": turn, "facts": {"day": day.isoformat()}})
    else:
        for days in campaign.trigger.days_before:
            ends_on = (day + timedelta(days=days)).isoformat()
            reads.append(
                {
                    "index": "by_plan_end",
                    "prefix": f"{ends_on}#{zone}",
                    "facts": {"ends_on": ends_on, "days_before": days},
                }
            )
    until = iso(min(begins + campaign.valid_for, midnight))
    return Run(campaign.id, zone, day.isoformat(), until, tuple(reads))


def region_run(
    campaign: Campaign, event_id: str, region: str, facts: Mapping[str, Any], valid_until: str, day: str
) -> Run:
    """The run that tells everybody in `region` ("province", "province/city", "province/city/county")
    about an event."""
    province = region.split("/")[0]
    city = region if "/" in region else ""
    read = {"index": "by_region", "prefix": province, "region": city, "facts": dict(facts)}
    return Run(campaign.id, event_id, day, valid_until, (read,))


def anybody_in(run: Run) -> bool:
    """Whether a run over a region would find anybody: each partition is asked, until one has somebody."""
    for read in run.reads:
        for partition in partitions(read["prefix"]):
            cursor = None
            while True:
                found, cursor = subscribers.matching(
                    read["index"], partition, region=read["region"], cursor=cursor, limit=20
                )
                if found:
                    return True
                if cursor is None:
                    break
    return False


def start(run: Run, now: datetime) -> bool:
    """Put a run on the queue, once; False when it was started before.

    The head row is marked `started` only after the message is out: whoever died in between is
    followed by somebody who sends it again.
    """
    wanted = [
        {
            "index": read["index"],
            "partition": partition,
            "region": read.get("region", ""),
            "facts": read["facts"],
        }
        for read in run.reads
        for partition in partitions(read["prefix"])
    ]
    key = run.key
    head = RunHead(
        name=key.hash, version=key.range, run=run.id, status="planned", shards=len(wanted), at=iso(now)
    )
    if not stored.begin(head):
        known = stored.head_of(RunHead, key)
        if known is None or known.status != "planned":
            return False
    if wanted:
        work = {"run": run.id, "campaign": run.campaign, "valid_until": run.valid_until}
        parts.ask([{**work, "parts": wanted}])
    stored.run_started(key)
    return True


def forget(run: Run) -> None:
    """Let a run be started anew, from the beginning."""
    stored.forget_run(run.key, run.id)


def run_parts(work: Mapping[str, Any], clock: Callable[[], datetime], time_left: Callable[[], bool]) -> None:
    """Read the index partitions of a run that a message names into the outbox, from where each was left.

    A campaign that is no longer live ends its runs; one that cannot be read keeps them waiting, as long as a
    text of theirs would be worth sending.
    """
    # Not read strongly: a page that is not seen yet to be done is done twice.
    saved = {one.version: one for one in stored.of(RunShard, work["run"], consistent=False)}
    current = live(catalogue.control())
    campaign, unread = current.campaigns.get(work["campaign"]), current.is_unread(work["campaign"])
    wanted = {_shard(one): one for one in work["parts"]}
    name = f"{RunShard.hash_under}{work['run']}"

    def page(shard: RunShard) -> RunShard | parts.Later:
        if unread and iso(clock()) < work["valid_until"]:
            return parts.Later(UNREAD_FOR)
        if campaign is None:
            return replace(shard, done=True)
        return _page(campaign, wanted[shard.version], work["valid_until"], shard)

    parts.work_off(
        [saved.get(one) or RunShard(name=name, version=one) for one in wanted],
        page,
        lambda left, delay: parts.ask([{**work, "parts": [wanted[one.version] for one in left]}], delay),
        clock,
        time_left,
    )


def _shard(part: Mapping[str, Any]) -> str:
    """What a partition is called among the parts of its run: two indexes may have one of a name."""
    index, partition = part["index"], part["partition"]
    return f"{index}#{partition}" if index in DAY_INDEXES else str(partition)


def _page(campaign: Campaign, wanted: Mapping[str, Any], valid_until: str, shard: RunShard) -> RunShard:
    """Put the next page of an index partition in the outbox."""
    from chalicelib.campaigns.matching import job_for_match  # with Jinja2: not for whoever only plans

    if wanted["index"] == EVERY:
        ids, more = _turn(wanted["partition"], shard.cursor)
    else:
        ids, more = subscribers.matching(
            wanted["index"], wanted["partition"], region=wanted["region"], cursor=shard.cursor, limit=PAGE
        )
    queues.send_jobs(job_for_match(campaign, one, wanted["facts"], valid_until) for one in ids)
    return replace(shard, jobs=shard.jobs + len(ids), cursor=more, done=more is None)


def _turn(partition: str, cursor: Cursor | None) -> tuple[list[str], Cursor | None]:
    """A page of those in one zone whose turn it is: `turn/days#zone#shard`."""
    from chalicelib.intake.zones import zone_of
    from chalicelib.store import subscriber_scan

    share, zone, number = partition.split("#")
    turn, every = map(int, share.split("/"))
    page = subscriber_scan.part(
        turn * SHARDS + int(number),
        every * SHARDS,
        cursor=cursor,
        limit=PAGE,
        fields=(Subscriber.msisdn.name, Subscriber.time_zone.name),
    )
    return [one.subscriber_id for one in page.people if zone_of(one) == zone], page.cursor


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is."""

    run: str
    status: str
    shards: int
    shards_done: int
    jobs: int


def progress(day: str) -> list[RunProgress]:
    """Every run of a local day (YYYY-MM-DD) with how far it is."""
    found = []
    for head in stored.runs_of(day):
        shards = stored.of(RunShard, head.run)
        done = sum(one.done for one in shards)
        status = "done" if done >= head.shards else head.status
        found.append(RunProgress(head.run, status, head.shards, done, sum(one.jobs for one in shards)))
    return found
