"""What is recorded of every event that came in, also of one that leads to no text.

Codes: `texts` (it asked for some: their rows say the rest), `no_text` (campaigns start with it, and `misses`
says why none has a text), `applied` (it changed what is known, and no campaign starts with it), `older` (it
changed nothing: something newer was known), `no_campaign`, `run` (a region is told), `nobody` (no subscriber
lives there), `over` (the outage has ended), `waiting` (its subscriber is not known yet), `failed` (a campaign
cannot work with it), `refused`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.campaigns.matching import Matched
from chalicelib.clock import iso
from chalicelib.intake.event import Event
from chalicelib.problems import Problem, as_json
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.results import MARK, EventOutcome, event_scope
from chalicelib.store.schema.subscribers import Subscriber

KEPT = timedelta(days=30)


def outcome(event: Event, source: str, code: str, now: datetime, **more: Any) -> EventOutcome:
    """What became of an event; `more` are further attributes of EventOutcome."""
    complaint = _complaint(event)
    # The texts that it asked for are in the conversation themselves: an entry in the index costs a unit.
    indexed = complaint or not more.get("texts")
    return EventOutcome(
        scope=event_scope(event.id),
        counter=source or MARK,
        subscriber_id=(event.subscriber_id or "") if indexed else "",
        about="" if indexed else event.subscriber_id or "",
        at=iso(now),
        type=event.type,
        time=iso(event.time),
        outcome=code,
        complaint=complaint,
        expires=int((now + KEPT).timestamp()),
        **more,
    )


def _complaint(event: Event) -> dict[str, str]:
    """What an event says about a complaint that another system keeps; nothing of other events."""
    kind, _, what = event.type.partition(".")
    fields = event.fields
    if kind != "complaint" or not fields.get("complaint_id"):
        return {}
    said = {
        "id": fields["complaint_id"],
        "topic": fields.get("topic"),
        "state": fields.get("state") or what,
        "opened_at": fields.get("opened_at") or (iso(event.time) if what == "opened" else ""),
        "expected_by": fields.get("expected_by") or "",
    }
    return {name: str(value) for name, value in said.items() if value}


def matched_outcome(
    event: Event, source: str, subscriber: Subscriber, matched: Matched, changed: str, now: datetime
) -> EventOutcome:
    """What campaigns make of an event; `changed` is `applied` or `older` for one that changes something."""
    if matched.jobs:
        code = "texts"
    elif matched.misses:
        code = changed or "no_text"
    else:
        code = changed or "no_campaign"
    found = outcome(
        event,
        source,
        code,
        now,
        texts=tuple(one.item for one in matched.jobs),
        misses=dict(matched.misses),
    )
    if "audience" in matched.misses.values() and subscriber.status != "active":
        return replace(found, status=subscriber.status, since=subscriber.status_since)
    return found


def refused_outcome(
    detail: object, kind: object, source: str, problem: Problem, now: datetime
) -> EventOutcome | None:
    """What is recorded of something that is no event but says an id."""
    if not isinstance(detail, Mapping):
        return None
    id_, who = detail.get("id"), detail.get("subscriber_id")
    if (
        not isinstance(id_, str)
        or not 0 < len(id_.encode("utf-8", "replace")) <= 512
        or not id_.isprintable()
    ):
        return None
    return EventOutcome(
        scope=event_scope(id_.strip()),
        counter=source or MARK,
        subscriber_id=who if isinstance(who, str) and 0 < len(who) <= 64 and who.isprintable() else "",
        at=iso(now),
        type=kind[:64] if isinstance(kind, str) else "",
        outcome="refused",
        problem=as_json(problem),
        expires=int((now + KEPT).timestamp()),
    )
