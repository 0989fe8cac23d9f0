"""`subscribers`: one item per line of an operator, by its id, with indexes to find those whom a day, a
region or a number is about.

Each sparse index is spread over `SHARDS` partitions, so that one popular day or province is not one hot
partition, and its key begins with what a reader knows beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Self
from zlib import crc32

from chalicelib.store.schema.base import Attribute, Index, Key, Record, Table, mapping, number, sequence, text

DAY_INDEXES: Final = {f"by_day_{n}": f"day_key_{n}" for n in (1, 2, 3, 4)}
"""Indexes by the days in the operator's own attributes, and the attribute that each is over."""
SUBSCRIBERS = Table(
    "subscribers",
    hash="subscriber_id",
    indexes=(
        Index("by_msisdn", hash="msisdn"),
        Index("by_birthday", hash="birthday_key", include=()),
        Index("by_plan_end", hash="plan_end_key", include=()),
        Index("by_region", hash="region_key", range="region", include=()),
        *(Index(name, hash=key, include=()) for name, key in DAY_INDEXES.items()),
    ),
)
SHARDS = 8  # partitions that a day's birthdays of one zone are spread over
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Subscriber(Record):
    """One line of an operator. Empty text means unknown; dates are ISO; the zone is IANA."""

    subscriber_id: Attribute[str] = text("the operator's id of the line")
    msisdn: Attribute[str] = text("E.164", default="")
    name: Attribute[str] = text("as the operator writes it", default="")
    language: Attribute[str] = text('"zh-CN" or "en"; "" means the brand\'s default', default="")
    time_zone: Attribute[str] = text("IANA", default="")
    brand: Attribute[str] = text("brand id", default="")
    region: Attribute[str] = text('"province/city"', default="")
    tier: Attribute[str] = text("diamond, gold, silver or standard", default="")
    plan: Attribute[str] = text("plan id", default="")
    plan_ends_on: Attribute[str] = text("YYYY-MM-DD", default="")
    birthday: Attribute[str] = text("MM-DD or YYYY-MM-DD, in its own calendar", default="")
    birthday_calendar: Attribute[str] = text("solar or lunar", default="solar", always=True)
    status: Attribute[str] = text("active, suspended or left", default="active", always=True)
    status_since: Attribute[str] = text("when an event last changed the status", default="")
    since: Attribute[str] = text("YYYY-MM-DD, start of the contract", default="")
    previous_msisdns: Attribute[tuple[str, ...]] = sequence(
        "numbers held before, E.164, the latest first", default=()
    )
    own_fields: Attribute[Mapping[str, Any]] = mapping(
        "the operator's own attributes by name (`attributes.yaml`)", default={}
    )

    def as_dict(self) -> dict[str, Any]:
        """Only the fields that hold something: what jobs carry."""
        return self.plain()

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """The inverse of `as_dict`; unknown names are ignored, so old and new code can coexist."""
        return cls.load(dict(raw))


class SubscriberItem(Subscriber, table=SUBSCRIBERS):
    """A subscriber as stored: with the keys of the indexes, and with when which kind of event changed it."""

    birthday_key: Attribute[str] = text("`MM-DD#<zone>#<shard>`, lunar `L-MM-DD#<zone>#<shard>`", default="")
    plan_end_key: Attribute[str] = text("`YYYY-MM-DD#<zone>#<shard>`", default="")
    region_key: Attribute[str] = text("`<province>#<shard>`", default="")
    day_key_1: Attribute[str] = text(
        "`<own attribute>#YYYY-MM-DD#<zone>#<shard>` of the first attribute by name that is a day", default=""
    )
    day_key_2: Attribute[str] = text("of the second", default="")
    day_key_3: Attribute[str] = text("of the third", default="")
    day_key_4: Attribute[str] = text("of the fourth", default="")
    changed_at: Attribute[str] = text("time of the latest `subscriber.changed`", default="")
    plan_at: Attribute[str] = text("time of the latest `plan.changed`", default="")
    number_at: Attribute[str] = text("time of the latest `number.assigned` or `number.released`", default="")
    own_fields_at: Attribute[Mapping[str, str]] = mapping(
        "own attribute -> time of the latest event that set it", default={}
    )
    revision: Attribute[int] = number("another number after each change", default=0)

    @classmethod
    def of(cls, subscriber: Subscriber, zone: str, revision: int = 1) -> Self:
        """A subscriber who lives in the IANA zone `zone`, as stored for the first time."""
        return cls(**subscriber.__dict__, **index_keys(subscriber, zone), revision=revision)

    def subscriber(self) -> Subscriber:
        """What rooms get."""
        held = self.__dict__
        return Subscriber(**{name: held[name] for name in Subscriber.attributes})


def subscriber_key(subscriber_id: str) -> Key:
    """Where a subscriber is."""
    return SUBSCRIBERS.key(subscriber_id)


def shard_of(subscriber_id: str) -> int:
    """0 to SHARDS - 1, the same for an id for ever."""
    return crc32(subscriber_id.encode()) % SHARDS


def partitions(prefix: str) -> list[str]:
    """The hash values that hold one day and zone, or one province: a partition a shard."""
    return [f"{prefix}#{shard}" for shard in range(SHARDS)]


def index_keys(subscriber: Subscriber, zone: str) -> dict[str, Any]:
    """The index keys that a subscriber's item carries; what is unknown has none (sparse indexes). `zone` is
    the IANA zone that the subscriber lives in.

    Written with every change of the subscriber: time zone and birthday move the item in the index.
    """
    shard = shard_of(subscriber.subscriber_id)
    mark = "L-" if subscriber.birthday_calendar == "lunar" else ""
    return {
        SubscriberItem.birthday_key.name: f"{mark}{subscriber.birthday[-5:]}#{zone}#{shard}"
        if subscriber.birthday
        else "",
        SubscriberItem.plan_end_key.name: f"{subscriber.plan_ends_on}#{zone}#{shard}"
        if subscriber.plan_ends_on
        else "",
        SubscriberItem.region_key.name: f"{subscriber.region.partition('/')[0]}#{shard}"
        if subscriber.region
        else "",
        **_day_keys(subscriber.own_fields, zone, shard),
    }


def _day_keys(own: Mapping[str, Any], zone: str, shard: int) -> dict[str, str]:
    """A key for each own attribute that is a day. Which index has which attribute differs from one subscriber
    to the next, so a reader asks all of them."""
    days = [
        f"{name}#{own[name]}#{zone}#{shard}"
        for name in sorted(own)
        if isinstance(own[name], str) and _DAY.fullmatch(own[name])
    ]
    return {key: days[n] if n < len(days) else "" for n, key in enumerate(DAY_INDEXES.values())}
