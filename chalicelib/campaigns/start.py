"""Events that came in: apply what they change, and put what they start in the outbox."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from chalicelib import queues
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.live import live
from chalicelib.campaigns.matching import Unmatched, broadcasts_for, jobs_for
from chalicelib.clock import iso
from chalicelib.intake import numbers, subscriber_changes
from chalicelib.intake.event import BadEvent, Event, event_from_bridge
from chalicelib.intake.rejections import rejection
from chalicelib.job import Job
from chalicelib.store import recipients
from chalicelib.store.schema.catalogue import Control
from chalicelib.store.schema.subscribers import Subscriber, SubscriberItem

Refused = tuple[str, str]  # a message body and why it cannot be handled


def take(bodies: Sequence[str], now: datetime) -> list[Refused]:
    """Handle a batch of bus events (JSON text with `detail-type` and `detail`), in the order of their times.

    Returns those that can never be handled. Safe to repeat: changes know their time, jobs their key.
    """
    refused: list[Refused] = []
    events: list[tuple[str, Event]] = []
    for body in bodies:
        try:
            envelope = json.loads(body)
            events.append((body, event_from_bridge(envelope["detail-type"], envelope["detail"])))
        except BadEvent as error:
            refused.append((body, str(error)))
        except (ValueError, KeyError, TypeError) as error:
            refused.append((body, f"not a bus event: {error!r}"))
    events.sort(key=lambda pair: pair[1].time)
    changed: dict[str, Subscriber] = {}
    rest: list[tuple[str, Event]] = []
    for body, event in events:
        if event.type in _CHANGES:
            subscriber = _CHANGES[event.type](event)
            if subscriber is None:
                refused.append((body, _unknown(event)))
                continue
            changed[subscriber.subscriber_id] = subscriber
        rest.append((body, event))
    people, control = _look_up([event for _, event in rest if event.subscriber_id], changed)
    current = live(control)
    campaigns = {kind: current.started_by(kind) for kind in {event.type for _, event in rest}}
    jobs: list[Job] = []
    for body, event in rest:
        if event.subscriber_id is None:
            refused += _broadcast(body, event, campaigns[event.type], now)
            continue
        subscriber = people.get(event.subscriber_id)
        if subscriber is None:
            refused.append((body, _unknown(event)))
            continue
        try:
            made = jobs_for(event, subscriber, campaigns[event.type], current.plans, current.brands, now)
        except Unmatched as error:
            made = error.jobs
            refused.append((body, str(error)))
        jobs += made
    queues.send_jobs(jobs)
    return refused


def _plan_changed(event: Event) -> Subscriber | None:
    assert event.subscriber_id is not None  # noqa: S101 (of_subscriber)
    fields = {"plan": event.fields["plan"], "plan_ends_on": event.fields["ends_on"] or ""}
    at = iso(event.time)
    return subscriber_changes.change(
        event.subscriber_id, fields, at=at, stamp=SubscriberItem.plan_at, create=False
    )


_CHANGES = {
    "subscriber.changed": numbers.change,
    "plan.changed": _plan_changed,
    "number.assigned": numbers.assign,
    "number.released": numbers.release,
}


def _unknown(event: Event) -> str:
    return f"subscriber_id: {event.subscriber_id!r} is not a subscriber; import them, then retry this event"


def _look_up(
    events: Sequence[Event], changed: dict[str, Subscriber]
) -> tuple[dict[str, Subscriber], Control]:
    """Who the events are about, and what is live: one call."""
    unread = {event.subscriber_id for event in events if event.subscriber_id} - set(changed)
    found = recipients.look_up(unread)
    return {**found.subscribers, **changed}, found.control


def _broadcast(body: str, event: Event, campaigns: Sequence[Campaign], now: datetime) -> list[Refused]:
    """Start a run for every campaign that tells a region about this event."""
    try:
        found = broadcasts_for(event, campaigns)
    except Unmatched as error:
        return [(body, str(error))]
    if not found:
        return []
    from chalicelib.campaigns import planner  # reads through pynamodb, which few batches of events need

    day = event.time.date().isoformat()
    runs = [
        planner.region_run(one.campaign, event.id, one.region, one.facts, one.valid_until, day)
        for one in found
    ]
    if not planner.anybody_in(runs[0]):
        return [(body, str(rejection("region", "region.nobody", region=event.fields["region"])))]
    for run in runs:
        planner.start(run, now)
    return []
