"""Keeps one text from going out twice when its subscriber changes number (MSISDN) in between.

A text's key holds its number, so after a number change a repeated event makes a second row, and a job
that was on its way finds its own row under a number that it no longer resolves to. Before the claim,
what is unfinished there is finished; after it, what happened there decides here:

row there                               before the claim                after the claim
sent, delivered, undelivered, dropped                                   told before: suppressed here
held                                    ends there, goes on here        held here, then once more
sending, lease running                  the job comes back after it     held here until it has ended
sending, lease over                     that worker died: in doubt      held here, then once more
handed over, in doubt                                                   held here until that has ended
none, or anything else                                                  goes on here

A worker that looked the number up just before the change, and claims just after it, sees at its second
look that the subscriber has left that number: the text is held, and comes back for the right one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.clock import parse
from chalicelib.delivery.claims import in_doubt
from chalicelib.delivery.decide import Decision, Hold, Suppress
from chalicelib.delivery.drafting import Draft
from chalicelib.delivery.ports import Ports
from chalicelib.store import conversations
from chalicelib.store.conversations import Seen, Statement
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.conversations import Text, text_key

AFTER = timedelta(minutes=1)  # the sweeper that ends a doubt comes every minute


def keys_before(one: Draft) -> list[Key]:
    """Where the text would be recorded if it went to an earlier number."""
    return [text_key(number, one.ask.item) for number in one.numbers_before]


def finish_there(drafts: Sequence[Draft], ports: Ports) -> list[tuple[Draft, int]]:
    """End what is unfinished under earlier numbers; returns those that have to wait for a worker that
    may be handing the text off there, with the seconds until its lease is over."""
    keys = [key for one in drafts for key in keys_before(one)]
    if not keys:
        return []
    now = ports.now()
    texts = conversations.find(Text, keys)
    waiting: list[tuple[Draft, int]] = []
    writes: list[Statement] = []
    for one in drafts:
        for text in (texts[key] for key in keys_before(one) if key in texts):
            if text.status == "held":
                writes.append(conversations.withdrawn(text.key, "number_released"))
            elif text.status == "sending" and (ahead := parse(text.lease_until) - now) > timedelta(0):
                waiting.append((one, int(ahead.total_seconds()) + 1))
            elif text.status == "sending":
                writes.append(in_doubt(text, one.job, now, "worker_lost"))
    conversations.write_surely(writes, ports.sleep)
    return waiting


def told(one: Draft, seen: Seen, now: datetime) -> Decision | None:
    """What its subscriber's other numbers say against sending this text now; None: nothing."""
    state = seen.state(one.ask.msisdn)
    if not one.job.to and one.job.subscriber in state.former_subscribers:
        return Hold(now + AFTER, "moved")
    for key in keys_before(one):
        text = seen.records.get(key)
        verdict = _means(text, now) if isinstance(text, Text) else None
        if verdict is not None:
            return verdict
    return None


def _means(text: Text, now: datetime) -> Decision | None:
    match text.status, text.reason:
        case ("sent" | "delivered" | "undelivered", _) | ("failed", "dropped"):
            return Suppress("told_before")
        case ("handed_over" | "in_doubt", _):
            return Hold(max(parse(text.due), now) + AFTER, "moved")
        case ("held", _):
            return Hold(now + AFTER, "moved")
        case ("sending", _):
            return Hold(max(parse(text.lease_until), now) + AFTER, "moved")
    return None
