"""Stores subscribers as files and events bring them: the latest event wins, index keys follow, and who was
erased before starts with the opt-outs of then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.intake.regions import region_of
from chalicelib.intake.subscriber import PREVIOUS_KEPT, own_of, with_own
from chalicelib.intake.zones import zone_of
from chalicelib.privacy.erasures import welcome_back
from chalicelib.store import subscribers
from chalicelib.store.schema.base import Attribute, replace
from chalicelib.store.schema.subscribers import Subscriber, SubscriberItem, index_keys


def put_many(people: Sequence[Subscriber], as_of: str = "") -> None:
    """Store these as they are, and remember the zones they live in.

    When which kind of event changed them last is kept. With `as_of` (ISO, UTC) they are as of then: what is
    older, an event or another file, changes them no more. No two may have the same id.
    """
    welcome_back(one.msisdn for one in people)
    items = [item_of(one) for one in people]
    subscribers.put_many(_as_of(items, as_of) if as_of else items)
    register_zones(people)


def item_of(subscriber: Subscriber) -> SubscriberItem:
    """A subscriber as stored, with the index keys of the zone they live in and the region in its one form."""
    subscriber = _in_one_form(subscriber)
    return SubscriberItem.of(subscriber, zone_of(subscriber))


def change(
    subscriber_id: str, fields: Mapping[str, Any], *, at: str, stamp: Attribute[str], create: bool
) -> Subscriber | None:
    """Apply `fields` unless something newer of the same kind was applied already.

    `stamp` is the kind of change (`SubscriberItem.changed_at`, `plan_at`, `number_at`) and `at` its ISO
    time: events arrive in any order, the latest wins. Returns the subscriber afterwards, or None when there
    is none and `create` is false.
    """
    while True:
        stored = subscribers.stored(subscriber_id)
        if stored is None:
            if not create:
                return None
            nobody = Subscriber(subscriber_id)
            after = _with_status(nobody, _changed(nobody, fields), at)
            welcome_back([after.msisdn])
            done = subscribers.add(_stamped(_own_at(item_of(after), fields, at), stamp, at))
        else:
            before = stored.subscriber()
            if getattr(stored, stamp.name) > at:
                return before
            newer = {name for name, since in stored.own_fields_at.items() if since > at}
            still = {name: value for name, value in fields.items() if name not in newer}
            after = _with_status(before, _changed(before, still), at)
            if after.msisdn != before.msisdn:
                welcome_back([after.msisdn])
            changed = _own_at(_changed_item(stored, after), still, at)
            done = subscribers.exchange(stored, _stamped(changed, stamp, at))
        if done:
            register_zones([after])
            return after


def set_own(subscriber_id: str, values: Mapping[str, Any], *, at: str) -> Subscriber | None:
    """Set own attributes as an event of time `at` (ISO) says, but for those that something newer has set.

    "" and null clear one. Returns the subscriber afterwards, or None when there is none.
    """
    while True:
        stored = subscribers.stored(subscriber_id)
        if stored is None:
            return None
        before = stored.subscriber()
        known = stored.own_fields_at
        still = {name: value for name, value in values.items() if known.get(name, "") <= at}
        after = replace(before, own_fields=with_own(before.own_fields, still))
        if after == before and not still:
            return before
        if subscribers.exchange(stored, _own_at(_changed_item(stored, after), still, at)):
            return after


def _own_at(item: SubscriberItem, changes: Mapping[str, Any], at: str) -> SubscriberItem:
    """The item with the time of what changes its own attributes."""
    times = dict.fromkeys(own_of(changes), at)
    return replace(item, own_fields_at={**item.own_fields_at, **times}) if times else item


def _changed(before: Subscriber, fields: Mapping[str, Any]) -> Subscriber:
    """The subscriber with `fields`; a number that is given up is remembered."""
    after = Subscriber.from_dict({**before.as_dict(), **fields})
    if own := own_of(fields):
        after = replace(after, own_fields=with_own(before.own_fields, own))
    if before.msisdn and after.msisdn != before.msisdn:
        others = [one for one in before.previous_msisdns if one != before.msisdn]
        after = replace(after, previous_msisdns=(before.msisdn, *others)[:PREVIOUS_KEPT])
    return after


def _with_status(before: Subscriber, after: Subscriber, at: str) -> Subscriber:
    return after if after.status == before.status else replace(after, status_since=at)


def _changed_item(stored: SubscriberItem, after: Subscriber) -> SubscriberItem:
    after = _in_one_form(after)
    values: dict[str, Any] = {name: getattr(after, name) for name in Subscriber.attributes}
    values |= index_keys(after, zone_of(after))
    return replace(stored, **values, revision=stored.revision + 1)


def _as_of(items: Sequence[SubscriberItem], at: str) -> list[SubscriberItem]:
    known = {one.subscriber_id: one for one in subscribers.stored_many(one.subscriber_id for one in items)}
    names = [
        one.name for one in (SubscriberItem.changed_at, SubscriberItem.plan_at, SubscriberItem.number_at)
    ]
    found = []
    for one in items:
        before = known.get(one.subscriber_id, one)
        values: dict[str, Any] = {name: max(getattr(before, name), at) for name in names}
        since = {**dict.fromkeys(one.own_fields, ""), **before.own_fields_at}
        values["own_fields_at"] = {name: max(time, at) for name, time in since.items()}
        found.append(replace(one, **values))
    return found


def _in_one_form(subscriber: Subscriber) -> Subscriber:
    """With the region as `intake.regions` writes it: what was stored before gets its form with its next
    write."""
    found = region_of(subscriber.region).name if subscriber.region else ""
    return subscriber if found == subscriber.region else replace(subscriber, region=found)


def _stamped(item: SubscriberItem, stamp: Attribute[str], at: str) -> SubscriberItem:
    values: dict[str, Any] = {stamp.name: at}
    return replace(item, **values)


def register_zones(people: Sequence[Subscriber]) -> None:
    """Remember the zones these live in, and the calendars of their birthdays, for the planner."""
    subscribers.register_zones((one.birthday_calendar, zone_of(one)) for one in people)
