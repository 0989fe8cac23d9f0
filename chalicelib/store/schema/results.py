"""`results`: counters of campaigns and of the satisfaction board, added to once for each cause, and what
became of each event that came in.

A counter's figures (`sent`, `delivered`, `suppressed:opted_out`, `score:5` ...) are attributes of their own,
so that one update adds to several; which there are is said by `campaigns.tally` and `care.figures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.store.schema.base import Attribute, Index, Key, Record, Table, mapping, number, sequence, text

RESULTS = Table(
    "results",
    hash="scope",
    range="counter",
    ttl="expires",
    indexes=(Index("by_subscriber", hash="subscriber_id", range="at"),),
)
MARK = "-"


class Counter(Record, table=RESULTS, rest="figures"):
    """Figures of one scope: `results#<campaign>` by version and dimension (`v00000003#region#湖南`),
    `care#now` by what waits for whom, `care#<dimension>` by day and value, `inbox#all` by month."""

    scope: Attribute[str] = text("what is counted")
    counter: Attribute[str] = text("which part of it")
    figures: Attribute[Mapping[str, float]] = mapping("figure -> amount; each is an attribute", default={})


class CountedChanges(Record, table=RESULTS, hash_under="counted#", under=MARK):
    """Which changes of ten seconds were counted, so that a change that the stream brings again is not."""

    scope: Attribute[str] = text("`counted#<second of the epoch>`")
    counter: Attribute[str] = text("`-`", default=MARK)
    revision: Attribute[int] = number("counts its changes", default=0, always=True)
    seen: Attribute[str] = text("eight characters a change", default="")
    expires: Attribute[int] = number("epoch seconds, three days later", default=0)


class CountedCause(Record, table=RESULTS, hash_under="once#", under=MARK):
    """That one cause was counted."""

    scope: Attribute[str] = text("`once#<cause>#<n>`")
    counter: Attribute[str] = text("`-`", default=MARK)
    expires: Attribute[int] = number("epoch seconds", default=0)


class EventOutcome(Record, table=RESULTS, hash_under="event#"):
    """What became of one event that came in. One write unit, and one more for its entry in the index, which
    an event has that its subscriber's conversation shows: it led to no text, or is about a complaint."""

    scope: Attribute[str] = text("`event#<id>`")
    counter: Attribute[str] = text("the source that it came from, such as operator.billing", default=MARK)
    subscriber_id: Attribute[str] = text("whom it is about, where it is in the index", default="")
    about: Attribute[str] = text("whom it is about, where it is not", default="")
    at: Attribute[str] = text("when it was handled last", default="")
    type: Attribute[str] = text("its type", default="")
    time: Attribute[str] = text("when it happened, as its sender says", default="")
    outcome: Attribute[str] = text("a code, see `campaigns.event_outcomes`", default="")
    texts: Attribute[tuple[str, ...]] = sequence("the `mt#` items of the texts it asked for", default=())
    misses: Attribute[Mapping[str, str]] = mapping("campaign -> why it has no text", default={})
    status: Attribute[str] = text("the subscriber's, where it is not active", default="")
    since: Attribute[str] = text("since when it is, or until when the event waits", default="")
    problem: Attribute[Mapping[str, Any]] = mapping(
        "what is wrong with it: {code, values, place}", default={}
    )
    complaint: Attribute[Mapping[str, str]] = mapping(
        "of a `complaint.*` event what it says: {id, topic, state, opened_at, expected_by}", default={}
    )
    expires: Attribute[int] = number("epoch seconds, 30 days later", default=0)

    @property
    def whom(self) -> str:
        """The subscriber whom it is about; "" for a region or where it could not be read."""
        return self.subscriber_id or self.about

    @property
    def event_id(self) -> str:
        """The event's own id."""
        return self.scope.removeprefix("event#")


def event_scope(event_id: str) -> str:
    """The partition of what became of an event."""
    return f"{EventOutcome.hash_under}{event_id}"


def counter_key(scope: str, counter: str) -> Key:
    """Where a counter is."""
    return RESULTS.key(scope, counter)
