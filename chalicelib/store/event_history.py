"""What became of each event that came in: written in batches, read by the event's id or by its subscriber."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.store import dynamodb, subscribers
from chalicelib.store.schema.base import of_kind
from chalicelib.store.schema.conversations import Text, text_key
from chalicelib.store.schema.results import EventOutcome, event_scope

OPEN = ("waiting", "refused", "failed", "nobody")  # outcomes that another try of the event may end otherwise


def put_many(found: Sequence[EventOutcome]) -> None:
    """Store these. An event that comes again changes what it came to only if that was open, or if it leads to
    a text now: what is too late or known already the second time did happen the first time.

    No two may have the same key. Raises RuntimeError when DynamoDB stays too busy.
    """
    answers = dynamodb.write_surely([dynamodb.insert(one) for one in found])
    again = [one for one, answer in zip(found, answers, strict=True) if answer == "exists"]
    still_open = EventOutcome.outcome.one_of(OPEN)
    dynamodb.write_surely(
        [dynamodb.overwrite(one, clear=_CLEARED, where=None if one.texts else still_open) for one in again]
    )


_CLEARED = [one for name, one in EventOutcome.attributes.items() if name not in ("scope", "counter")]


def of_event(event_id: str) -> list[EventOutcome]:
    """What became of an event: one for each source that sent it."""
    from chalicelib.store import queries  # with it comes pynamodb

    return list(queries.every(EventOutcome, event_scope(event_id), consistent=True))


def texts_of(found: EventOutcome) -> list[Text]:
    """The texts that an event asked for, under whichever number of their subscriber they went out; those that
    still wait in the outbox are not there yet."""
    subscriber = subscribers.get(found.whom)
    numbers = (subscriber.msisdn, *subscriber.previous_msisdns) if subscriber else ()
    partitions = [*filter(None, numbers), f"subscriber#{found.whom}"]
    keys = [text_key(msisdn, item) for item in found.texts for msisdn in partitions]
    return of_kind(Text, dynamodb.read(keys))


def of_subscriber(subscriber_id: str, *, since: str = "", limit: int = 100) -> list[EventOutcome]:
    """What became of the latest events about a subscriber that led to no text, or are about a complaint, and
    were handled after `since` (ISO), the latest first."""
    from chalicelib.store import queries

    where = queries.column(EventOutcome.at) > since if since else None
    found = queries.page(
        EventOutcome, subscriber_id, index="by_subscriber", where=where, backwards=True, limit=limit
    )
    return found.records
