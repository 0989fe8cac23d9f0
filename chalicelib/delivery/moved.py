"""The same text under a number that its subscriber had before.

A text's key holds its number, so after a number change a repeated event makes a second row. Whoever
claims that one looks at the rows that it has under the earlier numbers:

row there                               then
sent, delivered, undelivered, dropped   told before: suppressed here
held                                    taken over: suppressed there, goes on here
in doubt                                held here until that doubt has ended
sending, lease running                  held here until the lease has ended
sending, lease over                     that worker died: in doubt there, look again
none, or anything else                  goes on here
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.clock import parse
from chalicelib.delivery.decide import Decision, Hold, Suppress
from chalicelib.delivery.drafting import Draft
from chalicelib.delivery.settle import in_doubt
from chalicelib.store import conversations
from chalicelib.store.conversations import Seen
from chalicelib.store.wire import Row, Statement

AFTER = timedelta(minutes=1)  # the sweeper that ends a doubt comes every minute


def keys_before(one: Draft) -> list[dict[str, str]]:
    """Where the text would be recorded if it went to an earlier number."""
    return [conversations.key(number, one.ask.item) for number in one.numbers_before]


def told(one: Draft, seen: Seen, now: datetime) -> Decision | Statement | None:
    """What the rows under earlier numbers mean for this text: another outcome than sending, or a write
    to one of them after which to look again; None: nothing stands in its way."""
    for number in one.numbers_before:
        row = seen.rows.get((number, one.ask.item))
        verdict = _means(row, one, now) if row else None
        if verdict is not None:
            return verdict
    return None


def left_behind(one: Draft) -> list[Statement]:
    """For a text whose subscriber has no number now: what still waits under an earlier one ends there."""
    return [] if one.ask.msisdn else [_let_go(key) for key in keys_before(one)]


def _let_go(key: Mapping[str, Any]) -> Statement:
    return conversations.update(
        key,
        {"status": "suppressed", "reason": "number_released"},
        remove=["lot", "due", "job"],
        where='"status" = ?',
        holding=["held"],
    )


def _means(row: Row, one: Draft, now: datetime) -> Decision | Statement | None:
    match row["status"], row.get("reason", ""):
        case ("sent" | "delivered" | "undelivered", _) | ("failed", "dropped"):
            return Suppress("told_before")
        case ("held", _):
            return _let_go(row)
        case ("in_doubt", _):
            return Hold(max(parse(row["due"]), now) + AFTER, "moved")
        case ("sending", _):
            lease_until = parse(row["lease_until"])
            if lease_until <= now:
                return in_doubt(row, one.job, now, "worker_lost")
            return Hold(lease_until + AFTER, "moved")
    return None
