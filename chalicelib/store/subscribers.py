"""Subscribers: by id, by number, and by the day something happens to them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.store import forgotten, wire
from chalicelib.store.keys import keys
from chalicelib.store.records import SHARDS, Subscriber
from chalicelib.store.wire import Answer, Page, Row, Statement
from chalicelib.store.zones import zone_of

TABLE = "subscribers"
CALENDARS = ("solar", "lunar")
ZONES_KEY = {"name": "zones", "version": "-"}
WRITE_TRIES = 8
NUMBERS_KEPT = 5  # previous numbers remembered; a change a month stays within an occasion's life


def get_many(ids: Iterable[str]) -> dict[str, Subscriber]:
    """The subscribers with these ids, by id; the unknown are left out. Eventually consistent."""
    rows = wire.read({TABLE: [{"subscriber_id": one} for one in ids]})[TABLE]
    return {row["subscriber_id"]: Subscriber.from_dict(row) for row in rows}


def get(subscriber_id: str) -> Subscriber | None:
    """One subscriber, read strongly."""
    row = wire.read_one(TABLE, {"subscriber_id": subscriber_id}, consistent=True)
    return Subscriber.from_dict(row) if row else None


def row_of(subscriber: Subscriber) -> Row:
    """The stored row: the fields that hold something, and the index keys that follow from them."""
    return {**subscriber.as_dict(), **keys(subscriber)}


def put_many(subscribers: Sequence[Subscriber]) -> None:
    """Store these as they are, and remember the zones they live in.

    What is known beside a subscriber's fields (when which event changed them) is kept. No two may
    have the same id. Who was erased before starts with the opt-outs of then.
    """
    forgotten.welcome_back(one.msisdn for one in subscribers)
    fresh = [wire.insert(TABLE, {**row_of(one), "revision": 1}) for one in subscribers]
    known = [one for one, answer in zip(subscribers, _write(fresh), strict=True) if answer == "exists"]
    _write([_replaced(one) for one in known])
    register_zones(subscribers)


def _replaced(subscriber: Subscriber) -> Statement:
    values = row_of(subscriber)
    values.pop("subscriber_id")
    # Any other number than before: whoever is changing the row at this moment has to read it again.
    values["revision"] = secrets.randbelow(2**48) + 2
    gone = [name for name in _DERIVED if name not in values]
    return wire.update(TABLE, {"subscriber_id": subscriber.subscriber_id}, values, remove=sorted(gone))


def _write(statements: Sequence[Statement]) -> list[Answer]:
    """Write until DynamoDB has taken them all; the last answer of each."""
    answers: list[Answer] = wire.write(statements)
    for attempt in range(WRITE_TRIES):
        busy = [n for n, answer in enumerate(answers) if answer == "retry"]
        if not busy:
            return answers
        time.sleep(0.05 * 2**attempt)
        for n, answer in zip(busy, wire.write([statements[n] for n in busy]), strict=True):
            answers[n] = answer
    raise RuntimeError("DynamoDB stayed too busy to store subscribers; run the import again")


def by_msisdn(msisdn: str) -> list[Subscriber]:
    """Whose contact number this is: two lines may share one."""
    rows = wire.query_all(TABLE, "msisdn", msisdn, index="by_msisdn")
    return [Subscriber.from_dict(row) for row in rows]


def change(
    subscriber_id: str, fields: Mapping[str, Any], *, at: str, stamp: str, create: bool
) -> Subscriber | None:
    """Apply `fields` unless something newer of the same kind was applied already.

    `stamp` names the kind of change (`changed_at`, `plan_at`, `number_at`) and `at` is its ISO time:
    events arrive in any order, the latest wins. Returns the subscriber afterwards, or None when
    there is none and `create` is false.
    """
    key = {"subscriber_id": subscriber_id}
    while True:
        row = wire.read_one(TABLE, key, consistent=True)
        if row is None:
            if not create:
                return None
            fresh = Subscriber.from_dict({**fields, **key})
            forgotten.welcome_back([fresh.msisdn])
            if wire.write_one(wire.insert(TABLE, {**row_of(fresh), stamp: at, "revision": 1})) == "ok":
                register_zones([fresh])
                return fresh
            continue
        before = Subscriber.from_dict(row)
        if row.get(stamp, "") > at:
            return before
        merged = {**before.as_dict(), **fields}
        if before.msisdn and "msisdn" in fields and fields["msisdn"] != before.msisdn:
            kept = [one for one in before.previous_msisdns if one != before.msisdn]
            merged["previous_msisdns"] = [before.msisdn, *kept][:NUMBERS_KEPT]
        after = Subscriber.from_dict(merged)
        if after.msisdn != before.msisdn:
            forgotten.welcome_back([after.msisdn])
        values = {**row_of(after), stamp: at, "revision": row.get("revision", 0) + 1}
        values.pop("subscriber_id")
        gone = [name for name in row if name in _DERIVED and name not in values]
        where, holding = (
            ('"revision" = ?', [row["revision"]]) if "revision" in row else ('"revision" IS MISSING', [])
        )
        statement = wire.update(TABLE, key, values, remove=gone, where=where, holding=holding)
        if wire.write_one(statement) == "ok":
            register_zones([after])
            return after


_DERIVED = {
    "birthday_key",
    "plan_end_key",
    "region_key",
    "previous_msisdns",
    *(name for name in Subscriber.__dataclass_fields__ if name != "subscriber_id"),
}

_zones_known: set[str] = set()


def register_zones(people: Iterable[Subscriber]) -> None:
    """Remember which zones these live in, and in which calendar they keep their birthdays there: the
    planner reads each zone and calendar in use once a day, and no other."""
    new = {f"{one.birthday_calendar}#{zone_of(one)}" for one in people} - _zones_known
    if not new:
        return
    wire.dynamodb().update_item(
        TableName=wire.table("catalogue"),
        Key=wire.row_to(ZONES_KEY),
        UpdateExpression="ADD #z :new",
        ExpressionAttributeNames={"#z": "zones"},
        ExpressionAttributeValues={":new": {"SS": sorted(new)}},
    )
    _zones_known.update(new)


def zones() -> dict[str, set[str]]:
    """The IANA zones that subscribers live in, in order, with the calendars of their birthdays. A zone that
    was stored without one may have them all."""
    row = wire.read_one("catalogue", ZONES_KEY) or {}
    found: dict[str, set[str]] = {}
    for known in row.get("zones", ()):
        calendar, _, zone = known.rpartition("#")
        found.setdefault(zone, set()).update([calendar] if calendar else CALENDARS)
    return dict(sorted(found.items()))


def partitions(prefix: str) -> list[str]:
    """The hash values that hold one day and zone, or one province: a partition a shard."""
    return [f"{prefix}#{shard}" for shard in range(SHARDS)]


_HASH_OF = {"by_birthday": "birthday_key", "by_plan_end": "plan_end_key", "by_region": "region_key"}


def matching(
    index: str, partition: str, *, region: str = "", cursor: Row | None = None, limit: int = 1000
) -> Page:
    """One page of ids (`subscriber_id`) from a sharded index: only what matches is read.

    `region` narrows `by_region` from its province to that one "province/city".
    """
    options: dict[str, Any] = {"range_name": "region", "between": (region, region)} if region else {}
    return wire.query(TABLE, _HASH_OF[index], partition, index=index, cursor=cursor, limit=limit, **options)


def everyone(segment: int, segments: int) -> Iterator[Subscriber]:
    """All subscribers of one part of a parallel scan: for counting audiences and for export."""
    cursor: dict[str, Any] = {}
    while True:
        reply = wire.dynamodb().scan(
            TableName=wire.table(TABLE), Segment=segment, TotalSegments=segments, **cursor
        )
        for item in reply["Items"]:
            yield Subscriber.from_dict(wire.row_from(item))
        if "LastEvaluatedKey" not in reply:
            return
        cursor = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}
