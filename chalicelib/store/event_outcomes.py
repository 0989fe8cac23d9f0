"""What became of each event that came in: written in batches, read by the event's id or by its subscriber."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.store import dynamodb
from chalicelib.store.schema.results import EventOutcome, event_scope


def put_many(found: Sequence[EventOutcome]) -> None:
    """Store these, in place of what an earlier try of the same event came to. No two may have the same key.
    Raises RuntimeError when DynamoDB stays too busy."""
    answers = dynamodb.write_surely([dynamodb.insert(one) for one in found])
    again = [one for one, answer in zip(found, answers, strict=True) if answer == "exists"]
    dynamodb.write_surely([dynamodb.overwrite(one, clear=_CLEARED) for one in again])


_CLEARED = [one for name, one in EventOutcome.attributes.items() if name not in ("scope", "counter")]


def of_event(event_id: str) -> list[EventOutcome]:
    """What became of an event: one for each source that sent it."""
    from chalicelib.store import queries  # with it comes pynamodb

    return list(queries.every(EventOutcome, event_scope(event_id), consistent=True))


def of_subscriber(subscriber_id: str, *, since: str = "", limit: int = 100) -> list[EventOutcome]:
    """What became of the latest events about a subscriber that were handled after `since` (ISO), the latest
    first."""
    from chalicelib.store import queries

    where = queries.column(EventOutcome.at) > since if since else None
    found = queries.page(
        EventOutcome, subscriber_id, index="by_subscriber", where=where, backwards=True, limit=limit
    )
    return found.records
