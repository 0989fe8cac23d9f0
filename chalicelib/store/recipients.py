"""Whom events and texts are about, and what is live and paused: one BatchGetItem over two tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.store.dynamodb import read
from chalicelib.store.schema.base import Table, of_kind
from chalicelib.store.schema.catalogue import CATALOGUE, CONTROL_KEY, Control
from chalicelib.store.schema.subscribers import Subscriber, SubscriberItem, subscriber_key


@dataclass(frozen=True, slots=True)
class Recipients:
    """Subscribers by id, without those that there are not, and what is live and paused."""

    subscribers: Mapping[str, Subscriber]
    control: Control


def look_up(subscriber_ids: Iterable[str], *, strongly: tuple[Table, ...] = ()) -> Recipients:
    """The subscribers with these ids and the control item. Only the tables in `strongly` are read strongly:
    CATALOGUE where a pause that was just made must be seen."""
    found = read([*map(subscriber_key, sorted(set(subscriber_ids))), CONTROL_KEY], consistent=strongly)
    people = {one.subscriber_id: Subscriber.from_dict(one.plain()) for one in of_kind(SubscriberItem, found)}
    return Recipients(people, next(iter(of_kind(Control, found)), Control()))


__all__ = ["CATALOGUE", "Recipients", "look_up"]
