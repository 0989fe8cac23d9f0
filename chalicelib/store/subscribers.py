"""Subscribers in DynamoDB: by id, by number, and by the day or the region that something happens to.

How fields of events become a subscriber is said by `intake.subscriber_changes`; here they are read, and
written against the item that was read.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from chalicelib.store import dynamodb
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.catalogue import ZONES_KEY, Zones
from chalicelib.store.schema.subscribers import (
    SUBSCRIBERS,
    Subscriber,
    SubscriberItem,
    subscriber_key,
)

if TYPE_CHECKING:
    from chalicelib.store.queries import Cursor

# `queries` brings pynamodb with it, which the functions that texts go through do without: it is imported
# where it is needed.
TABLE = SUBSCRIBERS.name
CALENDARS = ("solar", "lunar")
WRITE_TRIES = 8
_STAMPS = (SubscriberItem.changed_at, SubscriberItem.plan_at, SubscriberItem.number_at)
_KEPT = {one.name for one in (*_STAMPS, SubscriberItem.own_fields_at, SubscriberItem.revision)}
_DERIVED = [one for name, one in SubscriberItem.attributes.items() if name not in _KEPT | {SUBSCRIBERS.hash}]
"""What an item has of the subscriber, and the index keys that follow from it."""


def get_many(ids: Iterable[str]) -> dict[str, Subscriber]:
    """The subscribers with these ids, by id; the unknown are left out. Eventually consistent."""
    found = dynamodb.read(subscriber_key(one) for one in ids)
    return {one.subscriber_id: one.subscriber() for one in found if isinstance(one, SubscriberItem)}


def newer_than(ids: Iterable[str], at: str) -> dict[str, frozenset[str]]:
    """Which fields of these subscribers something later than `at` (ISO, UTC) has set, by id; "*" where it may
    be any (`subscriber.changed`). Only those of whom there is something. Eventually consistent."""
    found: dict[str, frozenset[str]] = {}
    for one in dynamodb.read(subscriber_key(each) for each in ids):
        if not isinstance(one, SubscriberItem):
            continue
        fields = {"*"} if one.changed_at > at else set()
        fields |= {"plan", "plan_ends_on"} if one.plan_at > at else set()
        fields |= {"msisdn"} if one.number_at > at else set()
        fields |= {name for name, since in one.own_fields_at.items() if since > at}
        if fields:
            found[one.subscriber_id] = frozenset(fields)
    return found


def get(subscriber_id: str) -> Subscriber | None:
    """One subscriber, read strongly."""
    found = stored(subscriber_id)
    return found.subscriber() if found else None


def stored(subscriber_id: str) -> SubscriberItem | None:
    """One subscriber as stored, read strongly: what `exchange` changes."""
    return dynamodb.get(SubscriberItem, subscriber_key(subscriber_id))


def stored_many(ids: Iterable[str]) -> list[SubscriberItem]:
    """These subscribers as stored, in no order. Eventually consistent."""
    found = dynamodb.read(subscriber_key(one) for one in ids)
    return [one for one in found if isinstance(one, SubscriberItem)]


def put_many(items: Sequence[SubscriberItem]) -> None:
    """Store these as they are, whoever was there.

    What is known beside a subscriber's fields (when which kind of event changed them) is kept. No two may
    have the same id. Raises RuntimeError when DynamoDB stays too busy; then some may have been stored.
    """
    answers = dynamodb.write_surely([dynamodb.insert(one) for one in items], tries=WRITE_TRIES)
    known = [one for one, answer in zip(items, answers, strict=True) if answer == "exists"]
    dynamodb.write_surely([_replacing(one) for one in known], tries=WRITE_TRIES)


def _replacing(item: SubscriberItem) -> dynamodb.Statement:
    # Any other number than before: whoever is changing the item at this moment has to read it again.
    after = replace(item, revision=secrets.randbelow(2**48) + 2)
    return dynamodb.overwrite(after, clear=_DERIVED)


def add(item: SubscriberItem) -> bool:
    """Store a new subscriber; False when there is one with that id."""
    return dynamodb.write_one(dynamodb.insert(item)) == "ok"


def exchange(before: SubscriberItem, after: SubscriberItem) -> bool:
    """Store `after` in the place of `before`, as it was read; False when it was changed since."""
    same = (
        SubscriberItem.revision.equals(before.revision)
        if before.revision
        else SubscriberItem.revision.missing()
    )
    return dynamodb.write_one(dynamodb.overwrite(after, clear=_DERIVED, where=same)) == "ok"


def by_msisdn(msisdn: str) -> list[Subscriber]:
    """Whose contact number this is: two lines may share one."""
    from chalicelib.store import queries

    return [one.subscriber() for one in queries.every(SubscriberItem, msisdn, index="by_msisdn")]


_zones_known: set[str] = set()


def register_zones(zones: Iterable[tuple[str, str]]) -> None:
    """Remember calendars of birthdays and the IANA zones that they are kept in: the planner reads each
    zone and calendar in use once a day, and no other."""
    new = {f"{calendar}#{zone}" for calendar, zone in zones} - _zones_known
    if new:
        dynamodb.add_to_set(ZONES_KEY, Zones.zones, new)
        _zones_known.update(new)


def zones() -> dict[str, set[str]]:
    """The IANA zones that subscribers live in, in order, with the calendars of their birthdays. A zone that
    was stored without one may have them all."""
    known = dynamodb.get(Zones, ZONES_KEY, consistent=False)
    found: dict[str, set[str]] = {}
    for one in known.zones if known else ():
        calendar, _, zone = one.rpartition("#")
        found.setdefault(zone, set()).update([calendar] if calendar else CALENDARS)
    return dict(sorted(found.items()))


def matching(
    index: str, partition: str, *, region: str = "", cursor: Cursor | None = None, limit: int = 1000
) -> tuple[list[str], Cursor | None]:
    """One page of ids from a sharded index, and where to go on: only what matches is read.

    `region` narrows `by_region` from its province to that "province/city" and what lies in it; of names that
    begin alike the others are left out here, so a page may hold fewer.
    """
    from chalicelib.store import queries

    where = queries.column(Subscriber.region).between(region, region + "/\U0010ffff") if region else None
    found = queries.items(SUBSCRIBERS, partition, index=index, where=where, cursor=cursor, limit=limit)
    inside = [
        one for one in found.plain if not region or f"{one[Subscriber.region.name]}/".startswith(region + "/")
    ]
    return [SUBSCRIBERS.key_of(one).hash for one in inside], found.cursor


def everyone(segment: int, segments: int) -> Iterator[Subscriber]:
    """All subscribers of one part of a parallel scan: for counting audiences and for export."""
    from chalicelib.store import queries

    cursor: Cursor | None = None
    while True:
        page = queries.scan(SubscriberItem, segment=segment, segments=segments, cursor=cursor)
        yield from (one.subscriber() for one in page.records)
        cursor = page.cursor
        if cursor is None:
            return
