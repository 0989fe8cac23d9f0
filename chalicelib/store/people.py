"""All subscribers in parts, for counting and for texts to many: with what reading them costs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.store import wire
from chalicelib.store.records import Subscriber
from chalicelib.store.subscribers import TABLE
from chalicelib.store.wire import Row


@dataclass(frozen=True, slots=True)
class Read:
    """One page of a part: who is in it, where to go on (None at its end), and read units."""

    people: list[Subscriber]
    cursor: Row | None
    units: float


def part(
    segment: int,
    segments: int,
    *,
    cursor: Row | None = None,
    limit: int = 1000,
    fields: Collection[str] = (),
) -> Read:
    """A page of one part of all subscribers. Parts are cut by the hash of the id: none is special.

    With `fields` only these are filled in (read units are the same, the rest is less to carry).
    """
    request: dict[str, Any] = {"ExclusiveStartKey": wire.row_to(cursor)} if cursor else {}
    if fields:
        names = {f"#f{n}": name for n, name in enumerate(sorted({*fields, "subscriber_id"}))}
        request |= {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
    reply = wire.dynamodb().scan(
        TableName=wire.table(TABLE),
        Segment=segment,
        TotalSegments=segments,
        Limit=limit,
        ReturnConsumedCapacity="TOTAL",
        **request,
    )
    people = [Subscriber.from_dict(wire.row_from(item)) for item in reply["Items"]]
    last = reply.get("LastEvaluatedKey")
    units = float(reply.get("ConsumedCapacity", {}).get("CapacityUnits", 0))
    return Read(people, wire.row_from(last) if last else None, units)


def sample(places: Sequence[int], parts: int, wanted: int) -> Read:
    """About `wanted` subscribers: the first of each of some of so many `parts`, at `places` that the caller
    draws (0 to parts - 1); fewer when the parts hold fewer."""
    people: list[Subscriber] = []
    units = 0.0
    for at, place in enumerate(places):
        share = -(-(wanted - len(people)) // (len(places) - at))
        page = part(place, parts, limit=max(1, share))
        people += page.people[:share]
        units += page.units
        if len(people) >= wanted:
            break
    return Read(people, None, units)
