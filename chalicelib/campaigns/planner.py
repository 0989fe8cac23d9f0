"""The daily planner: who has a birthday, whose plan ends; and everybody in a region.

A *run* is one campaign in one zone on one local day (or one event's region). It is cut into the
shards of the index it reads; each shard is a message on the `runs` queue that saves where it is
after every page, so a run goes on where it stopped. Only matching index entries are read. Doing a
page twice is harmless: the claim of each text settles it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib import queues
from chalicelib.campaigns.calendar import birthday_keys
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.live import Live, live
from chalicelib.campaigns.matching import job_for_match
from chalicelib.clock import iso
from chalicelib.store import catalogue, subscribers, wire

PAGE = 1000  # index entries a page; about 100 kB


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


def plan_due(now: datetime) -> list[str]:
    """Start every run whose hour has come and that was not started yet; returns their ids."""
    current = live(catalogue.control())
    return [run.id for run in due_runs(current, subscribers.zones(), now) if start(run, now)]


def due_runs(current: Live, zones: list[str], now: datetime) -> Iterator[Run]:
    """The daily runs that should have begun by `now`, the most important campaign first.

    A run's hour is the campaign's `at` in that zone; until the end of that local day a missed one
    is caught up with.
    """
    for campaign in current.by_priority():
        if not campaign.trigger.daily:
            continue
        for zone in zones:
            local = now.astimezone(ZoneInfo(zone))
            if local.time() >= campaign.trigger.at:
                yield daily_run(campaign, zone, local.date())


def daily_run(campaign: Campaign, zone: str, day: date) -> Run:
    """The run of a daily campaign for one zone and local day."""
    zone_info = ZoneInfo(zone)
    begins = datetime.combine(day, campaign.trigger.at, zone_info)
    midnight = datetime.combine(day + timedelta(days=1), time(0), zone_info)
    reads: list[Mapping[str, Any]] = []
    if campaign.trigger.daily == "birthday":
        for found in birthday_keys(day):
            lunar = "L-" if found.calendar == "lunar" else ""
            reads.append(
                {
                    "index": "by_birthday",
                    "prefix": f"{lunar}{found.month_day}#{zone}",
                    "facts": {"calendar": found.calendar, "year": found.year},
                }
            )
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
    """The run that tells everybody in `region` ("province" or "province/city") about an event."""
    province = region.split("/")[0]
    city = region if "/" in region else ""
    read = {"index": "by_region", "prefix": province, "region": city, "facts": dict(facts)}
    return Run(campaign.id, event_id, day, valid_until, (read,))


def start(run: Run, now: datetime) -> bool:
    """Put a run's shards on the queue, once; False when it was started before.

    The head row is marked `started` only after the messages are out: whoever died in between is
    followed by somebody who sends them again.
    """
    key = {"name": f"runs#{run.day}", "version": f"{run.campaign}/{run.name}"}
    shards = [
        {
            "run": run.id,
            "campaign": run.campaign,
            "index": read["index"],
            "partition": partition,
            "region": read.get("region", ""),
            "facts": read["facts"],
            "valid_until": run.valid_until,
        }
        for read in run.reads
        for partition in subscribers.partitions(read["prefix"])
    ]
    head = {**key, "run": run.id, "status": "planned", "shards": len(shards), "at": iso(now)}
    if wire.write_one(wire.insert(catalogue.TABLE, head)) == "exists":
        known = wire.read_one(catalogue.TABLE, key, consistent=True)
        if known is None or known["status"] != "planned":
            return False
    queues.send("runs", [json.dumps(shard, ensure_ascii=False) for shard in shards])
    wire.write_one(wire.update(catalogue.TABLE, key, {"status": "started"}))
    return True


def forget(run: Run) -> None:
    """Let a run be started anew, from the beginning."""
    for row in list(wire.query_all(catalogue.TABLE, "name", f"run#{run.id}", consistent=True)):
        wire.delete(catalogue.TABLE, {"name": row["name"], "version": row["version"]})
    wire.delete(catalogue.TABLE, {"name": f"runs#{run.day}", "version": f"{run.campaign}/{run.name}"})


def run_shard(shard: Mapping[str, Any], clock: Callable[[], datetime], time_left: Callable[[], bool]) -> None:
    """Read one shard page by page into the outbox, from where it was left.

    Stops when `time_left` says no and leaves a message for whoever goes on. A campaign that is no
    longer live ends its runs.
    """
    key = {"name": f"run#{shard['run']}", "version": shard["partition"]}
    saved = wire.read_one(catalogue.TABLE, key, consistent=True) or {"jobs": 0, "cursor": None, "done": False}
    if saved["done"]:
        return
    campaign = live(catalogue.control()).campaigns.get(shard["campaign"])
    jobs, cursor = saved["jobs"], saved["cursor"]
    while campaign is not None:
        page = subscribers.matching(
            shard["index"], shard["partition"], region=shard["region"], cursor=cursor, limit=PAGE
        )
        queues.send_jobs(
            job_for_match(campaign, row["subscriber_id"], shard["facts"], shard["valid_until"])
            for row in page.rows
        )
        jobs, cursor = jobs + len(page.rows), page.cursor
        wire.put(
            catalogue.TABLE,
            {**key, "jobs": jobs, "cursor": cursor, "done": cursor is None, "at": iso(clock())},
        )
        if cursor is None:
            return
        if not time_left():
            queues.send("runs", [json.dumps(shard, ensure_ascii=False)])
            return
    wire.put(catalogue.TABLE, {**key, "jobs": jobs, "cursor": None, "done": True, "at": iso(clock())})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    run: str
    status: str
    shards: int
    shards_done: int
    jobs: int


def progress(day: str) -> list[Progress]:
    """Every run of a local day (YYYY-MM-DD) with how far it is."""
    found = []
    for head in wire.query_all(catalogue.TABLE, "name", f"runs#{day}", consistent=True):
        rows = list(wire.query_all(catalogue.TABLE, "name", f"run#{head['run']}", consistent=True))
        done = sum(row["done"] for row in rows)
        status = "done" if done >= head["shards"] else head["status"]
        found.append(Progress(head["run"], status, head["shards"], done, sum(row["jobs"] for row in rows)))
    return found
