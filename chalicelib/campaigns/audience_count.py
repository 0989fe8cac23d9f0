"""How many are in an audience: an estimate from a sample at once, and exactly by a job in parts.

A count holds the document it counts for, so that it goes on where it stopped (see `chalicelib.parts`) and a
message that comes twice adds nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib import parts as work_in_parts
from chalicelib.campaigns import audience
from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.campaigns.live import Live, live
from chalicelib.campaigns.tally import Rate, rate
from chalicelib.clock import iso, parse
from chalicelib.store import part_rows as stored
from chalicelib.store import subscriber_scan
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.catalogue import Count, CountPart, head_key, part_key
from chalicelib.store.schema.subscribers import Subscriber

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
    read, total = drawn(chance)
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


def drawn(chance: random.Random) -> tuple[subscriber_scan.ScanPage, int]:
    """About SAMPLE subscribers drawn by lot, and how many there are; all of them where they are few."""
    total = subscriber_scan.about_how_many()
    if total <= FEW:
        read = _everybody()
        return read, len(read.people)
    parts = max(PLACES, min(total * PLACES // (SAMPLE * 2), MOST_PARTS))
    return subscriber_scan.sample(chance.sample(range(parts), PLACES), parts, SAMPLE), total


def _everybody() -> subscriber_scan.ScanPage:
    found: list[Subscriber] = []
    units, cursor = 0.0, None
    while True:
        page = subscriber_scan.part(0, 1, cursor=cursor, limit=PAGE)
        found, units, cursor = found + page.people, units + page.units, page.cursor
        if cursor is None:
            return subscriber_scan.ScanPage(found, None, units)


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
    head = Count(
        name=head_key(Count, id).hash,
        document=dict(document),
        parts=parts,
        by=by,
        at=iso(now),
        expires=int((now + KEPT).timestamp()),
    )
    stored.begin(head)
    work_in_parts.ask({"kind": "count", "id": id, "part": part} for part in range(parts))
    return id


def count_part(work: Mapping[str, Any], clock: Callable[[], datetime], time_left: Callable[[], bool]) -> None:
    """Count one part, page by page from where it was left."""
    key = part_key(CountPart, work["id"], work["part"])
    head, saved, control = stored.look(Count, head_key(Count, work["id"]), CountPart, key)
    if head is None or saved.done:
        return
    current = live(control)
    campaign = campaign_from(head.document, vocabulary=current.vocabulary)
    test = audience.membership_of(campaign)
    moment = parse(head.at)

    def page(part: CountPart) -> CountPart:
        read = subscriber_scan.part(
            work["part"], head.parts, cursor=part.cursor, limit=PAGE, fields=test.fields
        )
        inside = sum(
            not audience.fails(test.closed, audience.facts_of(campaign, one, current, moment))
            for one in read.people
        )
        return replace(
            part,
            people=part.people + inside,
            read=part.read + len(read.people),
            units=part.units + read.units,
            cursor=read.cursor,
            done=read.cursor is None,
            expires=head.expires,
        )

    work_in_parts.work_off([saved], page, lambda _, delay: work_in_parts.ask([work], delay), clock, time_left)


@dataclass(frozen=True, slots=True)
class AudienceCount:
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


def counted(id: str) -> AudienceCount | None:
    """How far a count is, None when there is none of that id."""
    head = stored.head_of(Count, head_key(Count, id))
    if head is None:
        return None
    begun = stored.of(CountPart, id)
    last = max((one.at for one in begun), default=head.at)
    return AudienceCount(
        people=sum(one.people for one in begun),
        read=sum(one.read for one in begun),
        units=sum(one.units for one in begun),
        parts=head.parts,
        parts_done=sum(one.done for one in begun),
        seconds=(parse(last) - parse(head.at)).total_seconds(),
        document=head.document,
    )
