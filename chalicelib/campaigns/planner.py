"""The daily planner: who has a birthday, whose plan ends; and everybody in a region.

A *run* is one campaign in one zone on one local day (or one event's region). It reads some partitions
of an index; the first page of each comes with one message on the `runs` queue, and a partition that has
more goes on in a message of its own, so that a small run is one message and a large one is worked off
side by side. Each saves where it is after every page and goes on where it stopped. Only matching index
entries are read. Doing a page twice is harmless: the claim of each text settles it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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
from chalicelib.store.schema.subscribers import partitions
from chalicelib.store.wire import Row

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


def plan_due(now: datetime) -> list[str]:
    """Start every run whose hour has come and that was not started yet; returns their ids."""
    current = live(catalogue.control())
    runs = list(due_runs(current, subscribers.zones(), now))
    begun = {head["run"] for day in {run.day for run in runs} for head in _heads(day)}
    return [run.id for run in runs if run.id not in begun and start(run, now)]


def _heads(day: str) -> Iterator[Mapping[str, Any]]:
    """The runs of a day whose messages are out."""
    for head in wire.query_all(catalogue.TABLE, "name", f"runs#{day}"):
        if head["status"] != "planned":
            yield head


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
    """Put a run on the queue, once; False when it was started before.

    The head row is marked `started` only after the message is out: whoever died in between is
    followed by somebody who sends it again.
    """
    key = {"name": f"runs#{run.day}", "version": f"{run.campaign}/{run.name}"}
    parts = [
        {
            "index": read["index"],
            "partition": partition,
            "region": read.get("region", ""),
            "facts": read["facts"],
        }
        for read in run.reads
        for partition in partitions(read["prefix"])
    ]
    head = {**key, "run": run.id, "status": "planned", "shards": len(parts), "at": iso(now)}
    if wire.write_one(wire.insert(catalogue.TABLE, head)) == "exists":
        known = wire.read_one(catalogue.TABLE, key, consistent=True)
        if known is None or known["status"] != "planned":
            return False
    work = {"run": run.id, "campaign": run.campaign, "valid_until": run.valid_until}
    _ask(work, parts)
    wire.write_one(wire.update(catalogue.TABLE, key, {"status": "started"}))
    return True


def _ask(work: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> None:
    """Leave a message to go on with these parts of a run; no parts, no message."""
    if parts:
        queues.send("runs", [json.dumps({**work, "parts": list(parts)}, ensure_ascii=False)])


def forget(run: Run) -> None:
    """Let a run be started anew, from the beginning."""
    for row in list(wire.query_all(catalogue.TABLE, "name", f"run#{run.id}", consistent=True)):
        wire.delete(catalogue.TABLE, {"name": row["name"], "version": row["version"]})
    wire.delete(catalogue.TABLE, {"name": f"runs#{run.day}", "version": f"{run.campaign}/{run.name}"})


def run_parts(work: Mapping[str, Any], clock: Callable[[], datetime], time_left: Callable[[], bool]) -> None:
    """Read the parts of a run that a message names into the outbox, from where each was left.

    Of several, a page each, and what has more gets a message of its own; a lone one page by page. Stops
    when `time_left` says no and leaves a message for whoever goes on. A campaign that is no longer live
    ends its runs.
    """
    name = f"run#{work['run']}"
    # Not read strongly: a page that is not seen yet to be done is done twice.
    saved = {row["version"]: row for row in wire.query_all(catalogue.TABLE, "name", name)}
    campaign = live(catalogue.control()).campaigns.get(work["campaign"])
    waiting = list(work["parts"])
    lone = len(waiting) == 1
    while waiting:
        part = waiting.pop(0)
        before = saved.get(part["partition"], {"jobs": 0, "cursor": None, "done": False})
        if before["done"]:
            continue
        jobs, cursor = _page(work, part, before["cursor"], campaign)
        after = {
            "name": name,
            "version": part["partition"],
            "jobs": before["jobs"] + jobs,
            "cursor": cursor,
            "done": cursor is None,
            "at": iso(clock()),
        }
        wire.put(catalogue.TABLE, after)
        saved[part["partition"]] = after
        if cursor is not None and lone and time_left():
            waiting.append(part)
        elif cursor is not None:
            _ask(work, [part])
        if not time_left():
            _ask(work, waiting)
            return


def _page(
    work: Mapping[str, Any], part: Mapping[str, Any], cursor: Row | None, campaign: Campaign | None
) -> tuple[int, Row | None]:
    """Put the next page of a part in the outbox: how many jobs, and where to go on; nobody when the campaign
    is gone."""
    if campaign is None:
        return 0, None
    ids, more = subscribers.matching(
        part["index"], part["partition"], region=part["region"], cursor=cursor, limit=PAGE
    )
    queues.send_jobs(job_for_match(campaign, one, part["facts"], work["valid_until"]) for one in ids)
    return len(ids), more


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
