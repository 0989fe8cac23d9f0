"""Scans `subscribers` in parts, for counting and for texts to many: with what reading them costs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chalicelib.store import dynamodb, queries
from chalicelib.store.queries import Cursor
from chalicelib.store.schema.subscribers import SUBSCRIBERS, Subscriber, SubscriberItem


@dataclass(frozen=True, slots=True)
class ScanPage:
    """One page of a part: who is in it, where to go on (None at its end), and read units."""

    people: list[Subscriber]
    cursor: Cursor | None
    units: float


def part(
    segment: int,
    segments: int,
    *,
    cursor: Cursor | None = None,
    limit: int = 1000,
    fields: Collection[str] = (),
) -> ScanPage:
    """A page of one part of all subscribers. Parts are cut by the hash of the id: none is special.

    With `fields`, names of a Subscriber's attributes, only these and the id are filled in (read units are
    the same, the rest is less to carry).
    """
    wanted = sorted({*fields, Subscriber.subscriber_id.name}) if fields else ()
    page = queries.scan(
        SubscriberItem,
        segment=segment,
        segments=segments,
        only=[SubscriberItem.attributes[name] for name in wanted],
        cursor=cursor,
        limit=limit,
    )
    return ScanPage([one.subscriber() for one in page.records], page.cursor, page.units)


def about_how_many() -> int:
    """How many subscribers there are, as DynamoDB last counted them (every six hours on AWS)."""
    return dynamodb.about_how_many(SUBSCRIBERS.name)


def sample(places: Sequence[int], parts: int, wanted: int) -> ScanPage:
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
    return ScanPage(people, None, units)
