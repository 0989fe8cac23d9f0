"""How many are in an audience: an estimate from a sample at once, and exactly by a job in parts.

A count's head row (`count#<id>`, `-`) holds the document it counts for; each part (`count#<id>`,
`0007`) is a message on the `runs` queue that saves where it is after every page, so a count goes on
where it stopped and a message that comes twice adds nothing.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib import queues
from chalicelib.campaigns import audience
from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.campaigns.live import Live, live
from chalicelib.campaigns.results import Rate, rate
from chalicelib.clock import iso, parse
from chalicelib.store import catalogue, subscriber_scan, wire
from chalicelib.store.schema.subscribers import Subscriber
from chalicelib.store.wire import Row

SAMPLE = 1000
PLACES = 12  # of a table where a sample is taken; ids are hashed, so each place is as good as drawn by lot
MOST_PARTS = 100_000
SHOWN = 10
PARTS = 16
PAGE = 2000
KEPT = timedelta(days=7)
FEW = 2000  # below so many subscribers a sample reads them all anyway


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a sample says. `people` is between `low` and `high` with 95 % certainty; `inside` are some who
    are in, `outside` some who are not, each with the clause that is not true of them."""

    looked_at: int
    of: int
    people: int
    low: int
    high: int
    units: float
    inside: list[Subscriber]
    outside: list[tuple[Subscriber, str]]
    not_asked: tuple[str, ...]  # clauses about the event or the day
    exact: bool = False


def estimate(campaign: Campaign, current: Live, now: datetime, chance: random.Random) -> Estimate:
    """Look at a sample of all subscribers, at most a second's work. Raises BadSource."""
    test = audience.membership_of(campaign)
    total = wire.about_how_many("subscribers")
    if total <= FEW:
        read = _everybody()
        total = len(read.people)
    else:
        parts = max(PLACES, min(total * PLACES // (SAMPLE * 2), MOST_PARTS))
        read = subscriber_scan.sample(chance.sample(range(parts), PLACES), parts, SAMPLE)
    inside: list[Subscriber] = []
    outside: list[tuple[Subscriber, str]] = []
    for one in read.people:
        clause = audience.fails(test.closed, audience.facts_of(campaign, one, current, now))
        if clause:
            outside.append((one, clause))
        else:
            inside.append(one)
    exact = len(read.people) >= total
    found = rate(len(inside), len(read.people)) or Rate(0, 0, 1, 0)
    low, high = (found.share, found.share) if exact else (found.low, found.high)
    return Estimate(
        looked_at=len(read.people),
        of=total,
        people=round(found.share * total),
        low=round(low * total),
        high=round(high * total),
        units=read.units,
        inside=inside[:SHOWN],
        outside=_varied(outside),
        not_asked=test.open_clauses,
        exact=exact,
    )


def _everybody() -> subscriber_scan.Read:
    found: list[Subscriber] = []
    units, cursor = 0.0, None
    while True:
        page = subscriber_scan.part(0, 1, cursor=cursor, limit=PAGE)
        found, units, cursor = found + page.people, units + page.units, page.cursor
        if cursor is None:
            return subscriber_scan.Read(found, None, units)


def _varied(outside: list[tuple[Subscriber, str]]) -> list[tuple[Subscriber, str]]:
    """Ten who are out, for as many different reasons as there are."""
    by_clause: dict[str, list[tuple[Subscriber, str]]] = {}
    for one in outside:
        by_clause.setdefault(one[1], []).append(one)
    shown: list[tuple[Subscriber, str]] = []
    while len(shown) < SHOWN and any(by_clause.values()):
        shown += [group.pop(0) for group in by_clause.values() if group]
    return shown[:SHOWN]


def start_count(document: Mapping[str, Any], by: str, now: datetime, id: str, parts: int = PARTS) -> str:
    """Begin to count exactly for a campaign's document; the id to ask with. `id` is the caller's choice:
    the same one again begins nothing new."""
    head: Row = {
        "name": f"count#{id}",
        "version": "-",
        "document": dict(document),
        "parts": parts,
        "by": by,
        "at": iso(now),
        "expires": int((now + KEPT).timestamp()),
    }
    wire.write_one(wire.insert(catalogue.TABLE, head))
    queues.send("runs", [json.dumps({"kind": "count", "id": id, "part": part}) for part in range(parts)])
    return id


def count_part(work: Mapping[str, Any], clock: Callable[[], datetime], time_left: Callable[[], bool]) -> None:
    """Count one part from where it was left; leaves a message for whoever goes on when time is up."""
    name = f"count#{work['id']}"
    key = {"name": name, "version": f"{work['part']:04d}"}
    found = wire.read(
        {catalogue.TABLE: [key, {"name": name, "version": "-"}, catalogue.CONTROL_KEY]},
        consistent=(catalogue.TABLE,),
    )[catalogue.TABLE]
    rows = {(row["name"], row["version"]): row for row in found}
    head = rows.get((name, "-"))
    saved = rows.get(
        (name, key["version"]), {"people": 0, "read": 0, "units": 0, "cursor": None, "done": False}
    )
    if head is None or saved["done"]:
        return
    campaign = campaign_from(head["document"])
    test = audience.membership_of(campaign)
    current = live(catalogue.Control.load(rows.get(("control", "-"), {})))
    moment = parse(head["at"])
    while True:
        page = subscriber_scan.part(
            work["part"], head["parts"], cursor=saved["cursor"], limit=PAGE, fields=test.fields
        )
        inside = sum(
            not audience.fails(test.closed, audience.facts_of(campaign, one, current, moment))
            for one in page.people
        )
        saved = {
            "people": saved["people"] + inside,
            "read": saved["read"] + len(page.people),
            "units": saved["units"] + page.units,
            "cursor": page.cursor,
            "done": page.cursor is None,
        }
        wire.put(catalogue.TABLE, {**key, **saved, "at": iso(clock()), "expires": head["expires"]})
        if page.cursor is None:
            return
        if not time_left():
            queues.send("runs", [json.dumps(dict(work))])
            return


@dataclass(frozen=True, slots=True)
class Counted:
    """How far a count is; `people` is final when `done`."""

    people: int
    read: int
    units: float
    parts: int
    parts_done: int
    seconds: float  # from the beginning to the last page
    document: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @property
    def done(self) -> bool:
        return self.parts_done >= self.parts


def counted(id: str) -> Counted | None:
    """How far a count is, None when there is none of that id."""
    rows = list(wire.query_all(catalogue.TABLE, "name", f"count#{id}", consistent=True))
    head = next((row for row in rows if row["version"] == "-"), None)
    if head is None:
        return None
    parts = [row for row in rows if row["version"] != "-"]
    last = max((row["at"] for row in parts), default=head["at"])
    return Counted(
        people=sum(row["people"] for row in parts),
        read=sum(row["read"] for row in parts),
        units=sum(row["units"] for row in parts),
        parts=head["parts"],
        parts_done=sum(row["done"] for row in parts),
        seconds=(parse(last) - parse(head["at"])).total_seconds(),
        document=head["document"],
    )
