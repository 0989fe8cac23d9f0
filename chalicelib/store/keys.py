"""The keys of the subscribers' indexes, decided in one place.

Each is spread over `SHARDS` partitions, so that one popular day or province is not one hot
partition, and each begins with what a reader knows beforehand:

- `birthday_key`  `MM-DD#<zone>#<shard>`, lunar `L-MM-DD#<zone>#<shard>`
- `plan_end_key`  `YYYY-MM-DD#<zone>#<shard>`
- `region_key`    `<province>#<shard>` (the index's range key is `region` itself)
"""

from __future__ import annotations

from zlib import crc32

from chalicelib.store.records import SHARDS, Subscriber
from chalicelib.store.zones import zone_of


def shard_of(subscriber_id: str) -> int:
    """0 to SHARDS - 1, the same for an id for ever."""
    return crc32(subscriber_id.encode()) % SHARDS


def keys(subscriber: Subscriber) -> dict[str, str]:
    """The index keys that a subscriber's item carries; what is unknown has no key (sparse indexes).

    Written with every change of the subscriber: time zone and birthday move the item in the index.
    """
    zone, shard = zone_of(subscriber), shard_of(subscriber.subscriber_id)
    found: dict[str, str] = {}
    if subscriber.birthday:
        mark = "L-" if subscriber.birthday_calendar == "lunar" else ""
        found["birthday_key"] = f"{mark}{subscriber.birthday[-5:]}#{zone}#{shard}"
    if subscriber.plan_ends_on:
        found["plan_end_key"] = f"{subscriber.plan_ends_on}#{zone}#{shard}"
    if subscriber.region:
        found["region_key"] = f"{subscriber.region.partition('/')[0]}#{shard}"
    return found
