"""Receipts into rows: in any order, repeated, late, unknown, or for texts that are not ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib import queues
from chalicelib.clock import iso
from chalicelib.delivery.receipts import ReceiptOutcome, apply_receipt
from chalicelib.delivery.states import before
from chalicelib.job import mt_parts
from chalicelib.store import conversations
from chalicelib.store.conversations import Statement
from chalicelib.store.records import mask
from chalicelib.store.schema.base import Change, Key
from chalicelib.store.schema.conversations import NumberState, Text, text_key


def record_receipts(
    payloads: Sequence[Mapping[str, Any]], now: datetime
) -> list[tuple[Mapping[str, Any], str]]:
    """Record a batch; one conditional write a text, whatever the order. A final state never changes
    back, so a repeat does nothing. Returns those that are no receipts of ours, with the reason.

    Raises RuntimeError when DynamoDB stays too busy: then the batch comes back.
    """
    refused: list[tuple[Mapping[str, Any], str]] = []
    best: dict[tuple[str, str], tuple[Mapping[str, Any], ReceiptOutcome]] = {}
    for payload in payloads:
        try:
            outcome = apply_receipt(payload)
            item = (payload.get("context") or {}).get("item", "")
            msisdn = str(payload["destinationPhoneNumber"])
        except (ValueError, KeyError, AttributeError) as error:
            refused.append((payload, f"not a receipt: {error}"))
            continue
        if not item:
            refused.append((payload, "not a text of ours: the context names no item"))
            continue
        known = best.get((msisdn, item))
        if known is None or (known[1].status is None and outcome.status is not None):
            best[msisdn, item] = (payload, outcome)
    writes = {
        place: statement
        for place, (payload, outcome) in best.items()
        if (statement := change(text_key(*place), payload, outcome, now))
    }
    answers = conversations.write_surely(list(writes.values()))
    _tell_of_invalid(
        [
            (*place, best[place][1])
            for place, answer in zip(writes, answers, strict=True)
            if answer == "ok" and best[place][1].reason == "invalid_number"
        ]
    )
    return refused


def _tell_of_invalid(found: Sequence[tuple[str, str, ReceiptOutcome]]) -> None:
    """Nothing more is sent to a number that the network calls invalid for good, until something comes from it
    or it changes hands; other systems are told."""
    events = []
    for msisdn, item, outcome in found:
        at = iso(outcome.at)
        while not (state := conversations.state(msisdn)).unreachable:
            change = conversations.change_state(state, NumberState.unreachable.to(at))
            if conversations.write([change]) == ["ok"]:
                break
        campaign, subscriber, occasion, _ = mt_parts(item)
        events.append(
            (
                "message.undeliverable",
                {
                    "id": f"undeliverable/{item}",
                    "time": at,
                    "subscriber_id": subscriber if subscriber != "-" else None,
                    "msisdn": mask(msisdn),
                    "campaign": campaign,
                    "occasion": occasion,
                    "reason": outcome.reason,
                },
            )
        )
    if events:
        queues.announce(events)


def change(key: Key, payload: Mapping[str, Any], outcome: ReceiptOutcome, now: datetime) -> Statement | None:
    """The write for one receipt. One that is not final matters only to a doubt: the gateway has it."""
    message_id = str(payload.get("messageId", ""))
    if outcome.status is None:
        token = str((payload.get("context") or {}).get("token", ""))
        return conversations.update(
            key,
            Text.status.to("sent"),
            Text.message_id.to(message_id),
            Text.sent_at.to(iso(outcome.at)),
            remove=(Text.due_partition, Text.due, Text.job, Text.reason),
            where=Text.status.equals("in_doubt") & Text.token.equals(token),
        )
    changes: list[Change] = [
        Text.status.to(outcome.status),
        Text.message_id.to(message_id),
        Text.receipt_at.to(iso(now)),
        Text.network_at.to(iso(outcome.at)),
        Text.parts.to(outcome.parts),
    ]
    gone = (Text.due_partition, Text.due, Text.job, Text.lease_until)
    if outcome.reason:
        changes.append(Text.reason.to(outcome.reason))
    if outcome.price is not None:
        changes.append(Text.price.to(float(outcome.price)))
    return conversations.update(
        key,
        *changes,
        remove=gone if outcome.reason else (*gone, Text.reason),
        where=Text.status.one_of(before(outcome.status)),
    )
